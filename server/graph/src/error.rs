//! What can go wrong in a call: what Graph said, or why it said nothing. No variant ever holds a token or a URL.

use crate::{
    Usage,
    tolerant::{integer, text},
};
use serde_json::Value;
use std::fmt;

/// The result of a call.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Graph answered with its error envelope, whatever the HTTP status.
    #[error("Graph refused the call: {0}")]
    Refused(Box<GraphError>),
    /// No connection, or it broke before the answer was complete.
    #[error("Graph could not be reached: {why}")]
    Unreachable {
        /// What the network said.
        why: String,
    },
    /// Graph did not answer in time.
    #[error("Graph did not answer in time")]
    Timeout,
    /// An answer that is neither what was asked for nor Graph's error envelope.
    #[error("Graph answered something unexpected (HTTP {status}): {why}")]
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The call was never made, because the configuration or an id cannot be right.
    #[error("the call to Graph was not made: {0}")]
    Invalid(&'static str),
}

impl Error {
    /// Graph's own words, if it refused.
    pub fn refusal(&self) -> Option<&GraphError> {
        match self {
            Self::Refused(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the token is dead: the only verdict that asks a person to connect anew.
    pub fn is_authentication(&self) -> bool {
        self.refusal().is_some_and(GraphError::is_authentication)
    }

    /// Whether the app, the token or the person lacks a permission.
    pub fn is_permission(&self) -> bool {
        self.refusal().is_some_and(GraphError::is_permission)
    }

    /// Whether we called too often.
    pub fn is_rate_limit(&self) -> bool {
        self.refusal().is_some_and(GraphError::is_rate_limit)
    }

    /// Whether the same call may well succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refused(error) => error.is_transient(),
            Self::Unreachable { .. } | Self::Timeout => true,
            Self::Unexpected { status, .. } => *status >= 500,
            Self::Invalid(_) => false,
        }
    }
}

/// Graph's error envelope. Decide by `code` and `subcode` only: the texts change and follow the caller's language.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphError {
    /// Meta's code; zero where it named none.
    pub code: i64,
    /// Meta's subcode.
    pub subcode: Option<i64>,
    /// Meta's class of error, such as `OAuthException`.
    pub kind: Option<String>,
    /// The heading for a person, in the language of the token's owner.
    pub title: Option<String>,
    /// The message for a developer.
    pub message: String,
    /// The message for a person, in the language of the token's owner; often it names the remedy.
    pub user_message: Option<String>,
    /// The handle to give to Meta's support.
    pub fbtrace_id: Option<String>,
    /// Meta's own promise that it will pass. [`GraphError::is_transient`] judges by the code as well.
    pub transient: bool,
    /// The HTTP status: an envelope may come under 200.
    pub http_status: u16,
    /// The paths of the fields that are to blame, outermost key first.
    pub blame: Vec<Vec<String>>,
    /// What the usage headers said.
    pub usage: Usage,
    /// The version that really answered.
    pub version: Option<String>,
}

impl GraphError {
    /// Reads the value of an envelope's `error`.
    pub(crate) fn from_json(error: &Value, http_status: u16) -> Self {
        let string = |key: &str| error[key].as_str().map(ToOwned::to_owned);
        Self {
            code: integer(&error["code"]).unwrap_or_default(),
            // `debug_token` names it `subcode`.
            subcode: integer(&error["error_subcode"]).or_else(|| integer(&error["subcode"])),
            kind: string("type"),
            title: string("error_user_title"),
            message: string("message").unwrap_or_default(),
            user_message: string("error_user_msg"),
            fbtrace_id: string("fbtrace_id"),
            transient: error["is_transient"].as_bool().unwrap_or_default(),
            http_status,
            blame: blame(&error["error_data"]),
            usage: Usage::default(),
            version: None,
        }
    }

    /// Whether the token is dead.
    pub fn is_authentication(&self) -> bool {
        matches!(self.code, 102 | 190)
    }

    /// Whether the app, the token or the person lacks a permission.
    pub fn is_permission(&self) -> bool {
        matches!(self.code, 3 | 10 | 200..=299)
    }

    /// Whether the app, the person, the page or the business called too often.
    pub fn is_rate_limit(&self) -> bool {
        matches!(self.code, 4 | 17 | 32 | 341 | 613 | 80_000..=80_014)
    }

    /// Whether the same call may well succeed a little later.
    pub fn is_transient(&self) -> bool {
        self.transient || matches!(self.code, 1 | 2) || self.code < 0
    }

