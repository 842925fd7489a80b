//! That none counts twice, and what is another event.

use super::*;

#[tokio::test]
async fn what_was_seen_before_is_a_success_that_is_never_sent() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let event = purchase(&world, &line).await;
    let first = taken(&world, &scope, &line, &event).await;
    let second = taken(&world, &scope, &line, &event).await;
    assert_eq!(second.duplicate_of, Some(first.id));
    assert_eq!(world.state(second.id).await, EventState::Duplicate);
    // In one request, too.
    let other = with(&event, "/event_id", json!("order-2"));
    let twice = send(&world, &scope, &line, &[other.clone(), other]).await;
    let twice = twice.unwrap().unwrap();
    assert_eq!(twice[1].duplicate_of, Some(twice[0].id));
    world.deliver().await;
    assert_eq!(
        (counted(&world, "order-1"), counted(&world, "order-2")),
        (1, 1)
    );
    let counts: i64 = sqlx::query_scalar(
        "SELECT sum(count)::bigint FROM event_hour_now WHERE state = 'duplicate'",
    )
    .fetch_one(&world.owner)
    .await
    .unwrap();
    assert_eq!(counts, 2, "charts know of them");
}

#[tokio::test]
async fn names_test_codes_and_orders_tell_events_apart() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let event = purchase(&world, &line).await;
    for name in ["OrderCreated", "OrderShipped", "Purchase"] {
        let accepted = taken(
            &world,
            &scope,
            &line,
            &with(&event, "/event_name", json!(name)),
        )
        .await;
        assert_eq!(accepted.duplicate_of, None, "{name}");
    }
    let code: TestCode = "TEST1".parse().unwrap();
    let batch = EventBatch {
        dataset: &line.dataset,
        events: texts(std::slice::from_ref(&event)),
        test_code: Some(&code),
        source: EventSource::Ingest,
    };
    let tested = world.db.backend.ingest_events(&scope, batch).await;
    assert_eq!(tested.unwrap().unwrap()[0].duplicate_of, None);
    world.deliver().await;
    assert_eq!(counted(&world, "order-1"), 4);

    // Without an event_id the person and the order tell, and without an order the moment and what was bought.
    let mut unnamed = event.clone();
    unnamed.as_object_mut().unwrap().remove("event_id");
    let first = taken(&world, &scope, &line, &unnamed).await;
    let later = with(
        &unnamed,
        "/event_time",
        json!(event["event_time"].as_i64().unwrap() - 60),
    );
    assert_eq!(
        taken(&world, &scope, &line, &later).await.duplicate_of,
        Some(first.id)
    );
    let stranger = with(
        &unnamed,
        "/user_data/page_scoped_user_id",
        json!("7000000000000002"),
    );
    assert_eq!(
        taken(&world, &scope, &line, &stranger).await.duplicate_of,
        None
    );
    let loose = with(
        &unnamed,
        "/custom_data",
        json!({ "value": 4800, "currency": "JPY" }),
    );
    let first = taken(&world, &scope, &line, &loose).await;
    assert_eq!(first.duplicate_of, None);
    let same = with(&loose, "/custom_data/value", json!("4800.00"));
    assert_eq!(
        taken(&world, &scope, &line, &same).await.duplicate_of,
        Some(first.id)
    );
    let dearer = with(&loose, "/custom_data/value", json!(4801));
    assert_eq!(
        taken(&world, &scope, &line, &dearer).await.duplicate_of,
        None
    );
}

#[tokio::test]
async fn a_corrected_event_is_sent_after_a_rejection() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let event = purchase(&world, &line).await;
    let wrong = with(
        &event,
        "/user_data/page_scoped_user_id",
        json!("7000000000000001"),
    );
    let rejected = taken(&world, &scope, &line, &wrong).await;
    world.deliver().await;
    assert_eq!(world.state(rejected.id).await, EventState::Rejected);
    let corrected = taken(&world, &scope, &line, &event).await;
    assert_eq!(corrected.duplicate_of, None);
    world.deliver().await;
    assert_eq!(world.state(corrected.id).await, EventState::Delivered);
    let again = taken(&world, &scope, &line, &event).await;
    assert_eq!(again.duplicate_of, Some(corrected.id));
}

#[tokio::test]
async fn keys_are_freed_by_expiry_and_forgotten_after_their_time() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let event = purchase(&world, &line).await;
    let backend = &world.db.backend;
    let first = taken(&world, &scope, &line, &event).await;
    backend.clock().advance(TimeDelta::days(7));
    backend.make_partitions().await.unwrap();
    world.deliver().await;
    assert_eq!(world.state(first.id).await, EventState::Expired);
    let now = backend.clock().now().timestamp();
    let fresh = with(&event, "/event_time", json!(now));
    let second = taken(&world, &scope, &line, &fresh).await;
    assert_eq!(second.duplicate_of, None);
    assert_eq!(backend.forget_dedup_keys().await.unwrap(), 0);
    backend.clock().advance(TimeDelta::days(36));
    assert_eq!(backend.forget_dedup_keys().await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_clients_with_the_same_thousand_events_each_succeed_and_none_counts_twice() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let event = purchase(&world, &line).await;
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..64 {
        // Each in an order of its own, half of them in one request and half in requests of twenty.
        let events: Vec<Value> = (0..1_000)
            .map(|nth| {
                with(
                    &event,
                    "/event_id",
                    json!(format!("e{}", (nth * 7 + client * 131) % 1_000)),
                )
            })
            .collect();
        let (backend, scope, dataset) = (
            world.db.backend.clone(),
            scope.clone(),
            line.dataset.clone(),
        );
        let size = if client % 2 == 0 { 1_000 } else { 20 };
        clients.spawn(async move {
            let mut firsts = 0;
            for events in events.chunks(size) {
                let batch = EventBatch {
                    dataset: &dataset,
                    events: texts(events),
                    test_code: None,
                    source: EventSource::Ingest,
                };
                let accepted = backend.ingest_events(&scope, batch).await.unwrap().unwrap();
                assert_eq!(accepted.len(), events.len());
                firsts += accepted
                    .iter()
                    .filter(|event| event.duplicate_of.is_none())
                    .count();
            }
            firsts
        });
    }
    let firsts: usize = clients.join_all().await.into_iter().sum();
    assert_eq!(firsts, 1_000);
    let (queued, distinct): (i64, i64) = sqlx::query_as(
        "SELECT count(*), count(DISTINCT external_id) FROM event WHERE state = 'queued'",
    )
    .fetch_one(&world.owner)
    .await
    .unwrap();
    assert_eq!((queued, distinct), (1_000, 1_000));
}
