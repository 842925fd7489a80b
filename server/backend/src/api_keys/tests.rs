//! Keys from end to end: made, used, rotated, ended.

use chrono::TimeDelta;
use domain::{KeyScope, KeyStanding, Permission, Role};

use super::*;
use crate::testing;

fn draft(days: Option<u32>) -> KeyDraft {
    KeyDraft {
        name: "Shop backend".parse().unwrap(),
        scopes: [KeyScope::EventsWrite, KeyScope::EventsRead]
            .into_iter()
            .collect(),
        days,
    }
}

fn token(key: &NewKey) -> SecretToken {
    SecretToken::from_outside(key.expose())
}

#[tokio::test]
async fn a_key_reaches_its_advertiser_and_does_what_it_is_for() {
    let db = testing::backend().await;
    let (ours, theirs) = (db.advertiser("ours").await, db.advertiser("theirs").await);
    let operator = db.staff(Role::Operator).await;
    let key = db
        .backend
        .add_api_key(&operator, Some(ours), &draft(None))
        .await
        .unwrap();
    let scope = db.backend.key_scope(&token(&key)).await.unwrap().unwrap();
    assert!(scope.may(Permission::IngestEvents) && scope.may(Permission::ViewEvents));
    assert!(!scope.may(Permission::ManageApiKeys) && !scope.may(Permission::ViewAdvertisers));
    assert_eq!(scope.only(), Some(ours));
    assert!(matches!(
        db.backend.begin_for(&scope, theirs).await,
        Err(Error::NotFound(_))
    ));
    let listed = db.backend.api_keys(&operator, Some(ours)).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].standing, KeyStanding::Works);
    assert!(key.expose().starts_with(&listed[0].hint) && listed[0].hint.len() == 10);
    assert!(listed[0].last_used.is_some());
    assert_eq!(listed[0].created_by, "Test Person");
    let unknown = SecretToken::from_outside("pbk_unknown");
    assert!(db.backend.key_scope(&unknown).await.unwrap().is_none());
}

#[tokio::test]
async fn a_partner_wide_key_is_the_owners_to_make_and_reaches_everybody() {
    let db = testing::backend().await;
    let (operator, owner) = (db.staff(Role::Operator).await, db.staff(Role::Owner).await);
    let refused = db.backend.add_api_key(&operator, None, &draft(None)).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    let key = db
        .backend
        .add_api_key(&owner, None, &draft(None))
        .await
        .unwrap();
    let scope = db.backend.key_scope(&token(&key)).await.unwrap().unwrap();
    assert_eq!(scope.only(), None);
    assert_eq!(db.backend.api_keys(&owner, None).await.unwrap().len(), 1);
    let advertiser = db.advertiser("ours").await;
    let listed = db.backend.api_keys(&owner, Some(advertiser)).await.unwrap();
    assert_eq!(listed, []);
}

#[tokio::test]
async fn an_advertisers_admin_makes_keys_of_their_own_and_of_nobody_else() {
    let db = testing::backend().await;
    let (ours, theirs) = (db.advertiser("ours").await, db.advertiser("theirs").await);
    let admin = db.advertiser_scope(ours, Role::AdvertiserAdmin);
    let viewer = db.advertiser_scope(ours, Role::AdvertiserViewer);
    let add = async |scope: &Scope, advertiser| {
        let draft = draft(None);
        db.backend.add_api_key(scope, advertiser, &draft).await
    };
    let key = add(&admin, Some(ours)).await.unwrap();
    assert!(matches!(
        add(&admin, Some(theirs)).await,
        Err(Error::NotFound(_))
    ));
    assert!(matches!(add(&admin, None).await, Err(Error::Forbidden)));
    assert!(matches!(
        add(&viewer, Some(ours)).await,
        Err(Error::Forbidden)
    ));
    let other = db.advertiser_scope(theirs, Role::AdvertiserAdmin);
    let revoked = db
        .backend
        .revoke_api_key(&other, Some(theirs), key.id)
        .await;
    assert!(matches!(revoked, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn rotation_overlaps_and_then_the_old_key_ends() {
    let db = testing::backend().await;
    let advertiser = Some(db.advertiser("ours").await);
    let operator = db.staff(Role::Operator).await;
    let backend = &db.backend;
    let old = backend
        .add_api_key(&operator, advertiser, &draft(Some(90)))
        .await
        .unwrap();
    let new = backend
        .rotate_api_key(&operator, advertiser, old.id, 24)
        .await
        .unwrap();
    let works = async |key: &NewKey| backend.key_scope(&token(key)).await.unwrap().is_some();
    assert!(works(&old).await && works(&new).await);
    let again = backend.rotate_api_key(&operator, advertiser, old.id, 24);
    assert!(matches!(
        again.await,
        Err(Error::Conflict(Conflict::KeyOver))
    ));
    backend.clock().advance(TimeDelta::hours(25));
    assert!(!works(&old).await && works(&new).await);
    let standings = backend.api_keys(&operator, advertiser).await.unwrap();
    let standings: Vec<_> = standings.iter().map(|key| key.standing).collect();
    assert_eq!(standings, [KeyStanding::Works, KeyStanding::Expired]);
    backend.clock().advance(TimeDelta::days(90));
    assert!(!works(&new).await, "it lives as long as the old one was to");
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_once() {
    let db = testing::backend().await;
    let advertiser = Some(db.advertiser("ours").await);
    let operator = db.staff(Role::Operator).await;
    let key = db
        .backend
        .add_api_key(&operator, advertiser, &draft(None))
        .await
        .unwrap();
    assert!(db.backend.key_scope(&token(&key)).await.unwrap().is_some());
    db.backend
        .revoke_api_key(&operator, advertiser, key.id)
        .await
        .unwrap();
    assert!(db.backend.key_scope(&token(&key)).await.unwrap().is_none());
    let again = db.backend.revoke_api_key(&operator, advertiser, key.id);
    assert!(matches!(
        again.await,
        Err(Error::Conflict(Conflict::KeyOver))
    ));
}

#[tokio::test]
async fn last_use_is_written_once_a_minute() {
    let db = testing::backend().await;
    let advertiser = Some(db.advertiser("ours").await);
    let operator = db.staff(Role::Operator).await;
    let key = db
        .backend
        .add_api_key(&operator, advertiser, &draft(None))
        .await
        .unwrap();
    let mut seen = Vec::new();
    for _ in 0..3 {
        db.backend.key_scope(&token(&key)).await.unwrap();
        let listed = db.backend.api_keys(&operator, advertiser).await.unwrap();
        seen.push(listed[0].last_used.unwrap());
        db.backend.clock().advance(TimeDelta::seconds(45));
    }
    assert_eq!(seen[0], seen[1], "45 seconds later");
    assert_ne!(seen[1], seen[2], "90 seconds later");
}

#[tokio::test]
async fn what_a_key_cannot_be_is_refused_by_its_field() {
    let db = testing::backend().await;
    let advertiser = Some(db.advertiser("ours").await);
    let operator = db.staff(Role::Operator).await;
    let drafts = [
        (
            "scopes",
            KeyDraft {
                scopes: Default::default(),
                ..draft(None)
            },
        ),
        ("days", draft(Some(0))),
        ("days", draft(Some(731))),
    ];
    for (expected, draft) in drafts {
        let refused = db.backend.add_api_key(&operator, advertiser, &draft).await;
        assert!(
            matches!(refused, Err(Error::Invalid { field, .. }) if field == expected),
            "{expected}"
        );
    }
}
