//! Delivery against the simulated Meta: for each thing that can come back, the event's state and what the ledger holds.

use std::time::Duration;

use chrono::TimeDelta;
use domain::{EventId, EventState, Health, TRANSITIONS};
use graph::AccessToken;
use sandbox::Effect;

use crate::{connections, testing::world::{Line, World}};

async fn world() -> (World, Line) {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    (world, line)
}

/// Sends one event under a fault and says what became of it.
async fn one_under(effect: Effect) -> (World, Line, EventId) {
    let (world, line) = world().await;
    world.fault(effect, Some(1));
    let id = world.send(&line).await;
    world.deliver().await;
    (world, line, id)
}

fn envelope(code: i64, subcode: Option<u32>, status: u16) -> Effect {
    Effect::Error { code, subcode, status, message: None, title: None, user_message: None, is_transient: false }
}

#[tokio::test]
async fn an_accepted_event_is_delivered_once_with_its_own_id_and_test_code() {
    let (world, line) = world().await;
    let form = domain::console::StudioEvent { test_code: "TEST1234".into(), ..world.form(&line) };
    let id = world.send_form(&line, &form).await;
    let live = world.send(&line).await;
    world.deliver().await;
    world.deliver().await;
    assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    assert_eq!(world.fate(live).await, (EventState::Delivered, None, 1));
    let events = world.sandbox.state().events(&sandbox::Filter::dataset(&line.dataset));
    let codes: Vec<_> = events.iter().map(|event| event.test_event_code.as_deref()).collect();
    assert!(codes.contains(&Some("TEST1234")) && codes.contains(&None), "lanes differ by test code: {codes:?}");
    assert_eq!(events[0].partner_agent.as_deref(), Some("patchbay-tests"));
}

#[tokio::test]
async fn metas_note_is_a_warning() {
    let (world, _, id) = one_under(Effect::Warning { messages: vec!["look".into()] }).await;
    assert_eq!(world.fate(id).await, (EventState::DeliveredWithWarning, None, 1));
}

#[tokio::test]
async fn what_may_have_counted_is_unconfirmed_and_never_sent_again_by_itself() {
    let html = |status| Effect::HttpError { status, body: "<html>".into() };
    let cases = [
        (Effect::Hang, "timeout", 0, Health::Degraded),
        (Effect::Reset, "reset", 0, Health::Degraded),
        (Effect::ResetAfterAccept, "reset", 1, Health::Degraded),
        (html(502), "server_error", 0, Health::Degraded),
        (html(200), "not_json", 0, Health::Degraded),
        (Effect::ShortEventsReceived { by: 1 }, "count_mismatch", 0, Health::Healthy),
    ];
    for (effect, cause, counted, health) in cases {
        let (world, line, id) = one_under(effect).await;
        world.db.backend.clock().advance(TimeDelta::hours(2));
        world.db.backend.recover().await.unwrap();
        world.deliver().await;
        assert_eq!(world.fate(id).await, (EventState::Unconfirmed, Some(cause.into()), counted));
        assert_eq!((world.posts(), world.health(&line).await), (1, health), "{cause}");
        assert_eq!(world.outcomes(id).await, [Some("unconfirmed".into())]);
    }
}

#[tokio::test]
async fn a_connection_in_doubt_heals_with_the_next_accepted_event() {
    let (world, line, _) = one_under(Effect::Reset).await;
    let next = world.send(&line).await;
    world.deliver().await;
    assert_eq!(world.fate(next).await, (EventState::Delivered, None, 1));
    assert_eq!(world.health(&line).await, Health::Healthy);
}

#[tokio::test]
async fn while_meta_fails_one_event_goes_at_a_time() {
    let (world, line, _) = one_under(Effect::Reset).await;
    world.fault(Effect::Reset, Some(1));
    let ids = [world.send(&line).await, world.send(&line).await, world.send(&line).await];
    world.deliver().await;
    assert_eq!(world.state(ids[0]).await, EventState::Unconfirmed);
    for id in &ids[1..] {
        assert_eq!(world.fate(*id).await, (EventState::Delivered, None, 1));
    }
}

