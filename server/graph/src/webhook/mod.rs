//! What Meta's webhooks say: of conversations on Messenger, Instagram and WhatsApp, and of WhatsApp accounts themselves.
//!
//! Verify the signature first. Reading never fails on a part that it does not know: it leaves that part out.

mod account;
mod automatic;
mod conversation;
#[cfg(test)]
mod tests;
mod whatsapp;

pub use account::{AccountEvent, AccountUpdate};
pub use automatic::AutomaticEvent;
pub use conversation::{Item, Kind, Party, Referral};

use crate::tolerant::{integer, text};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::fmt;

/// Why a body is no webhook of ours at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It is not JSON, or not an object with entries.
    #[error("the webhook is not JSON with entries")]
    NotEntries,
    /// It is about something else than pages, Instagram accounts and WABAs.
    #[error("the webhook is not about a page, an Instagram account or a WhatsApp Business Account")]
    OtherObject,
}

/// What a webhook is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Object {
    /// Pages: Messenger.
    Page,
    /// Instagram professional accounts.
    Instagram,
    /// WhatsApp Business Accounts.
    Waba,
}

/// What happened on one page, account or WABA. Its `Debug` shows nothing of the people there.
#[derive(Clone)]
pub struct Entry {
    /// What it is about.
    pub object: Object,
    /// The page's, account's or WABA's id: by it a conversation finds its advertiser. An [`AccountUpdate`] has an id of
    /// its own.
    pub id: String,
    /// When Meta put the entry together.
    pub time: Option<DateTime<Utc>>,
    /// What happened in conversations, in no promised order.
    pub items: Vec<Item>,
    /// What happened to the WABA itself.
    pub updates: Vec<AccountUpdate>,
    /// Conversions that Meta saw in conversations with the WABA.
    pub automatic: Vec<AutomaticEvent>,
    /// The entry as it came.
    pub raw: String,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(default)]
    object: Value,
    #[serde(borrow)]
    entry: Vec<&'a RawValue>,
}

/// The entries of a webhook. An entry that names no asset is left out.
///
/// # Errors
/// [`Malformed`] for what is no webhook about conversations.
pub fn entries(raw: &[u8]) -> Result<Vec<Entry>, Malformed> {
    let body: Body = serde_json::from_slice(raw).map_err(|_| Malformed::NotEntries)?;
    let object = match body.object.as_str() {
        Some("page") => Object::Page,
        Some("instagram") => Object::Instagram,
        Some("whatsapp_business_account") => Object::Waba,
        _ => return Err(Malformed::OtherObject),
    };
    let entries = body.entry.into_iter();
    Ok(entries
        .filter_map(|raw| Entry::from_raw(object, raw))
        .collect())
}

impl Entry {
    fn from_raw(object: Object, raw: &RawValue) -> Option<Self> {
        let json: Value = serde_json::from_str(raw.get()).ok()?;
        let id = text(&json["id"]).filter(|id| !id.is_empty())?;
        let (items, updates, automatic) = if object == Object::Waba {
            (
                whatsapp::items(&json),
                account::updates(&json, &id),
                automatic::automatic(&json),
            )
        } else {
            (conversation::items(&json), Vec::new(), Vec::new())
        };
        Some(Self {
            object,
            id,
            time: moment(&json["time"]),
            items,
            updates,
            automatic,
            raw: raw.get().into(),
        })
    }
}

/// The messages in the shape of the WhatsApp Business API on premises (`meta-platform.md` 5.5): `contacts` beside
/// `messages`, or a list of those under `data`. None for any other shape.
pub fn on_premises(raw: &[u8]) -> Option<Vec<Item>> {
    let json: Value = serde_json::from_slice(raw).ok()?;
    let values = match &json["data"] {
        Value::Array(values) => values.as_slice(),
        _ => std::slice::from_ref(&json),
    };
    let has_messages = |value: &Value| value["messages"].is_array();
    values
        .iter()
        .all(has_messages)
        .then(|| values.iter().flat_map(whatsapp::of_value).collect())
}

/// A moment in milliseconds, as a number or as text; what could only be seconds is taken for that.
fn moment(value: &Value) -> Option<DateTime<Utc>> {
    const YEAR_5000_IN_SECONDS: i64 = 100_000_000_000;
    let number = integer(value).filter(|number| *number > 0)?;
    if number < YEAR_5000_IN_SECONDS {
        return DateTime::from_timestamp(number, 0);
    }
    DateTime::from_timestamp_millis(number)
}

impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Entry")
            .field("object", &self.object)
            .field("id", &self.id)
            .field("time", &self.time)
            .field("items", &self.items)
            .field("updates", &self.updates)
            .field("automatic", &self.automatic)
            .finish_non_exhaustive()
    }
}
