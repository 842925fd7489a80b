//! The form on its way to an event.

use chrono::{NaiveDateTime, TimeDelta};
use domain::{
    EventId, EventState, Role, Rule,
    console::{StudioAnswer, StudioEvent},
};

use super::unix;
use crate::{Error, error::Conflict, testing::world::World};

#[tokio::test]
async fn a_form_sent_twice_makes_one_event() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let studio = world
        .db
        .backend
        .studio(&world.operator, line.advertiser)
        .await
        .unwrap();
    assert_eq!((studio.connections.len(), studio.contacts.len()), (1, 2));
    let form = StudioEvent {
        draft_id: studio.draft_id.to_string(),
        ..world.form(&line)
    };
    let (one, two) = tokio::join!(world.send_form(&line, &form), world.send_form(&line, &form));
    assert_eq!((one, two), (studio.draft_id, studio.draft_id));
    world.deliver().await;
    assert_eq!(world.send_form(&line, &form).await, one);
    world.deliver().await;
    assert_eq!(world.fate(one).await, (EventState::Delivered, None, 1));
}

#[tokio::test]
async fn a_broken_rule_is_named_and_nothing_is_queued() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let form = StudioEvent {
        name: "Lead".into(),
        value: String::new(),
        ..world.form(&line)
    };
    let answer = world
        .db
        .backend
        .send_test_event(&world.operator, line.advertiser, &form)
        .await
        .unwrap();
    let StudioAnswer::Refused(problems) = answer else {
        panic!("it was taken")
    };
    assert_eq!(
        problems
            .iter()
            .map(|problem| problem.rule)
            .collect::<Vec<_>>(),
        [Rule::NameUnknown]
    );
    assert!(!world.db.backend.deliver_once().await.unwrap());
}

#[tokio::test]
async fn what_cannot_be_read_chosen_or_trusted_is_refused_by_its_field() {
    let world = World::start().await;
    let (line, other) = (
        world.connect("hana", "florist").await,
        world.connect("kenji", "sushi").await,
    );
    let old: EventId = world.db.backend.clock().mint();
    world
        .db
        .backend
        .clock()
        .advance(TimeDelta::days(1) + TimeDelta::minutes(1));
    let form = world.form(&line);
    let future = EventId::from_uuid(uuid::Uuid::from_u128(u128::MAX));
    let cases = [
        (
            "draft_id",
            StudioEvent {
                draft_id: old.to_string(),
                ..form.clone()
            },
        ),
        (
            "draft_id",
            StudioEvent {
                draft_id: future.to_string(),
                ..form.clone()
            },
        ),
        (
            "connection",
            StudioEvent {
                connection: other.connection.to_string(),
                ..form.clone()
            },
        ),
        (
            "contact",
            StudioEvent {
                contact: other.contact.to_string(),
                ..form.clone()
            },
        ),
        (
            "value",
            StudioEvent {
                value: "4,800".into(),
                ..form.clone()
            },
        ),
        (
            "test_event_code",
            StudioEvent {
                test_code: "TEST 1".into(),
                ..form.clone()
            },
        ),
    ];
    for (expected, form) in cases {
        let refused = world
            .db
            .backend
            .send_test_event(&world.operator, line.advertiser, &form)
            .await;
        assert!(
            matches!(refused, Err(Error::Invalid { field, .. }) if field == expected),
            "{expected}: {refused:?}"
        );
    }
    world.send(&line).await;
}

#[tokio::test]
async fn auditors_and_archived_advertisers_send_nothing() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let auditor = world.db.staff(Role::Auditor).await;
    let refused = world
        .db
        .backend
        .send_test_event(&auditor, line.advertiser, &world.form(&line))
        .await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    world
        .db
        .backend
        .archive_advertiser(&world.operator, line.advertiser)
        .await
        .unwrap();
    let refused = world
        .db
        .backend
        .send_test_event(&world.operator, line.advertiser, &world.form(&line))
        .await;
    assert!(matches!(
        refused,
        Err(Error::Conflict(Conflict::AdvertiserArchived))
    ));
}

#[test]
fn a_local_time_is_read_in_its_zone() {
    let local = |text: &str| text.parse::<NaiveDateTime>().unwrap();
    assert_eq!(
        unix("Asia/Tokyo", local("2026-11-22T15:04:00")),
        Some(1_795_327_440)
    );
    assert_eq!(
        unix("Europe/Berlin", local("2026-03-29T02:30:00")),
        None,
        "that hour is left out"
    );
    assert_eq!(
        unix("Europe/Berlin", local("2026-10-25T02:30:00")),
        Some(1_792_888_200),
        "the first of the two"
    );
}
