//! One login, several channels: what it also reaches is set up without another one. And the attempts that wait.

use domain::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, Permission,
    console::WaitingAttempt, missing,
};

use super::attempt::NewAttempt;
use crate::{Backend, Error, Result, Scope, SecretToken, error::Conflict};

impl Backend {
    /// Begins an attempt for another channel with the token of one that is done: it stands before the choice.
    ///
    /// # Errors
    /// [`Conflict::AttemptMoved`] where the token is gone or lacks a permission that the channel cannot do without;
    /// [`Error::NotFound`].
    pub async fn continue_login(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        channel: Channel,
    ) -> Result<ConnectAttemptId> {
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.active_advertiser(advertiser).await?;
        let row = tx.attempt(advertiser, attempt).await?;
        let moved = || Error::Conflict(Conflict::AttemptMoved);
        let credential = row
            .credential_id
            .filter(|_| row.step == ConnectStep::Done)
            .ok_or_else(moved)?;
        let scopes = sqlx::query_scalar!(
            "SELECT scopes FROM credential WHERE advertiser_id = $1 AND id = $2 AND token_sealed IS NOT NULL",
            advertiser.uuid(),
            credential.uuid()
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(moved)?;
        if !missing(channel, &scopes).required.is_empty() {
            return Err(moved());
        }
        // No dialog will come back for it.
        let (state, browser) = (SecretToken::generate(), SecretToken::generate());
        let new = NewAttempt {
            channel,
            way: row.way,
            step: ConnectStep::Verified,
            state: &state,
            browser: &browser,
            redirect_uri: "",
            credential: Some(credential),
        };
        let id = tx.open_attempt(scope, advertiser, &new).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The newest attempt of each channel, where it is not done.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn waiting_attempts(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
    ) -> Result<Vec<WaitingAttempt>> {
        scope.require(Permission::ViewAdvertisers)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.advertiser(advertiser).await?;
        let attempts = sqlx::query_as!(
            WaitingAttempt,
            r#"SELECT id AS "id!: ConnectAttemptId", channel AS "channel!: Channel", step AS "step!: ConnectStep",
                      failure AS "failure: ConnectFailure"
               FROM (SELECT DISTINCT ON (channel) id, channel, step, CASE WHEN step = 'failed' THEN failure END AS failure
                     FROM connect_attempt WHERE advertiser_id = $1 ORDER BY channel, id DESC) AS newest
               WHERE step <> 'done' ORDER BY channel"#,
            advertiser.uuid()
        )
        .fetch_all(&mut *tx)
        .await?;
        Ok(attempts)
    }
}
