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
    assert!(index.contains(&dataset) && index.contains("Write a message"));
}

#[tokio::test]
async fn writing_from_the_index_says_what_happened() {
    let world = World::start().await;
    let form = [("to", "page florist"), ("person", "aoi"), ("text", "hello")];
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

#[tokio::test]
async fn a_person_ends_it_or_links_a_dataset_on_the_pages() {
    let world = World::start().await;
    let token = world.user_token("hana");
    let (_, dataset) = world.florist().await;
    let (_, integrations) = text(&world, "/integrations").await;
    assert!(integrations.contains("Remove Patchbay of 森田 花"));
    let press = async |path: &str, form: &[(&str, &str)]| {
        let request = world.http.post(world.url(path)).form(form);
        let answer = request.send().await.expect("an answer");
        let to = answer.headers()["location"]
            .to_str()
            .expect("text")
            .to_owned();
        text(&world, &to).await.1
    };
    let asset = world.instagram("florist").id;
    let path = format!("/events_manager/{dataset}/connect");
    assert!(
        press(&path, &[("asset", &asset)])
            .await
            .contains("Connected.")
    );
    assert!(world.meta.state().datasets()[1].instagram_id == Some(asset));
    let done = press("/integrations/people/hana/remove", &[]).await;
    assert!(done.contains("Removed. The app was not told"));
    assert_eq!(world.get("/v26.0/me", &token).await.0, 401);
    let asked = press("/integrations/people/hana/delete", &[]).await;
    assert!(asked.contains("Asked for."));
}
