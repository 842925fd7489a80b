//! Events and what became of them.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::{
    AdvertiserId, AttemptId, Channel, ConnectionId, ContactId, EventId, EventName, EventSource,
    EventState,
};

/// Which events to list. Holds our ids only: it is written into the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFilter {
    /// One advertiser's.
    pub advertiser: Option<AdvertiserId>,
    /// One channel's.
    pub channel: Option<Channel>,
    /// One name.
    pub name: Option<EventName>,
    /// One state.
    pub state: Option<EventState>,
    /// One person's.
    pub contact: Option<ContactId>,
    /// One order's.
    pub order_id: Option<String>,
    /// Accepted at or after, milliseconds since 1970; seven days ago if empty.
    pub from_ms: Option<i64>,
    /// Accepted before.
    pub until_ms: Option<i64>,
    /// The last row of the page before.
    pub after: Option<EventId>,
}

/// A row of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRow {
    /// Which.
    pub id: EventId,
    /// Whose.
    pub advertiser_id: AdvertiserId,
    /// Its name.
    pub advertiser_name: String,
    /// The channel.
    pub channel: Channel,
    /// What happened in the conversation.
    pub name: EventName,
    /// Where it stands.
    pub state: EventState,
    /// When we accepted it.
    pub accepted: Moment,
    /// When it happened.
    pub event_time: Moment,
    /// The test code it was sent under; empty for a live event.
    pub test_code: String,
    /// The amount as the sender gave it, like `4800`; empty for none.
    pub value: String,
    /// ISO 4217; empty for none.
    pub currency: String,
    /// The order; empty for none.
    pub order_id: String,
    /// The contact's masked identifier; empty for none.
    pub contact_hint: String,
}

/// A page of the history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPage {
    /// Newest first.
    pub rows: Vec<EventRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<EventId>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// What happened and what to do, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// What happened, in one sentence.
    pub cause: String,
    /// What to do, in one sentence.
    pub remedy: String,
    /// Whose turn it is.
    pub actor: String,
}

/// One event with everything known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDetail {
    /// What the list shows.
    pub row: EventRow,
    /// `event_id` on the wire.
    pub external_id: String,
    /// How it came to Patchbay.
    pub source: EventSource,
    /// The event that came first, when this one was seen before.
    pub duplicate_of: Option<EventId>,
    /// The connection it goes through.
    pub connection_id: ConnectionId,
    /// Its asset's name.
    pub asset_name: String,
    /// The dataset's id at Meta.
    pub dataset_meta_id: String,
    /// Who sent it from the studio, or how the key begins that it was sent with; empty for none.
    pub sent_by: String,
    /// Cause and remedy, when it is not delivered.
    pub explanation: Option<Explanation>,
    /// Reconnecting would release it.
    pub needs_reconnect: bool,
    /// The element of `data`, indented, identifiers masked; empty once erased.
    pub payload: String,
    /// When it will be erased; none: it was.
    pub payload_until: Option<Moment>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// Every POST that carried it, oldest first.
    pub attempts: Vec<Attempt>,
    /// Unconfirmed: it may be resent or accepted as delivered.
    pub can_resolve: bool,
    /// The former of the two: what it holds is still there.
    pub can_resend: bool,
    /// When the next try is due.
    pub due: Option<Moment>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// One line of an event's timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimelineEntry {
    /// It was accepted and its rules hold.
    Accepted(Moment),
    /// A POST left; the index into `attempts`.
    Attempted(Moment, usize),
    /// It came to the state that it is in.
    Reached(Moment, EventState),
}

/// One POST to Meta.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which.
    pub id: AttemptId,
    /// When it left.
    pub started: Moment,
    /// How long the answer took; none while in flight and when the server stopped.
    pub latency_ms: Option<i32>,
    /// It went out with another app's token.
    pub is_limited: bool,
    /// How many events it carried.
    pub events: usize,
    /// The HTTP status, if an answer came.
    pub http_status: Option<i32>,
    /// What it meant; none while in flight.
    pub outcome: Option<AttemptOutcome>,
    /// Meta's support handle; empty for none.
    pub fbtrace_id: String,
    /// Meta's code.
    pub code: Option<i64>,
    /// Meta's subcode.
    pub subcode: Option<i64>,
    /// The Graph version that answered; empty for none.
    pub graph_version: String,
    /// The request as sent, this event's part of it, token and identifiers masked.
    pub request: String,
    /// The answer in full, indented if it was JSON; empty for none.
    pub answer: String,
    /// What it means.
    pub explanation: Option<Explanation>,
}

crate::text_enum::text_enum! {
    /// What came back from one POST (`design.md` section 5's table).
    AttemptOutcome {
        /// Meta counted every event.
        Delivered = "delivered",
        /// Meta counted them and had something to say.
        DeliveredWithWarning = "delivered_with_warning",
        /// The request never left.
        NotConnected = "not_connected",
        /// Meta asked to try again.
        Retry = "retry",
        /// Meta asked to wait.
        Paused = "paused",
        /// The token, a permission or the dataset's link is broken.
        Parked = "parked",
        /// Meta named the event invalid.
        Rejected = "rejected",
        /// It may have counted.
        Unconfirmed = "unconfirmed",
    }
}
