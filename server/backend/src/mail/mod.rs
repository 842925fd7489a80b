//! Letters: written into the outbox by the transaction of what they tell of, sent to an SMTP server afterwards. At least
//! once: a letter whose sending was cut short goes again, under the same message id.

mod deliver;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::{fmt, time::Duration};

use domain::{AdvertiserId, Email, Language, MailId};
use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox};
use secrecy::{ExposeSecret, SecretString};

use crate::{Backend, Result, Tx, seal::Place};

/// How long connecting to the server may take.
const CONNECTING: Duration = Duration::from_secs(20);

/// The server that takes letters, and whom they come from.
#[derive(Clone)]
pub struct MailConfig {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why nothing could be mailed. Repeats neither the password nor the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailConfigError {
    /// Not an SMTP address.
    #[error("write the server as smtps://user:password@host or smtp://host:587?tls=required")]
    Url,
    /// No sender.
    #[error("write the sender as Name <name@example.com>")]
    From,
}

impl MailConfig {
    /// Reads `smtps://user:password@host` (or `smtp://host:587?tls=required`) and `Name <name@example.com>`.
    ///
    /// # Errors
    /// [`MailConfigError`] for what cannot be read; nothing is asked of the server yet.
    pub fn new(url: &SecretString, from: &str) -> Result<Self, MailConfigError> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|_| MailConfigError::Url)?
            .timeout(Some(CONNECTING))
            .build();
        let from = from.parse().map_err(|_| MailConfigError::From)?;
        Ok(Self { server, from })
    }
}

impl fmt::Debug for MailConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailConfig").finish_non_exhaustive()
    }
}

/// A letter to one person, in that person's language.
pub struct Letter<'a> {
    /// The section of its words, `[server.<kind>]`: what the outbox shows of it.
    pub kind: &'static str,
    /// To whom.
    pub to: &'a Email,
    /// The language it is written in.
    pub language: Language,
    /// One line.
    pub subject: String,
    /// Plain text; a closing line is put under it.
    pub body: String,
}

fn place(column: &'static str, advertiser: Option<AdvertiserId>, id: MailId) -> Place {
    Place {
        table: "mail",
        column,
        advertiser: advertiser.map_or(uuid::Uuid::nil(), AdvertiserId::uuid),
        row: id.uuid(),
    }
}

impl Tx {
    /// Puts a letter into the outbox: it is sent if and when this transaction commits. False where nothing can be mailed.
    pub async fn queue_mail(&mut self, letter: &Letter<'_>) -> Result<bool> {
        let Some(keys) = self.outbox.clone() else {
            return Ok(false);
        };
        let id: MailId = self.mint();
        let advertiser = self.advertiser_id();
        let now = self.now();
        let seal = |column, text: &str| keys.seal(place(column, advertiser, id), text.as_bytes());
        let text = text::Text::new(letter.language);
        let subject = letter.subject.replace(['\r', '\n'], " ");
        let content = format!(
            "{subject}\n{}\n\n-- \n{}\n",
            letter.body.trim_end(),
            text.mail_closing()
        );
        sqlx::query!(
            "INSERT INTO mail (id, advertiser_id, kind, language, recipient_sealed, letter_sealed, next_attempt_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
            id.uuid(),
            advertiser.map(AdvertiserId::uuid),
            letter.kind,
            letter.language.as_str(),
            seal("recipient_sealed", letter.to.as_str()),
            seal("letter_sealed", &content),
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(true)
    }
}

impl Backend {
    /// Whether letters can be sent. Where they cannot, pages offer the text to copy.
    #[must_use]
    pub fn can_mail(&self) -> bool {
        self.config().mail.is_some()
    }
}
