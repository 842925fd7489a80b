//! For each thing that can come back: the event's state, and what the ledger holds.

use chrono::TimeDelta;
use domain::{EventState, Health, TRANSITIONS};
use sandbox::Effect;
use std::time::Duration;

use super::{envelope, one_under, world};

#[tokio::test]
async fn an_accepted_event_is_delivered_once_with_its_own_id_and_test_code() {
    let (world, line) = world().await;
    let form = domain::console::StudioEvent {
        test_code: "TEST1234".into(),
        ..world.form(&line)
    };
    let id = world.send_form(&line, &form).await;
    let live = world.send(&line).await;
    world.deliver().await;
    world.deliver().await;
    assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    assert_eq!(world.fate(live).await, (EventState::Delivered, None, 1));
    let events = world
        .sandbox
        .state()
        .events(&sandbox::Filter::dataset(&line.dataset));
    let codes: Vec<_> = events
        .iter()
        .map(|event| event.test_event_code.as_deref())
        .collect();
    assert!(
        codes.contains(&Some("TEST1234")) && codes.contains(&None),
        "lanes differ by test code: {codes:?}"
    );
    assert_eq!(events[0].partner_agent.as_deref(), Some("patchbay-tests"));
}

#[tokio::test]
async fn metas_note_is_a_warning() {
    let (world, _, id) = one_under(Effect::Warning {
        messages: vec!["look".into()],
    })
    .await;
    assert_eq!(
        world.fate(id).await,
        (EventState::DeliveredWithWarning, None, 1)
    );
}

#[tokio::test]
async fn what_may_have_counted_is_unconfirmed_and_never_sent_again_by_itself() {
    let html = |status| Effect::HttpError {
        status,
        body: "<html>".into(),
    };
    let cases = [
        (Effect::Hang, "timeout", 0, Health::Degraded),
        (Effect::Reset, "reset", 0, Health::Degraded),
        (Effect::ResetAfterAccept, "reset", 1, Health::Degraded),
        (html(502), "server_error", 0, Health::Degraded),
        (html(200), "not_json", 0, Health::Degraded),
        (
            Effect::ShortEventsReceived { by: 1 },
            "count_mismatch",
            0,
            Health::Healthy,
        ),
    ];
    for (effect, cause, counted, health) in cases {
        let (world, line, id) = one_under(effect).await;
        world.db.backend.clock().advance(TimeDelta::hours(2));
        world.db.backend.recover().await.unwrap();
        world.deliver().await;
        assert_eq!(
            world.fate(id).await,
            (EventState::Unconfirmed, Some(cause.into()), counted)
        );
        assert_eq!(
            (world.posts(), world.health(&line).await),
            (1, health),
            "{cause}"
        );
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
    let ids = [
        world.send(&line).await,
        world.send(&line).await,
        world.send(&line).await,
    ];
    world.deliver().await;
    assert_eq!(world.state(ids[0]).await, EventState::Unconfirmed);
    for id in &ids[1..] {
        assert_eq!(world.fate(*id).await, (EventState::Delivered, None, 1));
    }
}

#[tokio::test]
async fn the_policy_resend_sends_what_is_in_doubt_once_more_and_only_once() {
    let (world, line) = world().await;
    sqlx::query("UPDATE advertiser SET unconfirmed_policy = 'resend'")
        .execute(&world.owner)
        .await
        .unwrap();
    world.fault(Effect::ResetAfterAccept, Some(1));
    let twice = world.send(&line).await;
    world.deliver().await;
    assert_eq!(world.fate(twice).await, (EventState::Delivered, None, 2));

    world.fault(Effect::Reset, None);
    let held = world.send(&line).await;
    world.deliver().await;
    assert_eq!(
        world.fate(held).await,
        (EventState::Unconfirmed, Some("reset".into()), 0)
    );
    assert_eq!(world.outcomes(held).await.len(), 2);
}

#[tokio::test]
async fn an_error_of_metas_own_is_tried_again_whatever_its_status() {
    for (effect, cause) in [
        (envelope(2, None, 503), "meta_failed"),
        (envelope(1, None, 200), "meta_failed"),
    ] {
        let (world, line, id) = one_under(effect).await;
        assert_eq!(
            world.fate(id).await,
            (EventState::Retrying, Some(cause.into()), 0)
        );
        assert_eq!(world.health(&line).await, Health::Degraded);
        world.db.backend.clock().advance(TimeDelta::seconds(31));
        world.deliver().await;
        assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
        assert_eq!(
            world.outcomes(id).await,
            [Some("retry".into()), Some("delivered".into())]
        );
    }
}

#[tokio::test]
async fn a_host_that_is_not_there_is_tried_again_until_it_is() {
    let (mut world, line) = world().await;
    let id = world.send(&line).await;
    world.sandbox.stop();
    tokio::time::sleep(Duration::from_millis(50)).await;
    world.deliver().await;
    let (state, cause, _) = world.fate(id).await;
    assert_eq!((state, cause), (EventState::Retrying, None));
    assert_eq!(world.outcomes(id).await, [Some("not_connected".into())]);
    assert_eq!(world.health(&line).await, Health::Degraded);

    world.restart_sandbox().await;
    world.db.backend.clock().advance(TimeDelta::seconds(31));
    world.deliver().await;
    assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    assert_eq!(world.health(&line).await, Health::Healthy);
}

#[tokio::test]
async fn an_event_expires_an_hour_before_meta_would_refuse_it() {
    let (world, line) = world().await;
    let id = world.send(&line).await;
    world
        .db
        .backend
        .clock()
        .advance(TimeDelta::hours(7 * 24 - 1) + TimeDelta::seconds(1));
    world.deliver().await;
    assert_eq!(world.fate(id).await, (EventState::Expired, None, 0));
    assert_eq!(world.posts(), 0);
}

#[tokio::test]
async fn the_database_allows_the_moves_of_the_domain_and_no_other() {
    let (world, line) = world().await;
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT from_state, to_state FROM event_transition")
            .fetch_all(&world.owner)
            .await
            .unwrap();
    let mut stored: Vec<_> = rows
        .iter()
        .map(|(from, to)| (from.parse().unwrap(), to.parse().unwrap()))
        .collect();
    let mut known: Vec<(EventState, EventState)> = TRANSITIONS.to_vec();
    stored.sort_unstable();
    known.sort_unstable();
    assert_eq!(stored, known);

    let id = world.send(&line).await;
    let refused = sqlx::query("UPDATE event SET state = 'delivered', due_at = NULL WHERE id = $1")
        .bind(id.uuid())
        .execute(&world.owner)
        .await
        .unwrap_err();
    let constraint = refused
        .as_database_error()
        .and_then(|error| error.constraint().map(str::to_owned));
    assert_eq!(constraint.as_deref(), Some("event_transition_allowed"));
}
