//! `/_sandbox/` over HTTP.

use crate::{World, answer};
use serde_json::{Value, json};

impl World {
    async fn control(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let request = self
            .http
            .request(method, self.url(&format!("/_sandbox/{path}")));
        answer(request.json(body).send().await.expect("an answer")).await
    }
}

#[tokio::test]
async fn programs_read_the_world_and_the_ledger() {
    let world = World::start().await;
    let (_, all) = world.control("GET", "world", &json!({})).await;
    let florist = all["pages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["key"] == "florist")
        .unwrap();
    assert!(florist["psids"]["aoi"].as_str().unwrap().len() >= 16);
    let (token, dataset) = world.florist().await;
    world
        .send(
            &dataset,
            &token,
            &[world.purchase("one"), world.purchase("two")],
        )
        .await;
    let (_, found) = world
        .control("GET", "events?event_id=two", &json!({}))
        .await;
    assert_eq!(found["events"].as_array().unwrap().len(), 1);
    assert_eq!(
        found["posts"][0]["verdict"],
        json!({ "kind": "accepted", "events_received": 2, "answered": true })
    );
    assert!(!found.to_string().contains(&token));
}

#[tokio::test]
async fn programs_turn_the_knobs() {
    let world = World::start().await;
    let faults = json!({ "faults": [{ "kind": "delay", "ms": 1, "edge": "events", "times": 3 }, { "kind": "revoke_token", "person": "hana" }] });
    let (status, set) = world.control("PUT", "faults", &faults).await;
    assert_eq!(
        (status, &set["applied"][0]["kind"]),
        (200, &json!("revoke_token"))
    );
    assert_eq!(
        set["faults"],
        json!([{ "kind": "delay", "ms": 1, "edge": "events", "times": 3, "met": 0 }])
    );
    assert_eq!(
        world
            .control("POST", "faults", &json!({ "kind": "hang", "edge": "x" }))
            .await
            .1["faults"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        world
            .control("PUT", "faults", &json!({ "faults": [{ "kind": "?" }] }))
            .await
            .0,
        400
    );
    assert_eq!(
        world
            .control(
                "PUT",
                "faults",
                &json!({ "faults": [{ "kind": "hang", "page": "?" }] })
            )
            .await
            .0,
        422
    );
    assert_eq!(
        world.control("DELETE", "faults", &json!({})).await.1,
        json!({ "faults": [] })
    );
}

#[tokio::test]
async fn programs_get_tokens_and_clicks_move_the_clock_and_reset() {
    let world = World::start().await;
    let ask = json!({ "person": "maria", "scopes": ["page_events"], "pages": ["language-kids"] });
    let (status, minted) = world.control("POST", "tokens", &ask).await;
    let token = minted["access_token"].as_str().unwrap();
    assert_eq!((status, world.get("/me", token).await.0), (200, 200));
    assert_eq!(
        world
            .control("POST", "tokens", &json!({ "person": "nobody" }))
            .await
            .0,
        422
    );
    let (_, click) = world
        .control("POST", "clicks", &json!({ "waba_id": "sushi" }))
        .await;
    assert_eq!(click["page_id"], world.page("sushi").id);
    let (_, clock) = world
        .control("PUT", "clock", &json!({ "offset_seconds": -3600 }))
        .await;
    assert_eq!(clock["offset_seconds"], -3600);
    world.control("POST", "reset", &json!({})).await;
    assert_eq!(world.get("/me", token).await.1["error"]["code"], 190);
}

#[tokio::test]
async fn pages_of_other_origins_cannot_drive_it() {
    let world = World::start().await;
    let url = world.url("/_sandbox/reset");
    let status = async |name: &str, value: &str| {
        world
            .http
            .post(&url)
            .header(name, value)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(status("origin", "https://evil.example").await, 403);
    assert_eq!(status("origin", "null").await, 403);
    assert_eq!(status("origin", "http://127.0.0.1:1").await, 403);
    assert_eq!(status("host", "evil.example").await, 403);
    assert_eq!(status("sec-fetch-site", "cross-site").await, 403);
    assert_eq!(status("origin", &world.meta.url()).await, 200);
}

#[tokio::test]
async fn somebody_new_arrives_and_only_then_shows_at_the_dialog() {
    let world = World::start().await;
    let dialog = async || {
        let url = world.url("/");
        world
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    };
    assert!(!dialog().await.contains("Vale Tailors"));
    let (status, first) = world.control("POST", "people", &json!({})).await;
    let (_, second) = world.control("POST", "people", &json!({})).await;
    assert_eq!((status, &first["key"]), (200, &json!("newcomer-001")));
    for id in ["page", "instagram", "waba", "business"] {
        assert_ne!(first[id], second[id], "{id}");
    }
    let shown = dialog().await;
    assert!(shown.contains("Vale Tailors 001") && shown.contains("Vale Tailors 002"));
    assert!(!shown.contains("Vale Tailors 003"));
}
