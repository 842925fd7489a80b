//! What the dialog sent back: checked, exchanged once, and the token verified.

use domain::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, PersonId, Role,
};
use graph::AccessToken;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Callback, CallbackOutcome, LOGIN_LIFETIME, failure::Failure};
use crate::{
    Actor, Backend, Error, Result, Scope, credentials::NewCredential, secret_token::hash_secret,
};

/// An attempt that waits for a token, and in whose name it goes on.
pub(crate) struct Login {
    pub scope: Scope,
    pub advertiser: AdvertiserId,
    pub attempt: ConnectAttemptId,
    pub channel: Channel,
}

impl Login {
    /// In the name of whoever started the attempt: the browser has proved to be theirs, or it is refused.
    pub(super) fn of(
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        channel: Channel,
        started_by: Option<PersonId>,
    ) -> Self {
        let actor = started_by.map_or(Actor::System, Actor::Staff);
        Self {
            scope: Scope::advertiser(advertiser, Role::AdvertiserAdmin, actor),
            advertiser,
            attempt,
            channel,
        }
    }
}

/// The one callback that may exchange its code.
struct Claim {
    login: Login,
    code: SecretString,
    redirect_uri: Url,
}

impl Backend {
    /// Takes what Meta's dialog sent to the redirect URI. Its authority is the state and the browser's cookie, so it
    /// needs no scope. Whatever came of it is on the attempt; a second callback changes nothing and is shown the same.
    ///
    /// # Errors
    /// When the database fails. Meta's refusals are recorded on the attempt.
    pub async fn finish_facebook_login(&self, callback: Callback) -> Result<CallbackOutcome> {
        let found = sqlx::query!(
            r#"SELECT advertiser_id AS "advertiser!: AdvertiserId", attempt_id AS "attempt!: ConnectAttemptId"
               FROM find_connect_attempt($1)"#,
            hash_secret(callback.state.expose_secret())
        )
        .fetch_optional(self.0.database.partner())
        .await?;
        let Some(found) = found else {
            return Ok(CallbackOutcome::UnknownState);
        };
        if let Some(claim) = self
            .claim(found.advertiser, found.attempt, callback)
            .await?
        {
            self.log_in(&claim).await?;
        }
        Ok(CallbackOutcome::Attempt {
            advertiser: found.advertiser,
            attempt: found.attempt,
        })
    }

    /// Decides, in one step of the database, whether this callback is the one that exchanges its code.
    async fn claim(
        &self,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        callback: Callback,
    ) -> Result<Option<Claim>> {
        let state = hash_secret(callback.state.expose_secret());
        let mut tx = self.begin_for(&Scope::system(), advertiser).await?;
        let row = sqlx::query!(
            r#"SELECT channel AS "channel: Channel", browser_hash, redirect_uri, updated_at,
                      started_by AS "started_by: PersonId"
               FROM connect_attempt WHERE advertiser_id = $1 AND id = $2 AND step = 'opened' AND state_hash = $3"#,
            advertiser.uuid(),
            attempt.uuid(),
            state,
        )
        .fetch_optional(&mut *tx)
        .await?;
        drop(tx);
        let Some(row) = row else { return Ok(None) };
        let login = Login::of(advertiser, attempt, row.channel, row.started_by);
        let mut tx = self.begin_for(&login.scope, advertiser).await?;
        let is_its_browser = callback
            .browser
            .as_ref()
            .is_some_and(|browser| browser.hash() == row.browser_hash);
        let code = match (callback.error.as_deref(), callback.code) {
            _ if !is_its_browser => Err(ConnectFailure::OtherBrowser),
            _ if tx.now() - row.updated_at > LOGIN_LIFETIME => Err(ConnectFailure::AttemptExpired),
            (Some("access_denied"), _) => Err(ConnectFailure::Declined),
            (Some(_), _) if callback.error_reason.as_deref() == Some("user_denied") => {
                Err(ConnectFailure::Declined)
            }
            (Some(_), _) | (None, None) => Err(ConnectFailure::MetaRefused),
            (None, Some(code)) => Ok(code),
        };
        let code = match code {
            Ok(code) => code,
            Err(reason) => {
                tx.stop(advertiser, attempt, ConnectStep::Opened, &reason.into())
                    .await?;
                tx.commit().await?;
                return Ok(None);
            }
        };
        let now = tx.now();
        let claimed = sqlx::query!(
            "UPDATE connect_attempt SET step = 'consented', updated_at = $4
             WHERE advertiser_id = $1 AND id = $2 AND step = 'opened' AND state_hash = $3",
            advertiser.uuid(),
            attempt.uuid(),
            state,
            now,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        let redirect_uri = row
            .redirect_uri
            .parse()
            .map_err(|_| Error::Internal("a stored redirect URI does not parse"))?;
        let claim = Claim {
            login,
            code,
            redirect_uri,
        };
        Ok((claimed.rows_affected() == 1).then_some(claim))
    }

    async fn log_in(&self, claim: &Claim) -> Result<()> {
        let login = &claim.login;
        match self.exchange(&claim.code, Some(&claim.redirect_uri)).await {
            Ok(token) => self.take_token(login, token).await,
            Err(failure) => {
                self.stop_login(login, ConnectStep::Consented, &failure)
                    .await
            }
        }
    }

    /// Takes the token that a code became, or that somebody pasted: verified and kept, or the attempt stops.
    pub(crate) async fn take_token(&self, login: &Login, token: AccessToken) -> Result<()> {
        let mut tx = self.begin_for(&login.scope, login.advertiser).await?;
        let (from, to) = (ConnectStep::Consented, ConnectStep::Exchanged);
        if !tx
            .advance(login.advertiser, login.attempt, from, to)
            .await?
        {
            return Ok(());
        }
        tx.commit().await?;
        match self.verify(login.channel, token).await {
            Ok(verified) => self.keep(login, &verified).await,
            Err(failure) => {
                self.stop_login(login, ConnectStep::Exchanged, &failure)
                    .await
            }
        }
    }

    pub(super) async fn stop_login(
        &self,
        login: &Login,
        reached: ConnectStep,
        failure: &Failure,
    ) -> Result<()> {
        let mut tx = self.begin_for(&login.scope, login.advertiser).await?;
        tx.stop(login.advertiser, login.attempt, reached, failure)
            .await?;
        tx.commit().await
    }

    /// Seals a verified token; the attempt goes on with it.
    pub(super) async fn keep(&self, login: &Login, verified: &NewCredential) -> Result<()> {
        let mut tx = self.begin_for(&login.scope, login.advertiser).await?;
        let (from, to) = (ConnectStep::Exchanged, ConnectStep::Verified);
        if !tx
            .advance(login.advertiser, login.attempt, from, to)
            .await?
        {
            return Ok(());
        }
        let before = tx.scopes_before(login.advertiser, login.channel).await?;
        let credential = self
            .seal_credential(&mut tx, login.advertiser, verified, &before)
            .await?;
        sqlx::query!(
            "UPDATE connect_attempt SET credential_id = $3 WHERE advertiser_id = $1 AND id = $2",
            login.advertiser.uuid(),
            login.attempt.uuid(),
            credential.uuid()
        )
        .execute(&mut *tx)
        .await?;
        tx.drop_unused_credentials(login.advertiser).await?;
        tx.audit_with(
            "connect.verified",
            login.attempt,
            serde_json::json!({ "credential": credential }),
        )
        .await?;
        tx.commit().await
    }
}
