//! Who sends with a key: asked of the database once in two seconds for each key, however many requests come with it.

use chrono::TimeDelta;
use domain::{AdvertiserId, ApiKeyId, KeyScope};

use crate::{Backend, Result, Scope, SecretToken, recent::Recent};

/// For how long a key that was found is not asked for again. It is also how long another process takes to notice that a
/// key was revoked.
const FOUND: TimeDelta = TimeDelta::seconds(2);
/// `last_used_at` is written no more often than this.
const USED_STEP: TimeDelta = TimeDelta::minutes(1);

/// The scopes behind the keys that were used a moment ago, by their hashes.
pub(crate) struct RecentKeys(Recent<Vec<u8>, Scope>);

impl Default for RecentKeys {
    fn default() -> Self {
        Self(Recent::new(FOUND))
    }
}

impl RecentKeys {
    pub(super) fn clear(&self) {
        self.0.clear();
    }
}

impl Backend {
    /// The scope behind an API key, limited to its advertiser and to what the key is for; none when there is no such key,
    /// or when it was revoked or has expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key_scope(&self, key: &SecretToken) -> Result<Option<Scope>> {
        let hash = key.hash();
        let now = self.clock().now();
        if let Some(scope) = self.0.recent_keys.0.get(now, &hash) {
            return Ok(Some(scope));
        }
        let found = sqlx::query!(
            r#"SELECT api_key.id AS "id: ApiKeyId", api_key.advertiser_id AS "advertiser_id: AdvertiserId",
                      scopes AS "scopes: Vec<KeyScope>", last_used_at
               FROM find_api_key($1) AS found JOIN api_key ON api_key.id = found.key_id
               WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)"#,
            hash,
            now,
        )
        .fetch_optional(self.0.database.partner())
        .await?;
        let Some(found) = found else { return Ok(None) };
        let scopes = found.scopes.into_iter().collect();
        let scope = Scope::key(found.advertiser_id, found.id, scopes);
        if found
            .last_used_at
            .is_none_or(|last| now - last >= USED_STEP)
        {
            sqlx::query!(
                "UPDATE api_key SET last_used_at = $2 WHERE id = $1",
                found.id.uuid(),
                now
            )
            .execute(self.0.database.partner())
            .await?;
        }
        self.0.recent_keys.0.put(now, hash, scope.clone());
        Ok(Some(scope))
    }
}
