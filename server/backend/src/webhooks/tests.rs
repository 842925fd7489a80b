//! Webhooks as Meta signs and repeats them.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AdvertiserId, Role};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    Error,
    connect::testing::{Meta, holds},
};

const PSID: &str = "7123456789012345";

fn signed(meta: &Meta, raw: &[u8]) -> String {
    let secret = &meta.db.backend.config().graph.app_secret;
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .unwrap()
        .chain_update(raw);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

pub(crate) async fn receive(meta: &Meta, body: impl AsRef<[u8]>) {
    let raw = body.as_ref();
    meta.db
        .backend
        .receive_webhook(raw, Some(&signed(meta, raw)))
        .await
        .unwrap();
}

/// A body with these items, for the florist's Page.
fn body(page: &str, items: Value) -> String {
    json!({ "object": "page", "entry": [{ "id": page, "time": 1_790_500_000_123_i64, "messaging": items }] }).to_string()
}

fn message(page: &str, mid: &str, at: DateTime<Utc>, ad: Option<&str>) -> Value {
    let mut message = json!({ "mid": mid, "text": "hi" });
    if let Some(ad) = ad {
        message["referral"] = json!({ "ad_id": ad, "source": "ADS", "type": "OPEN_THREAD" });
    }
    json!({ "sender": { "id": PSID }, "recipient": { "id": page }, "timestamp": at.timestamp_millis(), "message": message })
}

async fn outcomes(meta: &Meta) -> Vec<(String, String)> {
    sqlx::query_as("SELECT kind, outcome FROM webhook_message ORDER BY outcome, kind")
        .fetch_all(meta.db.backend.0.database.partner())
        .await
        .unwrap()
}

async fn contact(
    meta: &Meta,
    advertiser: AdvertiserId,
) -> (Option<String>, i64, DateTime<Utc>, DateTime<Utc>) {
    sqlx::query_as(
        "SELECT ad_id, messages, first_seen_at, last_seen_at FROM contact WHERE advertiser_id = $1",
    )
    .bind(advertiser.uuid())
    .fetch_one(meta.db.backend.0.database.partner())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_person_who_writes_becomes_a_contact_and_is_nowhere_in_plain() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let page = meta.page("florist");
    let at = meta.db.backend.clock().now() - TimeDelta::minutes(3);
    receive(
        &meta,
        body(&page, json!([message(&page, "m_1", at, Some("1200"))])),
    )
    .await;
    assert_eq!(meta.db.backend.split_webhooks().await.unwrap(), 1);
    assert_eq!(meta.db.backend.split_webhooks().await.unwrap(), 0);

    let [contact] = &meta
        .db
        .backend
        .recent_contacts(&operator, advertiser)
        .await
        .unwrap()[..]
    else {
        panic!("one contact")
    };
    assert_eq!(
        (
            contact.connection_id,
            contact.hint.as_str(),
            contact.from_ad
        ),
        (connection, "•••2345", true)
    );
    assert_eq!(contact.last_seen.ms, at.timestamp_millis());
    let shown = meta
        .db
        .backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap();
    assert_eq!(shown.last_inbound.unwrap().ms, at.timestamp_millis());
    assert!(!holds(&meta.dump().await, PSID));
}

#[tokio::test]
async fn only_the_very_bytes_that_meta_signed_are_taken() {
    let meta = Meta::start().await;
    let raw = body("1", json!([]));
    let signature = signed(&meta, raw.as_bytes());
    let receive = async |raw: &str, header: Option<&str>| {
        meta.db
            .backend
            .receive_webhook(raw.as_bytes(), header)
            .await
    };
    assert!(receive(&raw, Some(&signature)).await.is_ok());
    let spaced = raw.replace(':', ": ");
    for (raw, header) in [
        (raw.as_str(), None),
        (&raw, Some("")),
        (&raw, Some("sha256=")),
        (&raw, Some(&signature[..70])),
        (&raw, Some(&signature[7..])),
        (&spaced, Some(&signature)),
    ] {
        assert!(
            matches!(receive(raw, header).await, Err(Error::Forbidden)),
            "{header:?}"
        );
    }
    assert_eq!(meta.db.backend.split_webhooks().await.unwrap(), 1);
}

#[tokio::test]
async fn repeated_and_disordered_messages_count_once_and_the_newest_ad_stays() {
    let meta = Meta::start().await;
    let (_, advertiser, _) = meta.connected().await;
    let page = meta.page("florist");
    let now = meta.db.backend.clock().now();
    let at = |minutes| now - TimeDelta::minutes(minutes);
    let newer = message(&page, "m_2", at(1), Some("new"));
    let older = message(&page, "m_1", at(9), Some("old"));
    let plain = message(&page, "m_3", at(0), None);
    let link = json!({ "sender": { "id": PSID }, "recipient": { "id": page }, "timestamp": at(5).timestamp_millis(),
                       "referral": { "ref": "spring", "source": "SHORTLINK", "type": "OPEN_THREAD" } });
    receive(&meta, body(&page, json!([newer, newer]))).await;
    receive(&meta, body(&page, json!([older, link]))).await;
    receive(&meta, body(&page, json!([plain, newer]))).await;
    receive(&meta, body(&page, json!([link]))).await;
    let (one, two) = tokio::join!(
        meta.db.backend.split_webhooks(),
        meta.db.backend.split_webhooks()
    );
    assert_eq!(one.unwrap() + two.unwrap(), 4);

    let (ad, messages, first, last) = contact(&meta, advertiser).await;
    assert_eq!((ad.as_deref(), messages), (Some("new"), 3));
    assert_eq!(
        (first.timestamp_millis(), last.timestamp_millis()),
        (at(9).timestamp_millis(), at(0).timestamp_millis())
    );
    let mut kinds: Vec<_> = outcomes(&meta)
        .await
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    kinds.sort();
    assert_eq!(kinds, ["message", "message", "message", "referral"]);

    // Forgotten only when Meta repeats it no longer.
    assert_eq!(meta.db.backend.forget_webhooks().await.unwrap(), 0);
    meta.db.backend.clock().advance(TimeDelta::days(3));
    assert_eq!(meta.db.backend.forget_webhooks().await.unwrap(), 4);
}

#[tokio::test]
async fn what_yields_no_contact_is_kept_and_says_why() {
    let meta = Meta::start().await;
    let (operator, advertiser, _) = meta.connected().await;
    let page = meta.page("florist");
    let now = meta.db.backend.clock().now();
    let mut echo = message(&page, "m_echo", now, None);
    echo["message"]["is_echo"] = true.into();
    (echo["sender"], echo["recipient"]) = (json!({ "id": page }), json!({ "id": PSID }));
    let mut checkbox = message(&page, "m_box", now, None);
    checkbox["sender"] = json!({ "user_ref": "ticked" });
    let read = json!({ "sender": { "id": PSID }, "recipient": { "id": page }, "timestamp": 1, "read": { "watermark": 1 } });
    receive(&meta, body(&page, json!([echo, checkbox, read]))).await;
    receive(
        &meta,
        body("999", json!([message("999", "m_1", now, None)])),
    )
    .await;
    receive(&meta, r#"{"object":"page","entry":[{"id"#).await;
    receive(&meta, r#"{"object":"user","entry":[]}"#).await;
    assert_eq!(meta.db.backend.split_webhooks().await.unwrap(), 4);
    let outcomes = outcomes(&meta).await;
    let outcomes: Vec<_> = outcomes
        .iter()
        .map(|(kind, outcome)| (kind.as_str(), outcome.as_str()))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("message", "echo"),
            ("other", "ignored"),
            ("message", "no_sender"),
            ("other", "unreadable"),
            ("other", "unreadable"),
            ("message", "unrouted"),
        ]
    );
    assert!(
        meta.db
            .backend
            .recent_contacts(&operator, advertiser)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn strange_content_stands_in_nobodys_way() {
    let meta = Meta::start().await;
    let (_, advertiser, _) = meta.connected().await;
    let page = meta.page("florist");
    let far = DateTime::from_timestamp_millis(9_000_000_000_000).unwrap();
    receive(
        &meta,
        body(&page, json!([message(&page, "m\0", far, Some("1\u{0}2"))])),
    )
    .await;
    let mut standby: Value =
        serde_json::from_str(&body(&page, json!([message(&page, "m_2", far, None)]))).unwrap();
    standby["entry"][0]["standby"] = standby["entry"][0]["messaging"].take();
    receive(&meta, standby.to_string()).await;
    // Sealed under a key that is gone, or damaged.
    sqlx::query("UPDATE webhook_delivery SET body_sealed = 'x' WHERE id = (SELECT id FROM webhook_delivery ORDER BY id LIMIT 1)")
        .execute(meta.db.backend.0.database.partner())
        .await
        .unwrap();
    receive(
        &meta,
        body(&page, json!([message(&page, "m\0", far, Some("1\u{0}2"))])),
    )
    .await;
    assert_eq!(meta.db.backend.split_webhooks().await.unwrap(), 3);
    assert_eq!(meta.db.backend.split_webhooks().await.unwrap(), 0);
    let (ad, messages, _, last) = contact(&meta, advertiser).await;
    assert_eq!((ad, messages), (None, 2));
    assert!(
        last <= meta.db.backend.clock().now(),
        "nobody writes in the future"
    );
}

#[tokio::test]
async fn the_challenge_is_for_who_knows_our_token() {
    let meta = Meta::start().await;
    let challenge = |mode, token| meta.db.backend.webhook_challenge(mode, token, "1158201444");
    assert_eq!(
        challenge("subscribe", "verify").as_deref(),
        Some("1158201444")
    );
    for (mode, token) in [
        ("subscribe", "verif"),
        ("subscribe", ""),
        ("unsubscribe", "verify"),
    ] {
        assert_eq!(challenge(mode, token), None);
    }
    let open = Meta::start_with(|config| config.webhook_verify_token = "".into()).await;
    assert_eq!(
        open.db.backend.webhook_challenge("subscribe", "", "1"),
        None
    );
}

#[tokio::test]
async fn another_tenants_contacts_are_not_shown_and_auditors_see_none() {
    let meta = Meta::start().await;
    let (_, theirs, _) = meta.connected().await;
    let ours = meta.db.advertiser("Ours").await;
    let page = meta.page("florist");
    let now = meta.db.backend.clock().now();
    receive(
        &meta,
        body(&page, json!([message(&page, "m_1", now, None)])),
    )
    .await;
    meta.db.backend.split_webhooks().await.unwrap();
    let scope = meta.db.advertiser_scope(ours, Role::AdvertiserAdmin);
    assert!(
        meta.db
            .backend
            .recent_contacts(&scope, ours)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(matches!(
        meta.db.backend.recent_contacts(&scope, theirs).await,
        Err(Error::NotFound(_))
    ));
    let auditor = meta.db.staff(Role::Auditor).await;
    assert!(matches!(
        meta.db.backend.recent_contacts(&auditor, theirs).await,
        Err(Error::Forbidden)
    ));
    let support = meta.db.staff(Role::Support).await;
    assert_eq!(
        meta.db
            .backend
            .recent_contacts(&support, theirs)
            .await
            .unwrap()
            .len(),
        1
    );
}
