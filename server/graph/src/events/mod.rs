//! Sending events to a dataset, and an exact account of what became of the request.
//!
//! A `Result` would not do: whether an event may have counted depends on how far the request came.

#[cfg(test)]
mod tests;

use crate::{
    AccessToken, Client, Error, GraphError, Outcome, Usage,
    answer::{Answer, Failure, Head},
    tolerant,
};
use reqwest::{Method, header::CONTENT_TYPE};
use serde::Serialize;
use serde_json::Value;
use std::{
    fmt,
    time::{Duration, Instant},
};

/// How much of an answer is kept; Meta's own are below one hundredth of it.
const KEPT: usize = 256 * 1024;

/// A batch of events in Meta's own shape: JSON values, raw JSON, or any type that serialises to it. Its `Debug` shows
/// no event, since events hold people's identifiers.
#[derive(Clone, Serialize)]
pub struct EventsRequest<T = Value> {
    /// The events, at most 1,000.
    pub data: Vec<T>,
    /// Shows the events on the dataset's *Test events* page, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_event_code: Option<String>,
    /// The name of the platform that sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_agent: Option<String>,
}

/// What became of one request. Its `Debug` does not show the answer's body.
#[derive(Clone)]
pub struct SendReport {
    /// Where it went, without its query.
    pub url: String,
    /// The HTTP status, if an answer began.
    pub http_status: Option<u16>,
    /// From before connecting until the answer was complete or given up.
    pub latency: Duration,
    /// What the usage headers said.
    pub usage: Usage,
    /// The version of the Graph API that really answered.
    pub version_used: Option<String>,
    /// The answer as received, without our secrets.
    pub body: Option<String>,
    /// What it means.
    pub verdict: SendVerdict,
}

/// What became of the events.
#[derive(Clone, Debug, PartialEq)]
pub enum SendVerdict {
    /// Meta counted all of them.
    Accepted {
        /// As many as were sent.
        events_received: u64,
        /// Meta's warnings.
        messages: Vec<String>,
        /// The handle to give to Meta's support.
        fbtrace_id: Option<String>,
    },
    /// Meta answered with its error envelope: none counted.
    Refused(Box<GraphError>),
    /// The request never left: none counted.
    NotConnected {
        /// What the network said.
        why: String,
    },
    /// They may have counted.
    Unknown {
        /// Why we cannot know.
        why: UnknownWhy,
    },
}

/// Why nobody can say whether the events counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownWhy {
    /// No complete answer in time.
    Timeout,
    /// The connection broke before the answer was complete.
    Reset,
    /// A success that is not JSON.
    NotJson,
    /// A failure with this HTTP status and without Graph's error envelope.
    ServerError(u16),
    /// A success that does not count what was sent.
    ShortCount {
        /// What it counts, if anything.
        received: Option<u64>,
    },
}

impl Client {
    /// Sends events to a dataset once. Never repeats: Meta counts a repeated event twice.
    pub async fn send_events<T: Serialize>(
        &self,
        token: &AccessToken,
        dataset_id: &str,
        request: &EventsRequest<T>,
    ) -> SendReport {
        let started = Instant::now();
        let mut report = SendReport {
            url: String::new(),
            http_status: None,
            latency: Duration::ZERO,
            usage: Usage::default(),
            version_used: None,
            body: None,
            verdict: SendVerdict::Unknown {
                why: UnknownWhy::Timeout,
            },
        };
        let answer = self.attempt(token, dataset_id, request, &mut report).await;
        self.tell("events", Outcome::of(&answer), Some(token));
        report.verdict = match answer {
            Ok(answer) => {
                let secrets = self.secrets(&[token.expose()]);
                let verdict = SendVerdict::of(&answer, request.data.len() as u64, &secrets);
                report.body = Some(tolerant::cut(tolerant::redact(answer.text, &secrets), KEPT));
                verdict
            }
            Err(failure) => failure.into(),
        };
        report.latency = started.elapsed();
        report
    }

    async fn attempt<T: Serialize>(
        &self,
        token: &AccessToken,
        dataset_id: &str,
        request: &EventsRequest<T>,
        report: &mut SendReport,
    ) -> Result<Answer, Failure> {
        let never_left = |error: Error| Failure::NotConnected(error.to_string());
        let url = self.graph(&[dataset_id, "events"]).map_err(never_left)?;
        report.url = url.to_string();
        let json = serde_json::to_vec(request)
            .map_err(|_| never_left(Error::Invalid("the events could not be written as JSON")))?;
        let http = self
            .signed(Method::POST, token, url)
            .header(CONTENT_TYPE, "application/json")
            .body(json);
        let response = http.send().await.map_err(Failure::from_http)?;
        let Head {
            status,
            usage,
            version,
            ..
        } = Head::of(&response);
        (report.http_status, report.usage, report.version_used) = (Some(status), usage, version);
        Answer::read(response).await
    }
}

impl SendVerdict {
    fn of(answer: &Answer, sent: u64, secrets: &[&str]) -> Self {
        if let Some(error) = answer.refusal(secrets) {
            return Self::Refused(error);
        }
        if !answer.is_success() {
            return Self::Unknown {
                why: UnknownWhy::ServerError(answer.status),
            };
        }
        let Ok(json) = serde_json::from_str::<Value>(&answer.text) else {
            return Self::Unknown {
                why: UnknownWhy::NotJson,
            };
        };
        let received = tolerant::integer(&json["events_received"])
            .and_then(|number| u64::try_from(number).ok());
        if received != Some(sent) {
            return Self::Unknown {
                why: UnknownWhy::ShortCount { received },
            };
        }
        let message = |message: &Value| {
            message
                .as_str()
                .map_or_else(|| message.to_string(), Into::into)
        };
        let messages = json["messages"]
            .as_array()
            .into_iter()
            .flatten()
            .map(message);
        Self::Accepted {
            events_received: sent,
            messages: messages
                .map(|message| tolerant::redact(message, secrets))
                .collect(),
            fbtrace_id: json["fbtrace_id"].as_str().map(Into::into),
        }
    }
}

impl From<Failure> for SendVerdict {
    fn from(failure: Failure) -> Self {
        let why = match failure {
            Failure::NotConnected(why) => return Self::NotConnected { why },
            Failure::Timeout => UnknownWhy::Timeout,
            Failure::Broken(_) => UnknownWhy::Reset,
            Failure::TooLong(status) if (200..300).contains(&status) => UnknownWhy::NotJson,
            Failure::TooLong(status) => UnknownWhy::ServerError(status),
        };
        Self::Unknown { why }
    }
}

impl<T> fmt::Debug for EventsRequest<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EventsRequest")
            .field("events", &self.data.len())
            .field("test_event_code", &self.test_event_code)
            .field("partner_agent", &self.partner_agent)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SendReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SendReport")
            .field("url", &self.url)
            .field("http_status", &self.http_status)
            .field("latency", &self.latency)
            .field("usage", &self.usage)
            .field("version_used", &self.version_used)
            .field("verdict", &self.verdict)
            .finish_non_exhaustive()
    }
}
