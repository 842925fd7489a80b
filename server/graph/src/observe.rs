//! Counting: every call tells whoever counts how it went.

use crate::{
    GraphError,
    answer::{Answer, Failure},
};

/// Told of every call to Graph once it is over, also of those that failed. Set with [`crate::Client::observed_by`].
///
/// Runs inside the call and has no way to wait: add to a counter in memory and write it down elsewhere.
pub trait Observer: Send + Sync {
    /// One call is over.
    fn observe(&self, call: Call<'_>);
}

/// How one call went. Names no id, no token and no person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// The edge that was called, such as `events`, `dataset` or `debug_token`; `node` for an object by its id.
    pub edge: &'a str,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether it was made with another app's token, which Meta counts against that app and not against ours.
    pub is_limited: bool,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Meta did what was asked.
    Done,
    /// Meta answered with its error envelope.
    Refused {
        /// Meta's code.
        code: i64,
        /// Whether that was for calling too often.
        is_rate_limit: bool,
    },
    /// An answer that is neither, or none although the request may have arrived.
    Failed,
    /// The request never left: Meta has not counted it.
    NotConnected,
}

impl Outcome {
    pub(crate) fn of(answer: &Result<Answer, Failure>) -> Self {
        match answer {
            Ok(answer) if answer.may_be_refusal() => match answer.refusal(&[]) {
                Some(refusal) => Self::from(&*refusal),
                None if answer.is_success() => Self::Done,
                None => Self::Failed,
            },
            Ok(_) => Self::Done,
            Err(Failure::NotConnected(_)) => Self::NotConnected,
            Err(_) => Self::Failed,
        }
    }
}

impl From<&GraphError> for Outcome {
    fn from(error: &GraphError) -> Self {
        Self::Refused {
            code: error.code,
            is_rate_limit: error.is_rate_limit(),
        }
    }
}

/// The edge in a call's path: its last part, unless that is an id.
pub(crate) fn edge(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_edge = last.len() > 2
        && last
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_edge { last } else { "node" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccessToken, EventsRequest, testing::Stub};
    use serde_json::json;
    use std::sync::{Arc, Mutex};

    #[derive(Default)]
    struct Seen(Mutex<Vec<(String, Outcome, bool)>>);

    impl Observer for Seen {
        fn observe(&self, call: Call<'_>) {
            let mut seen = self.0.lock().unwrap();
            seen.push((call.edge.into(), call.outcome, call.is_limited));
        }
    }

    #[tokio::test]
    async fn every_call_is_told_once_with_its_outcome() {
        let refused = |code| json!({"error": {"code": code, "message": "no"}});
        let stub = Stub::in_turn([
            (200, json!({"id": "88"})),
            (200, refused(190)),
            (400, refused(4)),
            (200, json!({"data": {}})),
            (502, json!("down")),
            (200, json!({"events_received": 0})),
            (200, json!({"access_token": "t", "token_type": "bearer"})),
        ])
        .await;
        let seen = Arc::new(Seen::default());
        let client = stub.client().observed_by(seen.clone());
        let (token, limited) = (AccessToken::new("t"), AccessToken::limited("t"));
        client.dataset(&token, "55").await.unwrap();
        client.dataset_details(&token, "88").await.unwrap_err();
        client.dataset(&token, "55").await.unwrap_err();
        client.debug_token(&limited).await.unwrap();
        client.me(&token).await.unwrap_err();
        let none = EventsRequest::<serde_json::Value> {
            data: vec![],
            test_event_code: None,
            partner_agent: None,
        };
        client.send_events(&token, "88", &none).await;
        client.exchange_code("c", None).await.unwrap();
        let nobody = crate::testing::client("http://127.0.0.1:1").observed_by(seen.clone());
        nobody.me(&token).await.unwrap_err();

        let refused = |code, is_rate_limit| Outcome::Refused {
            code,
            is_rate_limit,
        };
        let expected = [
            ("dataset", Outcome::Done, false),
            ("node", refused(190, false), false),
            ("dataset", refused(4, true), false),
            ("debug_token", Outcome::Done, true),
            ("node", Outcome::Failed, false),
            ("events", Outcome::Done, false),
            ("access_token", Outcome::Done, false),
            ("node", Outcome::NotConnected, false),
        ];
        let seen = seen.0.lock().unwrap();
        let seen: Vec<_> = seen
            .iter()
            .map(|(edge, outcome, limited)| (edge.as_str(), *outcome, *limited))
            .collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn an_edge_is_told_from_an_id() {
        for (path, expected) in [
            ("/v26.0/55/dataset", "dataset"),
            ("/v26.0/me", "node"),
            ("/v26.0/55", "node"),
            ("/v26.0/oauth/access_token", "access_token"),
            ("/", "node"),
        ] {
            assert_eq!(edge(path), expected, "{path}");
        }
    }
}
