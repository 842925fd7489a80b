//! The way to Meta's login dialog and back. Plain routes: both ends are full-page redirects, with or without JavaScript.
//! Meta's signup window instead gives its answer to the page that opened it, which hands it in here.

use app::ssr::Preferences;
use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use backend::{Backend, Callback, CallbackOutcome, Scope, SecretToken, SignupReport};
use domain::{AdvertiserId, Channel, ConnectAttemptId, ConnectWay, SignupOutcome};
use serde::Deserialize;

use crate::problem;

/// Binds an attempt to the browser that started it.
const COOKIE: &str = "__Host-connect";
/// As long as an attempt may stay open.
const COOKIE_SECONDS: u32 = 60 * 60;

#[derive(Deserialize)]
pub(crate) struct Start {
    channel: String,
    /// The login's if empty.
    #[serde(default)]
    way: String,
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
    let begun = if form.way == ConnectWay::EmbeddedSignup.as_str() {
        backend
            .start_signup(&scope, advertiser, resume)
            .await
            .map(|begun| {
                let attempts = match scope.link() {
                    Some(_) => format!("/welcome/{advertiser}"),
                    None => format!("/advertisers/{advertiser}/connect"),
                };
                (
                    format!("{attempts}/{}/signup", begun.attempt),
                    begun.browser,
                )
            })
    } else {
        backend
            .start_facebook_login(&scope, advertiser, channel, resume)
            .await
            .map(|begun| (begun.url.to_string(), begun.browser))
    };
    match begun {
        Ok((location, browser)) => {
            let cookie = format!(
                "{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={COOKIE_SECONDS}",
                browser.expose()
            );
            let there = [(header::SET_COOKIE, cookie), (header::LOCATION, location)];
            (StatusCode::SEE_OTHER, there).into_response()
        }
        Err(error) => problem::of(&error, preferences.as_deref()).into_response(),
    }
}

/// One of the three.
#[derive(Deserialize)]
pub(crate) struct Reported {
    code: Option<String>,
    message: Option<String>,
    outcome: Option<SignupOutcome>,
}

/// `POST /connect/signup/{advertiser}/{attempt}`: what the page of Meta's window has to tell.
pub(crate) async fn signup(
    State(backend): State<Backend>,
    Path((advertiser, attempt)): Path<(String, String)>,
    jar: CookieJar,
    preferences: Option<Extension<Preferences>>,
    Form(reported): Form<Reported>,
) -> Response {
    let report = match reported {
        Reported {
            code: Some(code), ..
        } => SignupReport::Code(code.into()),
        Reported {
            message: Some(message),
            ..
        } => SignupReport::Message(message),
        Reported {
            outcome: Some(outcome),
            ..
        } => SignupReport::Ended(outcome),
        _ => return problem::not_found().into_response(),
    };
    let (Ok(advertiser), Ok(attempt)) = (
        advertiser.parse::<AdvertiserId>(),
        attempt.parse::<ConnectAttemptId>(),
    ) else {
        return problem::not_found().into_response();
    };
    let browser = browser(&jar);
    // A task of its own: a browser that goes away must not cut the exchange of a code short.
    let reporting = tokio::spawn(async move {
        backend
            .report_signup(advertiser, attempt, browser.as_ref(), report)
            .await
    });
    match reporting.await {
        Ok(Ok(())) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(error)) => problem::of(&error, preferences.as_deref()).into_response(),
        Err(_) => problem::broken().into_response(),
    }
}

/// The cookie that binds attempts to this browser, if it has one.
fn browser(jar: &CookieJar) -> Option<SecretToken> {
    let cookie = jar.get(COOKIE)?;
    Some(SecretToken::from_outside(cookie.value()))
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
            browser: browser(&jar),
        })
        .await;
    match outcome {
        Ok(CallbackOutcome::Attempt {
            advertiser,
            attempt,
        }) => match backend.is_visitors_attempt(advertiser, attempt).await {
            Ok(true) => Redirect::to(&format!("/welcome/{advertiser}/{attempt}")).into_response(),
            Ok(false) => Redirect::to(&format!("/advertisers/{advertiser}/connect/{attempt}"))
                .into_response(),
            Err(error) => problem::of(&error, preferences.as_deref()).into_response(),
        },
        Ok(CallbackOutcome::UnknownState) => Redirect::to("/connect/unknown").into_response(),
        Err(error) => problem::of(&error, preferences.as_deref()).into_response(),
    }
}
