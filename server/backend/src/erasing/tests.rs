//! What is gone is gone.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::{AdvertiserId, ConnectionId, ContactId, EventId, Health, Role};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::json;
use sha2::Sha256;

use crate::{
    DeletionKind, Error,
    connect::testing::{HANA, Meta, holds},
    contacts::Sighting,
    delivery::payload_place,
};

const PSID: &str = "7123456789012345";

/// Somebody wrote, and an event about them waits, went out before and was answered with their identifier in it.
async fn spoken_of(
    meta: &Meta,
    advertiser: AdvertiserId,
    connection: ConnectionId,
) -> (ContactId, EventId) {
    let backend = &meta.db.backend;
    let event = meta.park(advertiser, connection, TimeDelta::hours(1)).await;
    let mut tx = backend.begin(&meta.db.system()).await.unwrap();
    let asset: uuid::Uuid = sqlx::query_scalar("SELECT asset_id FROM connection WHERE id = $1")
        .bind(connection.uuid())
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    let seen = Sighting {
        asset: asset.into(),
        channel: domain::Channel::Messenger,
        identity: PSID,
        phone: None,
        at: tx.now(),
        ad_id: None,
        click: None,
        wrote: true,
    };
    let contact = backend
        .see_contact(&mut tx, advertiser, &seen)
        .await
        .unwrap();
    let (attempt, delivery, message): (uuid::Uuid, uuid::Uuid, uuid::Uuid) = (
        backend.clock().mint(),
        backend.clock().mint(),
        backend.clock().mint(),
    );
    let payload = json!({ "user_data": { "page_scoped_user_id": PSID } }).to_string();
    let place = payload_place(advertiser, event.into());
    for (sql, text, bytes) in [
        (
            "INSERT INTO attempt (advertiser_id, id, lane_id, lease_epoch, event_ids, url, partner_agent, test_code, started_at, answer)
             SELECT $1, $2, lane_id, 1, ARRAY[$3], 'u', '', '', $4, $7 FROM event WHERE id = $3 AND $5::uuid IS NOT NULL
               AND $6::uuid IS NOT NULL AND $8::bytea IS NOT NULL AND $9::uuid IS NOT NULL",
            format!("{{\"error\":{{\"message\":\"{PSID} is nobody\"}}}}"),
            Vec::new(),
        ),
        (
            "INSERT INTO webhook_delivery (id, received_at, body_sealed, split_at)
             SELECT $5, $4, $8, $4 WHERE $1::uuid IS NOT NULL AND $2::uuid IS NOT NULL AND $3::uuid IS NOT NULL
               AND $6::uuid IS NOT NULL AND $7::text IS NOT NULL AND $9::uuid IS NOT NULL",
            String::new(),
            b"sealed".to_vec(),
        ),
        (
            "INSERT INTO webhook_message (id, delivery_id, advertiser_id, contact_id, kind, outcome, sent_at, received_at)
             SELECT $6, $5, $1, $9, 'message', 'contact', $4, $4 WHERE $2::uuid IS NOT NULL AND $3::uuid IS NOT NULL
               AND $7::text IS NOT NULL AND $8::bytea IS NOT NULL",
            String::new(),
            Vec::new(),
        ),
        (
            "INSERT INTO event_payload (advertiser_id, id, body_sealed)
             SELECT $1, $3, $8 WHERE $2::uuid IS NOT NULL AND $4::timestamptz IS NOT NULL AND $5::uuid IS NOT NULL
               AND $6::uuid IS NOT NULL AND $7::text IS NOT NULL AND $9::uuid IS NOT NULL",
            String::new(),
            backend.keys().seal(place, payload.as_bytes()),
        ),
        (
            "UPDATE event SET contact_id = $9, attempt_ids = ARRAY[$2]
             WHERE id = $3 AND advertiser_id = $1 AND $4::timestamptz IS NOT NULL AND $5::uuid IS NOT NULL
               AND $6::uuid IS NOT NULL AND $7::text IS NOT NULL AND $8::bytea IS NOT NULL",
            String::new(),
            Vec::new(),
        ),
    ] {
        let now = tx.now();
        sqlx::query(sql)
            .bind(advertiser.uuid())
            .bind(attempt)
            .bind(event)
            .bind(now)
            .bind(delivery)
            .bind(message)
            .bind(text)
            .bind(bytes)
            .bind(contact.uuid())
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    (contact, event.into())
}

async fn count(meta: &Meta, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_one(meta.db.backend.0.database.partner())
        .await
        .unwrap()
}

#[tokio::test]
async fn an_erased_contact_leaves_no_trace_of_its_identifier() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let (contact, event) = spoken_of(&meta, advertiser, connection).await;
    let backend = &meta.db.backend;
    assert!(holds(&meta.dump().await, PSID), "Meta's answer repeats it");
    let support = meta.db.staff(Role::Support).await;
    let refused = backend.erase_contact_of(&support, event).await;
    assert!(matches!(refused, Err(Error::Forbidden)));

    assert!(backend.erase_contact_of(&operator, event).await.unwrap());
    for table in ["contact", "event_payload", "webhook_delivery"] {
        assert_eq!(count(&meta, table).await, 0, "{table}");
    }
    assert_eq!(
        (
            count(&meta, "webhook_message").await,
            count(&meta, "event").await
        ),
        (1, 1)
    );
    let dump = meta.dump().await;
    assert!(!holds(&dump, PSID) && dump.contains("[erased] is nobody"));
    let mentions = dump.matches(&contact.uuid().to_string()).count();
    assert_eq!(mentions, 0, "nothing refers to it");
    assert_eq!(
        meta.state_of(event.uuid()).await,
        "expired",
        "it can no longer go out"
    );
    let shown = backend.event(&operator, event).await.unwrap();
    assert!(shown.row.contact_hint.is_empty() && shown.payload.is_empty());
    assert!(
        !backend.erase_contact_of(&operator, event).await.unwrap(),
        "nobody is left"
    );
}

