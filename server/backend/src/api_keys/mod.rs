//! API keys: made, listed, rotated, revoked; and the scope behind one.
//!
//! A key is shown once and stored as its hash. Rotating makes another for the same purpose while the old one works until
//! an end that is chosen, so that nothing has to stop for it.

mod lookup;
mod store;
#[cfg(test)]
mod tests;

use chrono::TimeDelta;
use domain::{AdvertiserId, ApiKeyId, KeyName, KeyScopes, Permission, Why, console::ApiKey};
use serde_json::json;

pub(crate) use lookup::RecentKeys;

use crate::{Backend, Error, Result, Scope, SecretToken, Tx, error::Conflict};

/// The days for which a key may work.
pub const KEY_DAYS: std::ops::RangeInclusive<u32> = 1..=730;
/// The hours for which a key may work beside the one that takes its place.
pub const OVERLAP_HOURS: std::ops::RangeInclusive<u32> = 0..=24 * 90;

/// What a form says of a new key.
#[derive(Clone, Debug)]
pub struct KeyDraft {
    /// What people call it.
    pub name: KeyName,
    /// What it may be used for.
    pub scopes: KeyScopes,
    /// How many days it works; none: until it is revoked.
    pub days: Option<u32>,
}

/// A key that was just made. It is known to nobody else.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Which.
    pub id: ApiKeyId,
    token: SecretToken,
}

impl NewKey {
    /// The key, for who made it to copy.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.token.expose()
    }
}

impl Backend {
    /// The keys of an advertiser, or without one those that reach every advertiser; newest first, the last hundred.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn api_keys(
        &self,
        scope: &Scope,
        advertiser: Option<AdvertiserId>,
    ) -> Result<Vec<ApiKey>> {
        let mut tx = self.begin_keys(scope, advertiser).await?;
        let zone = match advertiser {
            Some(advertiser) => tx.advertiser(advertiser).await?.time_zone,
            None => self.own_zone(scope).await?,
        };
        let rows = tx.api_keys(advertiser).await?;
        let now = tx.now();
        drop(tx);
        let names = self.key_makers(scope, &rows).await?;
        Ok(rows
            .into_iter()
            .map(|row| row.shown(&zone, now, &names))
            .collect())
    }

    /// Makes a key.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `scopes` and `days`; [`Conflict::AdvertiserArchived`], [`Error::NotFound`].
    pub async fn add_api_key(
        &self,
        scope: &Scope,
        advertiser: Option<AdvertiserId>,
        draft: &KeyDraft,
    ) -> Result<NewKey> {
        let mut tx = self.begin_keys(scope, advertiser).await?;
        if draft.scopes.is_empty() {
            return Err(Error::invalid("scopes", Why::Empty));
        }
        if draft.days.is_some_and(|days| !KEY_DAYS.contains(&days)) {
            return Err(Error::invalid("days", Why::NotAChoice));
        }
        if let Some(advertiser) = advertiser {
            tx.active_advertiser(advertiser).await?;
        }
        let expires = draft
            .days
            .map(|days| tx.now() + TimeDelta::days(i64::from(days)));
        let key = tx
            .insert_api_key(scope, advertiser, &draft.name, draft.scopes, expires)
            .await?;
        let scopes: Vec<_> = draft.scopes.iter().collect();
        tx.audit_with("api_key.created", key.id, json!({ "scopes": scopes }))
            .await?;
        tx.commit().await?;
        Ok(key)
    }

    /// Makes another key for the same purpose; the old one works for `hours` more and then ends. The new one lives as
    /// long as the old one was to live.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `hours`; [`Conflict::KeyOver`] for a key that works no more or has been replaced already;
    /// [`Error::NotFound`].
    pub async fn rotate_api_key(
        &self,
        scope: &Scope,
        advertiser: Option<AdvertiserId>,
        id: ApiKeyId,
        hours: u32,
    ) -> Result<NewKey> {
        let mut tx = self.begin_keys(scope, advertiser).await?;
        if !OVERLAP_HOURS.contains(&hours) {
            return Err(Error::invalid("hours", Why::NotAChoice));
        }
        let old = tx.api_key(advertiser, id).await?;
        let now = tx.now();
        if !old.works(now) || old.replaced_by.is_some() {
            return Err(Error::Conflict(Conflict::KeyOver));
        }
        let lifetime = old.expires_at.map(|expires| expires - old.created_at);
        let key = tx
            .insert_api_key(
                scope,
                advertiser,
                &old.name,
                old.scopes(),
                lifetime.map(|lifetime| now + lifetime),
            )
            .await?;
        let end = now + TimeDelta::hours(i64::from(hours));
        let end = old.expires_at.map_or(end, |expires| expires.min(end));
        tx.replace_api_key(id, key.id, end).await?;
        tx.audit_with(
            "api_key.rotated",
            id,
            json!({ "replaced_by": key.id, "hours": hours }),
        )
        .await?;
        tx.commit().await?;
        self.0.recent_keys.clear();
        Ok(key)
    }

    /// Ends a key: whoever uses it is refused from now on, in other processes within two seconds.
    ///
    /// # Errors
    /// [`Conflict::KeyOver`] for one that was revoked already; [`Error::NotFound`].
    pub async fn revoke_api_key(
        &self,
        scope: &Scope,
        advertiser: Option<AdvertiserId>,
        id: ApiKeyId,
    ) -> Result<()> {
        let mut tx = self.begin_keys(scope, advertiser).await?;
        tx.api_key(advertiser, id).await?;
        if !tx.revoke_api_key(id).await? {
            return Err(Error::Conflict(Conflict::KeyOver));
        }
        tx.audit("api_key.revoked", id).await?;
        tx.commit().await?;
        self.0.recent_keys.clear();
        Ok(())
    }

    /// The first line of every use case about keys: who may, and on which rows.
    async fn begin_keys(&self, scope: &Scope, advertiser: Option<AdvertiserId>) -> Result<Tx> {
        match advertiser {
            Some(advertiser) => {
                scope.require(Permission::ManageApiKeys)?;
                self.begin_for(scope, advertiser).await
            }
            None => {
                scope.require(Permission::ManagePartnerKeys)?;
                self.begin(scope).await
            }
        }
    }
}
