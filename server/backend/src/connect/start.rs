//! Sending a person to Meta's dialog.

use domain::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, ConnectWay, Permission,
    missing,
};
use graph::LoginRequest;
use url::Url;

use super::{LoginStart, attempt::NewAttempt};
use crate::{Backend, Error, Result, Scope, SecretToken, Tx, error::Conflict};

impl Backend {
    /// Starts a login at Meta: a new attempt, or `resume` taken up again, whose earlier logins are void from then on.
    ///
    /// # Errors
    /// [`Conflict::AttemptMoved`] for an attempt that is done, [`Conflict::AdvertiserArchived`], [`Error::NotFound`].
    pub async fn start_facebook_login(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        channel: Channel,
        resume: Option<ConnectAttemptId>,
    ) -> Result<LoginStart> {
        scope.require(Permission::WalkConnect)?;
        let redirect_uri = self.login_redirect_uri()?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let rerequest = tx.was_declined(advertiser, channel).await?;
        let way = (channel, ConnectWay::FacebookLogin);
        let begun = tx
            .begin_login(scope, advertiser, way, redirect_uri.as_str(), resume)
            .await?;
        let partner = self.partner_in(&mut tx).await?;
        tx.commit().await?;
        let permissions = channel
            .required_permissions()
            .iter()
            .chain(channel.wanted_permissions());
        let url = self.graph().login_url(&LoginRequest {
            redirect_uri,
            config_id: partner.login.of(channel).map(ToString::to_string),
            scopes: permissions.map(ToString::to_string).collect(),
            state: begun.state.expose().to_owned(),
            rerequest,
        });
        Ok(LoginStart {
            url,
            browser: begun.browser,
            attempt: begun.attempt,
        })
    }

    /// Where Meta's dialog returns to; it has to be listed among the app's valid redirect URIs.
    fn login_redirect_uri(&self) -> Result<Url> {
        let uri = self.config().public_url.join("connect/callback");
        uri.map_err(|_| Error::Internal("the public URL takes no path"))
    }
}

/// A login that waits for Meta.
pub(super) struct Begun {
    pub attempt: ConnectAttemptId,
    /// What Meta gives back unchanged, where it is asked to.
    state: SecretToken,
    /// For the cookie of the browser that goes to Meta.
    pub browser: SecretToken,
}

impl Tx {
    /// Opens a new attempt, or `resume` anew.
    pub(super) async fn begin_login(
        &mut self,
        scope: &Scope,
        advertiser: AdvertiserId,
        (channel, way): (Channel, ConnectWay),
        redirect_uri: &str,
        resume: Option<ConnectAttemptId>,
    ) -> Result<Begun> {
        self.active_advertiser(advertiser).await?;
        let (state, browser) = (SecretToken::generate(), SecretToken::generate());
        let login = NewAttempt {
            channel,
            way,
            step: ConnectStep::Opened,
            state: &state,
            browser: &browser,
            redirect_uri,
            credential: None,
        };
        let attempt = match resume {
            Some(attempt) => {
                self.reopen(advertiser, attempt, &login).await?;
                self.audit("connect.opened", attempt).await?;
                attempt
            }
            None => self.open_attempt(scope, advertiser, &login).await?,
        };
        Ok(Begun {
            attempt,
            state,
            browser,
        })
    }

    /// Whatever step it stood at: a login that is started again is the person's word that the one before is over. Why it
    /// failed stays until the next login succeeds, see [`Tx::was_declined`].
    async fn reopen(
        &mut self,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        login: &NewAttempt<'_>,
    ) -> Result<()> {
        let step = self.attempt(advertiser, attempt).await?;
        if step.step == ConnectStep::Done || step.channel != login.channel {
            return Err(Error::Conflict(Conflict::AttemptMoved));
        }
        let now = self.now();
        let reopened = sqlx::query!(
            "UPDATE connect_attempt
             SET step = 'opened', way = $7, failed_at = NULL, state_hash = $3, browser_hash = $4, redirect_uri = $5, updated_at = $6
             WHERE advertiser_id = $1 AND id = $2 AND step <> 'done'",
            advertiser.uuid(),
            attempt.uuid(),
            login.state.hash(),
            login.browser.hash(),
            login.redirect_uri,
            now,
            login.way.as_str(),
        )
        .execute(&mut **self)
        .await?;
        match reopened.rows_affected() {
            1 => Ok(()),
            _ => Err(Error::Conflict(Conflict::AttemptMoved)),
        }
    }

    /// Whether the person had declined something that the newest attempt or the newest token lacks: Meta's dialog asks for
    /// that again only when told.
    async fn was_declined(&mut self, advertiser: AdvertiserId, channel: Channel) -> Result<bool> {
        let failure = sqlx::query_scalar!(
            r#"SELECT failure AS "failure: ConnectFailure" FROM connect_attempt
               WHERE advertiser_id = $1 AND channel = $2 ORDER BY id DESC LIMIT 1"#,
            advertiser.uuid(),
            channel.as_str()
        )
        .fetch_optional(&mut **self)
        .await?
        .flatten();
        let scopes = sqlx::query_scalar!(
            "SELECT scopes FROM credential WHERE advertiser_id = $1 ORDER BY id DESC LIMIT 1",
            advertiser.uuid()
        )
        .fetch_optional(&mut **self)
        .await?;
        let lacks_wanted =
            scopes.is_some_and(|scopes| !missing(channel, &scopes).wanted.is_empty());
        Ok(lacks_wanted
            || matches!(
                failure,
                Some(ConnectFailure::Declined | ConnectFailure::MissingScope)
            ))
    }
}