#[tokio::test]
async fn the_policy_resend_sends_what_is_in_doubt_once_more_and_only_once() {
    let (world, line) = world().await;
    sqlx::query("UPDATE advertiser SET unconfirmed_policy = 'resend'").execute(&world.owner).await.unwrap();
    world.fault(Effect::ResetAfterAccept, Some(1));
    let twice = world.send(&line).await;
    world.deliver().await;
    assert_eq!(world.fate(twice).await, (EventState::Delivered, None, 2));

    world.fault(Effect::Reset, None);
    let held = world.send(&line).await;
    world.deliver().await;
    assert_eq!(world.fate(held).await, (EventState::Unconfirmed, Some("reset".into()), 0));
    assert_eq!(world.outcomes(held).await.len(), 2);
}

#[tokio::test]
async fn an_error_of_metas_own_is_tried_again_whatever_its_status() {
    for (effect, cause) in [(envelope(2, None, 503), "meta_failed"), (envelope(1, None, 200), "meta_failed")] {
        let (world, line, id) = one_under(effect).await;
        assert_eq!(world.fate(id).await, (EventState::Retrying, Some(cause.into()), 0));
        assert_eq!(world.health(&line).await, Health::Degraded);
        world.db.backend.clock().advance(TimeDelta::seconds(31));
        world.deliver().await;
        assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
        assert_eq!(world.outcomes(id).await, [Some("retry".into()), Some("delivered".into())]);
    }
}

#[tokio::test]
async fn a_rate_limit_pauses_and_the_event_goes_when_the_pause_is_over() {
    for (code, minutes, wait) in [(4, 0, 61), (17, 0, 31), (80_004, 7, 7 * 60 + 1)] {
        let (world, _, id) = one_under(Effect::RateLimit { code, minutes }).await;
        assert_eq!((world.state(id).await, world.counted(id)), (EventState::Queued, 0), "{code}");
        world.db.backend.clock().advance(TimeDelta::seconds(wait.min(5)));
        world.deliver().await;
        assert_eq!((world.state(id).await, world.posts()), (EventState::Queued, 1), "{code}");
        // X-App-Usage at 100 percent asks for five minutes more.
        world.db.backend.clock().advance(TimeDelta::seconds(wait.max(301)));
        world.deliver().await;
        assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1), "{code}");
    }
}

#[tokio::test]
async fn nearly_used_up_limits_pause_before_meta_refuses() {
    let (world, line, first) = one_under(Effect::Usage { app: Some(96), business: None, minutes: 0 }).await;
    assert_eq!(world.state(first).await, EventState::Delivered);
    let second = world.send(&line).await;
    world.deliver().await;
    assert_eq!(world.state(second).await, EventState::Queued);
    world.db.backend.clock().advance(TimeDelta::minutes(6));
    world.deliver().await;
    assert_eq!(world.fate(second).await, (EventState::Delivered, None, 1));
}

#[tokio::test]
async fn three_connections_blocked_by_policy_pause_the_whole_app() {
    let world = World::start().await;
    let mut lines = Vec::new();
    for (person, page) in [("hana", "florist"), ("kenji", "sushi"), ("oliver", "bikes"), ("emma", "bakery")] {
        lines.push(world.connect(person, page).await);
    }
    world.fault(envelope(368, None, 403), Some(3));
    for line in &lines[..3] {
        world.send(line).await;
        world.deliver().await;
    }
    let innocent = world.send(&lines[3]).await;
    world.deliver().await;
    assert_eq!((world.state(innocent).await, world.posts()), (EventState::Queued, 3));
    world.db.backend.clock().advance(TimeDelta::minutes(61));
    world.deliver().await;
    assert_eq!(world.fate(innocent).await, (EventState::Delivered, None, 1));
}

#[tokio::test]
async fn a_revoked_token_parks_and_a_new_login_releases() {
    let (world, line) = world().await;
    let revoke = Effect::RevokeToken { person: Some("hana".into()), subcode: 460 };
    world.sandbox.state().add_fault(sandbox::Fault::new(revoke)).unwrap();
    let (first, second) = (world.send(&line).await, world.send(&line).await);
    world.deliver().await;
    let later = world.send(&line).await;
    world.deliver().await;
    for id in [first, second, later] {
        assert_eq!(world.fate(id).await, (EventState::Parked, Some("password_changed".into()), 0));
    }
    assert_eq!((world.health(&line).await, world.posts()), (Health::Reconnect, 1), "a dead token is asked once");

    reconnect(&world, &line, world.token("hana")).await;
    world.deliver().await;
    for id in [first, second, later] {
        assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    }
}