    /// The one event of the batch that is to blame, if Meta names exactly one.
    pub fn blamed_event(&self) -> Option<usize> {
        let mut indexes = self.blame.iter().map(|path| event_index(path));
        let first = indexes.next()??;
        indexes.all(|index| index == Some(first)).then_some(first)
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (code {}", self.message, self.code)?;
        if let Some(subcode) = self.subcode {
            write!(formatter, ", subcode {subcode}")?;
        }
        formatter.write_str(")")
    }
}

/// `error_data` is an object, or the same object written as a string.
fn blame(error_data: &Value) -> Vec<Vec<String>> {
    let parsed = error_data
        .as_str()
        .and_then(|json| serde_json::from_str::<Value>(json).ok());
    let specs = &parsed.as_ref().unwrap_or(error_data)["blame_field_specs"];
    specs
        .as_array()
        .into_iter()
        .flatten()
        .map(|path| match path {
            Value::Array(path) => path.iter().filter_map(text).collect(),
            key => text(key).into_iter().collect(),
        })
        .filter(|path: &Vec<String>| !path.is_empty())
        .collect()
}

/// Both `["data", "3", ..]` and `["data[3][user_data]"]` name the fourth event.
fn event_index(path: &[String]) -> Option<usize> {
    let rest = path.first()?.strip_prefix("data")?;
    if rest.is_empty() {
        return path.get(1)?.parse().ok();
    }
    rest.strip_prefix('[')?.split(']').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn error(json: Value) -> GraphError {
        GraphError::from_json(&json, 400)
    }

    #[test]
    fn the_envelope_is_read_in_full() {
        let error = error(json!({
            "message": "Invalid parameter", "type": "OAuthException", "code": 100, "error_subcode": "2804003",
            "is_transient": false, "error_user_title": "Too old", "error_user_msg": "Send it within seven days",
            "error_data": "{\"blame_field_specs\":[[\"data\"]]}", "fbtrace_id": "A1b2",
        }));
        assert_eq!(
            error.to_string(),
            "Invalid parameter (code 100, subcode 2804003)"
        );
        assert_eq!(error.title.as_deref(), Some("Too old"));
        assert_eq!(
            error.user_message.as_deref(),
            Some("Send it within seven days")
        );
        assert_eq!(error.blame, [["data"]]);
        assert_eq!(error.blamed_event(), None);
        assert!(!error.is_transient());
    }

    #[test]
    fn blame_comes_as_string_or_object() {
        for (error_data, index) in [
            (
                json!({"blame_field_specs": [["data", "3", "user_data"]]}),
                Some(3),
            ),
            (
                json!({"blame_field_specs": [["data", 3], ["data", 3, "event_time"]]}),
                Some(3),
            ),
            (
                json!("{\"blame_field_specs\":[[\"data[12][user_data]\"]]}"),
                Some(12),
            ),
            (json!({"blame_field_specs": ["data[0]"]}), Some(0)),
            (
                json!({"blame_field_specs": [["data", "1"], ["data", "2"]]}),
                None,
            ),
            (
                json!({"blame_field_specs": [["data"], ["data", "2"]]}),
                None,
            ),
            (json!({"blame_field_specs": 7}), None),
            (json!("not json"), None),
            (json!(null), None),
        ] {
            assert_eq!(
                error(json!({"error_data": error_data})).blamed_event(),
                index,
                "{error_data}"
            );
        }
    }

    #[test]
    fn codes_fall_into_classes() {
        let of = |code: i64| error(json!({"code": code}));
        assert!(of(190).is_authentication() && of(102).is_authentication());
        assert!(
            [3, 10, 200, 299]
                .into_iter()
                .all(|code| of(code).is_permission())
        );
        assert!(
            [4, 17, 32, 341, 613, 80_000, 80_014]
                .into_iter()
                .all(|code| of(code).is_rate_limit())
        );
        assert!([1, 2, -3].into_iter().all(|code| of(code).is_transient()));
        assert!(error(json!({"code": 100, "is_transient": true})).is_transient());
        let other = of(100);
        assert!(
            !other.is_authentication()
                && !other.is_permission()
                && !other.is_rate_limit()
                && !other.is_transient()
        );
    }

    #[test]
    fn an_error_without_anything_is_still_one() {
        for value in [json!({}), json!(null), json!("text"), json!([1])] {
            assert_eq!(error(value).code, 0);
        }
    }
}
