//! Webhooks that are handed on to the partner's own systems.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::{RelayState, RelayTargetId};

/// An address that every webhook is handed on to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayTarget {
    /// Which.
    pub id: RelayTargetId,
    /// The address.
    pub url: String,
    /// When it last took one.
    pub taken: Option<Moment>,
    /// Since when it takes none; empty while it does.
    pub failing_since: Option<Moment>,
    /// What it answered last, in a sentence; empty before the first.
    pub answer: String,
    /// How many wait for it; counted up to a bound.
    pub waiting: i64,
    /// How many were given up in the last days; counted up to a bound.
    pub given_up: i64,
}

/// All of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayTargets {
    /// The oldest first.
    pub targets: Vec<RelayTarget>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// What an address answered to a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayTested {
    /// Whether it would have taken a webhook.
    pub is_taken: bool,
    /// What it answered, in a sentence.
    pub answer: String,
}

/// How one webhook fared at one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relayed {
    /// The address's host.
    pub host: String,
    /// How far it came.
    pub state: RelayState,
    /// What was answered last, in a sentence; empty before the first try.
    pub answer: String,
    /// Since when.
    pub at: Moment,
}
