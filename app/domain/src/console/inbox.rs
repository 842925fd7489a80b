//! What Meta's webhooks brought.

use serde::{Deserialize, Serialize};

use super::{AdvertiserChoices, Day, Moment, Relayed};
use crate::{AdvertiserId, Channel, ContactId, MessageKind, MessageOutcome, WebhookMessageId};

/// What to show of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InboxFilter {
    /// One advertiser's.
    pub advertiser: Option<AdvertiserId>,
    /// One channel's.
    pub channel: Option<Channel>,
    /// One kind.
    pub kind: Option<MessageKind>,
    /// One outcome.
    pub outcome: Option<MessageOutcome>,
    /// One person's.
    pub contact: Option<ContactId>,
    /// From this day on, in the reader's zone; without it, of the last seven days.
    pub from: Option<Day>,
    /// To the end of this day.
    pub until: Option<Day>,
    /// Older than this.
    pub after: Option<WebhookMessageId>,
}

/// One thing that happened at Meta, and what came of it here. Nothing of what was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxRow {
    /// Which.
    pub id: WebhookMessageId,
    /// When Meta told us.
    pub received: Moment,
    /// When it happened.
    pub sent: Moment,
    /// The channel; none for a body that could not be read.
    pub channel: Option<Channel>,
    /// The asset's name here, or empty.
    pub asset_name: String,
    /// Meta's id of the asset, or empty.
    pub asset_meta_id: String,
    /// Who holds the asset, and their name.
    pub advertiser: Option<(AdvertiserId, String)>,
    /// What it was.
    pub kind: MessageKind,
    /// What came of it.
    pub outcome: MessageOutcome,
    /// Whether an event can be attributed to who wrote.
    pub has_identity: bool,
    /// Whether an ad led them there.
    pub from_ad: bool,
    /// Why it yielded an identity or did not, in a sentence.
    pub why: String,
    /// Who wrote.
    pub contact: Option<ContactId>,
    /// The last characters of their identifier, or empty.
    pub contact_hint: String,
}

/// A page of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxPage {
    /// The newest first.
    pub rows: Vec<InboxRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<WebhookMessageId>,
    /// Advertisers to filter by.
    pub advertisers: AdvertiserChoices,
    /// When the newest webhook of all came.
    pub newest: Option<Moment>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// One of them, with what can be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxMessage {
    /// As the list shows it.
    pub row: InboxRow,
    /// Whether the webhook is still kept as it came.
    pub is_kept: bool,
    /// How many messages to the same asset found nobody; counted up to a bound.
    pub unrouted: i64,
    /// Whether somebody holds the asset by now.
    pub is_held: bool,
    /// How it fared at each address that webhooks are handed on to.
    pub relays: Vec<Relayed>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// What came of taking webhooks apart once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    /// Messages that were open.
    pub messages: i64,
    /// Of them, those that found somebody now.
    pub found: i64,
    /// Whether there is more than was done at once.
    pub is_more: bool,
}
