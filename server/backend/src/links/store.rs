//! The rows of links, and of the attempts that were begun by them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectLinkId, ConnectStep, Language,
    LinkKind, PersonId,
    console::{Link, LinkAttempt, LinkChannel},
};

use super::{LinkDraft, standing};
use crate::{Backend, Error, Result, Scope, SecretToken, Tx, advertisers::moment};

/// A link as it is stored.
#[derive(Clone)]
pub(super) struct LinkRow {
    pub id: ConnectLinkId,
    pub kind: LinkKind,
    pub channels: Vec<Channel>,
    pub language: Language,
    pub recipient_sealed: Option<Vec<u8>>,
    pub is_trusted: bool,
    pub created_by: Option<PersonId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub held: Vec<String>,
    pub sent_at: Option<DateTime<Utc>>,
    pub opened_at: Option<DateTime<Utc>>,
    pub asked_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub reminders: i32,
}

/// The newest attempt of each channel of each link.
pub(super) type LinkAttempts = Vec<(ConnectLinkId, Channel, LinkAttempt)>;

impl LinkRow {
    /// Each channel of the link with its newest attempt.
    pub(super) fn channels(&self, attempts: &LinkAttempts) -> Vec<LinkChannel> {
        let of = |channel: Channel| {
            let newest = attempts
                .iter()
                .find(|(link, other, _)| *link == self.id && *other == channel);
            LinkChannel {
                channel,
                attempt: newest.map(|(_, _, attempt)| attempt.clone()),
            }
        };
        self.channels.iter().map(|channel| of(*channel)).collect()
    }

    pub(super) fn shown(&self, zone: &str, now: DateTime<Utc>, attempts: &LinkAttempts) -> Link {
        let channels = self.channels(attempts);
        let at = |at: Option<DateTime<Utc>>| at.map(|at| moment(zone, at));
        Link {
            id: self.id,
            kind: self.kind,
            standing: standing(now, self, is_done(&channels)),
            channels,
            language: self.language,
            recipient: String::new(),
            held: self.held.clone(),
            is_trusted: self.is_trusted,
            created: moment(zone, self.created_at),
            expires: moment(zone, self.expires_at),
            sent: at(self.sent_at),
            opened: at(self.opened_at),
            asked: at(self.asked_at),
        }
    }
}

/// Whether everything that a link is for is connected.
pub(super) fn is_done(channels: &[LinkChannel]) -> bool {
    let done = |channel: &LinkChannel| {
        let attempt = channel.attempt.as_ref();
        attempt.is_some_and(|attempt| attempt.step == ConnectStep::Done)
    };
    !channels.is_empty() && channels.iter().all(done)
}

