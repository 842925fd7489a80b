//! Events from outside: what is taken, what is refused and how, and that none counts twice.

use chrono::TimeDelta;
use domain::{EventState, KeyScope, Role, Rule};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    KeyDraft, SecretToken,
    testing::world::{Line, World},
};

mod clicks;
mod dedup;
mod people;
mod reading;

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

/// Events as a batch holds them.
pub(crate) fn texts(events: &[Value]) -> Vec<Box<RawValue>> {
    let text = |event| serde_json::value::to_raw_value(event).unwrap();
    events.iter().map(text).collect()
}

async fn send(
    world: &World,
    scope: &Scope,
    line: &Line,
    events: &[Value],
) -> Result<Result<Vec<AcceptedEvent>, Refusal>> {
    let batch = EventBatch {
        dataset: &line.dataset,
        events: texts(events),
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
        events: texts(&events),
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
