//! Keeping a pasted token, or not.

use domain::{
    AdvertiserId, ConnectAttemptId, ConnectFailure, ConnectStep, ConnectWay, Permission,
    console::PastedKind,
};
use graph::{AccessToken, TokenKind};

use super::{Pasted, UNDECIDED, place};
use crate::{
    Backend, Error, Result, Scope, Tx, connect::finish::Login, credentials::NewCredential,
    error::Conflict,
};

impl Backend {
    /// Keeps a pasted token: verified like any other from here on. One of another app is only asked whether it lives.
    ///
    /// # Errors
    /// [`Conflict::AttemptMoved`] when it was decided already; [`Error::NotFound`].
    pub async fn keep_token(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
    ) -> Result<()> {
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.active_advertiser(advertiser).await?;
        let row = tx.undecided(advertiser, attempt).await?;
        let pasted = self.open_pasted(&mut tx, advertiser, attempt).await?;
        let is_over = tx.now() - row.updated_at >= UNDECIDED;
        tx.forget_pasted(advertiser, attempt).await?;
        let Some(pasted) = pasted.filter(|_| !is_over) else {
            let failure = ConnectFailure::AttemptExpired.into();
            tx.stop(advertiser, attempt, ConnectStep::Exchanged, &failure)
                .await?;
            return tx.commit().await;
        };
        tx.commit().await?;
        let login = Login {
            scope: scope.clone(),
            advertiser,
            attempt,
            channel: row.channel,
        };
        let verified = if pasted.is_limited {
            Ok(pasted.credential())
        } else {
            self.verify(login.channel, AccessToken::new(pasted.token))
                .await
        };
        match verified {
            Ok(verified) => self.keep(&login, &verified).await,
            Err(failure) => {
                self.stop_login(&login, ConnectStep::Exchanged, &failure)
                    .await
            }
        }
    }

    /// Drops a pasted token unkept.
    ///
    /// # Errors
    /// [`Conflict::AttemptMoved`] when it was decided already; [`Error::NotFound`].
    pub async fn discard_token(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
    ) -> Result<()> {
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.undecided(advertiser, attempt).await?;
        tx.forget_pasted(advertiser, attempt).await?;
        let failure = ConnectFailure::TokenDiscarded.into();
        tx.stop(advertiser, attempt, ConnectStep::Exchanged, &failure)
            .await?;
        tx.commit().await
    }

    /// Drops the pasted tokens that nobody decided about in time.
    pub(crate) async fn forget_undecided_tokens(&self) -> Result<()> {
        let now = self.clock().now();
        sqlx::query!(
            "UPDATE connect_attempt
             SET pasted_sealed = NULL, step = 'failed', failed_at = 'verified', failure = $3, updated_at = $1
             WHERE pasted_sealed IS NOT NULL AND updated_at < $2",
            now,
            now - UNDECIDED,
            ConnectFailure::AttemptExpired.as_str(),
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }

    pub(super) async fn open_pasted(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
    ) -> Result<Option<Pasted>> {
        let sealed = sqlx::query_scalar!(
            "SELECT pasted_sealed FROM connect_attempt WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            attempt.uuid()
        )
        .fetch_optional(&mut **tx)
        .await?
        .flatten();
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let json = self.keys().open(place(advertiser, attempt), &sealed)?;
        serde_json::from_slice(&json).map_err(|_| Error::Sealed)
    }
}

impl Pasted {
    /// A token of another app: nothing of it can be proved but that it lives.
    fn credential(self) -> NewCredential {
        NewCredential {
            token: AccessToken::limited(self.token),
            kind: match self.kind {
                PastedKind::User => TokenKind::User,
                PastedKind::SystemUser | PastedKind::IntegrationSystemUser => TokenKind::SystemUser,
                PastedKind::Page => TokenKind::Page,
            },
            person_id: self.person_id,
            person_name: self.person_name,
            scopes: self.scopes,
            expires_at: self.expires_at,
            data_access_expires_at: self.data_access_expires_at,
            client_business_id: None,
        }
    }
}

impl Tx {
    /// An attempt whose pasted token waits for a decision.
    async fn undecided(
        &mut self,
        advertiser: AdvertiserId,
        id: ConnectAttemptId,
    ) -> Result<crate::connect::attempt::Attempt> {
        let attempt = self.attempt(advertiser, id).await?;
        if attempt.way != ConnectWay::PastedToken || attempt.step != ConnectStep::Exchanged {
            return Err(Error::Conflict(Conflict::AttemptMoved));
        }
        Ok(attempt)
    }

    async fn forget_pasted(
        &mut self,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
    ) -> Result<()> {
        sqlx::query!(
            "UPDATE connect_attempt SET pasted_sealed = NULL WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            attempt.uuid()
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
