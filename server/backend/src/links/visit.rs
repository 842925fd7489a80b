//! Using a link: looking at it, starting, walking by its cookie, asking for a new one. Nobody here has an account.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AdvertiserId, ConnectLinkId, Language, LinkKind, LinkStanding,
    console::{LinkShown, Welcome},
};

use super::{
    letters::News,
    standing,
    store::{LinkRow, is_done},
};
use crate::{
    Actor, Backend, Error, Result, Scope, SecretToken, Tx, advertisers::moment, error::Conflict,
    throttle::Subjects,
};

/// How long a browser that started may walk on.
const VISIT: TimeDelta = TimeDelta::days(7);
/// How often the holder of a link may ask for a new one.
const ASKING: TimeDelta = TimeDelta::hours(1);

/// A link that was swapped for a cookie.
#[derive(Debug)]
pub struct Started {
    /// Goes into the cookie.
    pub token: SecretToken,
    /// How long the cookie may live.
    pub lifetime: TimeDelta,
    /// What the link is for.
    pub kind: LinkKind,
    /// The language it was written in.
    pub language: Language,
}

/// A link that was found by its secret.
struct Found {
    scope: Scope,
    advertiser: AdvertiserId,
    id: ConnectLinkId,
}

impl Backend {
    /// What the page behind a link says. Looking has no effect: mail scanners follow links.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a secret that never was or was replaced; [`Error::TooMany`] for too many of those.
    pub async fn link_shown(&self, token: &SecretToken, address: &str) -> Result<LinkShown> {
        let found = self.find_link(token, address).await?;
        let mut tx = self.begin_for(&found.scope, found.advertiser).await?;
        let advertiser = tx.advertiser(found.advertiser).await?;
        let (row, standing) = tx.link_standing(found.advertiser, found.id).await?;
        let partner = self.partner_in(&mut tx).await?;
        let now = tx.now();
        Ok(LinkShown {
            kind: row.kind,
            standing,
            partner_name: partner.called(row.language).to_owned(),
            advertiser_name: advertiser.name,
            channels: row.channels,
            language: row.language,
            expires: moment(&advertiser.time_zone, row.expires_at),
            is_asked: is_asked(row.asked_at, now),
        })
    }

