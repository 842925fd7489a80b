//! Conversations as Messenger and Instagram write them; WhatsApp's are brought into the same shape.

use super::moment;
use crate::tolerant::text;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::fmt;

/// One thing that happened in a conversation. Its `Debug` shows nothing of the person.
#[derive(Clone, Default, PartialEq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Who acted.
    pub sender: Party,
    /// Who it was meant for; for WhatsApp the id of the phone number.
    pub recipient: Party,
    /// When.
    pub timestamp: Option<DateTime<Utc>>,
    /// The id of the message or postback, by which a repeated delivery is known.
    pub mid: Option<String>,
    /// Whether the page itself wrote.
    pub is_echo: bool,
    /// Whether another app owns the conversation and we only watch.
    pub is_standby: bool,
    /// The ad or link that led here, from whichever of its places.
    pub referral: Option<Referral>,
}

/// What happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Somebody wrote.
    Message,
    /// Somebody pressed a button, such as *Get started*.
    Postback,
    /// Somebody came back to their conversation through an ad or a link, and has not written yet.
    Referral,
    /// A receipt, a reaction, or something newer than this code.
    #[default]
    Other,
}

/// One side of a conversation.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// A page's id, the page- or Instagram-scoped id of a person, or a WhatsApp phone number: that one may be missing.
    pub id: Option<String>,
    /// What stands for a person who only ticked the checkbox plugin.
    pub user_ref: Option<String>,
    /// WhatsApp's business-scoped id of a person: it stays when the phone number is hidden or changes.
    pub business_scoped_id: Option<String>,
}

/// The ad or link that led a person to the conversation. Its `Debug` does not show the click.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Referral {
    /// The advertiser's own `ref`.
    pub reference: Option<String>,
    /// The ad.
    pub ad_id: Option<String>,
    /// `ADS`, `SHORTLINK`, `CUSTOMER_CHAT_PLUGIN` and others; `ad` and `post` for WhatsApp.
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
    /// WhatsApp's id of the click, by which events are counted for the ad. Missing for ads in Status.
    pub ctwa_clid: Option<String>,
}

/// What happened on a page or an Instagram account.
pub(super) fn items(entry: &Value) -> Vec<Item> {
    let items = |key: &str, is_standby| {
        let list = entry[key].as_array().into_iter().flatten();
        list.filter(|item| item.is_object())
            .map(move |item| Item::from_json(item, is_standby))
    };
    items("messaging", false)
        .chain(items("standby", true))
        .collect()
}

impl Item {
    fn from_json(json: &Value, is_standby: bool) -> Self {
        let (message, postback) = (&json["message"], &json["postback"]);
        let referral = [message, postback, json]
            .into_iter()
            .find_map(|place| Referral::from_json(&place["referral"]));
        let kind = if message.is_object() {
            Kind::Message
        } else if postback.is_object() {
            Kind::Postback
        } else if referral.is_some() {
            Kind::Referral
        } else {
            Kind::Other
        };
        Self {
            kind,
            sender: Party::from_json(&json["sender"]),
            recipient: Party::from_json(&json["recipient"]),
            timestamp: moment(&json["timestamp"]),
            mid: text(&message["mid"]).or_else(|| text(&postback["mid"])),
            is_echo: message["is_echo"].as_bool().unwrap_or_default(),
            is_standby,
            referral,
        }
    }

    /// The id of the person in the conversation, whoever of the two wrote. On WhatsApp the business-scoped id, where there
    /// is one: the phone number may be missing.
    pub fn person(&self) -> Option<&str> {
        let party = if self.is_echo {
            &self.recipient
        } else {
            &self.sender
        };
        party.business_scoped_id.as_deref().or(party.id.as_deref())
    }
}

impl Party {
    fn from_json(json: &Value) -> Self {
        Self {
            id: text(&json["id"]).filter(|id| !id.is_empty()),
            user_ref: text(&json["user_ref"]),
            business_scoped_id: None,
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
            ctwa_clid: None,
        })
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Item")
            .field("kind", &self.kind)
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

impl fmt::Debug for Referral {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Referral")
            .field("ad_id", &self.ad_id)
            .field("source", &self.source)
            .field("kind", &self.kind)
            .field("has_click", &self.ctwa_clid.is_some())
            .finish_non_exhaustive()
    }
}
