//! Sending what is in the outbox.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AdvertiserId, MailId};
use lettre::{AsyncTransport, Message, message::header::ContentType};
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use super::{MailConfig, place};
use crate::{Backend, Error, Result};

/// How often the outbox is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// How long one letter may take; meanwhile nobody else takes it up.
const SENDING: TimeDelta = TimeDelta::minutes(5);
/// How long the server may take to take one.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How long after each failed attempt the next one comes.
const RETRY_MINUTES: [i64; 5] = [1, 5, 15, 60, 240];
/// A letter that nobody took for so long is given up.
const GIVE_UP: TimeDelta = TimeDelta::days(3);
/// How long it is known that a letter was sent.
const KEPT: TimeDelta = TimeDelta::days(90);

/// A letter that is due.
struct Due {
    id: MailId,
    advertiser_id: Option<AdvertiserId>,
    recipient_sealed: Vec<u8>,
    letter_sealed: Vec<u8>,
    attempts: i32,
    created_at: DateTime<Utc>,
}

/// Why a letter did not go.
struct Refused {
    /// A class, and the server's code where it gave one.
    what: String,
    /// Trying again would change nothing.
    is_final: bool,
}

impl Backend {
    /// Sends what is in the outbox until told to stop.
    pub async fn run_mail(&self, stop: CancellationToken) {
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while self.can_mail() {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = looks.tick() => {}
            }
            if let Err(error) = self.send_due_mail().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "The outbox could not be read; it will be tried again."
                );
            }
        }
    }

    /// Sends every letter that is due; answers how many were taken by the server.
    ///
    /// # Errors
    /// When the database fails. A letter that the server refuses is no error: it is tried again or given up.
    pub async fn send_due_mail(&self) -> Result<u64> {
        let mut sent = 0;
        let Some(config) = &self.config().mail else {
            return Ok(sent);
        };
        while let Some(due) = self.take_due_mail().await? {
            let outcome = self.post_letter(config, &due).await;
            match &outcome {
                Ok(()) => sent += 1,
                Err(refused) => tracing::warn!(
                    mail.id = %due.id, what = refused.what, attempts = due.attempts,
                    "A letter was not taken by the mail server."
                ),
            }
            self.note_mail(&due, outcome).await?;
        }
        Ok(sent)
    }

    /// Forgets what was sent long ago.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_mail(&self) -> Result<()> {
        sqlx::query!(
            "DELETE FROM mail WHERE next_attempt_at IS NULL AND created_at < $1",
            self.clock().now() - KEPT
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }

    async fn take_due_mail(&self) -> Result<Option<Due>> {
        let now = self.clock().now();
        let due = sqlx::query_as!(
            Due,
            r#"UPDATE mail SET attempts = attempts + 1, next_attempt_at = $2
               WHERE id = (SELECT id FROM mail WHERE next_attempt_at <= $1 ORDER BY next_attempt_at
                           LIMIT 1 FOR UPDATE SKIP LOCKED)
               RETURNING id AS "id: MailId", advertiser_id AS "advertiser_id: AdvertiserId",
                         recipient_sealed AS "recipient_sealed!", letter_sealed AS "letter_sealed!", attempts, created_at"#,
            now,
            now + SENDING,
        )
        .fetch_optional(self.0.database.partner())
        .await?;
        Ok(due)
    }

    async fn post_letter(
        &self,
        config: &MailConfig,
        due: &Due,
    ) -> std::result::Result<(), Refused> {
        let message = self.message(config, due).map_err(|error| Refused {
            what: error.to_string(),
            is_final: true,
        })?;
        // The transport's own limit holds for connecting alone.
        match tokio::time::timeout(TIMEOUT, config.server.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(refused(&error)),
            Err(_) => Err(Refused {
                what: "timeout".to_owned(),
                is_final: false,
            }),
        }
    }

    fn message(&self, config: &MailConfig, due: &Due) -> Result<Message> {
        let open = |column, sealed: &[u8]| {
            self.keys()
                .open_text(place(column, due.advertiser_id, due.id), sealed)
        };
        let to = open("recipient_sealed", &due.recipient_sealed)?;
        let letter = open("letter_sealed", &due.letter_sealed)?;
        let (subject, body) = letter
            .expose_secret()
            .split_once('\n')
            .ok_or(Error::Internal("a letter has no subject"))?;
        let to = to
            .expose_secret()
            .parse()
            .map_err(|_| Error::Internal("a letter has no address"))?;
        let message_id = format!("<{}@{}>", due.id, config.from.email.domain());
        Message::builder()
            .from(config.from.clone())
            .to(to)
            .message_id(Some(message_id))
            .date(due.created_at.into())
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body.to_owned())
            .map_err(|_| Error::Internal("a letter cannot be put together"))
    }

    async fn note_mail(&self, due: &Due, outcome: std::result::Result<(), Refused>) -> Result<()> {
        let now = self.clock().now();
        let sent_at = outcome.is_ok().then_some(now);
        let error = outcome.err();
        let again = error
            .as_ref()
            .filter(|refused| !refused.is_final)
            .map(|_| now + wait_after(due.attempts))
            .filter(|next| *next < due.created_at + GIVE_UP);
        sqlx::query!(
            "UPDATE mail SET sent_at = $2, last_error = $3, next_attempt_at = $4,
                 recipient_sealed = CASE WHEN $4::timestamptz IS NOT NULL THEN recipient_sealed END,
                 letter_sealed = CASE WHEN $4::timestamptz IS NOT NULL THEN letter_sealed END
             WHERE id = $1 AND next_attempt_at IS NOT NULL",
            due.id.uuid(),
            sent_at,
            error.map(|refused| refused.what),
            again,
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }
}

fn wait_after(attempts: i32) -> TimeDelta {
    let at = usize::try_from(attempts - 1).unwrap_or(0);
    let last = RETRY_MINUTES[RETRY_MINUTES.len() - 1];
    TimeDelta::minutes(RETRY_MINUTES.get(at).copied().unwrap_or(last))
}

/// The server's code alone: its words may repeat the address.
fn refused(error: &lettre::transport::smtp::Error) -> Refused {
    if let Some(code) = error.status() {
        let code = code.to_string();
        // 53x is about our own sign-in, which somebody can mend; other 5xx are about this letter.
        let is_final = error.is_permanent() && !code.starts_with("53");
        return Refused {
            what: format!("refused with {code}"),
            is_final,
        };
    }
    let what = if error.is_timeout() {
        "timeout"
    } else if error.is_tls() {
        "tls"
    } else {
        "not connected"
    };
    Refused {
        what: what.to_owned(),
        is_final: false,
    }
}
