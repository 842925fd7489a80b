//! Events from outside: what is taken, what is refused and how, and that none counts twice.

use chrono::TimeDelta;
use domain::{EventState, KeyScope, Role, Rule};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    KeyDraft, SecretToken,
    testing::world::{Line, World},
};

mod clicks;

/// A purchase by somebody whom the Page knows.
pub(crate) async fn purchase(world: &World, line: &Line) -> Value {
    let page: String = sqlx::query_scalar(
        "SELECT meta_id FROM asset JOIN connection ON connection.asset_id = asset.id WHERE connection.id = $1",
    )
    .bind(line.connection.uuid())
    .fetch_one(&world.owner)
    .await
    .unwrap();
    let state = world.sandbox.state();
    let customer = state.world().customer("aoi").unwrap();
    json!({
        "event_name": "Purchase",
        "event_time": world.db.backend.clock().now().timestamp(),
        "event_id": "order-1",
        "action_source": "business_messaging",
        "messaging_channel": "messenger",
        "user_data": { "page_id": page, "page_scoped_user_id": state.world().psid(&page, customer) },
        "custom_data": { "value": 4800, "currency": "jpy", "order_id": "A-1007", "store": "Kyoto" },
    })
}

pub(crate) fn with(event: &Value, path: &str, value: Value) -> Value {
    let mut event = event.clone();
    *event.pointer_mut(path).expect("the key is there") = value;
    event
}

/// The scope of a key that may send for the line's advertiser.
pub(crate) async fn key(world: &World, line: &Line) -> Scope {
    let draft = KeyDraft {
        name: "Shop backend".parse().unwrap(),
        scopes: [KeyScope::EventsWrite].into_iter().collect(),
        days: None,
    };
    let backend = &world.db.backend;
    let made = backend
        .add_api_key(&world.operator, Some(line.advertiser), &draft)
        .await
        .unwrap();
    let token = SecretToken::from_outside(made.expose());
    backend.key_scope(&token).await.unwrap().unwrap()
}

async fn send(
    world: &World,
    scope: &Scope,
    line: &Line,
    events: &[Value],
) -> Result<Result<Vec<AcceptedEvent>, Refusal>> {
    let batch = EventBatch {
        dataset: &line.dataset,
        events: events.to_vec(),
        test_code: None,
        source: EventSource::Ingest,
    };
    world.db.backend.ingest_events(scope, batch).await
}

async fn taken(world: &World, scope: &Scope, line: &Line, event: &Value) -> AcceptedEvent {
    let answer = send(world, scope, line, std::slice::from_ref(event)).await;
    answer.unwrap().unwrap().remove(0)
}

/// How often Meta has counted what has this `event_id`.
fn counted(world: &World, event_id: &str) -> usize {
    let filter = sandbox::Filter {
        event_id: Some(event_id.to_owned()),
        ..Default::default()
    };
    world.sandbox.state().events(&filter).len()
}

#[tokio::test]
async fn an_event_in_metas_shape_reaches_meta_with_all_that_it_holds() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let event = purchase(&world, &line).await;
    let accepted = taken(&world, &scope, &line, &event).await;
    world.deliver().await;
    assert_eq!(world.state(accepted.id).await, EventState::Delivered);
    let shown = world.db.backend.event(&world.operator, accepted.id).await;
    let sent_by = shown.unwrap().sent_by;
    assert!(sent_by.starts_with("pbk_") && sent_by.ends_with('…'));
    let filter = sandbox::Filter {
        event_id: Some("order-1".to_owned()),
        ..Default::default()
    };
    let arrived = serde_json::to_value(world.sandbox.state().events(&filter)).unwrap();
    let text = arrived.to_string();
    assert!(text.contains("Kyoto") && text.contains("JPY"), "{text}");
    let row: (
        String,
        Option<uuid::Uuid>,
        Option<uuid::Uuid>,
        Option<String>,
    ) = sqlx::query_as("SELECT source, contact_id, api_key_id, order_id FROM event WHERE id = $1")
        .bind(accepted.id.uuid())
        .fetch_one(&world.owner)
        .await
        .unwrap();
    let key = scope.key_id().map(domain::ApiKeyId::uuid);
    assert_eq!(
        row,
        (
            "ingest".to_owned(),
            Some(line.contact.uuid()),
            key,
            Some("A-1007".to_owned())
        )
    );
}

