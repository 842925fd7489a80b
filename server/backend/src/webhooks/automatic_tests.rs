//! Conversions that Meta saw by itself: noted, and reported once where that is wanted.

use domain::{EventSource, console::InboxFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::channel_tests::{Lines, lines};
use crate::connect::testing::holds;

const WABA: &str = "330000000000777";
const CLICK: &str = "ARA-seen-by-Meta";

async fn with_dataset() -> Lines {
    let lines = lines().await;
    let backend = &lines.meta.db.backend;
    let scope = lines.meta.db.system();
    let mut tx = backend.begin_for(&scope, lines.advertiser).await.unwrap();
    let dataset: Uuid = backend.clock().mint();
    sqlx::query(
        "INSERT INTO dataset (advertiser_id, id, meta_id, name, was_created, created_at) VALUES ($1, $2, '990077', '', true, $3)",
    )
    .bind(lines.advertiser.uuid())
    .bind(dataset)
    .bind(tx.now())
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query("UPDATE asset SET dataset_id = $2, dataset_kind = 'waba' WHERE advertiser_id = $1 AND meta_id = $3")
        .bind(lines.advertiser.uuid())
        .bind(dataset)
        .bind(WABA)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    lines
}

async fn report(lines: &Lines, is_on: bool) {
    sqlx::query("UPDATE partner SET report_automatic = $1")
        .bind(is_on)
        .execute(lines.meta.db.backend.0.database.partner())
        .await
        .unwrap();
}

async fn saw(lines: &Lines, id: &str, name: &str, click: &str) {
    let at = lines.meta.db.backend.clock().now().timestamp();
    let seen = json!([{ "id": id, "event_name": name, "timestamp": at.to_string(), "ctwa_clid": click,
                        "custom_data": { "currency": "BRL", "value": 129.9 } }]);
    let change = json!({ "field": "automatic_events", "value": { "automatic_events": seen } });
    let entry = json!({ "id": WABA, "changes": [change] });
    let body: Value = json!({ "object": "whatsapp_business_account", "entry": [entry] });
    super::tests::receive(&lines.meta, body.to_string()).await;
    lines.meta.db.backend.split_webhooks().await.unwrap();
}

async fn outcomes(lines: &Lines) -> Vec<String> {
    let owner = lines.meta.db.staff(domain::Role::Owner).await;
    let backend = &lines.meta.db.backend;
    let page = backend
        .inbox(&owner, &InboxFilter::default())
        .await
        .unwrap();
    let rows = page.rows.iter().rev();
    rows.map(|row| row.outcome.to_string()).collect()
}

#[tokio::test]
async fn what_meta_saw_is_noted_and_reported_only_where_that_is_wanted() {
    let lines = with_dataset().await;
    let pool = lines.meta.db.backend.0.database.partner();
    saw(&lines, "ae_1", "Purchase", CLICK).await;
    report(&lines, true).await;
    saw(&lines, "ae_1", "Purchase", CLICK).await;
    saw(&lines, "ae_2", "Purchase", CLICK).await;
    saw(&lines, "ae_2", "Purchase", CLICK).await;
    saw(&lines, "ae_3", "Guessed", CLICK).await;
    saw(&lines, "ae_4", "LeadSubmitted", "").await;
    assert_eq!(
        outcomes(&lines).await,
        ["recorded", "reported", "refused", "refused"]
    );
    let events: Vec<(String, String, String)> =
        sqlx::query_as("SELECT name, external_id, source FROM event")
            .fetch_all(pool)
            .await
            .unwrap();
    let expected = ("Purchase", "ae_2", EventSource::Automatic.as_str());
    let expected = (expected.0.into(), expected.1.into(), expected.2.into());
    assert_eq!(events, [expected]);
    assert!(!holds(&lines.meta.dump().await, CLICK));
}
