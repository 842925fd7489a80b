//! How long a code marks events as test, who may say so, and that no conversion is lost over it.

use chrono::TimeDelta;
use domain::{EventId, EventSource, Role, TestCode, console::StudioEvent};
use serde_json::{Value, json};

use super::{HOLDS, REMEMBERED, SHOWN};
use crate::{
    About, AcceptedEvent, BusinessEvent, Error, EventBatch, Scope, Testing,
    ingest::tests::{key, purchase, texts, with},
    testing::world::{Line, World},
};

fn code(text: &str) -> TestCode {
    text.parse().unwrap()
}

/// Sends a purchase of this moment, which names the code.
async fn send(world: &World, scope: &Scope, line: &Line, name: &str, id: &str) -> AcceptedEvent {
    let event = with(
        &purchase(world, line).await,
        "/event_id",
        Value::from(id.to_owned()),
    );
    let code = code(name);
    let batch = EventBatch {
        dataset: &line.dataset,
        events: texts(&[event]),
        test_code: Some(&code),
        source: EventSource::Ingest,
    };
    let taken = world.db.backend.ingest_events(scope, batch).await;
    taken.unwrap().unwrap().remove(0)
}

/// The codes of a line's dataset: each with whether it has ended.
async fn shown(world: &World, scope: &Scope, line: &Line) -> Vec<(String, bool)> {
    let codes = world
        .db
        .backend
        .test_codes(scope, line.advertiser, line.connection)
        .await
        .unwrap();
    codes
        .into_iter()
        .map(|code| (code.code, code.has_ended))
        .collect()
}

/// Lets time pass, here and at Meta.
async fn live(world: &World, span: TimeDelta) {
    let backend = &world.db.backend;
    backend.clock().advance(span);
    world.sandbox.state().clock().advance(span);
    backend.make_partitions().await.unwrap();
}

async fn code_of(world: &World, id: EventId) -> String {
    sqlx::query_scalar("SELECT test_code FROM event WHERE id = $1")
        .bind(id.uuid())
        .fetch_one(&world.owner)
        .await
        .unwrap()
}

/// What Meta got under an `event_id`: the code of each time.
fn arrived(world: &World, id: &str) -> Vec<Option<String>> {
    let filter = sandbox::Filter {
        event_id: Some(id.to_owned()),
        ..Default::default()
    };
    let events = world.sandbox.state().events(&filter);
    events
        .into_iter()
        .map(|event| event.test_event_code)
        .collect()
}

#[tokio::test]
async fn a_code_marks_events_for_a_day_and_then_they_are_live() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let began = world.db.backend.clock().now();
    let first = send(&world, &scope, &line, "TEST1", "one").await;
    assert_eq!(first.testing, Testing::Marked);
    let codes = world
        .db
        .backend
        .test_codes(&world.operator, line.advertiser, line.connection)
        .await
        .unwrap();
    assert!(codes[0].is_from_api && codes[0].added_by.is_empty());
    let lives = codes[0].until.ms - began.timestamp_millis();
    assert!((lives - HOLDS.num_milliseconds()).abs() < 60_000, "{lives}");

    live(&world, HOLDS - TimeDelta::minutes(5)).await;
    let second = send(&world, &scope, &line, "TEST1", "two").await;
    assert_eq!(second.testing, Testing::Marked, "being used renews nothing");
    live(&world, TimeDelta::minutes(6)).await;
    let third = send(&world, &scope, &line, "TEST1", "three").await;
    assert_eq!(third.testing, Testing::Ended);
    assert_eq!(code_of(&world, third.id).await, "");
    // Each by the code that it really has: the same event is live now, and once.
    let live = send(&world, &scope, &line, "TEST1", "two").await;
    assert_eq!(live.duplicate_of, None);
    let again = send(&world, &scope, &line, "TEST1", "two").await;
    assert_eq!(again.duplicate_of, Some(live.id));
    let other = send(&world, &scope, &line, "TEST2", "four").await;
    assert_eq!(
        other.testing,
        Testing::Marked,
        "another code has its own day"
    );

    world.deliver().await;
    let marked = Some("TEST1".to_owned());
    assert_eq!(arrived(&world, "one"), std::slice::from_ref(&marked));
    assert_eq!(arrived(&world, "three"), [None]);
    let mut two = arrived(&world, "two");
    two.sort();
    assert_eq!(two, [None, marked]);
}

