//! When the token, a permission or the dataset's link is broken.

use chrono::TimeDelta;
use domain::{EventState, Health};
use graph::AccessToken;
use sandbox::Effect;
use std::time::Duration;

use super::{envelope, one_under, world};
use crate::{
    connections,
    testing::world::{Line, World},
};

#[tokio::test]
async fn a_revoked_token_parks_and_a_new_login_releases() {
    let (world, line) = world().await;
    let revoke = Effect::RevokeToken {
        person: Some("hana".into()),
        subcode: 460,
    };
    world
        .sandbox
        .state()
        .add_fault(sandbox::Fault::new(revoke))
        .unwrap();
    let (first, second) = (world.send(&line).await, world.send(&line).await);
    world.deliver().await;
    let later = world.send(&line).await;
    world.deliver().await;
    for id in [first, second, later] {
        assert_eq!(
            world.fate(id).await,
            (EventState::Parked, Some("password_changed".into()), 0)
        );
    }
    assert_eq!(
        (world.health(&line).await, world.posts()),
        (Health::Reconnect, 1),
        "a dead token is asked once"
    );

    reconnect(&world, &line, world.token("hana")).await;
    world.deliver().await;
    for id in [first, second, later] {
        assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    }
}

#[tokio::test]
async fn a_verdict_on_an_old_token_says_nothing_about_a_new_one() {
    let (world, line) = world().await;
    world.fault(envelope(190, Some(460), 401), Some(1));
    world.fault(Effect::Delay { ms: 300 }, Some(1));
    let id = world.send(&line).await;
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(120)).await;
        reconnect(&world, &line, world.token("hana")).await;
    };
    let (sent, ()) = tokio::join!(world.db.backend.deliver_once(), meanwhile);
    sent.unwrap();
    assert_eq!(
        (world.state(id).await, world.health(&line).await),
        (EventState::Queued, Health::Healthy)
    );
    world.deliver().await;
    assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
}

/// What a finished connect attempt leaves behind.
async fn reconnect(world: &World, line: &Line, token: AccessToken) {
    let backend = &world.db.backend;
    let mut tx = backend
        .begin_for(&crate::Scope::system(), line.advertiser)
        .await
        .unwrap();
    let credential = crate::credentials::NewCredential {
        token,
        kind: graph::TokenKind::User,
        person_id: "1".into(),
        person_name: "Test Person".into(),
        scopes: Vec::new(),
        expires_at: None,
        data_access_expires_at: None,
        client_business_id: None,
    };
    let credential = backend
        .seal_credential(&mut tx, line.advertiser, &credential, &[])
        .await
        .unwrap();
    sqlx::query("UPDATE connection SET credential_id = $1")
        .bind(credential.uuid())
        .execute(&mut *tx)
        .await
        .unwrap();
    connections::heal(&mut tx, line.advertiser, line.connection)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_lost_link_misconfigures_the_connection_and_parks() {
    let (world, line, id) = one_under(envelope(100, Some(2_804_131), 400)).await;
    assert_eq!(
        world.fate(id).await,
        (EventState::Parked, Some("dataset_without_page".into()), 0)
    );
    assert_eq!(world.health(&line).await, Health::Misconfigured);
}

#[tokio::test]
async fn an_error_that_nobody_knows_holds_the_events_and_tries_them_again_later() {
    let (world, line, id) = one_under(envelope(99_999, None, 400)).await;
    assert_eq!(
        world.fate(id).await,
        (EventState::Parked, Some("code_unknown".into()), 0)
    );
    assert_eq!(world.health(&line).await, Health::Degraded);
    world.db.backend.recover().await.unwrap();
    assert_eq!(world.state(id).await, EventState::Parked);
    world.db.backend.clock().advance(TimeDelta::minutes(11));
    world.db.backend.recover().await.unwrap();
    world.deliver().await;
    assert_eq!(world.fate(id).await, (EventState::Delivered, None, 1));
    assert_eq!(world.health(&line).await, Health::Healthy);
}
