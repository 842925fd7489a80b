//! One HTTP answer of Graph, or the reason that there is none.

use crate::{
    Error, GraphError, Result, Usage,
    tolerant::{chain, redact},
};
use chrono::{DateTime, Utc};
use reqwest::Response;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Far above any page of results; below what could hurt.
const LIMIT: usize = 8 * 1024 * 1024;

/// What came back, read to the end.
#[derive(Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub usage: Usage,
    pub version: Option<String>,
    pub date: Option<DateTime<Utc>>,
    pub text: String,
}

/// Why nothing came back. The first means for certain that the request never left.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    NotConnected(String),
    #[error("no answer in time")]
    Timeout,
    #[error("{0}")]
    Broken(String),
    #[error("the answer is too long")]
    TooLong(u16),
}

impl Failure {
    pub(crate) fn from_http(error: reqwest::Error) -> Self {
        let error = error.without_url();
        // Connecting may itself run out of time: ask about connecting first.
        if error.is_connect() || error.is_builder() {
            return Self::NotConnected(chain(&error));
        }
        if error.is_timeout() {
            Self::Timeout
        } else {
            Self::Broken(chain(&error))
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotConnected(why) | Failure::Broken(why) => Self::Unreachable { why },
            Failure::Timeout => Self::Timeout,
            Failure::TooLong(status) => Self::Unexpected {
                status,
                why: "the answer is too long",
            },
        }
    }
}

/// The parts of an answer that arrive before its body, so that they outlive a body that breaks off.
#[derive(Clone)]
pub(crate) struct Head {
    pub status: u16,
    pub usage: Usage,
    pub version: Option<String>,
    pub date: Option<DateTime<Utc>>,
}

impl Head {
    pub(crate) fn of(response: &Response) -> Self {
        let header = |name| response.headers().get(name)?.to_str().ok();
        Self {
            status: response.status().as_u16(),
            usage: Usage::from_headers(response.headers()),
            version: header("facebook-api-version").map(ToOwned::to_owned),
            date: header("date")
                .and_then(|date| Some(DateTime::parse_from_rfc2822(date).ok()?.to_utc())),
        }
    }
}

impl Answer {
    pub(crate) async fn read(mut response: Response) -> std::result::Result<Self, Failure> {
        let Head {
            status,
            usage,
            version,
            date,
        } = Head::of(&response);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(after_connecting)? {
            if body.len() + chunk.len() > LIMIT {
                return Err(Failure::TooLong(status));
            }
            body.extend_from_slice(&chunk);
        }
        let text = String::from_utf8(body)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into());
        Ok(Self {
            status,
            usage,
            version,
            date,
            text,
        })
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it is worth reading for an error envelope: a long list of results is not.
    pub(crate) fn may_be_refusal(&self) -> bool {
        !self.is_success() || self.text.trim_start().starts_with("{\"error\"")
    }

    /// Graph's error envelope, if this is one, without the secrets that its texts may repeat.
    pub(crate) fn refusal(&self, secrets: &[&str]) -> Option<Box<GraphError>> {
        let json: Value = serde_json::from_str(&self.text).ok()?;
        json.get("error").filter(|error| error.is_object())?;
        let json: Value = serde_json::from_str(&redact(self.text.clone(), secrets)).ok()?;
        let error = GraphError::from_json(&json["error"], self.status);
        Some(Box::new(GraphError {
            usage: self.usage.clone(),
            version: self.version.clone(),
            ..error
        }))
    }

    /// What was asked for, or why it is not here.
    pub(crate) fn decode<T: DeserializeOwned>(&self, secrets: &[&str]) -> Result<T> {
        if let Some(error) = self.refusal(secrets) {
            return Err(Error::Refused(error));
        }
        let status = self.status;
        if !self.is_success() {
            return Err(Error::Unexpected {
                status,
                why: "a failure without Graph's error envelope",
            });
        }
        // serde's own message may quote the answer, and with it a token.
        serde_json::from_str(&self.text).map_err(|_| Error::Unexpected {
            status,
            why: "the answer has not the shape that was expected",
        })
    }
}

/// A body that fails has come over a connection, whatever the error calls itself.
fn after_connecting(error: reqwest::Error) -> Failure {
    match Failure::from_http(error) {
        Failure::NotConnected(why) => Failure::Broken(why),
        failure => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Person;

    fn answer(status: u16, text: &str) -> Answer {
        Answer {
            status,
            usage: Usage::default(),
            version: None,
            date: None,
            text: text.into(),
        }
    }

    #[test]
    fn an_envelope_is_a_refusal_under_any_status() {
        for status in [200, 400, 500] {
            let error = answer(
                status,
                r#"{"error":{"code":190,"message":"Malformed access token EAAB-SENTINEL"}}"#,
            )
            .decode::<Person>(&["EAAB-SENTINEL"])
            .unwrap_err();
            assert!(error.is_authentication());
            assert!(
                !format!("{error} {error:?}").contains("SENTINEL"),
                "{error}"
            );
        }
    }

    #[test]
    fn an_answer_of_another_shape_is_not_quoted() {
        for (status, text) in [
            (200, r#"{"id":["EAAB-SENTINEL"]}"#),
            (200, "EAAB-SENTINEL"),
            (502, "<html>EAAB-SENTINEL</html>"),
            (400, r#"{"error":"EAAB-SENTINEL"}"#),
        ] {
            let error = answer(status, text).decode::<Person>(&[]).unwrap_err();
            assert!(matches!(error, Error::Unexpected { .. }), "{error}");
            assert!(
                !format!("{error} {error:?}").contains("SENTINEL"),
                "{error}"
            );
        }
    }
}