#[tokio::test]
async fn the_first_offender_is_named_with_metas_subcode_and_nothing_is_taken() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let good = purchase(&world, &line).await;
    let now = world.db.backend.clock().now().timestamp();
    let drop_key = |path: &str, key: &str| {
        let mut event = good.clone();
        event
            .pointer_mut(path)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove(key);
        event
    };
    let cases: Vec<(Value, &str, Option<u32>)> = vec![
        (json!("Purchase"), "data[1]", None),
        (drop_key("", "event_name"), "data[1].event_name", None),
        (
            with(&good, "/event_name", json!("Lead")),
            "data[1].event_name",
            Some(2_804_066),
        ),
        (
            with(&good, "/event_time", json!("soon")),
            "data[1].event_time",
            None,
        ),
        (
            with(&good, "/event_time", json!(now - 8 * 86_400)),
            "data[1].event_time",
            Some(2_804_003),
        ),
        (
            with(&good, "/event_time", json!(now + 600)),
            "data[1].event_time",
            Some(2_804_004),
        ),
        (
            with(&good, "/action_source", json!("website")),
            "data[1].action_source",
            None,
        ),
        (
            drop_key("", "messaging_channel"),
            "data[1].messaging_channel",
            Some(2_804_063),
        ),
        (
            with(&good, "/messaging_channel", json!("sms")),
            "data[1].messaging_channel",
            None,
        ),
        (
            with(&good, "/messaging_channel", json!("instagram")),
            "data[1].user_data",
            Some(2_804_079),
        ),
        (
            with(&good, "/user_data", json!({})),
            "data[1].user_data",
            Some(2_804_050),
        ),
        (
            drop_key("/user_data", "page_id"),
            "data[1].user_data",
            Some(2_804_069),
        ),
        (
            drop_key("/user_data", "page_scoped_user_id"),
            "data[1].user_data",
            Some(2_804_071),
        ),
        (
            with(&good, "/user_data/page_id", json!("1")),
            "data[1].user_data.page_id",
            Some(2_804_065),
        ),
        (
            with(
                &good,
                "/user_data",
                json!({ "page_id": good["user_data"]["page_id"], "page_scoped_user_id": "1", "client_user_agent": "x" }),
            ),
            "data[1].user_data",
            Some(2_804_064),
        ),
        (
            drop_key("/custom_data", "value"),
            "data[1].custom_data.value",
            Some(2_804_009),
        ),
        (
            drop_key("/custom_data", "currency"),
            "data[1].custom_data.currency",
            Some(2_804_081),
        ),
        (
            with(&good, "/custom_data/value", json!("much")),
            "data[1].custom_data.value",
            None,
        ),
        (
            with(
                &good,
                "/custom_data",
                json!({ "value": 1, "currency": "JPY", "contents": [{ "id": "a" }, {}] }),
            ),
            "data[1].custom_data.contents[1].id",
            Some(2_804_008),
        ),
        (
            with(&good, "/event_id", json!("a\u{0}b")),
            "data[1].event_id",
            None,
        ),
        (
            with(&good, "/custom_data/order_id", json!("9".repeat(3_000))),
            "data[1].custom_data.order_id",
            None,
        ),
    ];
    for (bad, place, subcode) in cases {
        let refused = send(&world, &scope, &line, &[good.clone(), bad.clone(), bad]).await;
        let refusal = refused.unwrap().unwrap_err();
        assert_eq!(
            (refusal.place().as_str(), refusal.subcode()),
            (place, subcode),
            "{refusal:?}"
        );
        assert!(!refusal.sentence(domain::Language::Ja).is_empty());
    }
    for (events, flaw) in [
        (vec![], Flaw::NoEvents),
        (vec![good.clone(); 1_001], Flaw::TooMany(1_001)),
    ] {
        let refused = send(&world, &scope, &line, &events).await.unwrap();
        assert_eq!(refused.unwrap_err(), Refusal::whole(flaw));
    }
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM event")
        .fetch_one(&world.owner)
        .await
        .unwrap();
    assert_eq!(events, 0);
}

#[tokio::test]
async fn a_key_sends_for_its_own_advertiser_and_with_its_scope_alone() {
    let world = World::start().await;
    let (ours, theirs) = (
        world.connect("hana", "florist").await,
        world.connect("kenji", "sushi").await,
    );
    let scope = key(&world, &ours).await;
    let event = purchase(&world, &theirs).await;
    for dataset in [&*theirs.dataset, "4711"] {
        let line = Line {
            dataset: dataset.to_owned(),
            ..theirs.clone()
        };
        let refused = send(&world, &scope, &line, std::slice::from_ref(&event)).await;
        assert!(matches!(refused, Err(Error::NotFound(_))), "{dataset}");
    }
    let auditor = world.db.staff(Role::Auditor).await;
    let refused = send(&world, &auditor, &theirs, std::slice::from_ref(&event)).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    world
        .db
        .backend
        .archive_advertiser(&world.operator, theirs.advertiser)
        .await
        .unwrap();
    let partner = Scope::command();
    let refused = send(&world, &partner, &theirs, &[event]).await;
    assert!(matches!(refused, Err(Error::NotFound(_))), "archived");
}

