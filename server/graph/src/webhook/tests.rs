//! Webhooks as Meta writes them, and as nobody should.

use super::{entries as read_entries, *};
use proptest::prelude::*;
use serde_json::json;

fn entries(body: Value) -> Vec<Entry> {
    read_entries(body.to_string().as_bytes()).unwrap()
}

fn item(item: Value) -> Item {
    entries(json!({"object": "page", "entry": [{"id": "55", "messaging": [item]}]}))
        .remove(0)
        .items
        .remove(0)
}

#[test]
fn a_message_is_read_with_its_person_its_time_and_its_ad() {
    let entry = entries(json!({"object": "page", "entry": [{"id": 55, "time": 1790500000123_i64, "messaging": [{
        "sender": {"id": "7123"}, "recipient": {"id": "55"}, "timestamp": "1790500000100",
        "message": {"mid": "m_abc", "text": "hi", "referral": {"ref": "spring", "ad_id": 1200, "source": "ADS",
            "type": "OPEN_THREAD", "ads_context_data": {"ad_title": "Spring", "post_id": "9"}}}}]}]}))
    .remove(0);
    assert_eq!(
        (entry.id.as_str(), entry.time.unwrap().timestamp_millis()),
        ("55", 1_790_500_000_123)
    );
    let item = &entry.items[0];
    assert_eq!(
        (item.person(), item.mid.as_deref()),
        (Some("7123"), Some("m_abc"))
    );
    assert_eq!(
        item.timestamp.unwrap().timestamp_millis(),
        1_790_500_000_100
    );
    let referral = item.referral.as_ref().unwrap();
    assert_eq!(
        (referral.ad_id.as_deref(), referral.ad_title.as_deref()),
        (Some("1200"), Some("Spring"))
    );
    assert!(entry.raw.contains("m_abc"));
    let shown = format!("{entry:?} {:?}", item.sender);
    assert!(
        !shown.contains("7123") && !shown.contains("hi\""),
        "{shown}"
    );
}

#[test]
fn the_referral_is_found_in_its_three_places() {
    for (place, mid) in [
        (
            json!({"message": {"mid": "m", "referral": {"ad_id": "1"}}}),
            Some("m"),
        ),
        (
            json!({"postback": {"mid": "p", "referral": {"ad_id": "1"}}}),
            Some("p"),
        ),
        (json!({"referral": {"ad_id": "1"}}), None),
    ] {
        let item = item(place);
        assert_eq!(item.referral.unwrap().ad_id.as_deref(), Some("1"));
        assert_eq!(item.mid.as_deref(), mid);
    }
}

#[test]
fn an_echo_is_about_the_one_it_was_written_to() {
    let echo = json!({"sender": {"id": "55"}, "recipient": {"id": "7123"}, "message": {"mid": "m", "is_echo": true}});
    assert_eq!(item(echo).person(), Some("7123"));
    let checkbox = item(json!({"sender": {"user_ref": "u1"}}));
    assert_eq!(
        (checkbox.person(), checkbox.sender.user_ref.as_deref()),
        (None, Some("u1"))
    );
}

#[test]
fn what_another_app_answers_is_marked() {
    let entry = entries(json!({"object": "instagram", "entry": [{"id": "178",
        "messaging": [{"sender": {"id": "1"}}], "standby": [{"sender": {"id": "2"}}]}]}))
    .remove(0);
    assert_eq!(
        entry
            .items
            .iter()
            .map(|item| item.is_standby)
            .collect::<Vec<_>>(),
        [false, true]
    );
}