#[tokio::test]
async fn the_native_way_in_and_files_keep_the_same_rule() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let backend = &world.db.backend;
    let event = BusinessEvent {
        about: About::Contact(line.contact),
        name: "Purchase".into(),
        event_time: None,
        event_id: None,
        test_code: Some(code("TEST1")),
        custom_data: json!({ "value": 10, "currency": "EUR" })
            .as_object()
            .unwrap()
            .clone(),
    };
    let take = async || {
        let taken = backend.record_event(&scope, &event, EventSource::Api).await;
        taken.unwrap().unwrap().testing
    };
    assert_eq!(take().await, Testing::Marked);
    live(&world, HOLDS + TimeDelta::minutes(1)).await;
    assert_eq!(take().await, Testing::Ended);

    let rows = [purchase(&world, &line).await, json!({})];
    let named = code("TEST1");
    let batch = EventBatch {
        dataset: &line.dataset,
        events: texts(&rows),
        test_code: Some(&named),
        source: EventSource::Csv,
    };
    let taken = backend.ingest_each(&scope, batch).await.unwrap();
    assert_eq!(taken[0].as_ref().unwrap().testing, Testing::Ended);
    assert!(taken[1].is_err());
}

#[tokio::test]
async fn a_batch_that_is_refused_registers_no_code() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let (code, broken) = (code("TEST1"), json!({}));
    let batch = EventBatch {
        dataset: &line.dataset,
        events: texts(&[broken]),
        test_code: Some(&code),
        source: EventSource::Ingest,
    };
    let refused = world.db.backend.ingest_events(&scope, batch).await.unwrap();
    assert!(refused.is_err());
    assert_eq!(shown(&world, &world.operator, &line).await, []);
}

#[tokio::test]
async fn batches_that_bring_a_code_at_once_agree_on_it() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let ids: Vec<String> = (0..8).map(|n| format!("event-{n}")).collect();
    let sent = ids
        .iter()
        .map(|id| send(&world, &scope, &line, "TEST1", id));
    let taken = futures::future::join_all(sent).await;
    assert!(taken.iter().all(|event| event.testing == Testing::Marked));
    assert_eq!(
        shown(&world, &world.operator, &line).await,
        [("TEST1".to_owned(), false)]
    );
}

#[tokio::test]
async fn people_add_renew_and_end_a_code() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let (scope, backend) = (key(&world, &line).await, &world.db.backend);
    let (advertiser, connection, test1) = (line.advertiser, line.connection, code("TEST1"));
    let hold = async || {
        backend
            .hold_test_code(&world.operator, advertiser, connection, &test1)
            .await
            .unwrap();
    };
    hold().await;
    let codes = backend
        .test_codes(&world.operator, advertiser, connection)
        .await
        .unwrap();
    assert!(!codes[0].is_from_api && !codes[0].added_by.is_empty());
    let own = world.db.member(advertiser, Role::AdvertiserAdmin).await;
    let seen_by_own = backend
        .test_codes(&own, advertiser, connection)
        .await
        .unwrap();
    assert_eq!(seen_by_own[0].added_by, "", "the staff's names stay here");

    backend
        .end_test_code(&own, advertiser, connection, &test1)
        .await
        .unwrap();
    assert_eq!(
        send(&world, &scope, &line, "TEST1", "one").await.testing,
        Testing::Ended
    );
    assert_eq!(
        shown(&world, &own, &line).await,
        [("TEST1".to_owned(), true)]
    );
    hold().await;
    assert_eq!(
        send(&world, &scope, &line, "TEST1", "two").await.testing,
        Testing::Marked
    );
    // Renewing one that holds gives it a whole day again.
    live(&world, HOLDS - TimeDelta::hours(1)).await;
    hold().await;
    live(&world, TimeDelta::hours(2)).await;
    assert_eq!(
        send(&world, &scope, &line, "TEST1", "three").await.testing,
        Testing::Marked
    );
    let audited: Vec<String> = sqlx::query_scalar(
        "SELECT action FROM audit WHERE action LIKE 'dataset.test_code_%' ORDER BY id",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    let (held, ended) = ("dataset.test_code_held", "dataset.test_code_ended");
    assert_eq!(audited, [held, ended, held, held]);

    let unknown = backend
        .end_test_code(&world.operator, advertiser, connection, &code("TEST9"))
        .await;
    assert!(matches!(unknown, Err(Error::NotFound("test code"))));
}

