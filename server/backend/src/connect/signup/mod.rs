//! Embedded Signup: Meta's window gives its code to the page that opened it, and says on the side how it ended. Both
//! arrive here in whichever order they come, joined by the attempt and bound to the browser that began it.
//!
//! Nothing that the window says is trusted: what was granted is asked of the token that the code becomes.

mod report;

use domain::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectStep, ConnectWay, Permission,
    console::{Signup, SignupWindow},
    is_metas_origin,
};
use secrecy::SecretString;

use super::{LOGIN_LIFETIME, attempt::Attempt};
use crate::{Backend, Error, Result, Scope, SecretToken};

/// A signup that has just been started.
#[derive(Debug)]
pub struct SignupStart {
    /// Goes into a cookie of the browser that opens the window.
    pub browser: SecretToken,
    /// The attempt that it belongs to.
    pub attempt: ConnectAttemptId,
}

/// What the page that opened the window has to tell.
#[derive(Debug)]
pub enum SignupReport {
    /// The SDK gave a code. It lives 30 seconds and works once.
    Code(SecretString),
    /// The window sent a message: its text, as it came.
    Message(String),
    /// There is no code.
    Ended(domain::SignupOutcome),
}

impl Backend {
    /// Starts a signup: a new attempt, or `resume` taken up again. The window itself is opened by the person's browser.
    ///
    /// # Errors
    /// [`crate::Conflict::AttemptMoved`] for an attempt that is done, [`crate::Conflict::AdvertiserArchived`],
    /// [`Error::NotFound`].
    pub async fn start_signup(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        resume: Option<ConnectAttemptId>,
    ) -> Result<SignupStart> {
        scope.require(Permission::WalkConnect)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let begun = tx
            .begin_login(
                scope,
                advertiser,
                (Channel::Whatsapp, ConnectWay::EmbeddedSignup),
                "",
                resume,
            )
            .await?;
        sqlx::query!(
            "UPDATE connect_attempt SET signup = NULL WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            begun.attempt.uuid(),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(SignupStart {
            browser: begun.browser,
            attempt: begun.attempt,
        })
    }

    /// What the page that opens the window needs.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for an attempt that goes another way.
    pub async fn signup(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        id: ConnectAttemptId,
    ) -> Result<Signup> {
        scope.require(Permission::WalkConnect)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let advertiser_name = tx.advertiser(advertiser).await?.name;
        let attempt = tx.attempt(advertiser, id).await?;
        if attempt.way != ConnectWay::EmbeddedSignup {
            return Err(Error::NotFound("connect attempt"));
        }
        let is_open = attempt.takes_code() && tx.now() - attempt.updated_at <= LOGIN_LIFETIME;
        let config_id = self.partner_in(&mut tx).await?.login.signup;
        let graph = &self.config().graph;
        let dialog = graph.dialog_url.origin().ascii_serialization();
        let window = config_id.map(|config_id| SignupWindow {
            sdk_url: self.config().sdk_url.to_string(),
            app_id: graph.app_id.clone(),
            config_id: config_id.to_string(),
            version: graph.version.clone(),
            also_origin: if is_metas_origin(&dialog, None) {
                String::new()
            } else {
                dialog
            },
        });
        Ok(Signup {
            attempt: id,
            advertiser_id: advertiser,
            advertiser_name,
            is_open,
            window,
        })
    }
}

impl Attempt {
    /// Waits for the window's code: it never came to one so far.
    pub(super) fn takes_code(&self) -> bool {
        match self.step {
            ConnectStep::Opened => true,
            ConnectStep::Failed => self
                .failure
                .is_some_and(|failure| failure.is_about_the_window()),
            _ => false,
        }
    }
}
