//! `POST /webhooks/on-premises/{connection}`: messages that a WhatsApp Business API on premises brought, handed in with an
//! API key, since nobody signed them.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use backend::{Backend, Error, SecretToken};
use serde_json::json;

/// 200 means committed: how many messages came, how many were new, and how many of those had a click on an ad.
pub(crate) async fn receive(
    State(backend): State<Backend>,
    Path(connection): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match hand_in(&backend, &connection, &headers, &body).await {
        Ok(handed) => Json(json!({
            "messages": handed.messages, "new": handed.new, "with_click": handed.clicks,
        }))
        .into_response(),
        Err(error) => refused(&error),
    }
}

async fn hand_in(
    backend: &Backend,
    connection: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<backend::HandedIn, Error> {
    let key = bearer(headers).ok_or(Error::SignedOut)?;
    let scope = backend.key_scope(&key).await?.ok_or(Error::SignedOut)?;
    let connection = connection
        .parse()
        .map_err(|_| Error::NotFound("connection"))?;
    backend.hand_in_messages(&scope, connection, body).await
}

/// The key of `Authorization: Bearer`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<SecretToken> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| SecretToken::from_outside(key.trim()))
}

/// For programs: in English, and without a page.
fn refused(error: &Error) -> Response {
    let (status, what) = match error {
        Error::SignedOut => (
            StatusCode::UNAUTHORIZED,
            "Send an API key that works: Authorization: Bearer ...",
        ),
        Error::Forbidden => (
            StatusCode::FORBIDDEN,
            "This API key is not for webhooks:write.",
        ),
        Error::NotFound(_) => (
            StatusCode::NOT_FOUND,
            "There is no such WhatsApp connection, or it is another advertiser's.",
        ),
        Error::Invalid { .. } => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "The body must be {\"contacts\": [...], \"messages\": [...]}, or a list of those under \"data\"; up to 1,000 messages.",
        ),
        error => {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "Messages could not be handed in."
            );
            (StatusCode::SERVICE_UNAVAILABLE, "Try again later.")
        }
    };
    (status, Json(json!({ "error": what }))).into_response()
}
