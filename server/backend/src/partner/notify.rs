//! Whom to tell when something breaks: mailboxes and a webhook, sealed where they name people or sign.

use domain::{Email, Why};
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use uuid::Uuid;

use crate::{Backend, Error, Result, Tx, seal::Place};

/// Whom to tell when something breaks.
#[derive(Clone, Debug, Default)]
pub(crate) struct NotifyTarget {
    /// Mailboxes.
    pub emails: Vec<Email>,
    /// Where a signed message is posted.
    pub webhook: Option<Url>,
    /// What it is signed with.
    pub secret: Option<SecretString>,
}

/// Whom to tell from now on.
#[derive(Clone, Debug)]
pub struct NotifyChange {
    /// Mailboxes.
    pub emails: Vec<Email>,
    /// Where a signed message is posted.
    pub webhook: Option<Url>,
    /// What it is signed with; none: as before.
    pub secret: Option<SecretString>,
}

fn sealed_at(column: &'static str) -> Place {
    Place {
        table: "partner",
        column,
        advertiser: Uuid::nil(),
        row: Uuid::nil(),
    }
}

impl Backend {
    /// Whom to tell, secret included: for the job that tells them. The transaction must be the partner's.
    pub(crate) async fn notify_target(&self, tx: &mut Tx) -> Result<NotifyTarget> {
        let row = sqlx::query!(
            "SELECT notify_emails_sealed, notify_webhook_url, notify_webhook_secret_sealed FROM partner"
        )
        .fetch_one(&mut **tx)
        .await?;
        let emails = match row.notify_emails_sealed {
            Some(sealed) => {
                let json = self
                    .keys()
                    .open(sealed_at("notify_emails_sealed"), &sealed)?;
                serde_json::from_slice(&json).map_err(|_| Error::Sealed)?
            }
            None => Vec::new(),
        };
        let secret = row
            .notify_webhook_secret_sealed
            .map(|sealed| {
                self.keys()
                    .open_text(sealed_at("notify_webhook_secret_sealed"), &sealed)
            })
            .transpose()?;
        Ok(NotifyTarget {
            emails,
            webhook: row.notify_webhook_url.parse().ok(),
            secret,
        })
    }

    pub(super) async fn save_notify(&self, tx: &mut Tx, change: NotifyChange) -> Result<()> {
        if let Some(url) = &change.webhook
            && !may_be_called(url)
        {
            return Err(Error::invalid("notify_webhook_url", Why::NotAUrl));
        }
        let emails =
            serde_json::to_vec(&change.emails).map_err(|_| Error::Internal("emails are text"))?;
        let emails = self.keys().seal(sealed_at("notify_emails_sealed"), &emails);
        let secret = change.secret.map(|secret| {
            self.keys().seal(
                sealed_at("notify_webhook_secret_sealed"),
                secret.expose_secret().as_bytes(),
            )
        });
        sqlx::query!(
            "UPDATE partner SET notify_emails_sealed = $1, notify_webhook_url = $2, saved_at = $4,
                    notify_webhook_secret_sealed = coalesce($3, notify_webhook_secret_sealed)",
            emails,
            change.webhook.map(String::from).unwrap_or_default(),
            secret,
            tx.now(),
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }
}

/// https, or plain http to this very machine; without a name and password of its own.
pub(crate) fn may_be_called(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    (url.scheme() == "https" || (url.scheme() == "http" && is_loopback))
        && url.username().is_empty()
        && url.password().is_none()
}