    /// *Start*: counts as opened and swaps the secret for a cookie. Another browser that started before is shut out.
    ///
    /// # Errors
    /// As [`Backend::link_shown`]; [`Conflict::LinkOver`] for a link that cannot be used.
    pub async fn start_link(&self, token: &SecretToken, address: &str) -> Result<Started> {
        let found = self.find_link(token, address).await?;
        let subjects = Subjects::new(&format!("start {}", found.id), &format!("link {address}"));
        self.count_try(&subjects).await?;
        let visitor = SecretToken::generate();
        let mut tx = self.begin_for(&found.scope, found.advertiser).await?;
        tx.active_advertiser(found.advertiser).await?;
        let (row, standing) = tx.link_standing(found.advertiser, found.id).await?;
        if standing != LinkStanding::Open {
            return Err(Error::Conflict(Conflict::LinkOver));
        }
        let now = tx.now();
        sqlx::query!(
            "UPDATE connect_link SET visitor_hash = $3, opened_at = coalesce(opened_at, $4)
             WHERE advertiser_id = $1 AND id = $2",
            found.advertiser.uuid(),
            found.id.uuid(),
            visitor.hash(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        if row.opened_at.is_none() {
            tx.audit("connect_link.opened", found.id).await?;
        }
        tx.commit().await?;
        Ok(Started {
            token: visitor,
            lifetime: VISIT.min(row.expires_at - now),
            kind: row.kind,
            language: row.language,
        })
    }

    /// Asks who sent a link for a new one. Once an hour; in between nothing happens.
    ///
    /// # Errors
    /// As [`Backend::link_shown`].
    pub async fn ask_for_link(&self, token: &SecretToken, address: &str) -> Result<()> {
        let found = self.find_link(token, address).await?;
        self.ask_anew(&found.scope, found.advertiser, found.id)
            .await
    }

    /// The same for who came by a link that only shows how it goes.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who did not come by a link.
    pub async fn ask_to_reconnect(&self, scope: &Scope) -> Result<()> {
        let (Some((link, _)), Some(advertiser)) = (scope.link(), scope.only()) else {
            return Err(Error::Forbidden);
        };
        self.ask_anew(scope, advertiser, link).await
    }

    async fn ask_anew(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        id: ConnectLinkId,
    ) -> Result<()> {
        let mut tx = self.begin_for(scope, advertiser).await?;
        let now = tx.now();
        let asked = sqlx::query!(
            "UPDATE connect_link SET asked_at = $3
             WHERE advertiser_id = $1 AND id = $2 AND (asked_at IS NULL OR asked_at <= $4)",
            advertiser.uuid(),
            id.uuid(),
            now,
            now - ASKING,
        )
        .execute(&mut *tx)
        .await?;
        if asked.rows_affected() == 0 {
            return Ok(());
        }
        tx.audit("connect_link.asked", id).await?;
        tx.commit().await?;
        self.tell_sender(scope, advertiser, id, News::Asked).await
    }

    /// The scope behind a visitor's cookie and the language of its link; none when the link works no more. Who has just
    /// connected everything may still look.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn visitor(&self, token: &SecretToken) -> Result<Option<(Scope, Language)>> {
        let found = sqlx::query!(
            r#"SELECT advertiser_id AS "advertiser!: AdvertiserId", link_id AS "link!: ConnectLinkId" FROM find_visitor($1)"#,
            token.hash()
        )
        .fetch_optional(self.0.database.partner())
        .await?;
        let Some(found) = found else { return Ok(None) };
        let mut tx = self.begin_for(&Scope::system(), found.advertiser).await?;
        let row = tx.link(found.advertiser, found.link).await?;
        let is_over = row.revoked_at.is_some() || row.expires_at <= tx.now();
        let scope = Scope::visitor(found.advertiser, found.link, row.kind);
        Ok((!is_over).then_some((scope.in_language(row.language), row.language)))
    }

    /// What a visitor has done and what is left.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who did not come by a link that connects.
    pub async fn welcome(&self, scope: &Scope) -> Result<Welcome> {
        let (Some((link, LinkKind::Connect)), Some(advertiser)) = (scope.link(), scope.only())
        else {
            return Err(Error::Forbidden);
        };
        let mut tx = self.begin_for(scope, advertiser).await?;
        let shown = tx.advertiser(advertiser).await?;
        let row = tx.link(advertiser, link).await?;
        let attempts = tx
            .link_attempts(advertiser, Some(link), &shown.time_zone)
            .await?;
        let partner = self.partner_in(&mut tx).await?;
        let channels = row.channels(&attempts);
        Ok(Welcome {
            partner_name: partner.called(scope.language()).to_owned(),
            advertiser_name: shown.name,
            advertiser_id: advertiser,
            has_window: partner.login.signup.is_some(),
            is_done: is_done(&channels),
            channels,
            is_confirmed_later: !row.is_trusted,
        })
    }

    /// Whether an attempt was begun by a link: then its way back is not the console's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_visitors_attempt(
        &self,
        advertiser: AdvertiserId,
        attempt: domain::ConnectAttemptId,
    ) -> Result<bool> {
        let mut tx = self.begin_for(&Scope::system(), advertiser).await?;
        let is_visitors = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM connect_attempt
                              WHERE advertiser_id = $1 AND id = $2 AND link_id IS NOT NULL) AS "exists!""#,
            advertiser.uuid(),
            attempt.uuid(),
        );
        Ok(is_visitors.fetch_one(&mut *tx).await?)
    }

    async fn find_link(&self, token: &SecretToken, address: &str) -> Result<Found> {
        let found = sqlx::query!(
            r#"SELECT advertiser_id AS "advertiser!: AdvertiserId", link_id AS "link!: ConnectLinkId"
               FROM find_connect_link($1)"#,
            token.hash()
        )
        .fetch_optional(self.0.database.partner())
        .await?;
        let Some(found) = found else {
            let subjects = Subjects::new(&format!("guess {address}"), &format!("link {address}"));
            self.count_try(&subjects).await?;
            return Err(Error::NotFound("link"));
        };
        let scope = Scope::advertiser(
            found.advertiser,
            domain::Role::AdvertiserViewer,
            Actor::Visitor,
        );
        Ok(Found {
            scope,
            advertiser: found.advertiser,
            id: found.link,
        })
    }
}

pub(super) fn is_asked(asked_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    asked_at.is_some_and(|at| now - at < ASKING)
}

impl Tx {
    async fn link_standing(
        &mut self,
        advertiser: AdvertiserId,
        id: ConnectLinkId,
    ) -> Result<(LinkRow, LinkStanding)> {
        let row = self.link(advertiser, id).await?;
        let attempts = self.link_attempts(advertiser, Some(id), "UTC").await?;
        let standing = standing(self.now(), &row, is_done(&row.channels(&attempts)));
        Ok((row, standing))
    }
}
