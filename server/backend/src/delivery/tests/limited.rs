//! What goes out with another app's token says nothing of our app.

use domain::{EventState, Role};
use sandbox::Effect;

use super::{envelope, world};
use crate::testing::world::{Line, World};

async fn limit(world: &World, line: &Line) {
    sqlx::query("UPDATE credential SET is_limited = true WHERE advertiser_id = $1")
        .bind(line.advertiser.uuid())
        .execute(&world.owner)
        .await
        .unwrap();
}

async fn pauses(world: &World) -> Vec<(String, String)> {
    sqlx::query_as("SELECT kind, key FROM pause ORDER BY kind")
        .fetch_all(&world.owner)
        .await
        .unwrap()
}

async fn counted_calls(world: &World) -> u64 {
    let auditor = world.db.staff(Role::Auditor).await;
    let meter = world.db.backend.access_meter(&auditor).await.unwrap();
    meter.days.iter().map(|day| day.calls).sum()
}

#[tokio::test]
async fn it_counts_in_no_meter_and_is_told_on_the_events_page() {
    let (world, line) = world().await;
    let ours = world.send(&line).await;
    world.deliver().await;
    let before = counted_calls(&world).await;
    assert!(before > 0);
    limit(&world, &line).await;
    let theirs = world.send(&line).await;
    world.deliver().await;
    assert_eq!(world.state(theirs).await, EventState::Delivered);
    assert_eq!(counted_calls(&world).await, before);

    let backend = &world.db.backend;
    for (id, is_limited) in [(ours, false), (theirs, true)] {
        let event = backend.event(&world.operator, id).await.unwrap();
        assert_eq!(event.attempts[0].is_limited, is_limited);
    }
}

#[tokio::test]
async fn its_usage_headers_and_refusals_hold_up_its_own_connection_alone() {
    let (world, line) = world().await;
    let other = world.connect("kenji", "sushi").await;
    limit(&world, &line).await;
    let used_up = Effect::Usage {
        app: Some(100),
        business: Some(100),
        minutes: 30,
    };
    world.fault(used_up, Some(1));
    let theirs = world.send(&line).await;
    world.deliver().await;
    assert_eq!(world.state(theirs).await, EventState::Delivered);
    assert_eq!(
        pauses(&world).await,
        [],
        "that app's load is its own matter"
    );

    // A refusal asks whoever sends to wait: the connection does, and nobody else.
    world.fault(envelope(4, None, 400), Some(1));
    let refused = world.send(&line).await;
    world.deliver().await;
    assert_eq!(world.state(refused).await, EventState::Queued);
    let held = ("connection".to_owned(), line.connection.uuid().to_string());
    assert_eq!(pauses(&world).await, [held]);
    let ours = world.send(&other).await;
    world.deliver().await;
    assert_eq!(world.state(ours).await, EventState::Delivered);
}
