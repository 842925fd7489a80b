//! Links for people without an account: written by the staff, listed with how far each has come, revoked.

mod letters;
mod own;
#[cfg(test)]
mod reminder_tests;
mod reminders;
#[cfg(test)]
mod signup_tests;
mod store;
#[cfg(test)]
mod tests;
mod visit;

use chrono::TimeDelta;
use domain::{
    AdvertiserId, Channel, ConnectLinkId, Email, Language, LinkKind, LinkStanding, Permission, Why,
    console::Link,
};
use letters::{LinkLetter, News, Wording};
use secrecy::ExposeSecret;
use serde_json::json;
use store::LinkRow;

pub use visit::Started;

use crate::{Backend, Error, Result, Scope, SecretToken, Tx, error::Conflict, seal::Place};

/// The days for which a link may work.
pub const LINK_DAYS: std::ops::RangeInclusive<u32> = 1..=LONGEST_DAYS;
const LONGEST_DAYS: u32 = 90;

/// What a form says of a new link.
#[derive(Clone, Debug)]
pub struct LinkDraft {
    /// What it is for.
    pub kind: LinkKind,
    /// What is to be connected; none for a status link.
    pub channels: Vec<Channel>,
    /// The language its holder reads.
    pub language: Language,
    /// How many days it works.
    pub days: u32,
    /// What is connected by it sends at once.
    pub is_trusted: bool,
    /// To whom it is mailed; none: somebody copies it.
    pub email: Option<Email>,
}

/// A link that was just written. Its secret is known to nobody else.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// Which.
    pub id: ConnectLinkId,
    /// Whether it is on its way by mail.
    pub is_mailed: bool,
    url: SecretToken,
}

impl NewLink {
    /// The address, for who wrote it to copy, and for the mail.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.url.expose()
    }
}

fn recipient_place(advertiser: AdvertiserId, id: ConnectLinkId) -> Place {
    Place {
        table: "connect_link",
        column: "recipient_sealed",
        advertiser: advertiser.uuid(),
        row: id.uuid(),
    }
}

