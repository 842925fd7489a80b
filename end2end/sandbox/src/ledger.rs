//! The referee of delivery tests: every post to `/events` with its verdict, and every event that was accepted. All of
//! it is kept in memory until [`crate::State::reset`].

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An event that Meta has counted.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Received {
    /// Grows with every event.
    pub number: u64,
    /// The post that brought it.
    pub post: u64,
    /// Unix milliseconds.
    pub received_at_ms: i64,
    /// The dataset that it was sent to.
    pub dataset: String,
    /// The event's name.
    pub event_name: String,
    /// The sender's id of the event, if any.
    pub event_id: Option<String>,
    /// The request's test code, if any.
    pub test_event_code: Option<String>,
    /// The request's partner agent, if any.
    pub partner_agent: Option<String>,
    /// The answer's handle.
    pub fbtrace_id: String,
    /// The event as it was sent, all fields.
    pub event: Value,
}

/// One request to `/events`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Post {
    /// Grows with every request.
    pub number: u64,
    /// Unix milliseconds.
    pub received_at_ms: i64,
    /// The dataset that it was sent to.
    pub dataset: String,
    /// The person on whose behalf it came, if the token told.
    pub person_id: Option<String>,
    /// How many events it carried (0 when that could not be read).
    pub events: usize,
    /// The `event_id`s of those that have one.
    pub event_ids: Vec<String>,
    /// The request's test code, if any.
    pub test_event_code: Option<String>,
    /// The request's partner agent, if any.
    pub partner_agent: Option<String>,
    /// The answer's handle, or that which the answer would have had.
    pub fbtrace_id: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a post.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Verdict {
    /// The events were counted.
    Accepted {
        /// As the answer says.
        events_received: usize,
        /// False: the connection was reset before the answer.
        answered: bool,
    },
    /// Graph refused the whole batch.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The error's code.
        code: i64,
        /// The error's subcode.
        subcode: Option<u32>,
        /// The error's message.
        message: String,
    },
    /// A fault knob kept it from being processed.
    Failed {
        /// The knob's name: `reset`, `hang`, `http_error`.
        by: String,
    },
}

/// Which entries of the ledger; what is left out does not restrict.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Of this dataset.
    pub dataset: Option<String>,
    /// With this `event_id`.
    pub event_id: Option<String>,
    /// With this test code; the empty string means: without any.
    pub test_code: Option<String>,
    /// With this event name.
    pub event_name: Option<String>,
    /// Numbered above this.
    pub after: Option<u64>,
    /// At most so many, the oldest.
    pub limit: Option<usize>,
}

#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Ledger {
    events: Vec<Received>,
    posts: Vec<Post>,
}

impl Ledger {
    pub(crate) fn next_post(&self) -> u64 {
        self.posts.len() as u64 + 1
    }

    /// Adds a post and the events of it that were accepted.
    pub(crate) fn record(&mut self, post: Post, accepted: &[Value]) {
        for event in accepted {
            let text = |key: &str| event.get(key).and_then(text_of);
            self.events.push(Received {
                number: self.events.len() as u64 + 1,
                post: post.number,
                received_at_ms: post.received_at_ms,
                dataset: post.dataset.clone(),
                event_name: text("event_name").unwrap_or_default(),
                event_id: text("event_id"),
                test_event_code: post.test_event_code.clone(),
                partner_agent: post.partner_agent.clone(),
                fbtrace_id: post.fbtrace_id.clone(),
                event: event.clone(),
            });
        }
        self.posts.push(post);
    }

    pub(crate) fn events(&self, filter: &Filter) -> Vec<Received> {
        let wanted = |it: &&Received| {
            filter.allows(it.number, &it.dataset, it.test_event_code.as_deref())
                && filter
                    .event_id
                    .as_ref()
                    .is_none_or(|id| it.event_id.as_ref() == Some(id))
                && filter
                    .event_name
                    .as_ref()
                    .is_none_or(|name| it.event_name == *name)
        };
        self.events
            .iter()
            .filter(wanted)
            .take(filter.limit.unwrap_or(usize::MAX))
            .cloned()
            .collect()
    }

    pub(crate) fn posts(&self, filter: &Filter) -> Vec<Post> {
        let wanted = |it: &&Post| {
            filter.allows(it.number, &it.dataset, it.test_event_code.as_deref())
                && filter
                    .event_id
                    .as_ref()
                    .is_none_or(|id| it.event_ids.contains(id))
        };
        self.posts
            .iter()
            .filter(wanted)
            .take(filter.limit.unwrap_or(usize::MAX))
            .cloned()
            .collect()
    }
}

impl Filter {
    /// Everything of one dataset.
    pub fn dataset(id: impl Into<String>) -> Self {
        Self {
            dataset: Some(id.into()),
            ..Self::default()
        }
    }

    fn allows(&self, number: u64, dataset: &str, test_code: Option<&str>) -> bool {
        self.after.is_none_or(|after| number > after)
            && self.dataset.as_deref().is_none_or(|it| it == dataset)
            && self
                .test_code
                .as_deref()
                .is_none_or(|it| it == test_code.unwrap_or(""))
    }
}

/// A string, or a number as text: ids come as either.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