#[tokio::test]
async fn a_partner_wide_key_sends_to_whoever_holds_the_dataset() {
    let world = World::start().await;
    let lines = [
        world.connect("hana", "florist").await,
        world.connect("kenji", "sushi").await,
    ];
    let owner = world.db.staff(Role::Owner).await;
    let draft = KeyDraft {
        name: "Bot".parse().unwrap(),
        scopes: [KeyScope::EventsWrite].into_iter().collect(),
        days: None,
    };
    let backend = &world.db.backend;
    let made = backend.add_api_key(&owner, None, &draft).await.unwrap();
    let token = SecretToken::from_outside(made.expose());
    let scope = backend.key_scope(&token).await.unwrap().unwrap();
    for line in &lines {
        let event = purchase(&world, line).await;
        let accepted = taken(&world, &scope, line, &event).await;
        assert_eq!(accepted.duplicate_of, None);
        let owner: uuid::Uuid = sqlx::query_scalar("SELECT advertiser_id FROM event WHERE id = $1")
            .bind(accepted.id.uuid())
            .fetch_one(&world.owner)
            .await
            .unwrap();
        assert_eq!(owner, line.advertiser.uuid());
    }
    world.deliver().await;
    assert_eq!(counted(&world, "order-1"), 2);
}

#[tokio::test]
async fn rows_of_a_file_are_judged_one_by_one() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let good = purchase(&world, &line).await;
    let events = [
        good.clone(),
        with(&good, "/event_name", json!("Lead")),
        with(&good, "/event_id", json!("order-2")),
    ];
    let batch = EventBatch {
        dataset: &line.dataset,
        events: events.into(),
        test_code: None,
        source: EventSource::Csv,
    };
    let answers = world
        .db
        .backend
        .ingest_each(&world.operator, batch)
        .await
        .unwrap();
    assert!(answers[0].is_ok() && answers[2].is_ok());
    let refusal = answers[1].as_ref().unwrap_err();
    assert_eq!(refusal.event, Some(1));
    assert!(matches!(refusal.flaw, Flaw::Rule(problem) if problem.rule == Rule::NameUnknown));
}

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
        events: vec![event.clone()],
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
                    events: events.to_vec(),
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

#[tokio::test]
async fn single_events_share_commits_and_each_caller_gets_its_own_answer() {
    let world = World::start().await;
    let (ours, theirs) = (
        world.connect("hana", "florist").await,
        world.connect("kenji", "sushi").await,
    );
    let scopes = (key(&world, &ours).await, key(&world, &theirs).await);
    let events = (
        purchase(&world, &ours).await,
        purchase(&world, &theirs).await,
    );
    let sent = futures::future::join_all((0..100).map(|nth| {
        let (line, scope, event) = match nth % 2 {
            0 => (&ours, &scopes.0, &events.0),
            _ => (&theirs, &scopes.1, &events.1),
        };
        let event = with(event, "/event_id", json!(format!("single-{}", nth / 4)));
        let world = &world;
        async move { (line.advertiser, taken(world, scope, line, &event).await) }
    }))
    .await;
    for (advertiser, accepted) in &sent {
        let owner: uuid::Uuid = sqlx::query_scalar("SELECT advertiser_id FROM event WHERE id = $1")
            .bind(accepted.id.uuid())
            .fetch_one(&world.owner)
            .await
            .unwrap();
        assert_eq!(owner, advertiser.uuid());
        if let Some(first) = accepted.duplicate_of {
            let found = sent.iter().find(|(_, other)| other.id == first).unwrap();
            assert_eq!(
                found.0, *advertiser,
                "nobody's duplicate is another's event"
            );
        }
    }
    let duplicates = sent
        .iter()
        .filter(|(_, accepted)| accepted.duplicate_of.is_some());
    assert_eq!(duplicates.count(), 50);
    world.deliver().await;
    for (_, accepted) in &sent {
        let expected = match accepted.duplicate_of {
            None => EventState::Delivered,
            Some(_) => EventState::Duplicate,
        };
        assert_eq!(world.state(accepted.id).await, expected);
    }
}

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
        let _ = read::event(noise.clone(), &routes, None, 0);
        let nearly = json!({
            "event_name": "ViewContent", "event_time": time, "action_source": "business_messaging",
            "messaging_channel": "messenger", "user_data": user, "custom_data": custom,
        });
        let _ = read::event(nearly.clone(), &routes, None, time);
        let mut full = nearly;
        full["user_data"] = json!({ "page_id": "1", "page_scoped_user_id": 2, "noise": noise });
        if let Ok(mut reading) = read::event(full, &routes, None, time) {
            let body = reading.body("e");
            prop_assert_eq!(&body["user_data"]["page_scoped_user_id"], "2");
        }
    }
}