#[test]
fn nothing_that_comes_makes_reading_fail() {
    assert_eq!(read_entries(b"\xff{").unwrap_err(), Malformed::NotEntries);
    assert_eq!(read_entries(b"{}").unwrap_err(), Malformed::NotEntries);
    assert_eq!(read_entries(b"[]").unwrap_err(), Malformed::NotEntries);
    assert_eq!(
        read_entries(br#"{"object":"user","entry":[]}"#).unwrap_err(),
        Malformed::OtherObject
    );
    let strange = [
        json!(7),
        json!(null),
        json!({}),
        json!({"id": ""}),
        json!({"id": "55", "messaging": 7}),
        json!({"id": "55", "messaging": [7, null, "x", {"message": 7, "sender": [], "timestamp": {}}], "changes": []}),
        json!({"id": "55", "time": i64::MAX, "messaging": [{"timestamp": -1, "referral": "x"}]}),
    ];
    let read = entries(json!({"object": "page", "entry": strange}));
    assert_eq!(
        read.iter()
            .map(|entry| entry.items.len())
            .collect::<Vec<_>>(),
        [0, 1, 1]
    );
}

#[test]
fn a_postback_a_referral_and_a_receipt_are_told_from_a_message() {
    for (json, kind) in [
        (json!({"message": {"mid": "m"}}), Kind::Message),
        (json!({"message": {"text": "no id"}}), Kind::Message),
        (json!({"postback": {"mid": "p"}}), Kind::Postback),
        (
            json!({"postback": {"referral": {"ad_id": "1"}}}),
            Kind::Postback,
        ),
        (json!({"referral": {"ad_id": "1"}}), Kind::Referral),
        (json!({"delivery": {"watermark": 1}}), Kind::Other),
    ] {
        assert_eq!(item(json.clone()).kind, kind, "{json}");
    }
}

fn waba(value: Value) -> Entry {
    let change = json!({"field": "messages", "value": value});
    entries(json!({"object": "whatsapp_business_account", "entry": [{"id": "33", "changes": [change]}]}))
        .remove(0)
}

#[test]
fn a_whatsapp_message_is_read_with_its_person_its_number_and_its_click() {
    let entry = waba(json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "8150", "phone_number_id": "1066"},
        "contacts": [{"profile": {"name": "Aya"}, "wa_id": "819000000000", "user_id": "JP.abc"}],
        "messages": [{"from": "819000000000", "from_user_id": "JP.abc", "id": "wamid.HBg", "timestamp": "1790500000",
            "type": "unsupported", "referral": {"source_url": "https://fb.me/x", "source_id": "1200", "source_type": "ad",
                "headline": "Spring", "image_url": "https://i.example/1", "ctwa_clid": "ARA-SENTINEL"}}]}));
    assert_eq!((entry.object, entry.id.as_str()), (Object::Waba, "33"));
    let item = &entry.items[0];
    assert_eq!((item.kind, item.person()), (Kind::Message, Some("JP.abc")));
    assert_eq!(item.sender.id.as_deref(), Some("819000000000"));
    assert_eq!(item.recipient.id.as_deref(), Some("1066"));
    assert_eq!(item.mid.as_deref(), Some("wamid.HBg"));
    assert_eq!(item.timestamp.unwrap().timestamp(), 1_790_500_000);
    let referral = item.referral.as_ref().unwrap();
    assert_eq!(referral.ctwa_clid.as_deref(), Some("ARA-SENTINEL"));
    assert_eq!(
        (referral.ad_id.as_deref(), referral.post_id.as_deref()),
        (Some("1200"), None)
    );
    let shown = format!("{entry:?} {referral:?}");
    assert!(
        !shown.contains("SENTINEL") && !shown.contains("JP.abc") && !shown.contains("8190"),
        "{shown}"
    );
}

