//! The letters about links: to who is to use one, and to who sent it.

use chrono::{DateTime, Utc};
use domain::{AdvertiserId, ConnectLinkId, Email, Language, LinkKind};

use crate::{Backend, Error, Letter, Result, Scope, SecretToken, Tx};

/// Whether a letter brings a link for the first time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wording {
    /// It does, or brings another on request.
    First,
    /// Nothing came of the one before.
    Reminder,
}

/// What a letter that brings a link says.
pub(super) struct LinkLetter<'a> {
    pub kind: LinkKind,
    pub wording: Wording,
    pub language: Language,
    pub advertiser: &'a str,
    pub url: &'a SecretToken,
    pub expires: DateTime<Utc>,
}

impl Backend {
    pub(super) async fn link_letter<'a>(
        &self,
        tx: &mut Tx,
        to: &'a Email,
        words: &LinkLetter<'_>,
    ) -> Result<Letter<'a>> {
        let language = words.language;
        let partner = self.partner_in(tx).await?;
        let partner = partner.called(language).to_owned();
        let text = text::Text::new(language);
        let until = match language {
            Language::En => words.expires.format("%-d %B %Y"),
            Language::Ja => words.expires.format("%Y/%m/%d"),
        };
        let (advertiser, url) = (words.advertiser, words.url.expose());
        let (subject, body) = match (words.kind, words.wording) {
            (LinkKind::Connect, Wording::First) => (
                text.letter_connect_subject(&partner),
                text.letter_connect_body(advertiser, &partner, until, url),
            ),
            (LinkKind::Connect, Wording::Reminder) => (
                text.letter_reminder_subject(&partner),
                text.letter_reminder_body(advertiser, &partner, until, url),
            ),
            (LinkKind::Status, _) => (
                text.letter_status_subject(&partner),
                text.letter_status_body(advertiser, &partner, until, url),
            ),
        };
        Ok(Letter {
            kind: "letter",
            to,
            language,
            subject,
            body,
        })
    }
}

/// What a sender is told about a link of theirs.
#[derive(Clone, Copy)]
pub(crate) enum News {
    /// Its holder asks for a new one.
    Asked,
    /// Its holder chose what another advertiser holds.
    Held,
}

impl Backend {
    /// Tells who sent a link, if they can be told.
    pub(crate) async fn tell_sender(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        link: ConnectLinkId,
        news: News,
    ) -> Result<()> {
        let mut tx = self.begin_for(scope, advertiser).await?;
        let Some(sender) = tx.link(advertiser, link).await?.created_by else {
            return Ok(());
        };
        // Who the staff are is not for the eyes of an advertiser's role.
        let sender = sqlx::query!(
            r#"SELECT email, language AS "language: Language" FROM person WHERE id = $1 AND disabled_at IS NULL"#,
            sender.uuid()
        )
        .fetch_optional(self.0.database.partner())
        .await?;
        let Some(sender) = sender else {
            return Ok(());
        };
        let name = tx.advertiser(advertiser).await?.name;
        let page = self
            .config()
            .public_url
            .join(&format!("advertisers/{advertiser}/links"));
        let page = page.map(String::from).unwrap_or_default();
        let text = text::Text::new(sender.language);
        let (subject, body) = match news {
            News::Asked => (
                text.letter_asked_subject(&name),
                text.letter_asked_body(&name, page),
            ),
            News::Held => (
                text.letter_held_subject(&name),
                text.letter_held_body(&name, page),
            ),
        };
        let letter = Letter {
            kind: "letter",
            to: &sender
                .email
                .parse()
                .map_err(|_| Error::Internal("a stored email does not parse"))?,
            language: sender.language,
            subject,
            body,
        };
        tx.queue_mail(&letter).await?;
        tx.commit().await
    }
}
