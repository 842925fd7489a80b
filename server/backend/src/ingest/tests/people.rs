//! Whose an event is: known when it comes, or later.

use super::*;

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
