//! What a person sees.

use crate::World;
use serde_json::json;

async fn text(world: &World, path: &str) -> (u16, String) {
    let answer = world
        .http
        .get(world.url(path))
        .send()
        .await
        .expect("an answer");
    (
        answer.status().as_u16(),
        answer.text().await.expect("an answer"),
    )
}

#[tokio::test]
async fn events_manager_shows_what_arrived() {
    let world = World::start().await;
    let (token, dataset) = world.florist().await;
    let code = world
        .meta
        .state()
        .datasets()
        .iter()
        .find(|it| it.id == dataset)
        .unwrap()
        .test_code
        .clone();
    let body = json!({ "data": [world.purchase("<seen>")], "test_event_code": code });
    world
        .post(&format!("/v26.0/{dataset}/events"), &token, &body)
        .await;

    let (_, overview) = text(&world, &format!("/events_manager/{dataset}/overview")).await;
    assert!(
        overview.contains("Purchase") && overview.contains("&lt;seen&gt;"),
        "{overview}"
    );
    let (_, tests) = text(&world, &format!("/events_manager/{dataset}/test_events")).await;
    assert!(
        tests.contains(&code) && tests.contains("&lt;seen&gt;"),
        "{tests}"
    );
    assert_eq!(text(&world, "/events_manager/1/overview").await.0, 404);
    let (_, index) = text(&world, "/").await;
    assert!(index.contains(&dataset) && index.contains("Write to the Page"));
}

#[tokio::test]
async fn writing_from_the_index_says_what_happened() {
    let world = World::start().await;
    let form = [("page_id", "florist"), ("person", "aoi"), ("text", "hello")];
    let answer = world
        .http
        .post(world.url("/write"))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 303);
    let to = answer.headers()["location"].to_str().unwrap();
    assert!(text(&world, to).await.1.contains("not subscribed"));
}
