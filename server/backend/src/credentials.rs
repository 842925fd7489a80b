//! Access tokens at rest: sealed when they come, opened only to be used, dropped when nothing needs them any more.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AdvertiserId, Channel, ConnectAttemptId, CredentialId};
use graph::{AccessToken, TokenKind};
use secrecy::ExposeSecret;

use crate::{Backend, Error, Result, Scope, Tx, seal::Place};

/// How long a login waits for somebody to choose what it connects.
const ABANDONED: TimeDelta = TimeDelta::days(1);

/// A token that has been verified, and whose it is.
pub(crate) struct NewCredential {
    pub token: AccessToken,
    pub kind: TokenKind,
    pub person_id: String,
    pub person_name: String,
    pub scopes: Vec<String>,
    pub expires_at: Option<DateTime<Utc>>,
    pub data_access_expires_at: Option<DateTime<Utc>>,
    /// The portfolio that a system user belongs to, by Meta's id.
    pub client_business_id: Option<String>,
}

fn place(column: &'static str, advertiser: AdvertiserId, id: CredentialId) -> Place {
    Place {
        table: "credential",
        column,
        advertiser: advertiser.uuid(),
        row: id.uuid(),
    }
}

impl Backend {
    pub(crate) async fn seal_credential(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        new: &NewCredential,
        scopes_before: &[String],
    ) -> Result<CredentialId> {
        let kind = match new.kind {
            TokenKind::User => "user",
            TokenKind::SystemUser => "system_user",
            TokenKind::Page => "page",
            TokenKind::App => return Err(Error::Internal("an app's token speaks for nobody")),
        };
        let id: CredentialId = self.clock().mint();
        let seal = |column, text: &str| {
            self.keys()
                .seal(place(column, advertiser, id), text.as_bytes())
        };
        let now = tx.now();
        sqlx::query!(
            "INSERT INTO credential (advertiser_id, id, kind, token_sealed, person_id, person_name_sealed, scopes,
                                     scopes_before, expires_at, data_access_expires_at, is_limited, state, created_at,
                                     client_business_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'valid', $12, $13)",
            advertiser.uuid(),
            id.uuid(),
            kind,
            seal("token_sealed", new.token.expose()),
            new.person_id,
            seal("person_name_sealed", &new.person_name),
            &new.scopes,
            scopes_before,
            new.expires_at,
            new.data_access_expires_at,
            new.token.is_limited(),
            now,
            new.client_business_id,
        )
        .execute(&mut **tx)
        .await?;
        Ok(id)
    }

    /// The token itself. [`Error::NotFound`] once it was dropped.
    pub(crate) async fn credential_token(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        id: CredentialId,
    ) -> Result<AccessToken> {
        let row = sqlx::query!(
            "SELECT token_sealed, is_limited FROM credential WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            id.uuid()
        )
        .fetch_optional(&mut **tx)
        .await?;
        let (sealed, is_limited) = row
            .and_then(|row| Some((row.token_sealed?, row.is_limited)))
            .ok_or(Error::NotFound("access token"))?;
        let token = self
            .keys()
            .open_text(place("token_sealed", advertiser, id), &sealed)?;
        Ok(match is_limited {
            true => AccessToken::limited(token.expose_secret()),
            false => AccessToken::new(token.expose_secret()),
        })
    }

    /// A person's name as a credential's row keeps it.
    pub(crate) fn seal_person_name(
        &self,
        advertiser: AdvertiserId,
        id: CredentialId,
        name: &str,
    ) -> Vec<u8> {
        let place = place("person_name_sealed", advertiser, id);
        self.keys().seal(place, name.as_bytes())
    }

    /// Who logged in, as that person writes their name.
    pub(crate) fn open_person_name(
        &self,
        advertiser: AdvertiserId,
        id: CredentialId,
        sealed: &[u8],
    ) -> Result<String> {
        let name = self
            .keys()
            .open_text(place("person_name_sealed", advertiser, id), sealed)?;
        Ok(name.expose_secret().to_owned())
    }
}

