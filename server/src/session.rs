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

use crate::{Edge, links, preferences, problem, router::REQUEST_ID};

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
    let asks = match by_link(&edge, &jar, &mut request).await {
        Ok(false) => read_session(&edge, &jar, &mut request).await,
        by_link => by_link.map(drop),
    };
    if let Err(error) = asks {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "The session could not be read."
        );
        return problem::broken().into_response();
    }
    let path = request.uri().path();
    let is_open = OPEN.contains(&path)
        || ["/api/", "/c/", "/invitation/"]
            .iter()
            .any(|open| path.starts_with(open));
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD | Method::POST);
    if request.extensions().get::<backend::Scope>().is_none() && is_page && !is_open {
        if path.starts_with("/welcome") {
            return problem::visit_over(language_of(&request)).into_response();
        }
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

/// Reads the session of who is signed in.
async fn read_session(edge: &Edge, jar: &CookieJar, request: &mut Request) -> backend::Result<()> {
    let Some(cookie) = jar.get(SESSION_COOKIE) else {
        return Ok(());
    };
    let token = SecretToken::from_outside(cookie.value());
    if let Some(scope) = edge.backend.session(&token).await? {
        let language = language_of(request);
        insert_scope(request, scope.in_language(language));
        request.extensions_mut().insert(token);
    }
    Ok(())
}

/// On the pages for visitors, and in what those ask for, the visitor's cookie counts: a member of the staff who tries a
/// link sees what its holder sees. True when there is one that counts.
async fn by_link(edge: &Edge, jar: &CookieJar, request: &mut Request) -> backend::Result<bool> {
    let path = request.uri().path();
    let has_chosen = preferences::is_language_chosen(jar);
    if let Some(secret) = links::secret_in(path) {
        // Read by who was never asked for a language: that of the link.
        if !has_chosen && let Ok(shown) = edge.backend.link_shown(&secret, "page").await {
            set_language(request, shown.language);
        }
        return Ok(true);
    }
    let asked_from = request
        .headers()
        .get(header::REFERER)
        .and_then(|referer| url::Url::parse(referer.to_str().ok()?).ok());
    let for_page = path.starts_with("/api/") || path.starts_with("/connect/");
    let is_visitors = links::is_visitors(path)
        || (for_page && asked_from.is_some_and(|page| links::is_visitors(page.path())));
    let Some(cookie) = jar.get(links::COOKIE).filter(|_| is_visitors) else {
        return Ok(false);
    };
    let token = SecretToken::from_outside(cookie.value());
    let Some((scope, language)) = edge.backend.visitor(&token).await? else {
        return Ok(false);
    };
    if !has_chosen {
        set_language(request, language);
    }
    let language = language_of(request);
    insert_scope(request, scope.in_language(language));
    Ok(true)
}

fn insert_scope(request: &mut Request, scope: backend::Scope) {
    let scope = match request.extensions().get::<RequestId>() {
        Some(id) => scope.in_request(*id),
        None => scope,
    };
    request.extensions_mut().insert(scope);
}

fn language_of(request: &Request) -> Language {
    let preferences = request.extensions().get::<Preferences>();
    preferences.map_or(Language::En, |preferences| preferences.language)
}

fn set_language(request: &mut Request, language: Language) {
    if let Some(preferences) = request.extensions_mut().get_mut::<Preferences>() {
        preferences.language = language;
    }
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
