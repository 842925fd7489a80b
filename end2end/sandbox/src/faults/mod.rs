//! Fault knobs: what goes wrong, where, and how often.

mod apply;
mod plan;

pub(crate) use apply::{add, set};
pub(crate) use plan::{Plan, before, plan};

use crate::{dataset::Dataset, request::Call, state::Memory, tokens::Token};
use serde::{Deserialize, Serialize};

/// One knob: an effect and the calls that it is for. What is left out does not restrict.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Fault {
    /// What happens.
    #[serde(flatten)]
    pub effect: Effect,
    /// Only calls on this dataset (id).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// Only calls on this Page (id or key) or on the dataset linked to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Only calls whose path ends so: `events`, `dataset`, `subscribed_apps`, `accounts`, `access_token`...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<String>,
    /// Only this HTTP method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only the next so many calls; `None`: until the knob is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// How many calls it has met. Ignored when a knob is set.
    #[serde(default, skip_deserializing)]
    pub met: u32,
    /// Tokens minted later are not concerned: signing in again heals.
    #[serde(skip)]
    spares_after: u64,
    /// Unix seconds.
    #[serde(skip)]
    set_at: i64,
}

/// What a knob does.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// Answers late. Combines with the others.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// Never answers; nothing is processed.
    Hang,
    /// Resets the connection after reading the request; nothing is processed.
    Reset,
    /// Processes the request, then resets the connection instead of answering.
    ResetAfterAccept,
    /// Answers with a page instead of an envelope; nothing is processed.
    HttpError {
        /// The HTTP status.
        #[serde(default = "http_500")]
        status: u16,
        /// The body.
        #[serde(default = "sorry")]
        body: String,
    },
    /// Answers with this error envelope; nothing is processed.
    Error {
        /// Graph's error code.
        code: i64,
        /// Its subcode.
        #[serde(default)]
        subcode: Option<u32>,
        /// The HTTP status.
        #[serde(default = "http_400")]
        status: u16,
        /// The message for developers.
        #[serde(default)]
        message: Option<String>,
        /// The title for people.
        #[serde(default)]
        title: Option<String>,
        /// The message for people.
        #[serde(default)]
        user_message: Option<String>,
        /// Trying again may help.
        #[serde(default)]
        is_transient: bool,
    },
    /// Answers with a rate limit error and full usage headers; nothing is processed.
    RateLimit {
        /// 4, 17, 32, 613, 80004...
        #[serde(default = "app_limit")]
        code: i64,
        /// `estimated_time_to_regain_access`.
        #[serde(default)]
        minutes: u32,
    },
    /// Answers as usual, with these usage headers.
    Usage {
        /// Percent in `X-App-Usage`.
        #[serde(default)]
        app: Option<u32>,
        /// Percent in `X-Business-Use-Case-Usage`.
        #[serde(default)]
        business: Option<u32>,
        /// `estimated_time_to_regain_access`.
        #[serde(default)]
        minutes: u32,
    },
    /// Counts that many events fewer than were sent, and says so.
    ShortEventsReceived {
        /// How many are lost.
        #[serde(default = "one")]
        by: usize,
    },
    /// Accepts, with these warnings in `messages`.
    Warning {
        /// The warnings.
        messages: Vec<String>,
    },
    /// Tokens minted so far lose a permission: for `page`, or everywhere (then Graph says code 10).
    DropPermission {
        /// The permission.
        permission: String,
    },
    /// Acts once: kills all tokens minted so far of `person`, or of everyone who runs `page`.
    RevokeToken {
        /// The person's id or key.
        #[serde(default)]
        person: Option<String>,
        /// 458: the app was removed; 460: the password was changed.
        #[serde(default = "app_removed")]
        subcode: u32,
    },
    /// While set: every token of `person` is refused with code 190, those minted later too.
    InvalidToken {
        /// The person's id or key.
        person: String,
        /// 458: the app was removed; 459: checkpoint; 460: the password was changed; 467: invalid.
        #[serde(default = "app_removed")]
        subcode: u32,
    },
    /// While set: `debug_token` says that the tokens of `person` are another app's.
    OtherApp {
        /// The person's id or key.
        person: String,
    },
    /// While set: the tokens of `person` end so many seconds after the knob was set; negative: they have ended.
    TokenExpiry {
        /// The person's id or key.
        person: String,
        /// Seconds from now.
        in_seconds: i64,
    },
    /// While set: no token sees the asset `page` (any asset's id or key), as if nobody were assigned to it.
    HideAsset,
    /// While set: `dataset`, or the one linked to `page`, does not exist.
    HideDataset,
    /// While set: the node of `dataset`, or of the one linked to `page`, says `is_unavailable`.
    DatasetUnavailable,
    /// Answers as usual, with a `Date` so far ahead of (negative: behind) the sandbox's clock.
    ClockSkew {
        /// Seconds.
        seconds: i64,
    },
    /// While set: Graph versions up to this one have expired, and there is a newer one that answers their calls.
    RetireVersion {
        /// The major version.
        version: u32,
    },
    /// Acts once: takes `page` (or any asset's id given there) off its dataset, or every asset off `dataset`.
    UnlinkDataset,
}

/// What a knob that acts once has done.
#[derive(Clone, Debug, Serialize)]
pub struct Applied {
    /// The knob's name.
    pub kind: &'static str,
    /// Tokens killed or assets taken off.
    pub count: usize,
}

