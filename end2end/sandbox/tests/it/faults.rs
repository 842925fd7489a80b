//! Every knob, and what the ledger says of it.

use crate::World;
use chrono::Duration;
use sandbox::{Effect, Fault, Filter, Verdict};
use serde_json::{Value, json};
use std::time::Instant;

impl World {
    fn set(&self, fault: Fault) {
        self.meta
            .state()
            .set_faults(vec![fault])
            .expect("a knob that can be set");
    }

    async fn purchase_answer(
        &self,
        dataset: &str,
        token: &str,
    ) -> Result<reqwest::Response, reqwest::Error> {
        let body = json!({ "data": [self.purchase("x")] });
        let url = self.url(&format!("/v26.0/{dataset}/events"));
        let patience = std::time::Duration::from_millis(700);
        self.http
            .post(url)
            .bearer_auth(token)
            .json(&body)
            .timeout(patience)
            .send()
            .await
    }

    fn last_verdict(&self) -> Verdict {
        self.meta
            .state()
            .posts(&Filter::default())
            .pop()
            .expect("a post")
            .verdict
    }

    fn arrived(&self) -> usize {
        self.meta.state().events(&Filter::default()).len()
    }
}

#[tokio::test]
async fn a_reset_leaves_nothing_or_everything() {
    let world = World::start().await;
    let (token, dataset) = world.florist().await;
    world.set(Fault::new(Effect::Reset).edge("events").times(1));
    let error = world.purchase_answer(&dataset, &token).await.unwrap_err();
    assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
    assert_eq!(
        (world.arrived(), world.last_verdict()),
        (0, Verdict::Failed { by: "reset".into() })
    );

    world.set(
        Fault::new(Effect::ResetAfterAccept)
            .dataset(&dataset)
            .times(1),
    );
    assert!(world.purchase_answer(&dataset, &token).await.is_err());
    assert_eq!(
        (world.arrived(), world.last_verdict()),
        (
            1,
            Verdict::Accepted {
                events_received: 1,
                answered: false
            }
        )
    );

    assert_eq!(
        world
            .purchase_answer(&dataset, &token)
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(world.arrived(), 2);
}

#[tokio::test]
async fn hanging_and_delaying_take_time() {
    let world = World::start().await;
    let (token, dataset) = world.florist().await;
    world.set(Fault::new(Effect::Hang).page("florist").times(1));
    assert!(
        world
            .purchase_answer(&dataset, &token)
            .await
            .unwrap_err()
            .is_timeout()
    );
    assert_eq!(world.arrived(), 0);
    world.set(Fault::new(Effect::Delay { ms: 200 }));
    let start = Instant::now();
    assert_eq!(
        world
            .purchase_answer(&dataset, &token)
            .await
            .unwrap()
            .status(),
        200
    );
    assert!(start.elapsed().as_millis() >= 200);
}

#[tokio::test]
async fn errors_come_with_and_without_an_envelope() {
    let world = World::start().await;
    let (token, dataset) = world.florist().await;
    let read = |text: &str| serde_json::from_str::<Fault>(text).unwrap();
    world.set(read(r#"{"kind":"http_error","times":1}"#));
    let answer = world.purchase_answer(&dataset, &token).await.unwrap();
    assert_eq!(answer.status(), 500);
    assert!(answer.text().await.unwrap().starts_with("<!doctype html>"));

    world.set(read(
        r#"{"kind":"error","code":2,"status":503,"is_transient":true,"message":"later","times":1}"#,
    ));
    let answer = world.purchase_answer(&dataset, &token).await.unwrap();
    assert_eq!(answer.status(), 503);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(
        (&body["error"]["code"], &body["error"]["is_transient"]),
        (&json!(2), &json!(true))
    );
    assert!(matches!(
        world.last_verdict(),
        Verdict::Refused {
            status: 503,
            code: 2,
            ..
        }
    ));

    world.set(read(
        r#"{"kind":"rate_limit","code":80004,"minutes":7,"times":1}"#,
    ));
    let answer = world.purchase_answer(&dataset, &token).await.unwrap();
    let usage: Value = serde_json::from_str(
        answer.headers()["x-business-use-case-usage"]
            .to_str()
            .unwrap(),
    )
    .unwrap();
    let business = world.page("florist").business_id.unwrap();
    assert_eq!(usage[&business][0]["estimated_time_to_regain_access"], 7);
    assert_eq!(usage[&business][0]["call_count"], 100);

    world.set(read(r#"{"kind":"usage","app":96}"#));
    let answer = world.purchase_answer(&dataset, &token).await.unwrap();
    let usage: Value =
        serde_json::from_str(answer.headers()["x-app-usage"].to_str().unwrap()).unwrap();
    assert_eq!(
        (answer.status().as_u16(), &usage["call_count"]),
        (200, &json!(96))
    );
}

#[tokio::test]
async fn answers_may_be_short_or_warn() {
    let world = World::start().await;
    let (token, dataset) = world.florist().await;
    world.set(Fault::new(Effect::ShortEventsReceived { by: 1 }).times(1));
    let events = [world.purchase("a"), world.purchase("b")];
    assert_eq!(
        world.send(&dataset, &token, &events).await.1["events_received"],
        1
    );
    assert_eq!(world.arrived(), 1);
    world.set(
        Fault::new(Effect::Warning {
            messages: vec!["mind".into()],
        })
        .times(1),
    );
    assert_eq!(
        world.send(&dataset, &token, &events).await.1["messages"],
        json!(["mind"])
    );
    assert_eq!(
        world.send(&dataset, &token, &events).await.1["messages"],
        json!([])
    );
}

#[tokio::test]
async fn a_revoked_token_is_dead_until_the_person_signs_in_again() {
    let world = World::start().await;
    let (token, dataset) = world.florist().await;
    world.set(
        serde_json::from_str(r#"{"kind":"revoke_token","page":"florist","subcode":460}"#).unwrap(),
    );
    let (status, body) = world.send(&dataset, &token, &[world.purchase("x")]).await;
    assert_eq!(
        (
            status,
            &body["error"]["code"],
            &body["error"]["error_subcode"]
        ),
        (401, &json!(190), &json!(460))
    );
    assert!(world.meta.state().faults().is_empty());
    let (token, again) = world.florist().await;
    assert_eq!(again, dataset);
    assert_eq!(
        world.send(&dataset, &token, &[world.purchase("x")]).await.0,
        200
    );
}

#[tokio::test]
async fn a_dropped_permission_is_healed_by_a_new_token() {
    let world = World::start().await;
    let (token, dataset) = world.florist().await;
    let drop = |page: Option<&str>| {
        let fault = Fault::new(Effect::DropPermission {
            permission: "page_events".into(),
        });
        page.map_or(fault.clone(), |page| fault.page(page))
    };
    world.set(drop(Some("florist")));
    let (status, body) = world.send(&dataset, &token, &[world.purchase("x")]).await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!(200)));
    assert!(
        body["error"]["message"]
            .as_str()
            .unwrap()
            .contains("page_events")
    );
    world.set(drop(None));
    assert_eq!(
        world.send(&dataset, &token, &[world.purchase("x")]).await.1["error"]["code"],
        10
    );
    let (token, _) = world.florist().await;
    assert_eq!(
        world.send(&dataset, &token, &[world.purchase("x")]).await.0,
        200
    );
}

#[tokio::test]
async fn an_unlinked_dataset_refuses_and_the_page_gets_another() {
    let world = World::start().await;
    let (token, dataset) = world.florist().await;
    world.set(Fault::new(Effect::UnlinkDataset).page("florist"));
    assert_eq!(
        world.send(&dataset, &token, &[world.purchase("x")]).await.1["error"]["error_subcode"],
        2804131
    );
    let (_, other) = world.florist().await;
    assert_ne!(other, dataset);
}

#[tokio::test]
async fn knobs_that_name_nothing_are_refused_and_change_nothing() {
    let world = World::start().await;
    let state = world.meta.state();
    state
        .add_fault(Fault::new(Effect::Hang).edge("nowhere"))
        .unwrap();
    assert!(
        state
            .set_faults(vec![Fault::new(Effect::Hang).page("no such page")])
            .is_err()
    );
    assert!(state.add_fault(Fault::new(Effect::UnlinkDataset)).is_err());
    assert_eq!(state.faults().len(), 1);
    state.clock().advance(Duration::days(1));
    state.reset();
    assert!(state.faults().is_empty());
}
