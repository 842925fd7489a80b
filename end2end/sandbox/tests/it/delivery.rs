//! Datasets and events.

use crate::{World, answer};
use sandbox::{Filter, Verdict};
use serde_json::{Value, json};

#[tokio::test]
async fn a_dataset_is_made_once_and_read_as_a_list() {
    let world = World::start().await;
    let token = world.page_token("hana", "florist").await;
    let path = format!("/v26.0/{}/dataset", world.page("florist").id);
    assert_eq!(world.get(&path, &token).await.1, json!({ "data": [] }));
    let (_, made) = world
        .post(&path, &token, &json!({ "dataset_name": "Florist" }))
        .await;
    assert_eq!(world.post(&path, &token, &json!({})).await.1, made);
    assert_eq!(world.get(&path, &token).await.1, json!({ "data": [made] }));
    let (_, node) = world
        .get(
            &format!(
                "/v26.0/{}?fields=name,owner_business",
                made["id"].as_str().unwrap()
            ),
            &token,
        )
        .await;
    assert_eq!(node["name"], "Florist");
    let other = world.page_token("kenji", "sushi").await;
    let (status, refused) = world.post(&path, &other, &json!({})).await;
    assert_eq!(
        (status, &refused["error"]["error_subcode"]),
        (400, &json!(33))
    );
}

#[tokio::test]
async fn an_account_and_its_page_may_share_a_dataset() {
    let world = World::start().await;
    let token = world.user_token("emma");
    let account = world
        .meta
        .state()
        .world()
        .instagram("bakery")
        .unwrap()
        .id
        .clone();
    let (_, of_page) = world
        .post(
            &format!("/v26.0/{}/dataset", world.page("bakery").id),
            &token,
            &json!({}),
        )
        .await;
    let (_, of_account) = world
        .get(&format!("/v26.0/{account}/dataset"), &token)
        .await;
    assert_eq!(of_page, of_account);
}

#[tokio::test]
async fn events_arrive_in_every_shape_that_meta_takes() {
    let world = World::start().await;
    let (token, dataset) = world.florist().await;
    let url = world.url(&format!("/v26.0/{dataset}/events"));
    let event = |id: &str| world.purchase(id);

    let objects = json!({
        "data": [event("a"), event("b")], "test_event_code": "TEST1", "partner_agent": "patchbay",
    });
    let (status, body) = world
        .post(&format!("/v26.0/{dataset}/events"), &token, &objects)
        .await;
    assert_eq!(
        (status, &body["events_received"], &body["messages"]),
        (200, &json!(2), &json!([]))
    );
    let strings = json!({ "data": [event("c").to_string()], "access_token": token });
    assert_eq!(
        answer(world.http.post(&url).json(&strings).send().await.unwrap())
            .await
            .0,
        200
    );
    let form = [
        ("data", json!([event("d")]).to_string()),
        ("access_token", token.clone()),
    ];
    assert_eq!(
        answer(world.http.post(&url).form(&form).send().await.unwrap())
            .await
            .0,
        200
    );

    let state = world.meta.state();
    let ids: Vec<_> = state
        .events(&Filter::dataset(&dataset))
        .into_iter()
        .filter_map(|it| it.event_id)
        .collect();
    assert_eq!(ids, ["a", "b", "c", "d"]);
    let coded = state.events(&Filter {
        test_code: Some("TEST1".into()),
        ..Filter::default()
    });
    assert_eq!(
        (coded.len(), coded[0].partner_agent.as_deref()),
        (2, Some("patchbay"))
    );
    assert_eq!(coded[0].event["custom_data"]["value"], 4800);
    assert_eq!(coded[0].fbtrace_id, body["fbtrace_id"]);
}

#[tokio::test]
async fn one_bad_event_sinks_the_batch() {
    let world = World::start().await;
    let (token, dataset) = world.florist().await;
    let mut bad = world.purchase("bad");
    bad["event_name"] = "Lead".into();
    let (status, body) = world
        .send(&dataset, &token, &[world.purchase("good"), bad])
        .await;
    let error = &body["error"];
    assert_eq!(
        (status, &error["code"], &error["error_subcode"]),
        (400, &json!(100), &json!(2804066))
    );
    assert_eq!(
        (&error["is_transient"], &error["error_user_title"]),
        (&json!(false), &json!("Messaging Event Invalid Event Type"))
    );
    assert_eq!(error["error_data"], "{\"blame_field_specs\":[[\"data\"]]}");
    let state = world.meta.state();
    assert!(state.events(&Filter::default()).is_empty());
    let posts = state.posts(&Filter {
        event_id: Some("good".into()),
        ..Filter::default()
    });
    assert!(matches!(
        posts[0].verdict,
        Verdict::Refused {
            subcode: Some(2804066),
            ..
        }
    ));
}

