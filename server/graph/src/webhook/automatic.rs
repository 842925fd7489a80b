//! `automatic_events`: conversions that Meta saw in a WhatsApp conversation by itself (`meta-platform.md`, 2.5).

use super::moment;
use crate::tolerant::text;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::fmt;

/// A conversion that Meta saw. Its `Debug` does not show the click.
#[derive(Clone, PartialEq, Eq)]
pub struct AutomaticEvent {
    /// By which it is known again.
    pub id: String,
    /// `LeadSubmitted` or `Purchase`.
    pub name: String,
    /// When it happened.
    pub timestamp: Option<DateTime<Utc>>,
    /// The click that it is counted by.
    pub ctwa_clid: Option<String>,
    /// The amount, as Meta writes it.
    pub value: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
}

/// Those in a WABA's entry. One without an id is left out: nobody could tell it from its repetition.
pub(super) fn automatic(entry: &Value) -> Vec<AutomaticEvent> {
    let changes = entry["changes"].as_array().into_iter().flatten();
    changes
        .filter(|change| change["field"] == "automatic_events")
        .flat_map(|change| change["value"]["automatic_events"].as_array().into_iter())
        .flatten()
        .filter_map(AutomaticEvent::from_json)
        .collect()
}

impl AutomaticEvent {
    fn from_json(json: &Value) -> Option<Self> {
        let filled = |value: &Value| text(value).filter(|text| !text.is_empty());
        let custom = &json["custom_data"];
        let value = match &custom["value"] {
            Value::Number(number) => Some(number.to_string()),
            other => filled(other),
        };
        Some(Self {
            id: filled(&json["id"])?,
            name: filled(&json["event_name"])?,
            timestamp: moment(&json["timestamp"]),
            ctwa_clid: filled(&json["ctwa_clid"]),
            value,
            currency: filled(&custom["currency"]),
        })
    }
}

impl fmt::Debug for AutomaticEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AutomaticEvent")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