impl Tx {
    #[expect(clippy::too_many_arguments, reason = "the columns of a row")]
    pub(super) async fn insert_link(
        &mut self,
        scope: &Scope,
        advertiser: AdvertiserId,
        id: ConnectLinkId,
        draft: &LinkDraft,
        token: &SecretToken,
        recipient_sealed: Option<Vec<u8>>,
        expires: DateTime<Utc>,
    ) -> Result<()> {
        let channels: Vec<String> = draft.channels.iter().map(ToString::to_string).collect();
        let now = self.now();
        sqlx::query!(
            "INSERT INTO connect_link (advertiser_id, id, kind, token_hash, channels, language, recipient_sealed,
                                       is_trusted, created_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            advertiser.uuid(),
            id.uuid(),
            draft.kind.as_str(),
            token.hash(),
            &channels,
            draft.language.as_str(),
            recipient_sealed,
            draft.is_trusted,
            scope.staff_id().map(PersonId::uuid),
            now,
            expires,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    pub(super) async fn links(&mut self, advertiser: AdvertiserId) -> Result<Vec<LinkRow>> {
        let rows = sqlx::query_as!(
            LinkRow,
            r#"SELECT id AS "id: ConnectLinkId", kind AS "kind: LinkKind", channels AS "channels: Vec<Channel>",
                      language AS "language: Language", recipient_sealed, is_trusted, created_by AS "created_by: PersonId",
                      created_at, expires_at, held, sent_at, opened_at, asked_at, revoked_at, reminders
               FROM connect_link WHERE advertiser_id = $1 ORDER BY id DESC LIMIT 100"#,
            advertiser.uuid(),
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows)
    }

    pub(super) async fn link(
        &mut self,
        advertiser: AdvertiserId,
        id: ConnectLinkId,
    ) -> Result<LinkRow> {
        sqlx::query_as!(
            LinkRow,
            r#"SELECT id AS "id: ConnectLinkId", kind AS "kind: LinkKind", channels AS "channels: Vec<Channel>",
                      language AS "language: Language", recipient_sealed, is_trusted, created_by AS "created_by: PersonId",
                      created_at, expires_at, held, sent_at, opened_at, asked_at, revoked_at, reminders
               FROM connect_link WHERE advertiser_id = $1 AND id = $2 FOR UPDATE"#,
            advertiser.uuid(),
            id.uuid(),
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("link"))
    }

    /// Of each link (or of one) and channel the newest attempt.
    pub(super) async fn link_attempts(
        &mut self,
        advertiser: AdvertiserId,
        only: Option<ConnectLinkId>,
        zone: &str,
    ) -> Result<LinkAttempts> {
        let rows = sqlx::query!(
            r#"SELECT DISTINCT ON (link_id, channel) link_id AS "link!: ConnectLinkId", channel AS "channel: Channel",
                      id AS "id: ConnectAttemptId", step AS "step: ConnectStep", failure AS "failure: ConnectFailure",
                      updated_at,
                      ARRAY(SELECT name FROM asset WHERE asset.advertiser_id = $1
                            AND asset.id = ANY (connect_attempt.asset_ids) ORDER BY asset.id) AS "names!"
               FROM connect_attempt
               WHERE advertiser_id = $1 AND link_id IS NOT NULL AND ($2::uuid IS NULL OR link_id = $2)
               ORDER BY link_id, channel, (step = 'done') DESC, id DESC"#,
            advertiser.uuid(),
            only.map(ConnectLinkId::uuid),
        )
        .fetch_all(&mut **self)
        .await?;
        let attempts = rows.into_iter().map(|row| {
            let attempt = LinkAttempt {
                id: row.id,
                step: row.step,
                failure: row.failure.filter(|_| row.step == ConnectStep::Failed),
                connected: if row.step == ConnectStep::Done {
                    row.names
                } else {
                    Vec::new()
                },
                moved: moment(zone, row.updated_at),
            };
            (row.link, row.channel, attempt)
        });
        Ok(attempts.collect())
    }

    pub(super) async fn note_sent(
        &mut self,
        advertiser: AdvertiserId,
        id: ConnectLinkId,
    ) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE connect_link SET sent_at = $3 WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            id.uuid(),
            now
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    pub(super) async fn renew_link(
        &mut self,
        advertiser: AdvertiserId,
        id: ConnectLinkId,
        token: &SecretToken,
        expires: DateTime<Utc>,
    ) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE connect_link SET token_hash = $3, created_at = $4, expires_at = $5, asked_at = NULL, visitor_hash = NULL
             WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            id.uuid(),
            token.hash(),
            now,
            expires,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    pub(super) async fn revoke_link(
        &mut self,
        advertiser: AdvertiserId,
        id: ConnectLinkId,
    ) -> Result<bool> {
        let now = self.now();
        let revoked = sqlx::query!(
            "UPDATE connect_link SET revoked_at = $3, visitor_hash = NULL
             WHERE advertiser_id = $1 AND id = $2 AND revoked_at IS NULL",
            advertiser.uuid(),
            id.uuid(),
            now
        )
        .execute(&mut **self)
        .await?;
        Ok(revoked.rows_affected() == 1)
    }
}

impl Backend {
    /// Who holds assets, by `<Meta's id> <name>`: only for who may see every advertiser.
    pub(super) async fn holders_of(&self, held: Vec<String>) -> Result<HashMap<String, String>> {
        if held.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<String> = held
            .iter()
            .filter_map(|name| Some(name.split_once(' ')?.0.to_owned()))
            .collect();
        let rows = sqlx::query!(
            "SELECT asset.meta_id, advertiser.name FROM asset JOIN advertiser ON advertiser.id = asset.advertiser_id
             WHERE asset.meta_id = ANY ($1)",
            &ids
        )
        .fetch_all(self.0.database.partner())
        .await?;
        let holder = |name: String| {
            let id = name.split_once(' ')?.0;
            let row = rows.iter().find(|row| row.meta_id == id)?;
            let holder = row.name.clone();
            Some((name, holder))
        };
        Ok(held.into_iter().filter_map(holder).collect())
    }
}
