//! `GET|POST /webhooks/meta`: what Meta sends when somebody writes.

use axum::{
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use backend::Backend;
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Challenge {
    #[serde(rename = "hub.mode", default)]
    mode: String,
    #[serde(rename = "hub.verify_token", default)]
    verify_token: String,
    #[serde(rename = "hub.challenge", default)]
    challenge: String,
}

/// Meta verifies the address: the challenge goes back as it came, as plain text.
pub(crate) async fn challenge(
    State(backend): State<Backend>,
    Query(asked): Query<Challenge>,
) -> Response {
    match backend.webhook_challenge(&asked.mode, &asked.verify_token, &asked.challenge) {
        Some(challenge) => challenge.into_response(),
        None => StatusCode::FORBIDDEN.into_response(),
    }
}

/// 200 means committed. What it holds is read afterwards by `Backend::run_webhooks`, so that Meta never waits for it (`meta-platform.md` 5.2: five
/// seconds, and an hour of failures unsubscribes the Page).
pub(crate) async fn receive(
    State(backend): State<Backend>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let signature = headers
        .get("x-hub-signature-256")
        .and_then(|value| value.to_str().ok());
    match backend.receive_webhook(&body, signature).await {
        Ok(_) => StatusCode::OK.into_response(),
        Err(backend::Error::Forbidden) => StatusCode::FORBIDDEN.into_response(),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "A webhook could not be stored."
            );
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
