//! Connecting an advertiser: one attempt, walked step by step. Every step is committed before the
//! next call to Meta, so that an attempt that was cut short goes on from where it stood.

mod also;
mod attempt;
mod choose;
mod failure;
mod finish;
mod pasted;
mod reach;
mod setup;
mod signup;
mod start;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod verify;
mod view;

use chrono::TimeDelta;
use domain::{AdvertiserId, ConnectAttemptId};
use secrecy::SecretString;
use url::Url;

use crate::SecretToken;
pub use pasted::LimitedAsset;
pub use signup::{SignupReport, SignupStart};

/// How many things are asked of Meta at a time: thirty Pages are done within a request's time, and Meta is not flooded.
const AT_ONCE: usize = 6;

/// A login that did not come back by then has to be started again.
const LOGIN_LIFETIME: TimeDelta = TimeDelta::minutes(60);

/// A login that has just been started.
#[derive(Debug)]
pub struct LoginStart {
    /// Meta's dialog: where the browser goes now. It holds the state, so it is not for logs.
    pub url: Url,
    /// Goes into a cookie of the browser that is sent there, and has to come back with it.
    pub browser: SecretToken,
    /// The attempt that it belongs to.
    pub attempt: ConnectAttemptId,
}

/// What Meta's dialog sent back.
#[derive(Debug)]
pub struct Callback {
    /// `state`, as it was given to the dialog.
    pub state: SecretString,
    /// `code`, when the person agreed.
    pub code: Option<SecretString>,
    /// `error`, when not.
    pub error: Option<String>,
    /// `error_reason`.
    pub error_reason: Option<String>,
    /// The cookie, if the browser has one.
    pub browser: Option<SecretToken>,
}

/// Where a callback belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackOutcome {
    /// To this attempt, which shows what came of it.
    Attempt {
        /// Whose it is.
        advertiser: AdvertiserId,
        /// Which.
        attempt: ConnectAttemptId,
    },
    /// To none: the state was never ours, or its attempt was started again since.
    UnknownState,
}
