//! The way to Meta's login dialog and back. Plain routes: both ends are full-page redirects, with or without JavaScript.

use app::ssr::Preferences;
use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use backend::{Backend, Callback, CallbackOutcome, Scope, SecretToken};
use domain::{AdvertiserId, Channel, ConnectAttemptId};
use serde::Deserialize;

use crate::problem;

/// Binds an attempt to the browser that started it.
const COOKIE: &str = "__Host-connect";
/// As long as an attempt may stay open.
const COOKIE_SECONDS: u32 = 60 * 60;

#[derive(Deserialize)]
pub(crate) struct Start {
    channel: String,
    /// A stopped attempt to take up again.
    #[serde(default)]
    attempt: String,
}

/// `POST /connect/{advertiser}/start`.
pub(crate) async fn start(
    State(backend): State<Backend>,
    Path(advertiser): Path<String>,
    scope: Extension<Scope>,
    preferences: Option<Extension<Preferences>>,
    Form(form): Form<Start>,
) -> Response {
    let (Ok(advertiser), Ok(channel)) = (
        advertiser.parse::<AdvertiserId>(),
        form.channel.parse::<Channel>(),
    ) else {
        return problem::not_found().into_response();
    };
    let resume = form.attempt.parse::<ConnectAttemptId>().ok();
    match backend
        .start_facebook_login(&scope, advertiser, channel, resume)
        .await
    {
        Ok(login) => {
            let cookie = format!(
                "{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={COOKIE_SECONDS}",
                login.browser.expose()
            );
            let there = [
                (header::SET_COOKIE, cookie),
                (header::LOCATION, login.url.to_string()),
            ];
            (StatusCode::SEE_OTHER, there).into_response()
        }
        Err(error) => problem::of(&error, preferences.as_deref()).into_response(),
    }
}

#[derive(Deserialize)]
pub(crate) struct Returned {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    error_reason: Option<String>,
}

/// `GET /connect/callback`: the attempt's page shows what became of it, so that no code stays in the address bar.
pub(crate) async fn callback(
    State(backend): State<Backend>,
    jar: CookieJar,
    preferences: Option<Extension<Preferences>>,
    Query(returned): Query<Returned>,
) -> Response {
    let outcome = backend
        .finish_facebook_login(Callback {
            state: returned.state.into(),
            code: returned.code.map(Into::into),
            error: returned.error,
            error_reason: returned.error_reason,
            browser: jar
                .get(COOKIE)
                .map(|cookie| SecretToken::from_outside(cookie.value())),
        })
        .await;
    match outcome {
        Ok(CallbackOutcome::Attempt {
            advertiser,
            attempt,
        }) => Redirect::to(&format!("/advertisers/{advertiser}/connect/{attempt}")).into_response(),
        Ok(CallbackOutcome::UnknownState) => Redirect::to("/connect/unknown").into_response(),
        Err(error) => problem::of(&error, preferences.as_deref()).into_response(),
    }
}
