//! Messages that a WhatsApp Business API on premises brought, handed in with an API key, since nobody signed them.

use axum::{
    Json,
    extract::{Request, State},
    response::Response,
};
use backend::Error;
use domain::ConnectionId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    problem::{Problem, ProblemDetails},
    request::answer,
};
use crate::Edge;

/// Messages as WhatsApp's API on premises brings them. Read field by field: what else stands there is left aside.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes a body that is read field by field")]
pub(super) struct OnPremisesMessages {
    /// Who wrote: `wa_id` and `profile`.
    #[schema(value_type = Option<Vec<Object>>)]
    contacts: Option<Vec<serde_json::Value>>,
    /// At most 1,000: `id`, `from`, `timestamp` and, after a click on an ad, `referral` with `ctwa_clid`.
    #[schema(value_type = Vec<Object>)]
    messages: Vec<serde_json::Value>,
}

/// Committed.
#[derive(Serialize, ToSchema)]
pub(super) struct HandedIn {
    /// How many messages came.
    messages: usize,
    /// Of them, those that were not handed in before.
    new: usize,
    /// Of those, the ones that came with a click on an ad.
    with_click: usize,
}

/// Hand in messages of WhatsApp's API on premises
///
/// For a WhatsApp connection whose messages do not come through Meta's webhooks: forward each webhook's body as it came. A
/// list of such bodies under `data` is taken too. The same message again changes nothing.
#[utoipa::path(
    post,
    path = "/webhooks/on-premises/{connection}",
    tag = "native",
    params(("connection" = String, Path, description = "The WhatsApp connection's id", example = "cxn_0192f0c17e5b7c3a9d1e2f3a4b5c6d7e")),
    request_body = OnPremisesMessages,
    responses(
        (status = 200, description = "Committed", body = HandedIn),
        (status = 400, description = "The request cannot be read", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No API key, or not a valid one", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks `webhooks:write`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "No such WhatsApp connection", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The body is not of this shape, or more than 1,000 messages", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests of this key; see `Retry-After`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Try again", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn hand_in_messages(State(edge): State<Edge>, request: Request) -> Response {
    let backend = &edge.backend;
    answer(&edge, request, |mut called| async move {
        let connection: ConnectionId = called.id("connection").await?;
        let body = called.bytes().await?;
        let handed = backend.hand_in_messages(&called.scope, connection, &body).await;
        let handed = handed.map_err(|error| match error {
            Error::Invalid { .. } => Problem::refused(
                "invalid-messages",
                "The messages cannot be read",
                "Send {\"contacts\": [...], \"messages\": [...]}, or a list of those under \"data\"; up to 1,000 messages.",
            ),
            error => error.into(),
        })?;
        Ok(Json(HandedIn {
            messages: handed.messages,
            new: handed.new,
            with_click: handed.clicks,
        }))
    })
    .await
}