impl Backend {
    /// Drops the tokens of logins whose connect attempt nobody has taken further for a day. Such an attempt asks for a new
    /// login. For a job; answers how many attempts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_abandoned_tokens(&self) -> Result<usize> {
        let mut tx = self.begin(&Scope::system()).await?;
        let now = tx.now();
        let abandoned = sqlx::query!(
            r#"UPDATE connect_attempt
               SET step = 'failed', failed_at = 'verified', failure = 'attempt_expired', failure_detail = '{}',
                   credential_id = NULL, updated_at = $2
               WHERE credential_id IS NOT NULL AND step <> 'done' AND updated_at < $1
               RETURNING advertiser_id AS "advertiser: AdvertiserId", id AS "id: ConnectAttemptId""#,
            now - ABANDONED,
            now,
        )
        .fetch_all(&mut *tx)
        .await?;
        let advertisers: BTreeSet<_> = abandoned.iter().map(|attempt| attempt.advertiser).collect();
        for advertiser in advertisers {
            tx.drop_unused_credentials(advertiser).await?;
        }
        for attempt in &abandoned {
            let detail = serde_json::json!({});
            tx.audit_of(
                Some(attempt.advertiser),
                "connect.abandoned",
                attempt.id,
                detail,
            )
            .await?;
        }
        tx.commit().await?;
        Ok(abandoned.len())
    }
}

impl Tx {
    /// Drops the tokens that no connection sends with (one that was cut does not) and no open connect attempt waits with.
    pub(crate) async fn drop_unused_credentials(&mut self, advertiser: AdvertiserId) -> Result<()> {
        sqlx::query!(
            "UPDATE credential SET token_sealed = NULL, state = 'dead'
             WHERE advertiser_id = $1 AND token_sealed IS NOT NULL
               AND NOT EXISTS (SELECT FROM connection
                               WHERE connection.advertiser_id = $1 AND connection.credential_id = credential.id
                                 AND connection.health <> 'disconnected')
               AND NOT EXISTS (SELECT FROM connect_attempt
                               WHERE connect_attempt.advertiser_id = $1 AND connect_attempt.credential_id = credential.id
                                 AND connect_attempt.step <> 'done')",
            advertiser.uuid()
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Whether a token is of another app than ours.
    pub(crate) async fn is_limited(
        &mut self,
        advertiser: AdvertiserId,
        id: CredentialId,
    ) -> Result<bool> {
        let is_limited = sqlx::query_scalar!(
            "SELECT is_limited FROM credential WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            id.uuid()
        )
        .fetch_optional(&mut **self)
        .await?;
        Ok(is_limited.unwrap_or_default())
    }

    /// The permissions that the newest login for a channel had carried; none before the first.
    pub(crate) async fn scopes_before(
        &mut self,
        advertiser: AdvertiserId,
        channel: Channel,
    ) -> Result<Vec<String>> {
        let scopes = sqlx::query_scalar!(
            "SELECT scopes FROM connect_attempt
             JOIN credential ON credential.advertiser_id = $1 AND credential.id = connect_attempt.credential_id
             WHERE connect_attempt.advertiser_id = $1 AND channel = $2 ORDER BY credential.id DESC LIMIT 1",
            advertiser.uuid(),
            channel.as_str()
        )
        .fetch_optional(&mut **self)
        .await?;
        Ok(scopes.unwrap_or_default())
    }

    /// Notes that Meta no longer takes a token. It stays until somebody logs in again: a verdict of Meta's may be taken
    /// back.
    pub(crate) async fn note_dead_credential(
        &mut self,
        advertiser: AdvertiserId,
        id: CredentialId,
    ) -> Result<()> {
        sqlx::query!(
            "UPDATE credential SET state = 'dead' WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            id.uuid(),
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Notes what Meta said of a token just now. Where its permissions changed, those of before are kept to be compared.
    pub(crate) async fn note_credential(
        &mut self,
        advertiser: AdvertiserId,
        id: CredentialId,
        info: &graph::TokenInfo,
    ) -> Result<()> {
        sqlx::query!(
            "UPDATE credential SET state = 'valid', scopes = $3,
                 scopes_before = CASE WHEN scopes @> $3 AND scopes <@ $3 THEN scopes_before ELSE scopes END,
                 expires_at = $4, data_access_expires_at = $5
             WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            id.uuid(),
            &info.scopes,
            info.expires_at,
            info.data_access_expires_at,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