#[test]
fn who_hides_the_phone_number_is_known_by_the_other_id() {
    for (contacts, message, person, phone) in [
        (
            json!([{"wa_id": "", "user_id": "JP.a"}]),
            json!({"from": "", "from_user_id": "JP.a"}),
            Some("JP.a"),
            None,
        ),
        (
            json!([{"wa_id": "81", "user_id": "JP.a"}]),
            json!({"from": "81"}),
            Some("JP.a"),
            Some("81"),
        ),
        (
            json!([{"wa_id": "82", "user_id": "JP.b"}, {"wa_id": "81", "user_id": "JP.a"}]),
            json!({"from": "81"}),
            Some("JP.a"),
            Some("81"),
        ),
        (
            json!([{"user_id": "JP.a"}]),
            json!({"from": null}),
            Some("JP.a"),
            None,
        ),
        (
            json!([{"wa_id": "82", "user_id": "JP.b"}, {"wa_id": "83"}]),
            json!({"from": "81"}),
            Some("81"),
            Some("81"),
        ),
        (json!([]), json!({"from": "81"}), Some("81"), Some("81")),
        (json!(null), json!({}), None, None),
    ] {
        let value = json!({"contacts": contacts, "messages": [message]});
        let item = waba(value.clone()).items.remove(0);
        assert_eq!(
            (item.person(), item.sender.id.as_deref()),
            (person, phone),
            "{value}"
        );
    }
}

#[test]
fn a_post_is_no_ad_and_a_status_is_no_message() {
    let entry =
        waba(json!({"messages": [{"referral": {"source_type": "post", "source_id": "9"}}]}));
    let referral = entry.items[0].referral.as_ref().unwrap();
    assert_eq!(
        (referral.ad_id.as_deref(), referral.post_id.as_deref()),
        (None, Some("9"))
    );
    assert_eq!(referral.ctwa_clid, None);
    let statuses =
        waba(json!({"statuses": [{"id": "wamid.X", "status": "read", "recipient_id": "81"}]}));
    assert!(statuses.items.is_empty() && statuses.updates.is_empty());
    let strange =
        waba(json!({"messages": [7, null, {"timestamp": {}, "referral": []}], "contacts": 7}));
    assert_eq!(strange.items.len(), 1);
}

#[test]
fn messages_on_premises_are_read_alone_and_in_a_list() {
    // As the guide prints it.
    let value = json!({
        "contacts": [{"profile": {"name": "Kerry Fisher"}, "wa_id": "16315551234"}],
        "messages": [{"from": "16315551234", "id": "ABGG", "timestamp": "1603059201", "type": "text",
            "text": {"body": "Hello"},
            "referral": {"body": "Our Succulent collection", "ctwa_clid": "ARA-SENTINEL", "headline": "Succulents",
                "image": {"id": "b1c6"}, "source_id": "6160", "source_type": "ad", "source_url": "https://fb.me/x"}}]});
    let read = |json: Value| on_premises(json.to_string().as_bytes());
    for (json, count) in [
        (value.clone(), 1),
        (json!({"data": [value]}), 1),
        (json!({"data": [value, value]}), 2),
    ] {
        let items = read(json).unwrap();
        assert_eq!(items.len(), count);
        assert_eq!(items[0].person(), Some("16315551234"));
        let referral = items[0].referral.as_ref().unwrap();
        assert_eq!(
            (referral.ctwa_clid.as_deref(), referral.ad_id.as_deref()),
            (Some("ARA-SENTINEL"), Some("6160"))
        );
    }
    for other in [
        json!({}),
        json!([]),
        json!({"data": [7]}),
        json!({"messages": 7}),
    ] {
        assert_eq!(read(other.clone()), None, "{other}");
    }
    assert_eq!(on_premises(b"{"), None);
}

#[test]
fn a_conversion_that_meta_saw_is_read_with_its_click_and_amount() {
    let seen = json!([
        {"id": "ae_1", "event_name": "Purchase", "timestamp": "1790500000", "ctwa_clid": "ARA-SENTINEL",
         "custom_data": {"currency": "BRL", "value": 129.9}},
        {"id": 2, "event_name": "LeadSubmitted", "timestamp": 1790500000, "ctwa_clid": ""},
        {"event_name": "Purchase"}, 7]);
    let change = json!({"field": "automatic_events", "value": {"automatic_events": seen}});
    let entry = entries(json!({"object": "whatsapp_business_account", "entry": [{"id": "33", "changes": [change]}]}))
        .remove(0);
    assert!(entry.items.is_empty());
    let [purchase, lead] = entry.automatic.as_slice() else {
        panic!("{:?}", entry.automatic)
    };
    assert_eq!(
        (purchase.value.as_deref(), purchase.currency.as_deref()),
        (Some("129.9"), Some("BRL"))
    );
    assert_eq!(purchase.timestamp.unwrap().timestamp(), 1_790_500_000);
    assert_eq!(purchase.ctwa_clid.as_deref(), Some("ARA-SENTINEL"));
    assert_eq!((lead.id.as_str(), lead.ctwa_clid.as_deref()), ("2", None));
    assert!(!format!("{entry:?}").contains("SENTINEL"));
}

