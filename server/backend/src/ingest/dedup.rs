//! What tells one event from another. Meta does not deduplicate messaging events: an event that is sent twice counts twice.
//!
//! The key of an event is its dataset, test code and name, and then the sender's `event_id`; without one the person and
//! the order; without an order the person, the time, the amount and the items. The first event of a key holds it for 35
//! days, or until it ends rejected or expired: then a trigger frees the key in the same transaction, and a corrected event
//! takes it. Whatever else comes with the key meanwhile is recorded as a duplicate, answered as a success and never sent.

use chrono::TimeDelta;
use domain::{DatasetId, EventDraft, Identity};

use crate::{Backend, Result, seal::KeyRing};

/// How long an event is remembered: longer than any sender tries again, and than Meta counts a conversion for an ad.
const REMEMBERED: TimeDelta = TimeDelta::days(35);
/// How many keys are forgotten in one go.
const FORGOTTEN: i64 = 10_000;

/// The key of an event, hashed with the ring's index key as the identifiers of contacts are.
pub(crate) fn key(
    keys: &KeyRing,
    dataset: DatasetId,
    draft: &EventDraft,
    identity: &Identity,
    contents: &str,
) -> Vec<u8> {
    let data = &draft.custom_data;
    let person = || format!("{}\0{}", identity.channel(), identity.person());
    let what = match (&draft.event_id, &data.order_id) {
        (Some(id), _) => format!("id:{id}"),
        (None, Some(order)) => format!("ord:{}\0{order}", person()),
        (None, None) => format!(
            "hash:{}\0{}\0{}\0{contents}",
            person(),
            draft.event_time,
            data.value
                .map(|value| value.normalize().to_string())
                .unwrap_or_default(),
        ),
    };
    // No part before the last can hold a NUL: the rules refuse control characters.
    let test_code = draft.test_event_code.as_deref().unwrap_or_default();
    keys.index(
        "dedup",
        &format!("{dataset}\0{test_code}\0{}\0{what}", draft.name),
    )
}

impl Backend {
    /// Forgets which events were seen, once nothing sends them again. For an hourly job; answers how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_dedup_keys(&self) -> Result<u64> {
        let mut forgotten = 0;
        loop {
            let gone = sqlx::query!(
                "DELETE FROM dedup_key WHERE (advertiser_id, key) IN
                     (SELECT advertiser_id, key FROM dedup_key WHERE at < $1 ORDER BY at LIMIT $2)",
                self.clock().now() - REMEMBERED,
                FORGOTTEN,
            )
            .execute(self.0.database.partner())
            .await?
            .rows_affected();
            forgotten += gone;
            if gone < FORGOTTEN.cast_unsigned() {
                return Ok(forgotten);
            }
        }
    }
}
