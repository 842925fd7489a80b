//! What Meta's webhooks say of Messenger and Instagram conversations.
//!
//! Verify the signature first. Reading never fails on a part that it does not know: it leaves that part out.

use crate::tolerant::{integer, text};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::fmt;

/// Why a body is no webhook of pages at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It is not JSON, or not an object with entries.
    #[error("the webhook is not JSON with entries")]
    NotEntries,
    /// It is about something else than pages or Instagram accounts.
    #[error("the webhook is not about conversations of a page")]
    OtherObject,
}

/// What happened on one page or Instagram account. Its `Debug` shows nothing of the people there.
#[derive(Clone)]
pub struct Entry {
    /// The page's or account's id: by it the entry finds its advertiser.
    pub id: String,
    /// When Meta put the entry together.
    pub time: Option<DateTime<Utc>>,
    /// What happened, in no promised order.
    pub items: Vec<Item>,
    /// The entry as it came.
    pub raw: String,
}

/// One thing that happened in a conversation. Its `Debug` shows nothing of the person.
#[derive(Clone, Default, PartialEq)]
pub struct Item {
    /// Who acted.
    pub sender: Party,
    /// Who it was meant for.
    pub recipient: Party,
    /// When.
    pub timestamp: Option<DateTime<Utc>>,
    /// The id of the message or postback, by which a repeated delivery is known.
    pub mid: Option<String>,
    /// Whether the page itself wrote.
    pub is_echo: bool,
    /// Whether another app owns the conversation and we only watch.
    pub is_standby: bool,
    /// The ad or link that led here, from whichever of its three places.
    pub referral: Option<Referral>,
}

/// One side of a conversation.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// A page's id, or the page- or Instagram-scoped id of a person.
    pub id: Option<String>,
    /// What stands for a person who only ticked the checkbox plugin.
    pub user_ref: Option<String>,
}

/// The ad or link that led a person to the conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Referral {
    /// The advertiser's own `ref`.
    pub reference: Option<String>,
    /// The ad.
    pub ad_id: Option<String>,
    /// `ADS`, `SHORTLINK`, `CUSTOMER_CHAT_PLUGIN` and others.
    pub source: Option<String>,
    /// Such as `OPEN_THREAD`.
    pub kind: Option<String>,
    /// The ad's title.
    pub ad_title: Option<String>,
    /// The ad's picture.
    pub photo_url: Option<String>,
    /// The ad's video.
    pub video_url: Option<String>,
    /// The post that the ad shows.
    pub post_id: Option<String>,
    /// The product that the ad shows.
    pub product_id: Option<String>,
    /// The flow that the ad starts.
    pub flow_id: Option<String>,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(default)]
    object: Value,
    #[serde(borrow)]
    entry: Vec<&'a RawValue>,
}

/// The entries of a webhook about pages or Instagram accounts. An entry that names no asset is left out.
pub fn page_entries(raw: &[u8]) -> Result<Vec<Entry>, Malformed> {
    let body: Body = serde_json::from_slice(raw).map_err(|_| Malformed::NotEntries)?;
    if !matches!(body.object.as_str(), Some("page" | "instagram")) {
        return Err(Malformed::OtherObject);
    }
    Ok(body.entry.into_iter().filter_map(Entry::from_raw).collect())
}

impl Entry {
    fn from_raw(raw: &RawValue) -> Option<Self> {
        let json: Value = serde_json::from_str(raw.get()).ok()?;
        let items = |key: &str, is_standby| {
            let list = json[key].as_array().cloned().unwrap_or_default();
            list.into_iter()
                .filter(Value::is_object)
                .map(move |item| Item::from_json(&item, is_standby))
        };
        Some(Self {
            id: text(&json["id"]).filter(|id| !id.is_empty())?,
            time: moment(&json["time"]),
            items: items("messaging", false)
                .chain(items("standby", true))
                .collect(),
            raw: raw.get().into(),
        })
    }
}

impl Item {
    fn from_json(json: &Value, is_standby: bool) -> Self {
        let (message, postback) = (&json["message"], &json["postback"]);
        let referral = [message, postback, json]
            .into_iter()
            .find_map(|place| Referral::from_json(&place["referral"]));
        Self {
            sender: Party::from_json(&json["sender"]),
            recipient: Party::from_json(&json["recipient"]),
            timestamp: moment(&json["timestamp"]),
            mid: text(&message["mid"]).or_else(|| text(&postback["mid"])),
            is_echo: message["is_echo"].as_bool().unwrap_or_default(),
            is_standby,
            referral,
        }
    }

    /// The scoped id of the person in the conversation, whoever of the two wrote.
    pub fn person(&self) -> Option<&str> {
        let party = if self.is_echo {
            &self.recipient
        } else {
            &self.sender
        };
        party.id.as_deref()
    }
}

impl Party {
    fn from_json(json: &Value) -> Self {
        Self {
            id: text(&json["id"]).filter(|id| !id.is_empty()),
            user_ref: text(&json["user_ref"]),
        }
    }
}

