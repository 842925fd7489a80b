//! Settling what may have counted: sent again, or accepted as delivered.

use domain::{AdvertiserId, EventId, EventState, Permission};

use crate::{Backend, Error, Result, Scope, Tx, error::Conflict};

#[derive(Clone, Copy)]
/// What a person decided.
enum Settlement {
    Resend,
    Accept,
}

impl Backend {
    /// Sends an unconfirmed event again, with the `event_id` that it had.
    ///
    /// # Errors
    /// [`Conflict::EventState`] unless it is unconfirmed, [`Conflict::PayloadErased`] when there is nothing left to send;
    /// [`Error::NotFound`].
    pub async fn resend_event(&self, scope: &Scope, id: EventId) -> Result<()> {
        self.settle_one(scope, id, Settlement::Resend).await
    }

    /// Takes an unconfirmed event for delivered: somebody saw it in Events Manager.
    ///
    /// # Errors
    /// As [`Backend::resend_event`].
    pub async fn accept_event(&self, scope: &Scope, id: EventId) -> Result<()> {
        self.settle_one(scope, id, Settlement::Accept).await
    }

    /// Sends many again; those that are no longer unconfirmed are passed over. Answers how many were sent.
    ///
    /// # Errors
    /// When the role may not or the database fails.
    pub async fn resend_events(&self, scope: &Scope, ids: &[EventId]) -> Result<usize> {
        self.settle_many(scope, ids, Settlement::Resend).await
    }

    /// Takes many for delivered, in the same way.
    ///
    /// # Errors
    /// As [`Backend::resend_events`].
    pub async fn accept_events(&self, scope: &Scope, ids: &[EventId]) -> Result<usize> {
        self.settle_many(scope, ids, Settlement::Accept).await
    }

    async fn settle_one(&self, scope: &Scope, id: EventId, settlement: Settlement) -> Result<()> {
        scope.require(Permission::ResolveEvents)?;
        let advertiser = self.event_advertiser(scope, id).await?;
        match self.settle(scope, advertiser, id, settlement).await? {
            None => Ok(()),
            Some(conflict) => Err(Error::Conflict(conflict)),
        }
    }

    async fn settle_many(
        &self,
        scope: &Scope,
        ids: &[EventId],
        settlement: Settlement,
    ) -> Result<usize> {
        scope.require(Permission::ResolveEvents)?;
        let mut settled = 0;
        for &id in ids {
            let advertiser = match self.event_advertiser(scope, id).await {
                Err(Error::NotFound(_)) => continue,
                found => found?,
            };
            let refused = self.settle(scope, advertiser, id, settlement).await?;
            settled += usize::from(refused.is_none());
        }
        Ok(settled)
    }

    /// None when it is done, what was in the way otherwise.
    async fn settle(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        id: EventId,
        settlement: Settlement,
    ) -> Result<Option<Conflict>> {
        let mut tx = self.begin_for(scope, advertiser).await?;
        let now = tx.now();
        let (state, action, resends) = match settlement {
            Settlement::Resend => (EventState::Queued, "event.resent", 1),
            Settlement::Accept => (EventState::Delivered, "event.accepted_as_delivered", 0),
        };
        let settled = sqlx::query!(
            "UPDATE event SET state = $3, state_at = $4, due_at = $6, cause = NULL,
                              resends = resends + $5
             WHERE advertiser_id = $1 AND id = $2 AND state = 'unconfirmed'",
            advertiser.uuid(),
            id.uuid(),
            state.as_str(),
            now,
            resends,
            (state == EventState::Queued).then_some(now),
        )
        .execute(&mut *tx)
        .await?;
        if settled.rows_affected() == 0 {
            return Ok(Some(Conflict::EventState));
        }
        if state == EventState::Queued && !tx.has_payload(advertiser, id).await? {
            return Ok(Some(Conflict::PayloadErased));
        }
        tx.audit(action, id).await?;
        tx.commit().await?;
        self.0.due.notify_one();
        Ok(None)
    }

    /// Whose event it is, if the scope may see it.
    pub(crate) async fn event_advertiser(
        &self,
        scope: &Scope,
        id: EventId,
    ) -> Result<AdvertiserId> {
        let mut tx = self.begin(scope).await?;
        sqlx::query_scalar!(
            r#"SELECT advertiser_id AS "advertiser: AdvertiserId" FROM event WHERE id = $1"#,
            id.uuid()
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound("event"))
    }
}

impl Tx {
    async fn has_payload(&mut self, advertiser: AdvertiserId, id: EventId) -> Result<bool> {
        let has = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM event_payload WHERE advertiser_id = $1 AND id = $2) AS "has!""#,
            advertiser.uuid(),
            id.uuid(),
        );
        Ok(has.fetch_one(&mut **self).await?)
    }
}
