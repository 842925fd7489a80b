//! Why an attempt stopped: what Meta's errors mean here, and what is kept of them.

use domain::{CauseKey, ConnectFailure, Language, SignupEnd, classify, console::MetaAnswer};
use serde::{Deserialize, Serialize};

use crate::explain::explain;

/// Why an attempt stopped.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub reason: ConnectFailure,
    pub detail: Detail,
}

/// What is kept beside the reason: never a token, never a person.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Detail {
    /// Required permissions that were not granted.
    pub missing: Vec<String>,
    /// The assets that another advertiser holds.
    pub held: Vec<Held>,
    /// What Meta said.
    pub meta: Option<Box<Meta>>,
    /// How Meta's signup window ended.
    pub signup: Option<SignupEnd>,
}

/// An asset that cannot be had.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Held {
    pub meta_id: String,
    pub name: String,
}

/// Held assets as a link keeps them.
pub(super) fn names(held: &[Held]) -> Vec<String> {
    let name = |held: &Held| format!("{} {}", held.meta_id, held.name);
    held.iter().map(name).collect()
}

/// Meta's error.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Meta {
    code: i64,
    subcode: Option<i64>,
    message: String,
    fbtrace_id: String,
}

impl From<ConnectFailure> for Failure {
    fn from(reason: ConnectFailure) -> Self {
        Self {
            reason,
            detail: Detail::default(),
        }
    }
}

impl Failure {
    /// What an error of a call means. `refused` is the reason for a refusal that says nothing of token, app or load.
    pub(super) fn of(error: &graph::Error, refused: ConnectFailure) -> Self {
        let reason = match error {
            _ if error.is_transient() => ConnectFailure::MetaUnreachable,
            graph::Error::Invalid(_) => ConnectFailure::AppMisconfigured,
            graph::Error::Refused(error) if matches!(error.code, 101 | 104) => {
                ConnectFailure::AppMisconfigured
            }
            graph::Error::Refused(error) if error.is_authentication() => {
                ConnectFailure::MetaRefused
            }
            _ => refused,
        };
        Self {
            reason,
            detail: Detail {
                meta: error.refusal().map(Meta::of).map(Box::new),
                ..Detail::default()
            },
        }
    }

    /// What a refusal of the dataset means.
    pub(super) fn of_dataset(error: &graph::Error) -> Self {
        let reason = match error
            .refusal()
            .map(|refusal| (refusal.code, refusal.subcode))
        {
            Some((2_804_133, _) | (_, Some(2_804_133))) => {
                ConnectFailure::InstagramAcrossPortfolios
            }
            _ => ConnectFailure::DatasetFailed,
        };
        Self::of(error, reason)
    }

    /// What an error of the code's exchange means.
    pub(super) fn of_exchange(error: &graph::Error) -> Self {
        let reason = match error.refusal().and_then(|refusal| refusal.subcode) {
            Some(36_009) => ConnectFailure::CodeUsed,
            Some(36_007) => ConnectFailure::CodeExpired,
            Some(36_008) => ConnectFailure::AppMisconfigured,
            _ => return Self::of(error, ConnectFailure::MetaRefused),
        };
        Self {
            reason,
            ..Self::of(error, reason)
        }
    }

    /// The token that Meta gave does not work, in its own words.
    pub(super) fn of_dead_token(error: Option<&graph::GraphError>) -> Self {
        let detail = Detail {
            meta: error.map(Meta::of).map(Box::new),
            ..Detail::default()
        };
        Self {
            reason: ConnectFailure::MetaRefused,
            detail,
        }
    }
}

impl Detail {
    pub(super) fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    pub(super) fn from_json(json: serde_json::Value) -> Self {
        serde_json::from_value(json).unwrap_or_default()
    }
}

impl Meta {
    fn of(error: &graph::GraphError) -> Self {
        Self {
            code: error.code,
            subcode: error.subcode,
            message: error
                .user_message
                .clone()
                .unwrap_or_else(|| error.message.clone()),
            fbtrace_id: error.fbtrace_id.clone().unwrap_or_default(),
        }
    }

    pub(super) fn answer(self, language: Language) -> MetaAnswer {
        let key = classify(self.code, self.subcode, false).key;
        // What the catalogue says of an unknown number speaks of events, and here none was sent.
        let is_known = !matches!(
            key,
            CauseKey::CodeUnknown | CauseKey::SubcodeUnknown | CauseKey::ParameterInvalid
        );
        MetaAnswer {
            code: self.code,
            subcode: self.subcode,
            message: self.message,
            fbtrace_id: self.fbtrace_id,
            explanation: is_known.then(|| explain(language, key)),
        }
    }
}