#[tokio::test]
async fn an_erased_advertiser_leaves_only_its_audit() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    spoken_of(&meta, advertiser, connection).await;
    let backend = &meta.db.backend;
    let kept = meta.db.advertiser("Kept").await;
    let owner = meta.db.staff(Role::Owner).await;
    let refused = backend
        .erase_advertiser(&operator, advertiser, "Hana")
        .await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    let mistyped = backend.erase_advertiser(&owner, advertiser, "hana").await;
    assert!(matches!(
        mistyped,
        Err(Error::Invalid { field: "name", .. })
    ));
    let token = backend
        .sending_token(advertiser, connection)
        .await
        .unwrap()
        .unwrap();

    backend
        .erase_advertiser(&owner, advertiser, " Hana ")
        .await
        .unwrap();
    let gone = backend.advertiser(&owner, advertiser).await;
    assert!(matches!(gone, Err(Error::NotFound(_))));
    assert!(backend.advertiser(&owner, kept).await.is_ok());
    assert!(!backend.graph().debug_token(&token).await.unwrap().is_valid);
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT table_name::text FROM information_schema.columns
         WHERE table_schema = 'public' AND column_name = 'advertiser_id' AND table_name !~ '_[0-9]{8}$'",
    )
    .fetch_all(&sqlx::PgPool::connect_with(meta.db.owner.clone()).await.unwrap())
    .await
    .unwrap();
    assert!(tables.len() > 12);
    let owner_pool = sqlx::PgPool::connect_with(meta.db.owner.clone())
        .await
        .unwrap();
    for table in tables {
        let sql = format!("SELECT count(*) FROM {table} WHERE advertiser_id = $1");
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(advertiser.uuid())
            .fetch_one(&owner_pool)
            .await
            .unwrap();
        assert_eq!(left > 0, table == "audit", "{table} has {left}");
    }
    assert_eq!(count(&meta, "webhook_delivery").await, 0);
}

