//! The transaction of a use case, and the append-only record of what was done in it.

use std::ops::{Deref, DerefMut};

use chrono::{DateTime, Utc};
use domain::{AdvertiserId, AuditId, ConnectLinkId, RequestId};
use sqlx::{PgConnection, Postgres, Transaction};

use crate::{Actor, Backend, Error, Result, Scope};

/// An open transaction under a serving role. Dropped without `commit`, it changes nothing.
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    advertiser: Option<AdvertiserId>,
    actor: Actor,
    link: Option<ConnectLinkId>,
    request_id: Option<RequestId>,
    clock: crate::Clock,
    /// What seals letters; none where nothing can be mailed.
    pub(crate) outbox: Option<crate::KeyRing>,
}

impl Backend {
    /// Opens the transaction that a scope may have: all rows for the partner, one advertiser's for its people.
    pub(crate) async fn begin(&self, scope: &Scope) -> Result<Tx> {
        match scope.only() {
            Some(advertiser) => self.begin_for(scope, advertiser).await,
            None => {
                let inner = self.0.database.partner().begin().await?;
                Ok(self.tx(inner, None, scope))
            }
        }
    }

    /// The same for a list, whose filters may each be set or not: it is planned for those that are set. PostgreSQL's plan
    /// for whichever filters come reads the whole table to sort it, and from the sixth time on it would take that one.
    pub(crate) async fn begin_list(&self, scope: &Scope) -> Result<Tx> {
        let mut tx = self.begin(scope).await?;
        sqlx::query!("SET LOCAL plan_cache_mode = force_custom_plan")
            .execute(&mut *tx)
            .await?;
        Ok(tx)
    }

    /// Opens a transaction on one advertiser's rows, which row-level security alone shows then, whoever asks. A scope
    /// limited to another advertiser gets *not found*.
    pub(crate) async fn begin_for(&self, scope: &Scope, advertiser: AdvertiserId) -> Result<Tx> {
        if scope.only().is_some_and(|own| own != advertiser) {
            return Err(Error::NotFound("advertiser"));
        }
        let mut inner = self.0.database.advertiser().begin().await?;
        sqlx::query!(
            "SELECT set_config('app.advertiser', $1, true)",
            advertiser.uuid().to_string()
        )
        .fetch_one(&mut *inner)
        .await?;
        Ok(self.tx(inner, Some(advertiser), scope))
    }

    fn tx(
        &self,
        inner: Transaction<'static, Postgres>,
        advertiser: Option<AdvertiserId>,
        scope: &Scope,
    ) -> Tx {
        Tx {
            inner,
            advertiser,
            actor: scope.actor(),
            link: scope.link().map(|(link, _)| link),
            request_id: scope.request_id(),
            clock: self.clock().clone(),
            outbox: self.can_mail().then(|| self.keys().clone()),
        }
    }
}

impl Tx {
    /// From here on this one acts: a visitor who has just said who they are.
    pub(crate) fn act_as(&mut self, actor: Actor) {
        self.actor = actor;
    }

    /// This moment, by the application's clock.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new id, as the application's clock mints them.
    pub(crate) fn mint<T: From<uuid::Uuid>>(&self) -> T {
        self.clock.mint()
    }

    /// The link that whoever asks came by: of attempts they see those of that link alone.
    pub(crate) fn link_id(&self) -> Option<ConnectLinkId> {
        self.link
    }

    /// The advertiser whose rows it was opened for.
    pub(crate) fn advertiser_id(&self) -> Option<AdvertiserId> {
        self.advertiser
    }

    /// Records an action on an object of this transaction's advertiser (or of the partner).
    pub(crate) async fn audit(&mut self, action: &str, object: impl ToString) -> Result<()> {
        self.audit_with(action, object, serde_json::json!({})).await
    }

    /// The same with details: names of fields and ids, never a personal value.
    pub(crate) async fn audit_with(
        &mut self,
        action: &str,
        object: impl ToString,
        detail: serde_json::Value,
    ) -> Result<()> {
        self.audit_of(self.advertiser, action, object, detail).await
    }

    /// The same for an advertiser that the transaction was not opened for: a job's spans them all.
    pub(crate) async fn audit_of(
        &mut self,
        advertiser: Option<AdvertiserId>,
        action: &str,
        object: impl ToString,
        detail: serde_json::Value,
    ) -> Result<()> {
        let id: AuditId = self.clock.mint();
        let at = self.clock.now();
        sqlx::query!(
            "INSERT INTO audit (id, advertiser_id, at, actor_kind, actor_id, action, object_id, request_id, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            id.uuid(),
            advertiser.map(|id| id.uuid()),
            at,
            self.actor.kind(),
            self.actor.id(),
            action,
            object.to_string(),
            self.request_id.map(|id| id.to_string()),
            detail,
        )
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Records the same action on many advertisers at once.
    pub(crate) async fn audit_each(
        &mut self,
        action: &str,
        advertisers: &[AdvertiserId],
    ) -> Result<()> {
        let ids: Vec<uuid::Uuid> = advertisers.iter().map(|_| self.clock.mint()).collect();
        let uuids: Vec<uuid::Uuid> = advertisers.iter().map(|id| id.uuid()).collect();
        let texts: Vec<String> = advertisers.iter().map(ToString::to_string).collect();
        let at = self.clock.now();
        sqlx::query!(
            "INSERT INTO audit (id, advertiser_id, at, actor_kind, actor_id, action, object_id, request_id, detail)
             SELECT done.id, done.advertiser_id, $4, $5, $6, $7, done.object_id, $8, '{}'
             FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS done (id, advertiser_id, object_id)",
            &ids,
            &uuids,
            &texts,
            at,
            self.actor.kind(),
            self.actor.id(),
            action,
            self.request_id.map(|id| id.to_string()),
        )
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Makes it so.
    pub(crate) async fn commit(self) -> Result<()> {
        Ok(self.inner.commit().await?)
    }
}

impl Deref for Tx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}