#[tokio::test]
async fn a_thousand_events_fit_and_one_more_does_not() {
    let world = World::start().await;
    let (token, dataset) = world.florist().await;
    let mut events = vec![world.purchase("x"); 1_000];
    assert_eq!(
        world.send(&dataset, &token, &events).await.1["events_received"],
        1_000
    );
    events.push(world.purchase("x"));
    assert_eq!(
        world.send(&dataset, &token, &events).await.1["error"]["code"],
        100
    );
    assert_eq!(
        world.send(&dataset, &token, &[]).await.1["error"]["code"],
        100
    );
}

#[tokio::test]
async fn whatsapp_and_instagram_need_their_own_identifiers() {
    let world = World::start().await;
    let state = world.meta.state();
    let user = world.user_token("kenji");
    let waba = state.world().waba("sushi").unwrap().id.clone();
    let click = state.click(None, Some("sushi")).unwrap().ctwa_clid;
    let (_, dataset) = world
        .post(&format!("/v26.0/{waba}/dataset"), &user, &json!({}))
        .await;
    let dataset = dataset["id"].as_str().unwrap();
    let event = |user: Value| {
        let mut event = world.purchase("w");
        event["messaging_channel"] = "whatsapp".into();
        event["user_data"] = user;
        event
    };
    let good = event(json!({ "whatsapp_business_account_id": waba, "ctwa_clid": click }));
    assert_eq!(world.send(dataset, &user, &[good]).await.0, 200);
    let by_page = event(json!({ "page_id": world.page("sushi").id, "ctwa_clid": click }));
    assert_eq!(
        world
            .send(dataset, &user, std::slice::from_ref(&by_page))
            .await
            .1["error"]["error_subcode"],
        2804131
    );
    let (_, of_page) = world
        .post(
            &format!("/v26.0/{}/dataset", world.page("sushi").id),
            &user,
            &json!({}),
        )
        .await;
    assert_eq!(
        world
            .send(of_page["id"].as_str().unwrap(), &user, &[by_page])
            .await
            .0,
        200
    );

    let hana = world.user_token("hana");
    let account = state.world().instagram("florist").unwrap().clone();
    let igsid = state
        .world()
        .igsid(&account.id, &state.world().customers[0]);
    let (_, dataset) = world
        .post(&format!("/v26.0/{}/dataset", account.id), &hana, &json!({}))
        .await;
    let mut event = world.purchase("i");
    event["messaging_channel"] = "instagram".into();
    event["user_data"] = json!({ "ig_account_id": account.id, "ig_sid": igsid });
    assert_eq!(
        world
            .send(dataset["id"].as_str().unwrap(), &hana, &[event])
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn subscribing_needs_a_page_token_and_the_task() {
    let world = World::start().await;
    let body = json!({ "subscribed_fields": "messages,messaging_postbacks" });
    let path = format!("/v26.0/{}/subscribed_apps", world.page("florist").id);
    assert_eq!(
        world.post(&path, &world.user_token("hana"), &body).await.1["error"]["code"],
        210
    );
    let token = world.page_token("hana", "florist").await;
    assert_eq!(
        world.post(&path, &token, &body).await.1,
        json!({ "success": true })
    );
    assert_eq!(
        world.get(&path, &token).await.1["data"][0]["subscribed_fields"],
        json!(["messages", "messaging_postbacks"])
    );
    let removed = answer(
        world
            .http
            .delete(world.url(&path))
            .bearer_auth(&token)
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(removed.1, json!({ "success": true }));
    assert_eq!(world.get(&path, &token).await.1, json!({ "data": [] }));

    let aya = world.page_token("aya", "pets").await;
    let path = format!("/v26.0/{}/subscribed_apps", world.page("pets").id);
    assert_eq!(world.post(&path, &aya, &body).await.1["error"]["code"], 200);
}