#[test]
fn an_account_update_names_its_waba_itself() {
    let update = |value: Value| {
        let change = json!({"field": "account_update", "value": value});
        let entry = json!({"id": "22", "time": 1790500000, "changes": [change, 7]});
        entries(json!({"object": "whatsapp_business_account", "entry": [entry]}))
            .remove(0)
            .updates
            .remove(0)
    };
    let installed = update(json!({"event": "PARTNER_APP_INSTALLED",
        "waba_info": {"waba_id": 33, "owner_business_id": "22", "partner_app_id": "1200"}}));
    assert_eq!(
        (installed.waba_id.as_str(), installed.event),
        ("33", AccountEvent::AppInstalled)
    );
    assert_eq!(installed.partner_app_id.as_deref(), Some("1200"));
    for (value, event) in [
        (
            json!({"event": "PARTNER_APP_UNINSTALLED"}),
            AccountEvent::AppUninstalled,
        ),
        (json!({"event": "ACCOUNT_DELETED"}), AccountEvent::Deleted),
        (
            json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}),
            AccountEvent::Disabled,
        ),
        (
            json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}),
            AccountEvent::Reinstated,
        ),
        (
            json!({"event": "ACCOUNT_OFFBOARDED"}),
            AccountEvent::Offboarded,
        ),
        (
            json!({"event": "ACCOUNT_VIOLATION"}),
            AccountEvent::Other("ACCOUNT_VIOLATION".into()),
        ),
        (json!(7), AccountEvent::Other(String::new())),
    ] {
        let read = update(value.clone());
        assert_eq!(
            (read.waba_id.as_str(), read.event),
            ("22", event),
            "{value}"
        );
    }
}

/// Values in every place where Meta writes one: of its kind, of another, or none.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{0,20}".prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "id",
        "time",
        "messaging",
        "standby",
        "changes",
        "field",
        "value",
        "messages",
        "contacts",
        "sender",
        "recipient",
        "timestamp",
        "message",
        "postback",
        "referral",
        "mid",
        "from",
        "from_user_id",
        "wa_id",
        "user_id",
        "user_ref",
        "is_echo",
        "ad_id",
        "ctwa_clid",
        "event",
        "waba_info",
        "waba_id",
        "metadata",
        "ads_context_data",
        "source_id",
        "source_type",
    ]);
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|fields| Value::Object(
                fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn no_body_makes_reading_panic(
        object in prop::sample::select(vec!["page", "instagram", "whatsapp_business_account", "user"]),
        list in prop::collection::vec(anything(), 0..4),
        item in anything(),
        field in prop::sample::select(vec!["messages", "account_update", "automatic_events"]),
    ) {
        let _ = on_premises(item.to_string().as_bytes());
        let whole = json!({"object": object, "entry": list});
        let _ = read_entries(whole.to_string().as_bytes());
        let deep = json!({"object": object, "entry": [{
            "id": "55", "time": item, "messaging": [item], "standby": [item],
            "changes": [{"field": field, "value": item}, {"field": field, "value": {"messages": [item], "contacts": [item]}}],
        }]});
        let read = read_entries(deep.to_string().as_bytes());
        prop_assert_eq!(read.is_ok(), object != "user");
        for entry in read.unwrap_or_default() {
            for item in entry.items {
                let _ = item.person();
            }
        }
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes: Vec<u8>) {
        let _ = read_entries(&bytes);
        let _ = on_premises(&bytes);
    }
}
