//! Failures of the native API, as RFC 9457 writes them.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::RequestId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{access::Denied, limits};

/// A failure on its way out.
pub(super) struct Problem(Box<ProblemDetails>);

/// A failure (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemDetails {
    /// Which kind: `/problems/nothing-to-attribute`. Branch on it.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened this time.
    detail: String,
    /// What to quote when asking for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemField>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemField {
    /// Where: a JSON pointer into the body, or the name of a parameter.
    pointer: String,
    /// What.
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(ProblemDetails {
            kind: format!("/problems/{kind}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            request_id: None,
            errors: Vec::new(),
            retry_after: None,
        }))
    }

    /// The body is no JSON of the described shape.
    pub(super) fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "unreadable",
            "The request cannot be read",
            detail,
        )
    }

    pub(super) fn too_large(detail: &str) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "The request is too large",
            detail,
        )
    }

    /// A parameter is not what it must be.
    pub(super) fn parameter(name: &str, detail: &str) -> Self {
        Self::unreadable(format!("{name}: {detail}")).at(name, detail)
    }

    /// What is sent cannot be taken as it is.
    pub(super) fn invalid(pointer: &str, detail: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-event",
            "The event breaks a rule",
            detail,
        )
        .at(pointer, detail)
    }

    pub(super) fn nothing_to_attribute() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "nothing-to-attribute",
            "Nothing to attribute",
            "Nobody such has written to this connection, or they came to WhatsApp without clicking an ad: Meta could \
             attribute the event to nothing. If they have just written, try again in a moment.",
        )
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "Not found",
            format!("There is no such {what}, or this key does not reach it."),
        )
    }

    /// A whole body cannot be taken as it is.
    pub(super) fn refused(kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, kind, title, detail)
    }

    fn broken(error: &backend::Error) -> Self {
        tracing::error!(error = error as &dyn std::error::Error, "A request failed.");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "Try again",
            "Something failed on Patchbay's side.",
        )
    }

    fn at(mut self, pointer: &str, detail: &str) -> Self {
        self.0.errors.push(ProblemField {
            pointer: pointer.to_owned(),
            detail: detail.to_owned(),
        });
        self
    }

    /// The same, naming the request.
    pub(super) fn quoting(mut self, request: Option<RequestId>) -> Self {
        self.0.request_id = request.map(|id| id.to_string());
        self
    }
}

impl From<backend::Error> for Problem {
    fn from(error: backend::Error) -> Self {
        match error {
            backend::Error::NotFound(what) => Self::not_found(what),
            backend::Error::Forbidden => Self::new(
                StatusCode::FORBIDDEN,
                "scope-missing",
                "The key may not do this",
                "This API key lacks the scope that the request needs.",
            ),
            error => Self::broken(&error),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Key => Self::new(
                StatusCode::UNAUTHORIZED,
                "key-invalid",
                "An API key is needed",
                "Send Authorization: Bearer with an API key that was neither revoked nor has expired.",
            ),
            Denied::TooMany(wait) => {
                let mut problem = Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too-many-requests",
                    "Too many requests",
                    "This API key has called too often. Retry-After says when it may again.",
                );
                problem.0.retry_after = Some(limits::seconds(wait));
                problem
            }
            Denied::Failed(error) => Self::broken(&error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::BAD_REQUEST);
        let retry_after = self.0.retry_after;
        let mut response = (status, Json(self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
