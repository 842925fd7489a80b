//! The whole flow against the simulated Meta and a real database.

mod channels;
mod drift;
mod login;
mod pages;
mod pasted;
mod signup;

use domain::{AdvertiserId, Channel, ConnectAttemptId, Role, console::ConnectAttempt};
use sandbox::Effect;

use super::{Callback, CallbackOutcome, LoginStart, testing::Meta};
use crate::Scope;

fn trouble() -> Effect {
    Effect::HttpError {
        status: 503,
        body: "later".into(),
    }
}

fn refusal() -> Effect {
    Effect::Error {
        code: 100,
        subcode: None,
        status: 400,
        message: Some("Invalid parameter".into()),
        title: None,
        user_message: None,
        is_transient: false,
    }
}

async fn begin(
    meta: &Meta,
    scope: &Scope,
    advertiser: AdvertiserId,
    resume: Option<ConnectAttemptId>,
) -> LoginStart {
    meta.db
        .backend
        .start_facebook_login(scope, advertiser, Channel::Messenger, resume)
        .await
        .unwrap()
}

async fn finish(meta: &Meta, callback: Callback) -> CallbackOutcome {
    meta.db
        .backend
        .finish_facebook_login(callback)
        .await
        .unwrap()
}

async fn shown(
    meta: &Meta,
    scope: &Scope,
    advertiser: AdvertiserId,
    attempt: ConnectAttemptId,
) -> ConnectAttempt {
    meta.db
        .backend
        .connect_attempt(scope, advertiser, attempt)
        .await
        .unwrap()
}

fn again(callback: &Callback) -> Callback {
    Callback {
        state: callback.state.clone(),
        code: callback.code.clone(),
        error: callback.error.clone(),
        error_reason: callback.error_reason.clone(),
        browser: callback.browser.clone(),
    }
}

async fn parties(meta: &Meta) -> (Scope, AdvertiserId) {
    (
        meta.db.staff(Role::Operator).await,
        meta.db.advertiser("Hana").await,
    )
}
