//! Links for people without an account: from the secret in the address to a cookie. Plain forms, so that they work
//! wherever a mail is opened.

use app::ssr::{ClientAddress, Preferences};
use axum::{
    Extension,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use backend::{Backend, Scope, SecretToken};
use domain::LinkKind;

use crate::problem;

/// Holds who walks by a link.
pub(crate) const COOKIE: &str = "__Host-visitor";

/// Where the secret of a link stands in its address.
const PREFIXES: [&str; 2] = ["/c/", "/invitation/"];

/// Pages for who came by a link. Nobody else sees them, and such a visitor no others.
pub(crate) fn is_visitors(path: &str) -> bool {
    path == "/welcome"
        || path.starts_with("/welcome/")
        || path == "/status"
        || path == "/status/ask"
}

/// The secret in the address of a link.
pub(crate) fn secret_in(path: &str) -> Option<SecretToken> {
    let rest = path.strip_prefix("/c/")?;
    let secret = rest.split('/').next().unwrap_or_default();
    Some(SecretToken::from_outside(secret))
}

/// A path as it may be logged.
pub(crate) fn loggable(path: &str) -> &str {
    let secret = PREFIXES.iter().find(|prefix| path.starts_with(*prefix));
    secret.map_or(path, |prefix| prefix)
}

/// `POST /c/{token}/start`.
pub(crate) async fn start(
    State(backend): State<Backend>,
    Path(token): Path<String>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    preferences: Option<Extension<Preferences>>,
) -> Response {
    let token = SecretToken::from_outside(&token);
    match backend.start_link(&token, &address).await {
        Ok(started) => {
            let cookie = format!(
                "{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}",
                started.token.expose(),
                started.lifetime.num_seconds()
            );
            let there = match started.kind {
                LinkKind::Connect => "/welcome",
                LinkKind::Status => "/status",
            };
            let headers = [
                (header::SET_COOKIE, cookie),
                (header::LOCATION, there.to_owned()),
            ];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        // Over since the page was opened: the page says how.
        Err(backend::Error::Conflict(_)) => {
            Redirect::to(&format!("/c/{}", token.expose())).into_response()
        }
        Err(error) => problem::of(&error, preferences.as_deref()).into_response(),
    }
}

/// `POST /c/{token}/ask`.
pub(crate) async fn ask(
    State(backend): State<Backend>,
    Path(token): Path<String>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    preferences: Option<Extension<Preferences>>,
) -> Response {
    let token = SecretToken::from_outside(&token);
    match backend.ask_for_link(&token, &address).await {
        Ok(()) => Redirect::to(&format!("/c/{}", token.expose())).into_response(),
        Err(error) => problem::of(&error, preferences.as_deref()).into_response(),
    }
}

/// `POST /status/ask`.
pub(crate) async fn ask_to_reconnect(
    State(backend): State<Backend>,
    scope: Extension<Scope>,
    preferences: Option<Extension<Preferences>>,
) -> Response {
    match backend.ask_to_reconnect(&scope).await {
        Ok(()) => Redirect::to("/status").into_response(),
        Err(error) => problem::of(&error, preferences.as_deref()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_a_link_is_logged() {
        assert_eq!(loggable("/c/abc"), "/c/");
        assert_eq!(loggable("/c/abc/start"), "/c/");
        assert_eq!(loggable("/connect/callback"), "/connect/callback");
        assert_eq!(
            secret_in("/c/abc/start").map(|it| it.expose().to_owned()),
            Some("abc".into())
        );
        assert!(secret_in("/connect/callback").is_none());
    }

    #[test]
    fn only_the_pages_of_visitors_are_theirs() {
        for path in ["/welcome", "/welcome/adv_1/cat_1", "/status", "/status/ask"] {
            assert!(is_visitors(path), "{path}");
        }
        for path in ["/", "/advertisers", "/welcomes", "/statuses", "/c/abc"] {
            assert!(!is_visitors(path), "{path}");
        }
    }
}