#[tokio::test]
async fn an_erasure_that_was_cut_short_is_taken_up() {
    let meta = Meta::start().await;
    let (_, advertiser, _) = meta.connected().await;
    let backend = &meta.db.backend;
    backend.finish_erasing().await.unwrap();
    assert_eq!(count(&meta, "advertiser").await, 1, "nobody asked for it");
    sqlx::query("UPDATE advertiser SET erasing_at = $2 WHERE id = $1")
        .bind(advertiser.uuid())
        .bind(backend.clock().now())
        .execute(backend.0.database.partner())
        .await
        .unwrap();
    backend.finish_erasing().await.unwrap();
    assert_eq!(
        (
            count(&meta, "advertiser").await,
            count(&meta, "connection").await
        ),
        (0, 0)
    );
}

fn signed(meta: &Meta, person: &str) -> String {
    let secret = &meta.db.backend.config().graph.app_secret;
    let payload =
        json!({ "algorithm": "HMAC-SHA256", "user_id": person, "issued_at": 1_790_500_000 });
    let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .unwrap()
        .chain_update(&payload);
    format!(
        "{}.{payload}",
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    )
}

#[tokio::test]
async fn a_person_who_left_is_forgotten_with_their_logins() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let backend = &meta.db.backend;
    let person: String = sqlx::query_scalar("SELECT person_id FROM credential")
        .fetch_one(backend.0.database.partner())
        .await
        .unwrap();
    let name = backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap()
        .person_name;
    assert!(!name.is_empty());
    let request = signed(&meta, &person);
    let forged = format!("{}A", &request[..request.len() - 1]);
    for wrong in [forged.as_str(), "", "a.b"] {
        let refused = backend
            .forget_person(DeletionKind::DataDeletion, wrong)
            .await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{wrong}");
    }
    assert_eq!(count(&meta, "deletion_request").await, 0);

    let code = backend
        .forget_person(DeletionKind::DataDeletion, &request)
        .await
        .unwrap();
    let status = backend.deletion_status(&code).await.unwrap();
    assert!(status.was_known && status.finished_at.is_some());
    let shown = backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap();
    assert_eq!(
        (shown.health, shown.person_name.as_str()),
        (Health::Reconnect, "")
    );
    assert_eq!(count(&meta, "connect_attempt").await, 0);
    let secrets: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(token_sealed) FROM credential) + (SELECT count(token_sealed) FROM asset)",
    )
    .fetch_one(backend.0.database.partner())
    .await
    .unwrap();
    assert_eq!(secrets, 0);
    assert!(!holds(&meta.dump().await, &person));
    // Meta may ask again, and about people we never met; each has a page of its own.
    let again = backend
        .forget_person(DeletionKind::Deauthorize, &request)
        .await
        .unwrap();
    assert_ne!(again, code);
    assert!(!backend.deletion_status(&again).await.unwrap().was_known);
    let unknown = backend.deletion_status("00").await;
    assert!(matches!(unknown, Err(Error::NotFound(_))));
    assert_eq!(
        meta.connect(&operator, advertiser, HANA).await,
        [connection],
        "and may come back"
    );
}

#[tokio::test]
async fn a_login_that_nobody_took_further_is_dropped_after_a_day() {
    let meta = Meta::start().await;
    let (operator, advertiser, _) = meta.connected().await;
    let backend = &meta.db.backend;
    let other = meta.db.advertiser("Other").await;
    let attempt = meta.log_in(&operator, other, HANA).await;
    assert_eq!(backend.drop_abandoned_tokens().await.unwrap(), 0);
    backend.clock().advance(TimeDelta::hours(25));
    assert_eq!(backend.drop_abandoned_tokens().await.unwrap(), 1);
    let tokens: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT advertiser_id FROM credential WHERE token_sealed IS NOT NULL")
            .fetch_all(backend.0.database.partner())
            .await
            .unwrap();
    assert_eq!(
        tokens,
        [advertiser.uuid()],
        "what is connected keeps its own"
    );
    let shown = backend
        .connect_attempt(&operator, other, attempt)
        .await
        .unwrap();
    assert_eq!(shown.step, domain::ConnectStep::Failed);
}