#[tokio::test]
async fn nobody_sees_or_touches_the_codes_of_another_advertiser() {
    let world = World::start().await;
    let (line, other) = (
        world.connect("hana", "florist").await,
        world.connect("kenji", "sushi").await,
    );
    let (backend, test1) = (&world.db.backend, code("TEST1"));
    let stranger = world
        .db
        .member(other.advertiser, Role::AdvertiserAdmin)
        .await;
    let viewer = world
        .db
        .member(line.advertiser, Role::AdvertiserViewer)
        .await;
    // Under their own advertiser's name, too.
    for advertiser in [line.advertiser, other.advertiser] {
        let answers = [
            backend
                .test_codes(&stranger, advertiser, line.connection)
                .await
                .map(drop),
            backend
                .hold_test_code(&stranger, advertiser, line.connection, &test1)
                .await,
            backend
                .end_test_code(&stranger, advertiser, line.connection, &test1)
                .await,
        ];
        for answer in answers {
            assert!(matches!(answer, Err(Error::NotFound(_))), "{answer:?}");
        }
    }
    let refused = backend
        .hold_test_code(&viewer, line.advertiser, line.connection, &test1)
        .await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    assert_eq!(shown(&world, &viewer, &line).await, []);
}

#[tokio::test]
async fn the_studio_renews_a_code_that_has_ended_and_offers_those_that_hold() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let (scope, backend) = (key(&world, &line).await, &world.db.backend);
    send(&world, &scope, &line, "TEST1", "one").await;
    live(&world, HOLDS + TimeDelta::minutes(1)).await;
    let studio = backend
        .studio(&world.operator, line.advertiser)
        .await
        .unwrap();
    let offered = &studio.test_codes[0];
    assert!(offered.has_ended && offered.dataset_meta_id == line.dataset);

    let form = StudioEvent {
        test_code: "TEST1".into(),
        ..world.form(&line)
    };
    let id = world.send_form(&line, &form).await;
    assert_eq!(code_of(&world, id).await, "TEST1");
    let studio = backend
        .studio(&world.operator, line.advertiser)
        .await
        .unwrap();
    assert!(!studio.test_codes[0].has_ended);
    let until = studio.test_codes[0].until.ms;
    assert!(until <= studio.test_code_until.ms && until > studio.now.ms);
    assert_eq!(
        send(&world, &scope, &line, "TEST1", "two").await.testing,
        Testing::Marked,
        "for programs, too"
    );
}

#[tokio::test]
async fn a_code_is_forgotten_once_nothing_names_it() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let (scope, backend) = (key(&world, &line).await, &world.db.backend);
    send(&world, &scope, &line, "FORGOTTEN", "one").await;
    send(&world, &scope, &line, "QUIET", "two").await;
    live(&world, HOLDS + SHOWN + TimeDelta::hours(1)).await;
    assert_eq!(shown(&world, &world.operator, &line).await, []);
    live(&world, REMEMBERED - SHOWN - TimeDelta::days(1)).await;
    send(&world, &scope, &line, "FORGOTTEN", "three").await;
    live(&world, TimeDelta::days(2)).await;
    backend.forget_test_codes().await.unwrap();
    let left: Vec<String> = sqlx::query_scalar("SELECT code FROM test_code")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    assert_eq!(left, ["FORGOTTEN"], "what is still sent stays ended");
    assert_eq!(
        send(&world, &scope, &line, "FORGOTTEN", "four")
            .await
            .testing,
        Testing::Ended
    );
}
