//! Meta's error envelope: what its SDKs read when a call failed.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use backend::Refusal;
use domain::{Language, RequestId, classify};
use serde::Serialize;
use serde_json::json;
use text::Text;
use utoipa::ToSchema;

use super::{access::Denied, limits};

/// A failure as Meta words it.
#[derive(Serialize, ToSchema)]
pub(super) struct Envelope {
    error: GraphError,
}

/// What went wrong. Branch on the numbers: the texts may change.
#[derive(Serialize, ToSchema)]
pub(super) struct GraphError {
    /// For programmers.
    message: String,
    /// Always `OAuthException`, as Meta's.
    #[serde(rename = "type")]
    kind: &'static str,
    /// 100 for an invalid event, 190 for the key, 200 for a missing scope, 4 for too many requests, 2 for a failure of
    /// ours.
    code: i64,
    /// Which rule was broken, by Meta's number for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_subcode: Option<u32>,
    /// The same request may well succeed a little later.
    is_transient: bool,
    /// What is wrong, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_user_title: Option<String>,
    /// Where it is and what to do, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_user_msg: Option<String>,
    /// JSON in a text, as Meta sends it: `blame_field_specs` is the path of what is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_data: Option<String>,
    /// What to quote when asking for help: the request's id.
    fbtrace_id: String,
}

/// A failure on its way out.
pub(super) struct Failure {
    status: StatusCode,
    error: Box<GraphError>,
    wait: Option<Duration>,
}

/// What a request is quoted by.
pub(super) fn trace(request: Option<RequestId>) -> String {
    request.map(|id| id.to_string()).unwrap_or_default()
}

impl Failure {
    fn new(status: StatusCode, code: i64, message: impl Into<String>) -> Self {
        Self {
            status,
            error: Box::new(GraphError {
                message: message.into(),
                kind: "OAuthException",
                code,
                error_subcode: None,
                is_transient: false,
                error_user_title: None,
                error_user_msg: None,
                error_data: None,
                fbtrace_id: String::new(),
            }),
            wait: None,
        }
    }

    /// A parameter is missing or malformed.
    pub(super) fn parameter(path: &[&str], message: &str) -> Self {
        let mut failure = Self::new(StatusCode::BAD_REQUEST, 100, format!("(#100) {message}"));
        failure.error.error_data = Some(blame(path.iter().map(ToString::to_string)));
        failure
    }

    pub(super) fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            100,
            "(#100) The request is larger than 4 MB",
        )
    }

    pub(super) fn unknown_path(path: &str) -> Self {
        let message = format!("Unknown path components: /{path}");
        Self::new(StatusCode::BAD_REQUEST, 2500, message)
    }

    /// An event broke a rule, and its whole batch was refused.
    pub(super) fn refused(refusal: &Refusal) -> Self {
        let place = refusal.place();
        let what = refusal.sentence(Language::En);
        let message = match refusal.subcode() {
            Some(_) => "Invalid parameter".to_owned(),
            None => format!("(#100) {place}: {what}"),
        };
        let mut failure = Self::new(StatusCode::BAD_REQUEST, 100, message);
        failure.error.error_subcode = refusal.subcode();
        failure.error.error_user_title = refusal.subcode().map(|subcode| {
            let cause = classify(100, Some(subcode.into()), false);
            Text::new(Language::En).cause(cause).what.to_owned()
        });
        failure.error.error_user_msg = Some(format!("{place}: {what}"));
        let event = refusal.event.map(|index| index.to_string());
        failure.error.error_data = Some(blame(
            std::iter::once("data".to_owned())
                .chain(event)
                .chain(refusal.path.iter().cloned()),
        ));
        failure
    }

    pub(super) fn of(error: &backend::Error, dataset: &str) -> Self {
        match error {
            backend::Error::NotFound(_) => {
                let mut failure = Self::new(
                    StatusCode::BAD_REQUEST,
                    100,
                    format!(
                        "Unsupported post request. Object with ID '{dataset}' does not exist, cannot be loaded due to \
                         missing permissions, or does not support this operation"
                    ),
                );
                failure.error.error_subcode = Some(33);
                failure
            }
            backend::Error::Forbidden => Self::new(
                StatusCode::FORBIDDEN,
                200,
                "(#200) This API key may not send events: it lacks the scope events:write",
            ),
            error => Self::broken(error),
        }
    }

    fn broken(error: &backend::Error) -> Self {
        tracing::error!(
            error = error as &dyn std::error::Error,
            "Events could not be taken."
        );
        let mut failure = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            2,
            "Service temporarily unavailable",
        );
        failure.error.is_transient = true;
        failure
    }

    pub(super) fn quoting(mut self, request: Option<RequestId>) -> Self {
        self.error.fbtrace_id = trace(request);
        self
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Key => Self::new(
                StatusCode::UNAUTHORIZED,
                190,
                "Invalid OAuth access token - an API key of Patchbay is expected, one that was neither revoked nor has \
                 expired",
            ),
            Denied::TooMany(wait) => {
                let mut failure = Self::new(
                    StatusCode::FORBIDDEN,
                    4,
                    "(#4) Application request limit reached",
                );
                failure.error.is_transient = true;
                failure.wait = Some(wait);
                failure
            }
            Denied::Failed(error) => Self::broken(&error),
        }
    }
}

fn blame(path: impl Iterator<Item = String>) -> String {
    json!({ "blame_field_specs": [path.collect::<Vec<_>>()] }).to_string()
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(Envelope { error: *self.error })).into_response();
        if let Some(wait) = self.wait {
            let headers = response.headers_mut();
            headers.insert(
                HeaderName::from_static("x-app-usage"),
                HeaderValue::from_static(r#"{"call_count":100,"total_time":0,"total_cputime":0}"#),
            );
            headers.insert(header::RETRY_AFTER, limits::seconds(wait).into());
        }
        response
    }
}
