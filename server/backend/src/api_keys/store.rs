//! The rows of API keys.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, ApiKeyId, KeyName, KeyScope, KeyScopes, KeyStanding, PersonId, console::ApiKey,
};

use super::NewKey;
use crate::{Backend, Error, Result, Scope, SecretToken, Tx, advertisers::moment};

/// How much of a key people may see, to know it again.
const HINT: usize = 10;

/// A key as it is stored.
pub(super) struct KeyRow {
    pub id: ApiKeyId,
    pub name: KeyName,
    pub hint: String,
    pub scopes: Vec<KeyScope>,
    pub created_by: Option<PersonId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub replaced_by: Option<ApiKeyId>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl KeyRow {
    pub(super) fn scopes(&self) -> KeyScopes {
        self.scopes.iter().copied().collect()
    }

    pub(super) fn works(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|expires| expires > now)
    }

    fn standing(&self, now: DateTime<Utc>) -> KeyStanding {
        match self {
            Self {
                revoked_at: Some(_),
                ..
            } => KeyStanding::Revoked,
            key if !key.works(now) => KeyStanding::Expired,
            Self {
                replaced_by: Some(_),
                ..
            } => KeyStanding::Replaced,
            _ => KeyStanding::Works,
        }
    }

    pub(super) fn shown(
        self,
        zone: &str,
        now: DateTime<Utc>,
        names: &HashMap<PersonId, String>,
    ) -> ApiKey {
        let at = |at: Option<DateTime<Utc>>| at.map(|at| moment(zone, at));
        let maker = self.created_by.and_then(|person| names.get(&person));
        ApiKey {
            id: self.id,
            standing: self.standing(now),
            created_by: maker.cloned().unwrap_or_default(),
            created: moment(zone, self.created_at),
            expires: at(self.expires_at),
            last_used: at(self.last_used_at),
            name: self.name.into(),
            hint: self.hint,
            scopes: self.scopes,
        }
    }
}

impl Backend {
    /// What colleagues call those who made the keys. An advertiser's people are not told the names of the partner's staff.
    pub(super) async fn key_makers(
        &self,
        scope: &Scope,
        keys: &[KeyRow],
    ) -> Result<HashMap<PersonId, String>> {
        if scope.only().is_some() {
            return Ok(HashMap::new());
        }
        let people: Vec<uuid::Uuid> = keys
            .iter()
            .filter_map(|key| Some(key.created_by?.uuid()))
            .collect();
        let mut tx = self.begin(scope).await?;
        let rows = sqlx::query!(
            r#"SELECT id AS "id: PersonId", name FROM person WHERE id = ANY($1)"#,
            &people
        )
        .fetch_all(&mut *tx)
        .await?;
        Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
    }
}

impl Tx {
    pub(super) async fn api_keys(
        &mut self,
        advertiser: Option<AdvertiserId>,
    ) -> Result<Vec<KeyRow>> {
        let rows = sqlx::query_as!(
            KeyRow,
            r#"SELECT id AS "id: ApiKeyId", name AS "name: KeyName", hint, scopes AS "scopes: Vec<KeyScope>",
                      created_by AS "created_by: PersonId", created_at, expires_at, last_used_at,
                      replaced_by AS "replaced_by: ApiKeyId", revoked_at
               FROM api_key WHERE advertiser_id IS NOT DISTINCT FROM $1 ORDER BY id DESC LIMIT 100"#,
            advertiser.map(AdvertiserId::uuid),
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows)
    }

    pub(super) async fn api_key(
        &mut self,
        advertiser: Option<AdvertiserId>,
        id: ApiKeyId,
    ) -> Result<KeyRow> {
        sqlx::query_as!(
            KeyRow,
            r#"SELECT id AS "id: ApiKeyId", name AS "name: KeyName", hint, scopes AS "scopes: Vec<KeyScope>",
                      created_by AS "created_by: PersonId", created_at, expires_at, last_used_at,
                      replaced_by AS "replaced_by: ApiKeyId", revoked_at
               FROM api_key WHERE advertiser_id IS NOT DISTINCT FROM $1 AND id = $2 FOR UPDATE"#,
            advertiser.map(AdvertiserId::uuid),
            id.uuid(),
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("key"))
    }

    pub(super) async fn insert_api_key(
        &mut self,
        scope: &Scope,
        advertiser: Option<AdvertiserId>,
        name: &KeyName,
        scopes: KeyScopes,
        expires: Option<DateTime<Utc>>,
    ) -> Result<NewKey> {
        let token = SecretToken::api_key();
        let id: ApiKeyId = self.mint();
        let hint: String = token.expose().chars().take(HINT).collect();
        let scopes: Vec<String> = scopes.iter().map(|scope| scope.to_string()).collect();
        let now = self.now();
        sqlx::query!(
            "INSERT INTO api_key (advertiser_id, id, name, hint, token_hash, scopes, created_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            advertiser.map(AdvertiserId::uuid),
            id.uuid(),
            name.as_str(),
            hint,
            token.hash(),
            &scopes,
            scope.person_id().map(PersonId::uuid),
            now,
            expires,
        )
        .execute(&mut **self)
        .await?;
        Ok(NewKey { id, token })
    }

    pub(super) async fn replace_api_key(
        &mut self,
        old: ApiKeyId,
        new: ApiKeyId,
        end: DateTime<Utc>,
    ) -> Result<()> {
        sqlx::query!(
            "UPDATE api_key SET replaced_by = $2, expires_at = $3 WHERE id = $1",
            old.uuid(),
            new.uuid(),
            end
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// False when it was revoked already.
    pub(super) async fn revoke_api_key(&mut self, id: ApiKeyId) -> Result<bool> {
        let now = self.now();
        let revoked = sqlx::query!(
            "UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
            id.uuid(),
            now
        )
        .execute(&mut **self)
        .await?;
        Ok(revoked.rows_affected() == 1)
    }
}
