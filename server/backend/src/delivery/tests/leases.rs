//! When workers compete, stop or come too late.

use chrono::TimeDelta;
use domain::EventState;
use sandbox::Effect;
use std::time::Duration;

use super::world;
use crate::testing::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn workers_side_by_side_send_nothing_twice() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for (person, page) in [
        ("hana", "florist"),
        ("kenji", "sushi"),
        ("oliver", "bikes"),
        ("emma", "bakery"),
    ] {
        let line = world.connect(person, page).await;
        for test_code in ["", "TEST1", "TEST2"] {
            for _ in 0..5 {
                let form = domain::console::StudioEvent {
                    test_code: test_code.into(),
                    ..world.form(&line)
                };
                ids.push(world.send_form(&line, &form).await);
            }
        }
    }
    world.fault(Effect::Delay { ms: 30 }, None);
    tokio::join!(
        world.deliver(),
        world.deliver(),
        world.deliver(),
        world.deliver()
    );
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
        assert_eq!(
            world.fate(id).await,
            (EventState::Unconfirmed, Some("interrupted".into()), 0)
        );
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
        world
            .db
            .backend
            .resend_event(&world.operator, id)
            .await
            .unwrap();
    };
    let (sent, ()) = tokio::join!(world.db.backend.deliver_once(), late);
    sent.unwrap();
    assert_eq!(world.state(id).await, EventState::Queued);
    world.deliver().await;
    assert_eq!(
        world.fate(id).await,
        (EventState::Delivered, None, 2),
        "a person chose to send it again"
    );
}

#[tokio::test]
async fn parts_of_a_batch_that_had_not_left_when_a_worker_stopped_are_queued_again() {
    let (world, line) = world().await;
    let (first, second) = (world.send(&line).await, world.send(&line).await);
    let lane = world.db.backend.claim_lane().await.unwrap().unwrap();
    let batch = world.db.backend.form_batch(&lane).await.unwrap().unwrap();
    // As after a refusal of the whole: the attempt is over, its events still wait for their parts.
    sqlx::query("UPDATE attempt SET finished_at = started_at, outcome = 'rejected'")
        .execute(&world.owner)
        .await
        .unwrap();
    assert_eq!(batch.events.len(), 2);
    world.db.backend.clock().advance(TimeDelta::seconds(16));
    world.db.backend.recover().await.unwrap();
    for id in [first, second] {
        assert_eq!(world.state(id).await, EventState::Queued);
    }
    world.deliver().await;
    for id in [first, second] {
        assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    }
}

#[tokio::test]
async fn who_takes_a_lane_over_settles_what_was_in_flight_first() {
    let (world, line) = world().await;
    let in_flight = world.send(&line).await;
    let lane = world.db.backend.claim_lane().await.unwrap().unwrap();
    world.db.backend.form_batch(&lane).await.unwrap().unwrap();
    let next = world.send(&line).await;
    world.deliver().await;
    assert_eq!(
        world.state(next).await,
        EventState::Queued,
        "the lease holds"
    );
    world.db.backend.clock().advance(TimeDelta::seconds(16));
    world.deliver().await;
    assert_eq!(
        world.fate(in_flight).await,
        (EventState::Unconfirmed, Some("interrupted".into()), 0)
    );
    assert_eq!(world.fate(next).await, (EventState::Delivered, None, 1));
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
    tokio::time::timeout(Duration::from_secs(2), running)
        .await
        .expect("they stop")
        .unwrap();
}