fn http_500() -> u16 {
    500
}
fn http_400() -> u16 {
    400
}
fn app_limit() -> i64 {
    4
}
fn one() -> usize {
    1
}
fn app_removed() -> u32 {
    458
}
fn sorry() -> String {
    "<!doctype html><title>Error</title><p>Sorry, something went wrong.</p>".into()
}

impl Fault {
    /// An effect on every call.
    pub fn new(effect: Effect) -> Self {
        Self {
            effect,
            dataset: None,
            page: None,
            edge: None,
            method: None,
            times: None,
            met: 0,
            spares_after: 0,
            set_at: 0,
        }
    }

    /// Only calls on this edge.
    pub fn edge(mut self, edge: &str) -> Self {
        self.edge = Some(edge.into());
        self
    }

    /// Only this Page (id or key) and its dataset.
    pub fn page(mut self, page: &str) -> Self {
        self.page = Some(page.into());
        self
    }

    /// Only this dataset.
    pub fn dataset(mut self, dataset: &str) -> Self {
        self.dataset = Some(dataset.into());
        self
    }

    /// Only the next so many calls.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    fn is_about(&self, dataset: &Dataset) -> bool {
        self.dataset.as_deref() == Some(dataset.id.as_str())
            || self.page.as_deref().is_some_and(|it| dataset.linked_to(it))
    }

    fn meets(&self, memory: &Memory, call: &Call) -> bool {
        let node = call.path.first().map(String::as_str);
        let dataset = node.and_then(|node| memory.dataset(node));
        let on_page =
            |page: &str| node == Some(page) || dataset.is_some_and(|it| it.linked_to(page));
        self.times.is_none_or(|times| self.met < times)
            && self
                .edge
                .as_deref()
                .is_none_or(|edge| call.path.last().is_some_and(|it| it == edge))
            && self
                .method
                .as_deref()
                .is_none_or(|method| method.eq_ignore_ascii_case(&call.method))
            && self.dataset.as_deref().is_none_or(|id| node == Some(id))
            && self.page.as_deref().is_none_or(on_page)
    }
}

/// A dropped permission concerns this token, and this asset or every one.
pub(crate) fn drops(
    faults: &[Fault],
    token: &Token,
    permission: &str,
    asset: Option<&str>,
) -> bool {
    faults.iter().any(|fault| {
        matches!(&fault.effect, Effect::DropPermission { permission: dropped } if dropped == permission)
            && token.number <= fault.spares_after
            && (fault.page.is_none() || fault.page.as_deref() == asset)
    })
}

/// The permission was dropped for the whole app, not for one Page.
pub(crate) fn dropped_everywhere(faults: &[Fault], token: &Token, permission: &str) -> bool {
    drops(faults, token, permission, None)
}

/// The subcode with which a knob has the token refused.
pub(crate) fn invalid(faults: &[Fault], token: &Token) -> Option<u32> {
    faults.iter().find_map(|fault| match &fault.effect {
        Effect::InvalidToken { person, subcode } if *person == token.person => Some(*subcode),
        _ => None,
    })
}

/// When a knob has the token end.
pub(crate) fn expiry(faults: &[Fault], token: &Token) -> Option<i64> {
    faults.iter().find_map(|fault| match &fault.effect {
        Effect::TokenExpiry { person, in_seconds } if *person == token.person => {
            Some(fault.set_at + in_seconds)
        }
        _ => None,
    })
}

/// A knob has the token pass for another app's.
pub(crate) fn other_app(faults: &[Fault], token: &Token) -> bool {
    let concerns = |fault: &Fault| matches!(&fault.effect, Effect::OtherApp { person } if *person == token.person);
    faults.iter().any(concerns)
}

/// A knob hides the asset.
pub(crate) fn hides(faults: &[Fault], asset: &str) -> bool {
    faults.iter().any(|fault| {
        matches!(fault.effect, Effect::HideAsset) && fault.page.as_deref() == Some(asset)
    })
}

/// A knob has the dataset gone.
pub(crate) fn gone(faults: &[Fault], dataset: &Dataset) -> bool {
    let is_gone = |it: &&Fault| matches!(it.effect, Effect::HideDataset);
    faults.iter().filter(is_gone).any(|it| it.is_about(dataset))
}

/// A knob has the dataset unavailable.
pub(crate) fn unavailable(faults: &[Fault], dataset: &Dataset) -> bool {
    let is_unavailable = |it: &&Fault| matches!(it.effect, Effect::DatasetUnavailable);
    faults
        .iter()
        .filter(is_unavailable)
        .any(|it| it.is_about(dataset))
}

/// The newest version that a knob has retired.
pub(crate) fn retired(faults: &[Fault]) -> Option<u32> {
    faults
        .iter()
        .filter_map(|fault| match fault.effect {
            Effect::RetireVersion { version } => Some(version),
            _ => None,
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knobs_read_from_flat_json_with_defaults() {
        let fault: Fault =
            serde_json::from_str(r#"{"kind":"http_error","edge":"events","times":2}"#).unwrap();
        assert!(matches!(
            fault.effect,
            Effect::HttpError { status: 500, .. }
        ));
        assert_eq!(
            (fault.edge.as_deref(), fault.times),
            (Some("events"), Some(2))
        );
        let fault: Fault =
            serde_json::from_str(r#"{"kind":"rate_limit","code":80004,"minutes":7}"#).unwrap();
        assert!(matches!(
            fault.effect,
            Effect::RateLimit {
                code: 80_004,
                minutes: 7
            }
        ));
        assert!(serde_json::from_str::<Fault>(r#"{"kind":"earthquake"}"#).is_err());
    }
}
