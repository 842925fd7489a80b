//! Each thing that a connection can suffer from, broken and mended alone.

use crate::{World, answer};
use sandbox::{Effect, Fault, Minting, TokenRequest};
use serde_json::{Value, json};

const APP: &str = "1203440000000001|5a4db0c5eb0c4a5d9a7e61c7d1f0e2ab";

impl World {
    fn knob(&self, fault: &Value) {
        let fault: Fault = serde_json::from_value(fault.clone()).expect("a knob");
        self.meta.state().add_fault(fault).expect("what it names");
    }

    async fn debug(&self, token: &str) -> Value {
        let path = format!("/v26.0/debug_token?input_token={token}");
        self.get(&path, APP).await.1["data"].clone()
    }

    async fn put(&self, control: &str, body: &Value) -> (u16, Value) {
        let url = self.url(&format!("/_sandbox/{control}"));
        answer(
            self.http
                .put(url)
                .json(body)
                .send()
                .await
                .expect("an answer"),
        )
        .await
    }
}

#[tokio::test]
async fn a_token_is_refused_expires_or_passes_for_another_apps_while_the_knob_is_set() {
    let world = World::start().await;
    let token = world.user_token("hana");
    world.knob(&json!({ "kind": "invalid_token", "person": "hana", "subcode": 460 }));
    let (status, refused) = world.get("/v26.0/me", &token).await;
    assert_eq!(
        (status, &refused["error"]["error_subcode"]),
        (401, &json!(460))
    );
    assert_eq!(world.debug(&token).await["is_valid"], false);
    world.meta.state().clear_faults();
    assert_eq!(world.get("/v26.0/me", &token).await.0, 200);

    world.knob(&json!({ "kind": "token_expiry", "person": "hana", "in_seconds": 3600 }));
    let now = world.meta.state().clock().now().timestamp();
    let ends = world.debug(&token).await["expires_at"].as_i64().unwrap();
    assert!((ends - now - 3600).abs() <= 2);
    world.meta.state().clear_faults();
    world.knob(&json!({ "kind": "token_expiry", "person": "hana", "in_seconds": -1 }));
    assert_eq!(world.debug(&token).await["error"]["subcode"], 463);
    world.meta.state().clear_faults();

    world.knob(&json!({ "kind": "other_app", "person": "hana" }));
    let debug = world.debug(&token).await;
    assert_eq!(
        (&debug["app_id"], &debug["is_valid"]),
        (&json!("1203440000000777"), &json!(true))
    );
    world.meta.state().clear_faults();
    assert_eq!(world.debug(&token).await["app_id"], "1203440000000001");
}

#[tokio::test]
async fn an_asset_or_a_dataset_is_gone_while_the_knob_is_set() {
    let world = World::start().await;
    let token = world.user_token("sora");
    let waba = world.waba("garden").id;
    let path = format!("/v26.0/{waba}/dataset");
    let (_, made) = world.post(&path, &token, &json!({})).await;
    let dataset = made["id"].as_str().unwrap();
    let node = format!("/v26.0/{dataset}?fields=id,name,is_unavailable");
    assert_eq!(world.get(&node, &token).await.1["is_unavailable"], false);

    world.knob(&json!({ "kind": "hide_asset", "page": waba }));
    let (_, hidden) = world.get(&format!("/v26.0/{waba}"), &token).await;
    assert_eq!(hidden["error"]["error_subcode"], 33);
    world.meta.state().clear_faults();
    world.knob(&json!({ "kind": "dataset_unavailable", "dataset": dataset }));
    assert_eq!(world.get(&node, &token).await.1["is_unavailable"], true);
    world.meta.state().clear_faults();
    world.knob(&json!({ "kind": "hide_dataset", "dataset": dataset }));
    assert_eq!(
        world.get(&node, &token).await.1["error"]["error_subcode"],
        33
    );
    assert_eq!(world.get(&path, &token).await.1, json!({ "data": [] }));
    world.meta.state().clear_faults();
    assert_eq!(
        world.get(&path, &token).await.1["data"],
        json!([{ "id": dataset }])
    );
}

