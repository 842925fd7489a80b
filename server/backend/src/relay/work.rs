//! Handing on: a row for each webhook and address, written with the reading of the webhook, tried until it is taken or
//! 36 hours are over. One address that hangs holds up no other.

use std::{collections::HashSet, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{RelayId, RelayTargetId, WebhookDeliveryId};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

use crate::{
    Backend, Result, Scope, Tx, delivery::backoff, outward, outward::Refused, webhooks::body_place,
};

/// As long as Meta itself goes on.
const GIVEN_UP: TimeDelta = TimeDelta::hours(36);
/// Rows that are over are forgotten after this long.
const KEPT: TimeDelta = TimeDelta::days(7);
/// Whoever took a row and did not come back within this long is gone.
const LEASE: TimeDelta = TimeDelta::minutes(1);
/// An address and its name may take this long in all: less than [`LEASE`].
const PATIENCE: Duration = Duration::from_secs(30);
/// How many are posted to one address at a time; to one that fails, one.
const AT_ONCE: i64 = 16;
/// How often it is looked what is due.
const LOOK: Duration = Duration::from_secs(1);
/// How many rows are forgotten in one go.
const FORGOTTEN: i64 = 10_000;

/// A webhook that is due at an address.
struct Due {
    id: RelayId,
    delivery: WebhookDeliveryId,
    received_at: DateTime<Utc>,
    tries: i32,
    /// Sealed; gone when somebody in it was erased.
    body: Option<Vec<u8>>,
}

impl Backend {
    /// Hands webhooks on as they come, to all addresses side by side, until told to stop.
    pub async fn run_relay(&self, shutdown: CancellationToken) {
        let mut serving: HashSet<RelayTargetId> = HashSet::new();
        let mut tasks = JoinSet::new();
        while !shutdown.is_cancelled() {
            match self.due_targets().await {
                Ok(due) => {
                    for target in due {
                        if serving.insert(target) {
                            let backend = self.clone();
                            tasks
                                .spawn(async move { (target, backend.serve_target(target).await) });
                        }
                    }
                }
                Err(error) => complain(&error),
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.0.relays.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
                Some(Ok((target, served))) = tasks.join_next() => {
                    serving.remove(&target);
                    if let Err(error) = served {
                        complain(&error);
                        tokio::time::sleep(LOOK).await;
                    }
                }
            }
        }
    }

    /// Posts whatever is due now, address by address; answers how many posts were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn relay_due(&self) -> Result<usize> {
        let mut posts = 0;
        for target in self.due_targets().await? {
            posts += self.serve_target(target).await?;
        }
        Ok(posts)
    }

    /// Forgets what was handed on, or given up, some days ago. For an hourly job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_relays(&self) -> Result<()> {
        loop {
            let gone = sqlx::query!(
                "DELETE FROM relay WHERE id IN (
                     SELECT id FROM relay WHERE due_at IS NULL AND id < uuid_from($1) LIMIT $2)",
                self.clock().now() - KEPT,
                FORGOTTEN,
            )
            .execute(self.0.database.partner())
            .await?
            .rows_affected();
            if gone < FORGOTTEN.cast_unsigned() {
                return Ok(());
            }
        }
    }

    async fn due_targets(&self) -> Result<Vec<RelayTargetId>> {
        Ok(sqlx::query_scalar!(
            r#"SELECT id AS "id: RelayTargetId" FROM relay_target
               WHERE removed_at IS NULL
                 AND EXISTS (SELECT FROM relay WHERE target_id = relay_target.id AND due_at <= $1)"#,
            self.clock().now(),
        )
        .fetch_all(self.0.database.partner())
        .await?)
    }

    async fn serve_target(&self, target: RelayTargetId) -> Result<usize> {
        let mut posts = 0;
        loop {
            let mut tx = self.begin(&Scope::system()).await?;
            let Some((url, due)) = tx.claim(target).await? else {
                return Ok(posts);
            };
            tx.commit().await?;
            let mut under_way = JoinSet::new();
            for relay in due {
                let (backend, url) = (self.clone(), url.clone());
                under_way.spawn(async move { backend.hand_over(target, relay, &url).await });
            }
            posts += under_way.len();
            for handed in under_way.join_all().await {
                handed?;
            }
        }
    }

    async fn hand_over(&self, target: RelayTargetId, relay: Due, url: &Url) -> Result<()> {
        let Some(sealed) = &relay.body else {
            return self.begin(&Scope::system()).await?.withdraw(&relay).await;
        };
        let answer = match self.keys().open(body_place(relay.delivery), sealed) {
            Ok(raw) => self.post_webhook(url, raw, relay.delivery.uuid()).await,
            // Its key may come back.
            Err(_) => Err(Refused::NotReached),
        };
        let tx = self.begin(&Scope::system()).await?;
        tx.note_answer(target, &relay, answer).await
    }

    /// Posts the very bytes, signed as Meta signs them.
    pub(super) async fn post_webhook(
        &self,
        url: &Url,
        raw: Vec<u8>,
        id: Uuid,
    ) -> Result<u16, Refused> {
        let config = self.config();
        let signature = graph::signature::webhook_signature(&config.graph.app_secret, &raw);
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("x-hub-signature-256", signature),
            // The same at every try.
            ("x-patchbay-delivery", id.simple().to_string()),
        ];
        let post = outward::post(url, &headers, raw, config.allow_private_webhooks);
        tokio::time::timeout(PATIENCE, post)
            .await
            .unwrap_or(Err(Refused::NotReached))
    }
}

