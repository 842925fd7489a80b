//! Sending events to a dataset, and an exact account of what became of the request.
//!
//! A `Result` would not do: whether an event may have counted depends on how far the request came.

use crate::{
    AccessToken, Client, Error, GraphError, Usage,
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
        report.verdict = match self.attempt(token, dataset_id, request, &mut report).await {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Stub, client};
    use serde_json::json;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    fn request() -> EventsRequest {
        let event = json!({"event_name": "Purchase", "user_data": {"page_scoped_user_id": "7123-SENTINEL"}});
        EventsRequest {
            data: vec![event.clone(), event],
            test_event_code: Some("TEST1".into()),
            partner_agent: None,
        }
    }

    async fn send(client: &Client) -> SendReport {
        let report = client
            .send_events(&AccessToken::new("EAAB-SENTINEL"), "88", &request())
            .await;
        let shown = format!(
            "{report:?} {:?} {:?} {}",
            request(),
            report.body,
            report.url
        );
        assert!(
            !shown.contains("SENTINEL") && !shown.contains("appsecret_proof"),
            "{shown}"
        );
        report
    }

    async fn verdict(status: u16, text: &str) -> SendVerdict {
        send(&Stub::with_text([(status, text.to_owned())]).await.client())
            .await
            .verdict
    }

    #[tokio::test]
    async fn what_meta_counted_in_full_is_accepted() {
        let headers = [
            ("x-app-usage", r#"{"call_count":97}"#),
            ("facebook-api-version", "v27.0"),
        ];
        let headers = headers
            .into_iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let text =
            json!({"events_received": 2, "messages": ["careful"], "fbtrace_id": "A1"}).to_string();
        let stub = Stub::with_headers([(200, headers, text.clone())]).await;
        let report = send(&stub.client()).await;
        assert_eq!(
            report.verdict,
            SendVerdict::Accepted {
                events_received: 2,
                messages: vec!["careful".into()],
                fbtrace_id: Some("A1".into())
            }
        );
        assert_eq!(
            (report.http_status, report.version_used.as_deref()),
            (Some(200), Some("v27.0"))
        );
        assert_eq!(
            (report.usage.app_percent(), report.body),
            (97.0, Some(text))
        );
        assert!(report.url.ends_with("/v26.0/88/events"));
        let sent: Value = serde_json::from_str(&stub.requests()[0].body).unwrap();
        assert_eq!(
            sent,
            json!({"data": request().data, "test_event_code": "TEST1"})
        );
    }

    #[tokio::test]
    async fn an_envelope_is_a_refusal_under_any_status() {
        for status in [200, 400, 503] {
            let text = r#"{"error":{"code":190,"message":"Malformed EAAB-SENTINEL"}}"#;
            let SendVerdict::Refused(error) = verdict(status, text).await else {
                panic!("not refused")
            };
            assert_eq!((error.code, error.http_status), (190, status));
        }
    }

    #[tokio::test]
    async fn an_answer_that_proves_nothing_leaves_the_outcome_unknown() {
        for (status, text, expected) in [
            (
                200,
                r#"{"events_received":1}"#,
                UnknownWhy::ShortCount { received: Some(1) },
            ),
            (
                200,
                r#"{"events_received":0}"#,
                UnknownWhy::ShortCount { received: Some(0) },
            ),
            (200, "{}", UnknownWhy::ShortCount { received: None }),
            (200, "[]", UnknownWhy::ShortCount { received: None }),
            (200, "<html>", UnknownWhy::NotJson),
            (200, "", UnknownWhy::NotJson),
            (502, "<html>", UnknownWhy::ServerError(502)),
            (500, "{}", UnknownWhy::ServerError(500)),
            (302, "", UnknownWhy::ServerError(302)),
        ] {
            assert_eq!(
                verdict(status, text).await,
                SendVerdict::Unknown { why: expected },
                "{status} {text}"
            );
        }
    }

    #[tokio::test]
    async fn what_never_left_is_told_from_what_may_have_arrived() {
        assert!(matches!(
            send(&client("http://127.0.0.1:1")).await.verdict,
            SendVerdict::NotConnected { .. }
        ));
        assert!(matches!(
            send(&client("http://nowhere.localhost:1")).await.verdict,
            SendVerdict::NotConnected { .. }
        ));
        let bad_id = client("http://127.0.0.1:1")
            .send_events(&AccessToken::new("t"), "../me", &request())
            .await;
        assert!(matches!(bad_id.verdict, SendVerdict::NotConnected { .. }));

        for (answer, hangs, expected) in [
            ("", false, UnknownWhy::Reset),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"events",
                false,
                UnknownWhy::Reset,
            ),
            ("", true, UnknownWhy::Timeout),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"events",
                true,
                UnknownWhy::Timeout,
            ),
        ] {
            let report = send(&client(&misbehaving(answer, hangs).await)).await;
            assert_eq!(
                report.verdict,
                SendVerdict::Unknown { why: expected },
                "{answer} {hangs}"
            );
            assert_eq!(report.http_status.is_some(), !answer.is_empty());
        }
    }

    #[tokio::test]
    async fn a_tls_handshake_that_fails_or_hangs_is_no_connection() {
        for hangs in [false, true] {
            let url = misbehaving("not tls", hangs)
                .await
                .replace("http:", "https:");
            let report = send(&client(&url)).await;
            assert!(
                matches!(report.verdict, SendVerdict::NotConnected { .. }),
                "{report:?}"
            );
        }
    }

    /// A server that reads a request, writes that much and then breaks off or hangs.
    async fn misbehaving(answer: &'static str, hangs: bool) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut kept = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4096];
                stream.read(&mut request).await.unwrap();
                if hangs && !answer.starts_with("HTTP") {
                    kept.push(stream);
                    continue;
                }
                stream.write_all(answer.as_bytes()).await.unwrap();
                if hangs {
                    kept.push(stream);
                }
            }
        });
        url
    }
}