/// Which contact an event is about.
async fn contact_of(world: &World, id: EventId) -> Option<uuid::Uuid> {
    sqlx::query_scalar("SELECT contact_id FROM event WHERE id = $1")
        .bind(id.uuid())
        .fetch_one(&world.owner)
        .await
        .unwrap()
}

async fn see(
    world: &World,
    line: &Line,
    channel: Channel,
    identity: &str,
    click: Option<&str>,
) -> ContactId {
    let backend = &world.db.backend;
    let asset: uuid::Uuid = sqlx::query_scalar("SELECT asset_id FROM connection WHERE id = $1")
        .bind(line.connection.uuid())
        .fetch_one(&world.owner)
        .await
        .unwrap();
    let mut tx = backend.begin(&world.db.system()).await.unwrap();
    let seen = crate::contacts::Sighting {
        asset: asset.into(),
        channel,
        identity,
        phone: None,
        at: tx.now(),
        ad_id: None,
        click,
        wrote: true,
    };
    let contact = backend
        .see_contact(&mut tx, line.advertiser, &seen)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    contact
}

const STRANGER: &str = "7000000000000002";

#[tokio::test]
async fn events_become_a_contacts_who_writes_after_them_and_are_erased_with_them() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let (scope, backend) = (key(&world, &line).await, &world.db.backend);
    let event = purchase(&world, &line).await;
    let of = |person: &str, id: &str| {
        let event = with(&event, "/user_data/page_scoped_user_id", json!(person));
        with(&event, "/event_id", json!(id))
    };
    let early = taken(&world, &scope, &line, &of(STRANGER, "early")).await;
    let others = taken(&world, &scope, &line, &of("7000000000000003", "other")).await;
    assert_eq!(contact_of(&world, early.id).await, None);

    let contact = see(&world, &line, Channel::Messenger, STRANGER, None).await;
    assert_eq!(contact_of(&world, early.id).await, Some(contact.uuid()));
    let later = taken(&world, &scope, &line, &of(STRANGER, "later")).await;
    // Written while the contact was: neither saw the other.
    let missed = taken(&world, &scope, &line, &of(STRANGER, "missed")).await;
    let hash = contacts::identity_hash(backend.keys(), Channel::Messenger, STRANGER);
    sqlx::query("UPDATE event SET contact_id = NULL, person_hash = $2 WHERE id = $1")
        .bind(missed.id.uuid())
        .bind(hash)
        .execute(&world.owner)
        .await
        .unwrap();

    assert!(
        backend
            .erase_contact_of(&world.operator, early.id)
            .await
            .unwrap()
    );
    let left: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT id FROM event_payload ORDER BY id")
        .fetch_all(&world.owner)
        .await
        .unwrap();
    assert_eq!(left, [others.id.uuid()], "nobody else's event is touched");
    for event in [&early, &later, &missed] {
        assert_eq!(world.state(event.id).await, EventState::Expired);
    }
    let remembered: i64 =
        sqlx::query_scalar("SELECT count(*) FROM event WHERE person_hash IS NOT NULL")
            .fetch_one(&world.owner)
            .await
            .unwrap();
    assert_eq!(remembered, 1);
}

#[tokio::test]
async fn a_click_that_is_heard_of_later_says_whose_an_event_is() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let event = with(
        &purchase(&world, &line).await,
        "/user_data/page_scoped_user_id",
        json!(STRANGER),
    );
    let event = taken(&world, &scope, &line, &event).await.id;
    // As an event of WhatsApp's is written.
    sqlx::query("UPDATE event SET channel = 'whatsapp', person_hash = $2 WHERE id = $1")
        .bind(event.uuid())
        .bind(contacts::click_hash(world.db.backend.keys(), "click-1"))
        .execute(&world.owner)
        .await
        .unwrap();
    let phone = "818012345678";
    see(&world, &line, Channel::Whatsapp, phone, None).await;
    assert_eq!(contact_of(&world, event).await, None);
    let contact = see(&world, &line, Channel::Whatsapp, phone, Some("click-1")).await;
    assert_eq!(contact_of(&world, event).await, Some(contact.uuid()));
}
