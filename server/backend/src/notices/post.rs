//! The partner's webhook: signed as <https://www.standardwebhooks.com> says, tried again with growing pauses.

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{AdvertiserId, CauseKey, Channel, ConnectionId, Health, IncidentId, NoticeId};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{Backend, Result, Scope, outward};

/// Pauses between tries; after the last one it is given up.
const PAUSES: [TimeDelta; 7] = [
    TimeDelta::seconds(30),
    TimeDelta::minutes(2),
    TimeDelta::minutes(10),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(6),
    TimeDelta::hours(12),
];
/// How many are posted before the job looks again.
const AT_ONCE: i64 = 50;

/// A notice that is due at the partner's webhook.
struct Due {
    id: NoticeId,
    kind: String,
    at: DateTime<Utc>,
    tries: i32,
    cause: Option<CauseKey>,
    from: Option<Health>,
    to: Option<Health>,
    incident: Option<IncidentId>,
    advertiser: Option<AdvertiserId>,
    name: Option<String>,
    connection: Option<ConnectionId>,
    channel: Option<Channel>,
}

impl Backend {
    /// Posts what is due; what the partner does not take is tried again later.
    pub(super) async fn post_due_notices(&self) -> Result<()> {
        let mut tx = self.begin(&Scope::system()).await?;
        let target = self.notify_target(&mut tx).await?;
        let now = tx.now();
        let due = sqlx::query_as!(
            Due,
            r#"SELECT notice.id AS "id: NoticeId", kind, at, tries, notice.cause AS "cause: CauseKey",
                      from_health AS "from: Health", to_health AS "to: Health", incident_id AS "incident: IncidentId",
                      notice.advertiser_id AS "advertiser: AdvertiserId", advertiser.name AS "name?",
                      connection_id AS "connection: ConnectionId", connection.channel AS "channel?: Channel"
               FROM notice
               LEFT JOIN advertiser ON advertiser.id = notice.advertiser_id
               LEFT JOIN connection ON connection.advertiser_id = notice.advertiser_id
                                   AND connection.id = notice.connection_id
               WHERE due_at <= $1 ORDER BY due_at LIMIT $2"#,
            now,
            AT_ONCE,
        )
        .fetch_all(&mut *tx)
        .await?;
        drop(tx);
        for notice in due {
            let answer = match &target.webhook {
                Some(url) => {
                    let body = self.body(&notice).to_string().into_bytes();
                    let headers =
                        headers(&notice, &body, target.secret.as_ref(), self.clock().now());
                    let allow = self.config().allow_private_webhooks;
                    outward::post(url, &headers, body, allow).await
                }
                // Nobody is to be told any more.
                None => Ok(204),
            };
            self.note_answer(&notice, answer).await?;
        }
        Ok(())
    }

    fn body(&self, notice: &Due) -> Value {
        let mut data = json!({ "cause": notice.cause });
        if let Some(connection) = notice.connection {
            data["advertiser"] = json!({ "id": notice.advertiser, "name": notice.name });
            data["connection"] = json!({ "id": connection, "channel": notice.channel });
            data["from"] = json!(notice.from);
            data["to"] = json!(notice.to);
        }
        if let Some(incident) = notice.incident {
            data["incident"] = json!({ "id": incident });
        }
        let kind = match notice.kind.as_str() {
            "incident_opened" => "incident.opened",
            "incident_closed" => "incident.closed",
            _ => "connection.health_changed",
        };
        json!({ "type": kind, "timestamp": notice.at.to_rfc3339(), "data": data })
    }

    async fn note_answer(&self, notice: &Due, answer: Result<u16, outward::Refused>) -> Result<()> {
        let taken = matches!(answer, Ok(200..=299));
        let now = self.clock().now();
        let tries = usize::try_from(notice.tries).unwrap_or_default();
        let again = PAUSES
            .get(tries)
            .filter(|_| !taken)
            .map(|pause| now + *pause);
        let said = match answer {
            Ok(status) => status.to_string(),
            Err(refused) => refused.to_string(),
        };
        if !taken && again.is_none() {
            tracing::error!(notice.id = %notice.id, answer = said, "The partner's webhook did not take a notice; it is given up.");
        }
        sqlx::query!(
            "UPDATE notice SET due_at = $2, tries = tries + 1, answer = $3 WHERE id = $1",
            notice.id.uuid(),
            again,
            said,
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }
}

/// The id stays the same when it is tried again, so that the partner can tell a repetition.
fn headers(
    notice: &Due,
    body: &[u8],
    secret: Option<&SecretString>,
    now: DateTime<Utc>,
) -> Vec<(&'static str, String)> {
    let (id, at) = (notice.id.to_string(), now.timestamp().to_string());
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.clone()),
        ("webhook-timestamp", at.clone()),
    ];
    if let Some(secret) = secret {
        let signature = sign(secret, &id, &at, body);
        headers.push(("webhook-signature", signature));
    }
    headers
}

/// HMAC-SHA256 of `id.timestamp.body` under the secret's bytes.
fn sign(secret: &SecretString, id: &str, at: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .expect("HMAC takes keys of any length")
        .chain_update(format!("{id}.{at}."))
        .chain_update(body);
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_that_others_compute() {
        // printf %s 'ntc_1.1790000000.{}' | openssl dgst -sha256 -hmac secret -binary | base64
        let signature = sign(&"secret".into(), "ntc_1", "1790000000", b"{}");
        assert_eq!(signature, SIGNATURE);
    }

    const SIGNATURE: &str = "v1,vHM4w/jIDLi3osMSPdmLrB1iQu4Vb12mrN0uDCKROe4=";
}
