//! Meta's webhooks: received for good before they are answered, taken apart afterwards.

mod account;
mod automatic;
#[cfg(test)]
mod automatic_tests;
#[cfg(test)]
mod channel_tests;
mod noted;
mod on_premises;
#[cfg(test)]
mod on_premises_tests;
mod replay;
#[cfg(test)]
mod replay_tests;
mod split;
#[cfg(test)]
pub(crate) mod tests;

use chrono::TimeDelta;
use domain::WebhookDeliveryId;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use tokio_util::sync::CancellationToken;

use crate::{Backend, Error, Result, seal::Place};

pub use on_premises::HandedIn;
pub(crate) use replay::LOOKED_FOR;

/// Meta repeats a webhook for 36 hours.
const REPEATED: TimeDelta = TimeDelta::hours(48);
/// How often webhooks that nobody read are looked for.
const LEFT_BEHIND: std::time::Duration = std::time::Duration::from_secs(15);
/// How long it is remembered how many came in each hour.
const HOURS_KEPT: TimeDelta = TimeDelta::days(30);
/// How many rows are forgotten in one go.
const FORGOTTEN: i64 = 10_000;

/// A webhook that is safe with us.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    /// Which.
    pub id: WebhookDeliveryId,
}

pub(crate) fn body_place(id: WebhookDeliveryId) -> Place {
    Place {
        table: "webhook_delivery",
        column: "body_sealed",
        advertiser: uuid::Uuid::nil(),
        row: id.uuid(),
    }
}

impl Backend {
    /// Takes a webhook exactly as it came. Once this returns it is committed, and Meta may be answered;
    /// [`Backend::split_webhooks`] reads it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when Meta did not sign these very bytes with our app's secret.
    pub async fn receive_webhook(
        &self,
        raw: &[u8],
        signature_header: Option<&str>,
    ) -> Result<Received> {
        let secret = &self.config().graph.app_secret;
        if !signature_header
            .is_some_and(|header| graph::signature::verify_webhook(secret, raw, header))
        {
            return Err(Error::Forbidden);
        }
        let id: WebhookDeliveryId = self.clock().mint();
        sqlx::query!(
            "INSERT INTO webhook_delivery (id, received_at, body_sealed) VALUES ($1, $2, $3)",
            id.uuid(),
            self.clock().now(),
            self.keys().seal(body_place(id), raw),
        )
        .execute(self.0.database.partner())
        .await?;
        self.0.arrived.notify_one();
        Ok(Received { id })
    }

    /// Reads webhooks as they arrive, one after the other, until told to stop; and now and then those that another
    /// process received and never read.
    pub async fn run_webhooks(&self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            if let Err(error) = self.split_webhooks().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "Webhooks could not be read; it will be tried again."
                );
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.0.arrived.notified() => {}
                () = tokio::time::sleep(LEFT_BEHIND) => {}
            }
        }
    }

    /// What Meta is to be echoed when it asks whether the webhook is ours; none when it does not know our token.
    #[must_use]
    pub fn webhook_challenge(
        &self,
        mode: &str,
        verify_token: &str,
        challenge: &str,
    ) -> Option<String> {
        let expected = self.config().webhook_verify_token.expose_secret();
        let is_ours = !expected.is_empty() && is_same(expected, verify_token);
        (mode == "subscribe" && is_ours).then(|| challenge.to_owned())
    }

    /// Forgets which messages were seen, once Meta no longer repeats them, and how many came in each hour. For an hourly
    /// job; answers how many messages.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_webhooks(&self) -> Result<u64> {
        let (pool, now) = (self.0.database.partner(), self.clock().now());
        let mut keys = 0;
        loop {
            let slice = sqlx::query!(
                "DELETE FROM webhook_key WHERE key IN (SELECT key FROM webhook_key WHERE at < $1 LIMIT $2)",
                now - REPEATED,
                FORGOTTEN,
            )
            .execute(pool)
            .await?
            .rows_affected();
            keys += slice;
            if slice < FORGOTTEN.cast_unsigned() {
                break;
            }
        }
        sqlx::query!("DELETE FROM inbound_hour WHERE hour < $1", now - HOURS_KEPT)
            .execute(pool)
            .await?;
        Ok(keys)
    }
}

/// Compares in a time that says nothing of where two texts differ: by their keyed hashes.
fn is_same(one: &str, other: &str) -> bool {
    let key: [u8; 32] = rand::random();
    let hash = |text: &str| {
        let mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
        mac.chain_update(text)
    };
    hash(one)
        .verify(&hash(other).finalize().into_bytes())
        .is_ok()
}
