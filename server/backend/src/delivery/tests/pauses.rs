//! When Meta asks to wait.

use chrono::TimeDelta;
use domain::EventState;
use sandbox::Effect;

use super::{envelope, one_under};
use crate::testing::world::World;

#[tokio::test]
async fn a_rate_limit_pauses_and_the_event_goes_when_the_pause_is_over() {
    for (code, minutes, wait) in [(4, 0, 61), (17, 0, 31), (80_004, 7, 7 * 60 + 1)] {
        let (world, _, id) = one_under(Effect::RateLimit { code, minutes }).await;
        assert_eq!(
            (world.state(id).await, world.counted(id)),
            (EventState::Queued, 0),
            "{code}"
        );
        world
            .db
            .backend
            .clock()
            .advance(TimeDelta::seconds(wait.min(5)));
        world.deliver().await;
        assert_eq!(
            (world.state(id).await, world.posts()),
            (EventState::Queued, 1),
            "{code}"
        );
        // X-App-Usage at 100 percent asks for five minutes more.
        world
            .db
            .backend
            .clock()
            .advance(TimeDelta::seconds(wait.max(301)));
        world.deliver().await;
        assert_eq!(
            world.fate(id).await,
            (EventState::Delivered, None, 1),
            "{code}"
        );
    }
}

#[tokio::test]
async fn nearly_used_up_limits_pause_before_meta_refuses() {
    let (world, line, first) = one_under(Effect::Usage {
        app: Some(96),
        business: None,
        minutes: 0,
    })
    .await;
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
    for (person, page) in [
        ("hana", "florist"),
        ("kenji", "sushi"),
        ("oliver", "bikes"),
        ("emma", "bakery"),
    ] {
        lines.push(world.connect(person, page).await);
    }
    world.fault(envelope(368, None, 403), Some(3));
    for line in &lines[..3] {
        world.send(line).await;
        world.deliver().await;
    }
    let innocent = world.send(&lines[3]).await;
    world.deliver().await;
    assert_eq!(
        (world.state(innocent).await, world.posts()),
        (EventState::Queued, 3)
    );
    world.db.backend.clock().advance(TimeDelta::minutes(61));
    world.deliver().await;
    assert_eq!(world.fate(innocent).await, (EventState::Delivered, None, 1));
}
