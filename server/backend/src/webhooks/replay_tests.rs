//! Taking webhooks apart once more, and what every shape yields the first time.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AdvertiserId, AssetKind, Role, WebhookMessageId};
use serde_json::{Value, json};

use super::tests::receive;
use crate::{Conflict, Error, connect::testing::Meta};

const STRAY: &str = "5550009";

fn said(page: &str, psid: &str, mid: &str, at: DateTime<Utc>) -> Value {
    json!({ "sender": { "id": psid }, "recipient": { "id": page }, "timestamp": at.timestamp_millis(),
            "message": { "mid": mid, "text": "hi" } })
}

fn body(page: &str, items: Value) -> String {
    json!({ "object": "page", "entry": [{ "id": page, "messaging": items }] }).to_string()
}

async fn rows(meta: &Meta) -> Vec<(uuid::Uuid, String, String)> {
    sqlx::query_as("SELECT id, kind, outcome FROM webhook_message ORDER BY id")
        .fetch_all(meta.db.backend.0.database.partner())
        .await
        .unwrap()
}

async fn count(meta: &Meta, what: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(what.to_owned()))
        .fetch_one(meta.db.backend.0.database.partner())
        .await
        .unwrap()
}

async fn hold(meta: &Meta, advertiser: AdvertiserId, page: &str) {
    let backend = &meta.db.backend;
    let mut tx = backend
        .begin_for(&meta.db.system(), advertiser)
        .await
        .unwrap();
    tx.hold_asset(advertiser, AssetKind::Page, page, "Stray")
        .await
        .unwrap()
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_batch_of_a_thousand_is_taken_once_whoever_copies_it() {
    let meta = Meta::start().await;
    meta.connected().await;
    let page = meta.page("florist");
    let now = meta.db.backend.clock().now();
    let items: Vec<Value> = (0..1_000)
        .map(|n| said(&page, &format!("71{n:010}"), &format!("m_{n}"), now))
        .collect();
    let batch = body(&page, json!(items));
    // Another app of the partner's got a copy, and Meta repeats itself with the order changed.
    let mut turned = items;
    turned.reverse();
    receive(&meta, &batch).await;
    receive(&meta, body(&page, json!(turned))).await;
    assert_eq!(meta.db.backend.split_webhooks().await.unwrap(), 2);
    assert_eq!(count(&meta, "SELECT count(*) FROM contact").await, 1_000);
    assert_eq!(
        count(&meta, "SELECT count(*) FROM webhook_message").await,
        1_000
    );
    let counted = "SELECT sum(messages)::bigint FROM inbound_hour";
    assert_eq!(count(&meta, counted).await, 1_000);
}

#[tokio::test]
async fn an_ad_is_found_in_its_three_places_and_a_copy_in_standby_counts_once() {
    let meta = Meta::start().await;
    meta.connected().await;
    let page = meta.page("florist");
    let now = meta.db.backend.clock().now();
    let ad = |id: &str| json!({ "ad_id": id, "source": "ADS", "type": "OPEN_THREAD" });
    let person = |psid: &str, rest: Value| {
        let mut item = json!({ "sender": { "id": psid }, "recipient": { "id": page },
                               "timestamp": now.timestamp_millis().to_string() });
        item.as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        item
    };
    let items = json!([
        person(
            "p-message",
            json!({ "message": { "mid": "m_1", "referral": ad("1") } })
        ),
        person(
            "p-postback",
            json!({ "postback": { "mid": "m_2", "referral": ad("2") } })
        ),
        person("p-referral", json!({ "referral": ad("3") })),
        person("p-referral", json!({ "referral": ad("3") })),
    ]);
    let mut both: Value = serde_json::from_str(&body(&page, items.clone())).unwrap();
    both["entry"][0]["standby"] = items;
    receive(&meta, both.to_string()).await;
    meta.db.backend.split_webhooks().await.unwrap();
    let ads: Vec<(String, i64)> =
        sqlx::query_as("SELECT ad_id, messages FROM contact ORDER BY ad_id")
            .fetch_all(meta.db.backend.0.database.partner())
            .await
            .unwrap();
    let expected = [("1", 1), ("2", 1), ("3", 0)].map(|(ad, n)| (ad.to_owned(), n));
    assert_eq!(ads, expected);
    let mut kinds: Vec<_> = rows(&meta).await.into_iter().map(|row| row.1).collect();
    kinds.sort();
    assert_eq!(kinds, ["message", "postback", "referral"]);
}

#[tokio::test]
async fn what_found_nobody_finds_somebody_once_the_asset_is_held_and_only_once() {
    let meta = Meta::start().await;
    let (operator, advertiser, _) = meta.connected().await;
    let backend = &meta.db.backend;
    let at = backend.clock().now() - TimeDelta::hours(3);
    receive(
        &meta,
        body(
            STRAY,
            json!([
                said(STRAY, "7001", "m_1", at),
                said(STRAY, "7002", "m_2", at)
            ]),
        ),
    )
    .await;
    receive(&meta, body(STRAY, json!([said(STRAY, "7001", "m_3", at)]))).await;
    backend.split_webhooks().await.unwrap();
    let first = WebhookMessageId::from(rows(&meta).await[0].0);

    // Nobody holds it yet: nothing changes.
    let replayed = backend.replay_unrouted(&operator, first).await.unwrap();
    assert_eq!((replayed.found, replayed.is_more), (0, false));
    hold(&meta, advertiser, STRAY).await;
    let replayed = backend.replay_webhook(&operator, first).await.unwrap();
    assert_eq!((replayed.messages, replayed.found), (2, 2));
    let replayed = backend.replay_unrouted(&operator, first).await.unwrap();
    assert_eq!((replayed.messages, replayed.found), (1, 1));
    for _ in 0..2 {
        let nothing = backend.replay_unrouted(&operator, first).await.unwrap();
        assert_eq!(nothing.messages, 0);
        let nothing = backend.replay_webhook(&operator, first).await.unwrap();
        assert_eq!(nothing.messages, 0);
    }
    let outcomes = rows(&meta).await;
    assert_eq!(outcomes.len(), 3);
    assert_eq!(outcomes[0].0, first.uuid(), "it stays the message it was");
    assert!(outcomes.iter().all(|row| row.2 == "contact"));
    let said = "SELECT sum(messages)::bigint FROM contact";
    assert_eq!(count(&meta, said).await, 3);
    let audited = "SELECT count(*) FROM audit WHERE action LIKE 'webhook.%'";
    assert!(count(&meta, audited).await >= 3);
}

#[tokio::test]
async fn what_came_before_connecting_yields_a_contact_by_itself_afterwards() {
    let meta = Meta::start().await;
    let backend = &meta.db.backend;
    let page = meta.page("florist");
    let at = backend.clock().now() - TimeDelta::hours(3);
    let write = async |page: &str, mid: &str| {
        receive(&meta, body(page, json!([said(page, "7001", mid, at)]))).await;
        backend.split_webhooks().await.unwrap();
    };
    write(&page, "m_1").await;
    write(STRAY, "m_2").await;
    backend.replay_for_holders().await.unwrap();
    let contacts = "SELECT count(*) FROM contact";
    assert_eq!(count(&meta, contacts).await, 0, "nobody holds either");

    let (_, advertiser, _) = meta.connected().await;
    backend.replay_for_holders().await.unwrap();
    assert_eq!(count(&meta, contacts).await, 1);
    let outcomes: Vec<String> = rows(&meta).await.into_iter().map(|row| row.2).collect();
    assert_eq!(outcomes, ["contact", "unrouted"]);
    let audited = "SELECT count(*) FROM audit WHERE action = 'webhook.unrouted_replayed' AND advertiser_id IS NOT NULL
                   AND actor_kind = 'system'";
    assert_eq!(count(&meta, audited).await, 1);

    // What was being read at that moment is found as well, and then it is no longer looked for.
    sqlx::query("UPDATE webhook_message SET outcome = 'unrouted', advertiser_id = NULL, contact_id = NULL WHERE outcome = 'contact'")
        .execute(backend.0.database.partner())
        .await
        .unwrap();
    backend.clock().advance(TimeDelta::minutes(3));
    backend.replay_for_holders().await.unwrap();
    assert_eq!(rows(&meta).await[0].2, "contact");
    let sought = "SELECT count(*) FROM asset WHERE replay_until IS NOT NULL";
    assert_eq!(count(&meta, sought).await, 0);

    // An asset that comes to somebody in another way.
    hold(&meta, advertiser, STRAY).await;
    backend.replay_for_holders().await.unwrap();
    assert_eq!(count(&meta, contacts).await, 2);
}

#[tokio::test]
async fn a_body_that_could_not_be_read_is_read_once_it_can_be() {
    let meta = Meta::start().await;
    let (operator, ..) = meta.connected().await;
    let page = meta.page("florist");
    let backend = &meta.db.backend;
    let now = backend.clock().now();
    receive(&meta, body(&page, json!([said(&page, "7001", "m_1", now)]))).await;
    let pool = backend.0.database.partner();
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT body_sealed FROM webhook_delivery")
        .fetch_one(pool)
        .await
        .unwrap();
    let keep = async |sealed: &[u8]| {
        sqlx::query("UPDATE webhook_delivery SET body_sealed = $1")
            .bind(sealed)
            .execute(pool)
            .await
            .unwrap();
    };
    keep(b"under a key that is away").await;
    backend.split_webhooks().await.unwrap();
    let row = rows(&meta).await.remove(0);
    assert_eq!(row.2, "unreadable");
    let id = WebhookMessageId::from(row.0);
    assert_eq!(
        backend
            .replay_webhook(&operator, id)
            .await
            .unwrap()
            .messages,
        0
    );
    keep(&sealed).await;
    assert_eq!(
        backend.replay_webhook(&operator, id).await.unwrap().found,
        1
    );
    assert_eq!(
        backend
            .replay_webhook(&operator, id)
            .await
            .unwrap()
            .messages,
        0
    );
    let rows = rows(&meta).await;
    assert_eq!(
        (rows.len(), rows[0].0, rows[0].2.as_str()),
        (1, id.uuid(), "contact")
    );
}

#[tokio::test]
async fn a_webhook_is_taken_apart_again_while_it_is_kept_by_who_may() {
    let meta = Meta::start().await;
    let (operator, ..) = meta.connected().await;
    let backend = &meta.db.backend;
    let now = backend.clock().now();
    receive(&meta, body(STRAY, json!([said(STRAY, "7001", "m_1", now)]))).await;
    backend.split_webhooks().await.unwrap();
    let id = WebhookMessageId::from(rows(&meta).await[0].0);
    let auditor = meta.db.staff(Role::Auditor).await;
    for forbidden in [
        backend.replay_webhook(&auditor, id).await,
        backend.replay_unrouted(&auditor, id).await,
    ] {
        assert!(matches!(forbidden, Err(Error::Forbidden)));
    }
    let unknown: WebhookMessageId = backend.clock().mint();
    let missing = backend.replay_webhook(&operator, unknown).await;
    assert!(matches!(missing, Err(Error::NotFound(_))));
    backend.clock().advance(TimeDelta::days(30));
    backend.forget_old().await.unwrap();
    let gone = backend.replay_webhook(&operator, id).await;
    assert!(matches!(gone, Err(Error::Conflict(Conflict::WebhookGone))));
}