/// What a finished connect attempt leaves behind.
async fn reconnect(world: &World, line: &Line, token: AccessToken) {
    let backend = &world.db.backend;
    let mut tx = backend.begin_for(&crate::Scope::system(), line.advertiser).await.unwrap();
    let credential = crate::credentials::NewCredential {
        token,
        kind: graph::TokenKind::User,
        person_id: "1".into(),
        person_name: "Test Person".into(),
        scopes: Vec::new(),
        expires_at: None,
        data_access_expires_at: None,
    };
    let credential = backend.seal_credential(&mut tx, line.advertiser, &credential).await.unwrap();
    sqlx::query("UPDATE connection SET credential_id = $1").bind(credential.uuid()).execute(&mut *tx).await.unwrap();
    connections::heal(&mut tx, line.advertiser, line.connection).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_lost_link_misconfigures_the_connection_and_parks() {
    let (world, line, id) = one_under(envelope(100, Some(2_804_131), 400)).await;
    assert_eq!(world.fate(id).await, (EventState::Parked, Some("dataset_without_page".into()), 0));
    assert_eq!(world.health(&line).await, Health::Misconfigured);
}

#[tokio::test]
async fn an_error_that_nobody_knows_holds_the_events_and_tries_them_again_later() {
    let (world, line, id) = one_under(envelope(99_999, None, 400)).await;
    assert_eq!(world.fate(id).await, (EventState::Parked, Some("code_unknown".into()), 0));
    assert_eq!(world.health(&line).await, Health::Degraded);
    world.db.backend.recover().await.unwrap();
    assert_eq!(world.state(id).await, EventState::Parked);
    world.db.backend.clock().advance(TimeDelta::minutes(11));
    world.db.backend.recover().await.unwrap();
    world.deliver().await;
    assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    assert_eq!(world.health(&line).await, Health::Healthy);
}

#[tokio::test]
async fn one_invalid_event_among_ten_is_found_and_the_others_are_delivered() {
    for at in [0, 4, 9] {
        let (world, line) = world().await;
        let mut ids = Vec::new();
        for index in 0..10 {
            ids.push(if index == at { world.send_invalid(&line).await } else { world.send(&line).await });
        }
        world.deliver().await;
        for (index, id) in ids.iter().enumerate() {
            let (state, cause, counted) = world.fate(*id).await;
            if index == at {
                assert_eq!((state, cause.as_deref(), counted), (EventState::Rejected, Some("person_not_of_page"), 0));
            } else {
                assert_eq!((state, cause, counted), (EventState::Delivered, None, 1), "{index}");
            }
        }
        assert!(world.posts() <= 9, "{}", world.posts());
        assert_eq!(world.health(&line).await, Health::Healthy);
    }
}

#[tokio::test]
async fn a_batch_of_many_invalid_events_costs_no_more_than_24_requests() {
    let (world, line) = world().await;
    let mut ids = Vec::new();
    for _ in 0..40 {
        ids.push(world.send_invalid(&line).await);
    }
    world.deliver().await;
    assert_eq!(world.posts(), 24);
    let mut states = Vec::new();
    for id in &ids {
        states.push(world.state(*id).await);
    }
    assert!(states.iter().all(|state| matches!(state, EventState::Rejected | EventState::Parked)), "{states:?}");
    assert!(states.contains(&EventState::Parked));
    for _ in 0..9 {
        world.db.backend.clock().advance(TimeDelta::minutes(11));
        world.db.backend.recover().await.unwrap();
        world.deliver().await;
    }
    for id in ids {
        assert_eq!(world.state(id).await, EventState::Rejected);
    }
}

#[tokio::test]
async fn a_host_that_is_not_there_is_tried_again() {
    let (world, line) = world().await;
    let id = world.send(&line).await;
    world.sandbox.stop();
    tokio::time::sleep(Duration::from_millis(50)).await;
    world.deliver().await;
    assert_eq!(world.fate(id).await, (EventState::Retrying, None, 0));
    assert_eq!(world.outcomes(id).await, [Some("not_connected".into())]);
    assert_eq!(world.health(&line).await, Health::Degraded);
}

#[tokio::test]
async fn an_event_expires_an_hour_before_meta_would_refuse_it() {
    let (world, line) = world().await;
    let id = world.send(&line).await;
    world.db.backend.clock().advance(TimeDelta::hours(7 * 24 - 1) + TimeDelta::seconds(1));
    world.deliver().await;
    assert_eq!(world.fate(id).await, (EventState::Expired, None, 0));
    assert_eq!(world.posts(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn workers_side_by_side_send_nothing_twice() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for (person, page) in [("hana", "florist"), ("kenji", "sushi"), ("oliver", "bikes"), ("emma", "bakery")] {
        let line = world.connect(person, page).await;
        for test_code in ["", "TEST1", "TEST2"] {
            for _ in 0..5 {
                let form = domain::console::StudioEvent { test_code: test_code.into(), ..world.form(&line) };
                ids.push(world.send_form(&line, &form).await);
            }
        }
    }
    world.fault(Effect::Delay { ms: 30 }, None);
    tokio::join!(world.deliver(), world.deliver(), world.deliver(), world.deliver());
    world.deliver().await;
    for id in ids {
        assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    }
}

#[tokio::test]
async fn a_success_after_the_lease_was_lost_is_believed() {
    let (world, line) = world().await;
    world.fault(Effect::Delay { ms: 400 }, Some(1));
    let id = world.send(&line).await;
    let late = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        world.db.backend.clock().advance(TimeDelta::seconds(16));
        world.db.backend.recover().await.unwrap();
        assert_eq!(world.fate(id).await, (EventState::Unconfirmed, Some("interrupted".into()), 0));
    };
    let (sent, ()) = tokio::join!(world.db.backend.deliver_once(), late);
    sent.unwrap();
    assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    assert_eq!(world.outcomes(id).await, [Some("delivered".into())]);
}

#[tokio::test]
async fn a_success_after_the_event_went_out_again_changes_nothing() {
    let (world, line) = world().await;
    world.fault(Effect::Delay { ms: 400 }, Some(1));
    let id = world.send(&line).await;
    let late = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        world.db.backend.clock().advance(TimeDelta::seconds(16));
        world.db.backend.recover().await.unwrap();
        world.db.backend.resend_event(&world.operator, id).await.unwrap();
    };
    let (sent, ()) = tokio::join!(world.db.backend.deliver_once(), late);
    sent.unwrap();
    assert_eq!(world.state(id).await, EventState::Queued);
    world.deliver().await;
    assert_eq!(world.fate(id).await, (EventState::Delivered, None, 2), "a person chose to send it again");
}

#[tokio::test]
async fn parts_of_a_batch_that_had_not_left_when_a_worker_stopped_are_queued_again() {
    let (world, line) = world().await;
    let (first, second) = (world.send(&line).await, world.send(&line).await);
    let lane = world.db.backend.claim_lane().await.unwrap().unwrap();
    let batch = world.db.backend.form_batch(&lane).await.unwrap().unwrap();
    // As after a refusal of the whole: the attempt is over, its events still wait for their parts.
    sqlx::query("UPDATE attempt SET finished_at = started_at, outcome = 'rejected'").execute(&world.owner).await.unwrap();
    assert_eq!(batch.events.len(), 2);
    world.db.backend.clock().advance(TimeDelta::seconds(16));
    world.deliver().await;
    for id in [first, second] {
        assert_eq!(world.state(id).await, EventState::Queued);
    }
    world.db.backend.recover().await.unwrap();
    world.deliver().await;
    for id in [first, second] {
        assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    }
}

#[tokio::test]
async fn workers_deliver_and_stop_when_told() {
    let (world, line) = world().await;
    let shutdown = tokio_util::sync::CancellationToken::new();
    let workers = world.db.backend.clone();
    let stop = shutdown.clone();
    let running = tokio::spawn(async move { workers.run_delivery(stop, 2).await });
    let id = world.send(&line).await;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if world.state(id).await == EventState::Delivered {
            break;
        }
    }
    assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(2), running).await.expect("they stop").unwrap();
}

#[tokio::test]
async fn the_database_allows_the_moves_of_the_domain_and_no_other() {
    let (world, line) = world().await;
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT from_state, to_state FROM event_transition").fetch_all(&world.owner).await.unwrap();
    let mut stored: Vec<_> = rows.iter().map(|(from, to)| (from.parse().unwrap(), to.parse().unwrap())).collect();
    let mut known: Vec<(EventState, EventState)> = TRANSITIONS.to_vec();
    (stored.sort_unstable(), known.sort_unstable());
    assert_eq!(stored, known);

    let id = world.send(&line).await;
    let refused = sqlx::query("UPDATE event SET state = 'delivered', due_at = NULL WHERE id = $1")
        .bind(id.uuid())
        .execute(&world.owner)
        .await
        .unwrap_err();
    let constraint = refused.as_database_error().and_then(|error| error.constraint().map(str::to_owned));
    assert_eq!(constraint.as_deref(), Some("event_transition_allowed"));
}
