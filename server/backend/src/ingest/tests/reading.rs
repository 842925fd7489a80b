//! Whatever is sent is read or refused, and nothing panics.

use super::*;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any_key(), inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "event_name",
            "event_time",
            "event_id",
            "action_source",
            "messaging_channel",
            "user_data",
            "custom_data",
            "page_id",
            "page_scoped_user_id",
            "ctwa_clid",
            "value",
            "currency",
            "order_id",
            "contents",
            "id",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn no_event_makes_reading_panic(noise in any_json(), user in any_json(), custom in any_json(), time: i64) {
        let route = Route {
            advertiser: uuid::Uuid::nil().into(),
            connection: uuid::Uuid::nil().into(),
            channel: Channel::Messenger,
            asset: uuid::Uuid::nil().into(),
            asset_meta_id: "1".into(),
            dataset: uuid::Uuid::nil().into(),
            kind: domain::DatasetKind::Page,
        };
        let routes = [route];
        let _ = read::event(uuid::Uuid::nil().into(), noise.clone(), &routes, None, 0);
        let nearly = json!({
            "event_name": "ViewContent", "event_time": time, "action_source": "business_messaging",
            "messaging_channel": "messenger", "user_data": user, "custom_data": custom,
        });
        let _ = read::event(uuid::Uuid::nil().into(), nearly.clone(), &routes, None, time);
        let mut full = nearly;
        full["user_data"] = json!({ "page_id": "1", "page_scoped_user_id": 2, "noise": noise });
        if let Ok(reading) = read::event(uuid::Uuid::nil().into(), full, &routes, None, time) {
            let body: Value = serde_json::from_str(&reading.body).unwrap();
            prop_assert_eq!(&body["user_data"]["page_scoped_user_id"], "2");
        }
    }
}