impl Referral {
    fn from_json(json: &Value) -> Option<Self> {
        json.as_object()?;
        let ad = &json["ads_context_data"];
        Some(Self {
            reference: text(&json["ref"]),
            ad_id: text(&json["ad_id"]),
            source: text(&json["source"]),
            kind: text(&json["type"]),
            ad_title: text(&ad["ad_title"]),
            photo_url: text(&ad["photo_url"]),
            video_url: text(&ad["video_url"]),
            post_id: text(&ad["post_id"]),
            product_id: text(&ad["product_id"]),
            flow_id: text(&ad["flow_id"]),
        })
    }
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
            .field("id", &self.id)
            .field("time", &self.time)
            .field("items", &self.items)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Item")
            .field("timestamp", &self.timestamp)
            .field("is_echo", &self.is_echo)
            .field("is_standby", &self.is_standby)
            .field("has_referral", &self.referral.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Party {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Party").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entries(body: Value) -> Vec<Entry> {
        page_entries(body.to_string().as_bytes()).unwrap()
    }

    fn item(item: Value) -> Item {
        entries(json!({"object": "page", "entry": [{"id": "55", "messaging": [item]}]}))
            .remove(0)
            .items
            .remove(0)
    }

    #[test]
    fn a_message_is_read_with_its_person_its_time_and_its_ad() {
        let entry = entries(json!({"object": "page", "entry": [{"id": 55, "time": 1790500000123_i64, "messaging": [{
            "sender": {"id": "7123"}, "recipient": {"id": "55"}, "timestamp": "1790500000100",
            "message": {"mid": "m_abc", "text": "hi", "referral": {"ref": "spring", "ad_id": 1200, "source": "ADS",
                "type": "OPEN_THREAD", "ads_context_data": {"ad_title": "Spring", "post_id": "9"}}}}]}]}))
        .remove(0);
        assert_eq!(
            (entry.id.as_str(), entry.time.unwrap().timestamp_millis()),
            ("55", 1_790_500_000_123)
        );
        let item = &entry.items[0];
        assert_eq!(
            (item.person(), item.mid.as_deref()),
            (Some("7123"), Some("m_abc"))
        );
        assert_eq!(
            item.timestamp.unwrap().timestamp_millis(),
            1_790_500_000_100
        );
        let referral = item.referral.as_ref().unwrap();
        assert_eq!(
            (referral.ad_id.as_deref(), referral.ad_title.as_deref()),
            (Some("1200"), Some("Spring"))
        );
        assert!(entry.raw.contains("m_abc"));
        let shown = format!("{entry:?} {:?}", item.sender);
        assert!(
            !shown.contains("7123") && !shown.contains("hi\""),
            "{shown}"
        );
    }

    #[test]
    fn the_referral_is_found_in_its_three_places() {
        for (place, mid) in [
            (
                json!({"message": {"mid": "m", "referral": {"ad_id": "1"}}}),
                Some("m"),
            ),
            (
                json!({"postback": {"mid": "p", "referral": {"ad_id": "1"}}}),
                Some("p"),
            ),
            (json!({"referral": {"ad_id": "1"}}), None),
        ] {
            let item = item(place);
            assert_eq!(item.referral.unwrap().ad_id.as_deref(), Some("1"));
            assert_eq!(item.mid.as_deref(), mid);
        }
    }

    #[test]
    fn an_echo_is_about_the_one_it_was_written_to() {
        let echo = json!({"sender": {"id": "55"}, "recipient": {"id": "7123"}, "message": {"mid": "m", "is_echo": true}});
        assert_eq!(item(echo).person(), Some("7123"));
        let checkbox = item(json!({"sender": {"user_ref": "u1"}}));
        assert_eq!(
            (checkbox.person(), checkbox.sender.user_ref.as_deref()),
            (None, Some("u1"))
        );
    }

    #[test]
    fn what_another_app_answers_is_marked() {
        let entry = entries(json!({"object": "instagram", "entry": [{"id": "178",
            "messaging": [{"sender": {"id": "1"}}], "standby": [{"sender": {"id": "2"}}]}]}))
        .remove(0);
        assert_eq!(
            entry
                .items
                .iter()
                .map(|item| item.is_standby)
                .collect::<Vec<_>>(),
            [false, true]
        );
    }

    #[test]
    fn nothing_that_comes_makes_reading_fail() {
        assert_eq!(page_entries(b"\xff{").unwrap_err(), Malformed::NotEntries);
        assert_eq!(page_entries(b"{}").unwrap_err(), Malformed::NotEntries);
        assert_eq!(page_entries(b"[]").unwrap_err(), Malformed::NotEntries);
        assert_eq!(
            page_entries(br#"{"object":"user","entry":[]}"#).unwrap_err(),
            Malformed::OtherObject
        );
        let strange = [
            json!(7),
            json!(null),
            json!({}),
            json!({"id": ""}),
            json!({"id": "55", "messaging": 7}),
            json!({"id": "55", "messaging": [7, null, "x", {"message": 7, "sender": [], "timestamp": {}}], "changes": []}),
            json!({"id": "55", "time": i64::MAX, "messaging": [{"timestamp": -1, "referral": "x"}]}),
        ];
        let read = entries(json!({"object": "page", "entry": strange}));
        assert_eq!(
            read.iter()
                .map(|entry| entry.items.len())
                .collect::<Vec<_>>(),
            [0, 1, 1]
        );
    }
}
