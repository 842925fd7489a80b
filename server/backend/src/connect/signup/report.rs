//! What the page of the window tells: taken in any order, each once.

use domain::{
    AdvertiserId, ConnectAttemptId, ConnectFailure, ConnectStep, ConnectWay, PersonId, SignupEnd,
    SignupMessage, SignupOutcome,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::SignupReport;
use crate::{
    Backend, Error, Result, SecretToken, Tx,
    connect::{
        LOGIN_LIFETIME,
        attempt::Attempt,
        failure::{Detail, Failure},
        finish::Login,
    },
};

/// What is kept of the window's message.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::connect) struct Told {
    /// How it ended.
    pub end: SignupEnd,
    /// Meta's word for that.
    pub event: String,
    /// Ids of what the window says was set up: boxes to tick in advance, among those that the token proves.
    pub assets: Vec<String>,
}

impl Backend {
    /// Takes what the page of the window tells. Its authority is the attempt and the cookie of the browser that began it,
    /// so it needs no scope. Whatever came of it is on the attempt.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an attempt of another browser, way or advertiser. Meta's refusals are recorded on the
    /// attempt.
    pub async fn report_signup(
        &self,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        browser: Option<&SecretToken>,
        report: SignupReport,
    ) -> Result<()> {
        let (login, is_over) = self.signup_login(advertiser, attempt, browser).await?;
        match report {
            SignupReport::Message(text) => match SignupMessage::parse(&text) {
                Some(message) => self.note_message(&login, message).await,
                None => Ok(()),
            },
            SignupReport::Ended(outcome) => self.note_no_code(&login, outcome).await,
            SignupReport::Code(code) => self.take_code(&login, code, is_over).await,
        }
    }

    /// The attempt of this browser, and whether it was left open for too long.
    async fn signup_login(
        &self,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        browser: Option<&SecretToken>,
    ) -> Result<(Login, bool)> {
        let mut tx = self.begin_for(&crate::Scope::system(), advertiser).await?;
        let row = sqlx::query!(
            r#"SELECT channel AS "channel: domain::Channel", way AS "way: ConnectWay", browser_hash, updated_at,
                      started_by AS "started_by: PersonId"
               FROM connect_attempt WHERE advertiser_id = $1 AND id = $2"#,
            advertiser.uuid(),
            attempt.uuid(),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let row = row
            .filter(|row| row.way == ConnectWay::EmbeddedSignup)
            .filter(|row| browser.is_some_and(|browser| browser.hash() == row.browser_hash))
            .ok_or(Error::NotFound("connect attempt"))?;
        let is_over = tx.now() - row.updated_at > LOGIN_LIFETIME;
        let login = Login::of(advertiser, attempt, row.channel, row.started_by);
        Ok((login, is_over))
    }

    /// Keeps the message. One that says that nothing was finished stops the attempt, and one that says more of an attempt
    /// which stopped for want of a code explains it better.
    async fn note_message(&self, login: &Login, message: SignupMessage) -> Result<()> {
        let told = Told {
            end: message.end,
            event: message.event,
            assets: message.assets,
        };
        let mut tx = self.begin_for(&login.scope, login.advertiser).await?;
        tx.keep_told(login, &told).await?;
        let attempt = tx.attempt(login.advertiser, login.attempt).await?;
        match attempt.step {
            ConnectStep::Opened if told.end != SignupEnd::Finished => {
                tx.stop_window(login, &failure_of(&told.end)).await?;
            }
            ConnectStep::Failed if attempt.takes_code() => {
                tx.explain_stop(login, &failure_of(&told.end)).await?;
            }
            _ => {}
        }
        tx.commit().await
    }

    /// No code came. Why, the window's message may have said.
    async fn note_no_code(&self, login: &Login, outcome: SignupOutcome) -> Result<()> {
        let mut tx = self.begin_for(&login.scope, login.advertiser).await?;
        let attempt = tx.attempt(login.advertiser, login.attempt).await?;
        if attempt.step == ConnectStep::Opened {
            let failure = match outcome {
                SignupOutcome::PopupBlocked => ConnectFailure::PopupBlocked.into(),
                SignupOutcome::SdkNotLoaded => ConnectFailure::SdkNotLoaded.into(),
                SignupOutcome::NoCode => match attempt.told() {
                    Some(told) => failure_of(&told.end),
                    None => failure_of(&SignupEnd::Left { step: None }),
                },
            };
            tx.stop_window(login, &failure).await?;
        }
        tx.commit().await
    }

    /// Exchanges the code at once, if the attempt still waits for one: it works once, and for 30 seconds.
    async fn take_code(&self, login: &Login, code: SecretString, is_over: bool) -> Result<()> {
        let mut tx = self.begin_for(&login.scope, login.advertiser).await?;
        let attempt = tx.attempt(login.advertiser, login.attempt).await?;
        if !attempt.takes_code() {
            return Ok(());
        }
        let (advertiser, id) = (login.advertiser, login.attempt);
        // A code says more than a window that seemed to be closed.
        if attempt.step == ConnectStep::Failed
            && !tx
                .advance(advertiser, id, ConnectStep::Failed, ConnectStep::Opened)
                .await?
        {
            return Ok(());
        }
        if is_over {
            let failure = ConnectFailure::AttemptExpired.into();
            tx.stop(advertiser, id, ConnectStep::Opened, &failure)
                .await?;
            return tx.commit().await;
        }
        let is_ours = tx
            .advance(advertiser, id, ConnectStep::Opened, ConnectStep::Consented)
            .await?;
        tx.commit().await?;
        if !is_ours {
            return Ok(());
        }
        match self.exchange(&code, None).await {
            Ok(token) => self.take_token(login, token).await,
            Err(failure) => {
                self.stop_login(login, ConnectStep::Consented, &failure)
                    .await
            }
        }
    }
}

/// Why there is no code, by what the window said.
fn failure_of(end: &SignupEnd) -> Failure {
    let reason = match end {
        SignupEnd::Finished => ConnectFailure::NoCode,
        SignupEnd::Left { .. } => ConnectFailure::SignupLeft,
        SignupEnd::Failed { .. } => ConnectFailure::SignupFailed,
    };
    Failure {
        reason,
        detail: Detail {
            signup: Some(end.clone()),
            ..Detail::default()
        },
    }
}

impl Attempt {
    /// What the window said, if it said something.
    pub(in crate::connect) fn told(&self) -> Option<Told> {
        serde_json::from_value(self.signup.clone()?).ok()
    }
}

impl Tx {
    async fn keep_told(&mut self, login: &Login, told: &Told) -> Result<()> {
        sqlx::query!(
            "UPDATE connect_attempt SET signup = $3 WHERE advertiser_id = $1 AND id = $2",
            login.advertiser.uuid(),
            login.attempt.uuid(),
            serde_json::to_value(told).unwrap_or_default(),
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    async fn stop_window(&mut self, login: &Login, failure: &Failure) -> Result<()> {
        self.stop(
            login.advertiser,
            login.attempt,
            ConnectStep::Opened,
            failure,
        )
        .await
    }

    /// Says better why an attempt stopped for want of a code.
    async fn explain_stop(&mut self, login: &Login, failure: &Failure) -> Result<()> {
        sqlx::query!(
            "UPDATE connect_attempt SET failure = $3, failure_detail = $4
             WHERE advertiser_id = $1 AND id = $2 AND step = 'failed'",
            login.advertiser.uuid(),
            login.attempt.uuid(),
            failure.reason.as_str(),
            failure.detail.to_json(),
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
