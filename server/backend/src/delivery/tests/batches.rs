//! When some events of a batch are invalid.

use chrono::TimeDelta;
use domain::{EventState, Health};

use super::world;

#[tokio::test]
async fn one_invalid_event_among_ten_is_found_and_the_others_are_delivered() {
    for at in [0, 4, 9] {
        let (world, line) = world().await;
        let mut ids = Vec::new();
        for index in 0..10 {
            ids.push(if index == at {
                world.send_invalid(&line).await
            } else {
                world.send(&line).await
            });
        }
        world.deliver().await;
        for (index, id) in ids.iter().enumerate() {
            let (state, cause, counted) = world.fate(*id).await;
            if index == at {
                assert_eq!(
                    (state, cause.as_deref(), counted),
                    (EventState::Rejected, Some("person_not_of_page"), 0)
                );
            } else {
                assert_eq!(
                    (state, cause, counted),
                    (EventState::Delivered, None, 1),
                    "{index}"
                );
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
    assert!(
        states
            .iter()
            .all(|state| matches!(state, EventState::Rejected | EventState::Parked)),
        "{states:?}"
    );
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
