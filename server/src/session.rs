//! Who asks: the request's id, the session behind its cookie, and the way to the sign-in page.

use std::net::SocketAddr;

use app::ssr::{ClientAddress, Preferences, SESSION_COOKIE};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use backend::{Backend, SecretToken};
use domain::{Language, RequestId};

use crate::{Edge, problem, router::REQUEST_ID};

/// Pages that need nobody: everything else of the console does.
const OPEN: [&str; 3] = ["/sign-in", "/preferences", "/connect/callback"];

/// Gives the request its id, shown in errors for people to quote and kept in the audit.
pub(crate) async fn name_request(
    State(edge): State<Edge>,
    mut request: Request,
    next: Next,
) -> Response {
    let id: RequestId = edge.backend.clock().mint();
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Reads the session once, so that pages with five resources ask once; sends a visitor of a page to the sign-in.
/// Server functions are let through: each asks for the scope itself and answers 401.
pub(crate) async fn sign_in_first(
    State(edge): State<Edge>,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let address = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(
            || "unknown".to_owned(),
            |ConnectInfo(address)| address.ip().to_string(),
        );
    request.extensions_mut().insert(ClientAddress(address));
    if let Some(cookie) = jar.get(SESSION_COOKIE) {
        let token = SecretToken::from_outside(cookie.value());
        match edge.backend.session(&token).await {
            Ok(Some(scope)) => {
                let language = request
                    .extensions()
                    .get::<Preferences>()
                    .map(|preferences| preferences.language);
                let scope = match request.extensions().get::<RequestId>() {
                    Some(id) => scope.in_request(*id),
                    None => scope,
                };
                request
                    .extensions_mut()
                    .insert(scope.in_language(language.unwrap_or(Language::En)));
                request.extensions_mut().insert(token);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "The session could not be read."
                );
                return problem::broken().into_response();
            }
        }
    }
    let path = request.uri().path();
    let is_open = OPEN.contains(&path) || path.starts_with("/api/");
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD | Method::POST);
    if request.extensions().get::<backend::Scope>().is_none() && is_page && !is_open {
        let wanted = request
            .uri()
            .path_and_query()
            .map_or("/", |wanted| wanted.as_str());
        let wanted = if request.method() == Method::POST {
            "/"
        } else {
            wanted
        };
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("return_to", wanted)
            .finish();
        return Redirect::to(&format!("/sign-in?{query}")).into_response();
    }
    next.run(request).await
}

/// The console answers at its own address only: elsewhere sign-in cookies would be lost without a word, and a name that
/// somebody else pointed at this machine could be used against its people.
pub(crate) async fn own_address_only(
    State(edge): State<Edge>,
    request: Request,
    next: Next,
) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let own = &edge.public_url()[url::Position::BeforeHost..url::Position::AfterPort];
    match host {
        Some(host) if !host.eq_ignore_ascii_case(own) => {
            let language = request
                .extensions()
                .get::<Preferences>()
                .map(|preferences| preferences.language);
            problem::elsewhere(edge.public_url(), language.unwrap_or(Language::En)).into_response()
        }
        _ => next.run(request).await,
    }
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(State(backend): State<Backend>, request: Request) -> Response {
    let scope = request.extensions().get::<backend::Scope>();
    let token = request.extensions().get::<SecretToken>();
    if let (Some(scope), Some(token)) = (scope, token)
        && let Err(error) = backend.sign_out(scope, token).await
    {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "A session could not be ended."
        );
        return problem::broken().into_response();
    }
    let gone = format!("{SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    (
        StatusCode::SEE_OTHER,
        [
            (header::SET_COOKIE, gone),
            (header::LOCATION, "/sign-in".to_owned()),
        ],
    )
        .into_response()
}