impl Tx {
    /// Writes down that a webhook is to be handed on, in the transaction that reads it. True when there is an address.
    pub(crate) async fn hand_on(
        &mut self,
        delivery: WebhookDeliveryId,
        received_at: DateTime<Utc>,
    ) -> Result<bool> {
        let targets = sqlx::query_scalar!("SELECT id FROM relay_target WHERE removed_at IS NULL")
            .fetch_all(&mut **self)
            .await?;
        if targets.is_empty() {
            return Ok(false);
        }
        let ids: Vec<Uuid> = targets.iter().map(|_| self.mint()).collect();
        let now = self.now();
        sqlx::query!(
            "INSERT INTO relay (id, target_id, delivery_id, received_at, state, due_at, state_at)
             SELECT each.id, each.target_id, $3, $4, 'waiting', $5, $5
             FROM unnest($1::uuid[], $2::uuid[]) AS each (id, target_id)
             ON CONFLICT ON CONSTRAINT relay_once DO NOTHING",
            &ids,
            &targets,
            delivery.uuid(),
            received_at,
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(true)
    }

    /// Takes what is due at an address, for as long as [`LEASE`]; none when nothing is.
    async fn claim(&mut self, target: RelayTargetId) -> Result<Option<(Url, Vec<Due>)>> {
        let now = self.now();
        let row = sqlx::query!(
            r#"SELECT url, failing_since IS NOT NULL AS "fails!" FROM relay_target WHERE id = $1 AND removed_at IS NULL"#,
            target.uuid()
        )
        .fetch_optional(&mut **self)
        .await?;
        let Some((url, fails)) = row.and_then(|row| Some((row.url.parse().ok()?, row.fails)))
        else {
            return Ok(None);
        };
        let due = sqlx::query_as!(
            Due,
            r#"UPDATE relay SET due_at = $3, tries = tries + 1
               WHERE id IN (SELECT id FROM relay WHERE target_id = $1 AND due_at <= $2
                            ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED)
               RETURNING id AS "id: RelayId", delivery_id AS "delivery: WebhookDeliveryId", received_at, tries,
                         (SELECT body_sealed FROM webhook_delivery WHERE webhook_delivery.id = delivery_id) AS body"#,
            target.uuid(),
            now,
            now + LEASE,
            if fails { 1 } else { AT_ONCE },
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(Some((url, due)).filter(|(_, due)| !due.is_empty()))
    }

    async fn withdraw(mut self, relay: &Due) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE relay SET state = 'withdrawn', due_at = NULL, state_at = $2 WHERE id = $1 AND due_at IS NOT NULL",
            relay.id.uuid(),
            now
        )
        .execute(&mut *self)
        .await?;
        self.commit().await
    }

    async fn note_answer(
        mut self,
        target: RelayTargetId,
        relay: &Due,
        answer: Result<u16, Refused>,
    ) -> Result<()> {
        let now = self.now();
        let taken = matches!(answer, Ok(200..=299));
        let word = in_a_word(answer);
        let again = now + backoff(relay.tries, rand::random());
        let again = Some(again).filter(|at| !taken && *at < relay.received_at + GIVEN_UP);
        let state = match again {
            Some(_) => "waiting",
            None if taken => "taken",
            None => "given_up",
        };
        sqlx::query!(
            "UPDATE relay SET state = $2, due_at = $3, answer = $4, state_at = $5 WHERE id = $1 AND due_at IS NOT NULL",
            relay.id.uuid(),
            state,
            again,
            word,
            now,
        )
        .execute(&mut *self)
        .await?;
        sqlx::query!(
            "UPDATE relay_target SET answer = $3, taken_at = CASE WHEN $4 THEN $2 ELSE taken_at END,
                    failing_since = CASE WHEN NOT $4 THEN coalesce(failing_since, $2) END
             WHERE id = $1 AND removed_at IS NULL",
            target.uuid(),
            now,
            word,
            taken,
        )
        .execute(&mut *self)
        .await?;
        if state == "given_up" {
            tracing::error!(relay.target = %target, answer = word, "A webhook could not be handed on; it is given up.");
        }
        self.commit().await
    }
}

/// An answer as it is kept: a status, or the class of what failed.
pub(super) fn in_a_word(answer: Result<u16, Refused>) -> String {
    match answer {
        Ok(status) => status.to_string(),
        Err(refused) => refused.to_string(),
    }
}

fn complain(error: &crate::Error) {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "Webhooks could not be handed on; it will be tried again."
    );
}
