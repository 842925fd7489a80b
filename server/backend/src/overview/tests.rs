//! The overview's numbers against the simulated Meta's ledger, and what needs somebody.

use chrono::TimeDelta;
use domain::{EventState, Health, Role, StateGroup, console::NeedKind};
use sandbox::Effect;

use crate::{Error, testing::world::World};

fn place(group: StateGroup) -> usize {
    StateGroup::ALL.iter().position(|it| *it == group).unwrap()
}

#[tokio::test]
async fn what_arrived_is_what_the_ledger_holds_before_and_after_the_fold() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    for _ in 0..3 {
        world.send(&line).await;
    }
    world.deliver().await;
    let invalid = world.send_invalid(&line).await;
    world.deliver().await;
    assert_eq!(world.state(invalid).await, EventState::Rejected);
    world.db.backend.clock().advance(TimeDelta::hours(1));
    world.sandbox.state().clock().advance(TimeDelta::hours(1));
    world.send(&line).await;
    world.deliver().await;
    world.send(&line).await; // Waits.
    let counted = world
        .sandbox
        .state()
        .events(&sandbox::Filter::dataset(&line.dataset))
        .len();
    assert_eq!(counted, 4);

    let backend = &world.db.backend;
    let before = backend.overview(&world.operator).await.unwrap();
    assert!(backend.fold_event_hours().await.unwrap() > 0);
    assert_eq!(backend.fold_event_hours().await.unwrap(), 0);
    let after = backend.overview(&world.operator).await.unwrap();
    assert_eq!(before.hours, after.hours);
    assert_eq!(before.chart, after.chart);

    assert_eq!(after.arrived, i64::try_from(counted).unwrap());
    assert_eq!((after.events, after.share.as_str()), (6, "66.6"));
    let sum = |group| {
        after
            .hours
            .iter()
            .map(|it| it.counts[place(group)])
            .sum::<i64>()
    };
    assert_eq!(sum(StateGroup::NotCounted), 1);
    assert_eq!(sum(StateGroup::OnItsWay), 1);
    let [.., before_last, last] = after.hours.as_slice() else {
        panic!("{} hours", after.hours.len());
    };
    assert_eq!(before_last.counts[place(StateGroup::Arrived)], 3);
    assert_eq!(last.counts[place(StateGroup::Arrived)], 1);
    assert!(after.oldest_waiting.is_some());
}

#[tokio::test]
async fn the_hours_agree_with_the_events_through_every_kind_of_answer() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    // The verdict on the token comes last: it parks whatever follows.
    let answers = [
        None,
        Some(Effect::Warning {
            messages: vec!["careful".into()],
        }),
        Some(Effect::ResetAfterAccept),
        Some(Effect::Error {
            code: 190,
            subcode: Some(463),
            status: 400,
            message: None,
            title: None,
            user_message: None,
            is_transient: false,
        }),
    ];
    for answer in answers {
        world.sandbox.state().clear_faults();
        if let Some(effect) = answer {
            world.fault(effect, None);
        }
        world.send(&line).await;
        world.deliver().await;
        world.db.backend.fold_event_hours().await.unwrap();
    }
    let differing: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT state, coalesce(counted.count, 0)::bigint, coalesce(real.count, 0)::bigint
         FROM (SELECT state, sum(count)::bigint AS count FROM event_hour_now GROUP BY state) AS counted
         FULL JOIN (SELECT state, count(*) AS count FROM event WHERE state NOT IN ('queued', 'sending') GROUP BY state)
              AS real USING (state)
         WHERE coalesce(counted.count, 0) <> coalesce(real.count, 0)",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    assert_eq!(differing, []);
    let states: i64 =
        sqlx::query_scalar("SELECT count(DISTINCT state) FROM event_hour WHERE count > 0")
            .fetch_one(&world.owner)
            .await
            .unwrap();
    assert!(states >= 4, "{states} states prove little");
}

#[tokio::test]
async fn what_needs_somebody_is_named_with_its_one_action() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let backend = &world.db.backend;
    assert_eq!(backend.overview(&world.operator).await.unwrap().needs, []);
    world.fault(Effect::ResetAfterAccept, Some(1));
    world.send(&line).await;
    world.deliver().await;
    let mut tx = backend
        .begin_for(&world.db.system(), line.advertiser)
        .await
        .unwrap();
    let cause = Some(domain::CauseKey::TokenExpired);
    crate::connections::set_health(
        &mut tx,
        line.advertiser,
        line.connection,
        Health::Reconnect,
        cause,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let needs = backend.overview(&world.operator).await.unwrap().needs;
    let kinds: Vec<_> = needs.iter().map(|need| need.kind).collect();
    assert_eq!(kinds, [NeedKind::Broken, NeedKind::Unconfirmed]);
    assert!(needs[0].href.contains("/connect") && needs[1].href.contains("state=unconfirmed"));
    assert!(
        needs
            .iter()
            .all(|need| !need.what.is_empty() && !need.action.is_empty())
    );
}

#[tokio::test]
async fn an_advertisers_people_have_a_page_of_their_own() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = world
        .db
        .advertiser_scope(line.advertiser, Role::AdvertiserAdmin);
    let refused = world.db.backend.overview(&scope).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
}
