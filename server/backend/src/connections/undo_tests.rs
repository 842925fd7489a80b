//! Disconnecting and moving, and taking up again.

use chrono::TimeDelta;
use domain::{Health, LeftAtMeta, Role};
use sandbox::Effect;

use crate::{
    Error,
    connect::testing::{HANA, Meta},
    error::Conflict,
};

async fn tokens(meta: &Meta) -> i64 {
    sqlx::query_scalar(
        "SELECT (SELECT count(token_sealed) FROM credential) + (SELECT count(token_sealed) FROM asset)",
    )
    .fetch_one(meta.db.backend.0.database.partner())
    .await
    .unwrap()
}

async fn actions(meta: &Meta) -> Vec<(String, Option<uuid::Uuid>)> {
    sqlx::query_as(
        "SELECT action, advertiser_id FROM audit WHERE action LIKE 'asset.%' ORDER BY id",
    )
    .fetch_all(meta.db.backend.0.database.partner())
    .await
    .unwrap()
}

#[tokio::test]
async fn what_is_disconnected_is_given_back_dropped_and_can_be_taken_up_again() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let backend = &meta.db.backend;
    let waiting = meta.park(advertiser, connection, TimeDelta::hours(1)).await;
    let was = backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap();
    let token = backend
        .sending_token(advertiser, connection)
        .await
        .unwrap()
        .unwrap();

    backend
        .disconnect(&operator, advertiser, connection)
        .await
        .unwrap();
    let cut = backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap();
    assert_eq!(
        (cut.health, cut.left_at_meta),
        (Health::Disconnected, Some(LeftAtMeta::Nothing))
    );
    assert!(cut.webhook_fields.is_empty() && cut.explanation.is_none());
    assert_eq!((cut.parked, cut.dataset), (1, was.dataset.clone()));
    assert_eq!(tokens(&meta).await, 0);
    assert!(
        !backend.graph().debug_token(&token).await.unwrap().is_valid,
        "Meta took it back"
    );
    assert!(
        backend
            .sending_token(advertiser, connection)
            .await
            .unwrap()
            .is_none()
    );
    assert!(!backend.deliver_once().await.unwrap(), "nothing goes out");
    // Neither a second time nor a look of the doctor's changes anything.
    backend
        .disconnect(&operator, advertiser, connection)
        .await
        .unwrap();
    let checked = backend
        .recheck_connection(&operator, advertiser, connection)
        .await
        .unwrap();
    assert_eq!(checked, Health::Disconnected);

    let again = meta.connect(&operator, advertiser, HANA).await;
    assert_eq!(again, [connection], "the same row");
    let healed = backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap();
    assert_eq!(
        (healed.health, healed.left_at_meta, healed.parked),
        (Health::Healthy, None, 0)
    );
    assert_eq!(healed.dataset.unwrap().id, was.dataset.unwrap().id);
    assert_eq!(meta.state_of(waiting).await, "queued");
}

#[tokio::test]
async fn permissions_that_another_advertiser_lives_on_are_not_given_back() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let backend = &meta.db.backend;
    let other = meta.db.advertiser("Other").await;
    meta.log_in(&operator, other, HANA).await;
    let token = backend
        .sending_token(advertiser, connection)
        .await
        .unwrap()
        .unwrap();
    backend
        .disconnect(&operator, advertiser, connection)
        .await
        .unwrap();
    assert!(backend.graph().debug_token(&token).await.unwrap().is_valid);
    let cut = backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap();
    assert_eq!(cut.left_at_meta, Some(LeftAtMeta::BusinessIntegration));
}

#[tokio::test]
async fn it_is_cut_here_even_when_meta_is_silent_and_only_by_who_may() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let backend = &meta.db.backend;
    let support = meta.db.staff(Role::Support).await;
    let refused = backend.disconnect(&support, advertiser, connection).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    let stranger = meta.db.advertiser("Other").await;
    let stranger = meta.db.advertiser_scope(stranger, Role::AdvertiserAdmin);
    let hidden = backend.disconnect(&stranger, advertiser, connection).await;
    assert!(matches!(hidden, Err(Error::NotFound(_))));

    meta.fault(Effect::Reset, "subscribed_apps");
    meta.fault(Effect::Reset, "permissions");
    backend
        .disconnect(&operator, advertiser, connection)
        .await
        .unwrap();
    let cut = backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap();
    assert_eq!(cut.health, Health::Disconnected);
    assert_eq!(cut.left_at_meta, Some(LeftAtMeta::BusinessIntegration));
    assert_eq!(tokens(&meta).await, 0);
}

#[tokio::test]
async fn a_page_moves_with_its_future_and_without_its_past_and_may_come_back() {
    let meta = Meta::start().await;
    let (operator, from, connection) = meta.connected().await;
    let backend = &meta.db.backend;
    let owner = meta.db.staff(Role::Owner).await;
    let to = meta.db.advertiser("Successor").await;
    let refused = backend.move_asset(&operator, from, connection, to).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    for wrong in [from, backend.clock().mint()] {
        assert!(
            backend
                .move_asset(&owner, from, connection, wrong)
                .await
                .is_err()
        );
    }
    let offered = backend.move_targets(&owner, from, "succ").await.unwrap();
    assert_eq!(offered.iter().map(|it| it.id).collect::<Vec<_>>(), [to]);

    let parked = meta.park(from, connection, TimeDelta::hours(1)).await;
    backend
        .move_asset(&owner, from, connection, to)
        .await
        .unwrap();
    let left = backend.connection(&owner, from, connection).await.unwrap();
    assert_eq!(
        (left.health, left.asset.is_moved, left.parked),
        (Health::Disconnected, true, 1)
    );
    assert_eq!(meta.state_of(parked).await, "parked", "history stays");
    assert_eq!(
        actions(&meta).await,
        [
            ("asset.moved_away".to_owned(), Some(from.uuid())),
            ("asset.moved_here".to_owned(), Some(to.uuid())),
        ]
    );
    let held = backend.held_assets(&owner, to).await.unwrap();
    assert_eq!(held.len(), 1, "seen there although nothing is connected");
    assert_eq!(held[0].name, left.asset.name);
    assert!(backend.held_assets(&owner, from).await.unwrap().is_empty());
    let twice = backend.move_asset(&owner, from, connection, to).await;
    assert!(matches!(
        twice,
        Err(Error::Conflict(Conflict::AttemptMoved))
    ));

    let [taken] = meta.connect(&operator, to, HANA).await[..] else {
        panic!("one connection")
    };
    assert_ne!(taken, connection);
    assert!(backend.held_assets(&owner, to).await.unwrap().is_empty());
    backend.move_asset(&owner, to, taken, from).await.unwrap();
    assert_eq!(
        meta.connect(&operator, from, HANA).await,
        [connection],
        "the old row"
    );
    let back = backend.connection(&owner, from, connection).await.unwrap();
    assert_eq!((back.health, back.asset.is_moved), (Health::Healthy, false));
    assert_eq!(meta.state_of(parked).await, "queued");
}