#[tokio::test]
async fn a_person_links_another_dataset_in_events_manager() {
    let world = World::start().await;
    let token = world.user_token("sora");
    let make = async |id: &str| {
        let (_, made) = world
            .post(&format!("/v26.0/{id}/dataset"), &token, &json!({}))
            .await;
        made["id"].as_str().unwrap().to_owned()
    };
    let (page, account) = (
        world.page("garden-cafe").id,
        world.instagram("garden-cafe").id,
    );
    let (of_page, of_account) = (make(&page).await, make(&account).await);
    assert_ne!(of_page, of_account);
    let link = json!({ "asset": account, "dataset": of_page });
    assert_eq!(world.put("links", &link).await.0, 200);
    assert_eq!(make(&account).await, of_page);
    // A Page and its Instagram account that share one have the same from the start.
    assert_eq!(
        make(&world.page("garden").id).await,
        make(&world.instagram("garden").id).await
    );
    let taken = json!({ "asset": world.page("garden").id, "dataset": of_page });
    assert_eq!(world.put("links", &taken).await.0, 422);
    let off = json!({ "asset": account, "dataset": null });
    assert_eq!(world.put("links", &off).await.0, 200);
    assert_ne!(make(&account).await, of_page);
}

#[tokio::test]
async fn subscriptions_are_taken_away_and_given_back() {
    let world = World::start().await;
    let token = world.page_token("hana", "florist").await;
    let path = format!("/v26.0/{}/subscribed_apps", world.page("florist").id);
    let fields = json!({ "asset": "florist", "fields": ["messages"] });
    world.put("subscriptions", &fields).await;
    let (_, apps) = world.get(&path, &token).await;
    assert_eq!(apps["data"][0]["subscribed_fields"], json!(["messages"]));
    world
        .put(
            "subscriptions",
            &json!({ "asset": "florist", "fields": null }),
        )
        .await;
    assert_eq!(world.get(&path, &token).await.1, json!({ "data": [] }));
}

#[tokio::test]
async fn the_clock_is_off_and_a_version_is_retired() {
    let world = World::start().await;
    let probe = async || world.http.get(world.url("/v26.0/me")).send().await.unwrap();
    let date = |response: &reqwest::Response| {
        let text = response.headers()["date"].to_str().unwrap().to_owned();
        chrono::DateTime::parse_from_rfc2822(&text)
            .unwrap()
            .timestamp()
    };
    let now = world.meta.state().clock().now().timestamp();
    assert!((date(&probe().await) - now).abs() <= 2);
    world
        .meta
        .state()
        .add_fault(Fault::new(Effect::ClockSkew { seconds: 400 }))
        .unwrap();
    assert!((date(&probe().await) - now - 400).abs() <= 2);

    assert_eq!(probe().await.headers()["facebook-api-version"], "v26.0");
    world.knob(&json!({ "kind": "retire_version", "version": 26 }));
    let served = probe().await;
    assert_eq!(served.headers()["facebook-api-version"], "v27.0");
    assert_eq!(answer(served).await.1["error"]["code"], 2500);
    world.meta.state().clear_faults();
    let unknown = world.http.get(world.url("/v27.0/me")).send().await.unwrap();
    assert_eq!(
        answer(unknown).await.1["error"]["message"],
        "Unknown path components: /me"
    );
}

#[tokio::test]
async fn events_managers_token_posts_events_to_one_dataset_and_does_nothing_else() {
    let world = World::start().await;
    let (_, dataset) = world.florist().await;
    let token = world.mint(TokenRequest {
        person: "hana".into(),
        kind: Minting::EventsManager,
        dataset: Some(dataset.clone()),
        ..TokenRequest::default()
    });
    assert_eq!(
        world
            .send(&dataset, &token, &[world.purchase("limited")])
            .await
            .0,
        200
    );
    // Our app may not look at it; it may look at itself.
    let path = format!("/v26.0/debug_token?input_token={token}");
    let (_, ours) = world.get(&path, APP).await;
    assert_eq!(ours["error"]["code"], 100);
    let (_, own) = world.get(&path, &token).await;
    assert_eq!(own["data"]["app_id"], "1203440000000777");
    assert_eq!(own["data"]["type"], "SYSTEM_USER");
    let page = world.page("florist").id;
    let (status, edge) = world.get(&format!("/v26.0/{page}/dataset"), &token).await;
    assert_eq!((status, &edge["error"]["code"]), (403, &json!(200)));
    let website = world.meta.state().world().website_dataset.clone();
    assert_eq!(
        world
            .send(&website, &token, &[world.purchase("no")])
            .await
            .0,
        400
    );
    // The proof of our secret is not the proof of that app's.
    let events = format!("/v26.0/{dataset}/events?appsecret_proof=00");
    let body = json!({ "data": [world.purchase("proof")] });
    assert_eq!(world.post(&events, &token, &body).await.0, 400);
}