impl Backend {
    /// An advertiser's links, newest first: the last hundred.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn links(&self, scope: &Scope, advertiser: AdvertiserId) -> Result<Vec<Link>> {
        scope.require(Permission::SendConnectLinks)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let zone = tx.advertiser(advertiser).await?.time_zone;
        let rows = tx.links(advertiser).await?;
        let attempts = tx.link_attempts(advertiser, None, &zone).await?;
        drop(tx);
        let held = rows.iter().flat_map(|row| row.held.clone()).collect();
        let holders = self.holders_of(held).await?;
        let now = self.clock().now();
        let mut links = Vec::with_capacity(rows.len());
        for row in rows {
            let mut link = row.shown(&zone, now, &attempts);
            for held in &mut link.held {
                let name = held.split_once(' ').map_or(held.as_str(), |(_, name)| name);
                *held = match holders.get(held.as_str()) {
                    Some(holder) => format!("{name} ({holder})"),
                    None => name.to_owned(),
                };
            }
            if let Some(sealed) = &row.recipient_sealed {
                let place = recipient_place(advertiser, row.id);
                let recipient = self.keys().open_text(place, sealed)?;
                recipient.expose_secret().clone_into(&mut link.recipient);
            }
            links.push(link);
        }
        Ok(links)
    }

    /// Writes a link, and mails it where it is to be mailed.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `channels`, `days`, and on `email` where nothing can be mailed;
    /// [`Conflict::AdvertiserArchived`], [`Error::NotFound`].
    pub async fn add_link(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        draft: &LinkDraft,
    ) -> Result<NewLink> {
        scope.require(Permission::SendConnectLinks)?;
        if (draft.kind == LinkKind::Connect) == draft.channels.is_empty() {
            return Err(Error::invalid("channels", Why::Empty));
        }
        if !LINK_DAYS.contains(&draft.days) {
            return Err(Error::invalid("days", Why::NotAChoice));
        }
        if draft.email.is_some() && !self.can_mail() {
            return Err(Error::invalid("email", Why::NotAChoice));
        }
        let token = SecretToken::generate();
        let mut tx = self.begin_for(scope, advertiser).await?;
        let name = tx.active_advertiser(advertiser).await?.name;
        let id: ConnectLinkId = tx.mint();
        let sealed = draft.email.as_ref().map(|email| {
            self.keys()
                .seal(recipient_place(advertiser, id), email.as_str().as_bytes())
        });
        let expires = tx.now() + TimeDelta::days(i64::from(draft.days));
        tx.insert_link(scope, advertiser, id, draft, &token, sealed, expires)
            .await?;
        let url = self.link_url(&token)?;
        if let Some(to) = &draft.email {
            let words = LinkLetter {
                kind: draft.kind,
                wording: Wording::First,
                language: draft.language,
                advertiser: &name,
                url: &url,
                expires,
            };
            let letter = self.link_letter(&mut tx, to, &words).await?;
            tx.queue_mail(&letter).await?;
            tx.note_sent(advertiser, id).await?;
        }
        let detail =
            json!({ "kind": draft.kind, "channels": draft.channels, "trusted": draft.is_trusted });
        tx.audit_with("connect_link.added", id, detail).await?;
        tx.commit().await?;
        Ok(NewLink {
            id,
            is_mailed: draft.email.is_some(),
            url,
        })
    }

    /// Writes a link anew: the old address works no more, and its time begins again. It is mailed to whom the old one
    /// was mailed.
    ///
    /// # Errors
    /// [`Conflict::LinkOver`] for a revoked one; [`Error::NotFound`].
    pub async fn resend_link(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        id: ConnectLinkId,
    ) -> Result<NewLink> {
        scope.require(Permission::SendConnectLinks)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let row = tx.link(advertiser, id).await?;
        let link = self
            .write_anew(&mut tx, advertiser, &row, Wording::First)
            .await?;
        tx.audit("connect_link.sent_again", id).await?;
        tx.commit().await?;
        Ok(link)
    }

    /// Gives a link a new address and mails it where the old one was mailed.
    async fn write_anew(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        row: &LinkRow,
        wording: Wording,
    ) -> Result<NewLink> {
        if row.revoked_at.is_some() {
            return Err(Error::Conflict(Conflict::LinkOver));
        }
        let name = tx.active_advertiser(advertiser).await?.name;
        let token = SecretToken::generate();
        let id = row.id;
        let expires =
            tx.now() + (row.expires_at - row.created_at).min(TimeDelta::days(LONGEST_DAYS.into()));
        tx.renew_link(advertiser, id, &token, expires).await?;
        let url = self.link_url(&token)?;
        let mut is_mailed = false;
        if let Some(sealed) = &row.recipient_sealed {
            let to = self
                .keys()
                .open_text(recipient_place(advertiser, id), sealed)?;
            let to: Email = to.expose_secret().parse().map_err(|_| Error::Sealed)?;
            let words = LinkLetter {
                kind: row.kind,
                wording,
                language: row.language,
                advertiser: &name,
                url: &url,
                expires,
            };
            let letter = self.link_letter(tx, &to, &words).await?;
            is_mailed = tx.queue_mail(&letter).await?;
            if is_mailed {
                tx.note_sent(advertiser, id).await?;
            }
        }
        Ok(NewLink { id, is_mailed, url })
    }

    /// Withdraws a link: its address and whoever walks by it are shut out at once. What is connected stays.
    ///
    /// # Errors
    /// [`Conflict::LinkOver`] for a revoked one; [`Error::NotFound`].
    pub async fn revoke_link(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        id: ConnectLinkId,
    ) -> Result<()> {
        scope.require(Permission::SendConnectLinks)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.link(advertiser, id).await?;
        if !tx.revoke_link(advertiser, id).await? {
            return Err(Error::Conflict(Conflict::LinkOver));
        }
        tx.audit("connect_link.revoked", id).await?;
        tx.commit().await
    }

    /// Somebody who came by a link found things that another advertiser holds, each as `<Meta's id> <name>`: kept for the
    /// staff, and told once.
    pub(crate) async fn note_held(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        held: Vec<String>,
    ) -> Result<()> {
        let Some((link, _)) = scope.link().filter(|_| !held.is_empty()) else {
            return Ok(());
        };
        let mut tx = self.begin_for(scope, advertiser).await?;
        let noted = sqlx::query!(
            "UPDATE connect_link SET held = $3 WHERE advertiser_id = $1 AND id = $2 AND held <> $3",
            advertiser.uuid(),
            link.uuid(),
            &held,
        )
        .execute(&mut *tx)
        .await?;
        if noted.rows_affected() == 0 {
            return Ok(());
        }
        tx.audit("connect_link.held", link).await?;
        tx.commit().await?;
        self.tell_sender(scope, advertiser, link, News::Held).await
    }

    fn link_url(&self, token: &SecretToken) -> Result<SecretToken> {
        let url = self
            .config()
            .public_url
            .join(&format!("c/{}", token.expose()))
            .map_err(|_| Error::Internal("the public URL takes no path"))?;
        Ok(SecretToken::from_outside(url.as_str()))
    }
}

/// Whether a link can be used at this moment.
fn standing(now: chrono::DateTime<chrono::Utc>, row: &LinkRow, is_done: bool) -> LinkStanding {
    if row.revoked_at.is_some() {
        LinkStanding::Revoked
    } else if is_done {
        LinkStanding::Done
    } else if row.expires_at <= now {
        LinkStanding::Expired
    } else {
        LinkStanding::Open
    }
}
