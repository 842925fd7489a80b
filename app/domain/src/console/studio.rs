//! What the test studio offers, takes and answers.

use serde::{Deserialize, Serialize};

use super::{Advertiser, DatasetTestCode, EventDetail, Explanation, Moment};
use crate::{
    AdvertiserId, Channel, ConnectionId, ContactId, DatasetKind, EventId, EventState, Health,
    Problem,
};

/// What can be sent for one advertiser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Studio {
    /// For whom.
    pub advertiser: Advertiser,
    /// Where events can go.
    pub connections: Vec<StudioConnection>,
    /// Those who wrote lately, newest first.
    pub contacts: Vec<ContactChoice>,
    /// Test codes of the connections' datasets, newest first.
    pub test_codes: Vec<DatasetTestCode>,
    /// Until when a code would hold that is sent now for the first time, or again after its end.
    pub test_code_until: Moment,
    /// The id of the event that this form makes: sending the form twice makes one event.
    pub draft_id: EventId,
    /// What names us to Meta; empty for none.
    pub partner_agent: String,
    /// The address that events go to, up to the dataset's id: `https://graph.facebook.com/v26.0/`.
    pub graph_base: String,
    /// Now.
    pub now: Moment,
}

/// A connection with a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudioConnection {
    /// Which.
    pub id: ConnectionId,
    /// Its channel.
    pub channel: Channel,
    /// Its asset's name.
    pub asset_name: String,
    /// Its asset's id at Meta.
    pub asset_meta_id: String,
    /// Where its events go.
    pub dataset_meta_id: String,
    /// Decides the identity keys.
    pub dataset_kind: DatasetKind,
    /// Whether events go out now.
    pub health: Health,
}

/// Somebody who wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactChoice {
    /// Which.
    pub id: ContactId,
    /// To which connection's asset.
    pub connection_id: ConnectionId,
    /// The identifier, masked.
    pub hint: String,
    /// When they last wrote.
    pub last_seen: Moment,
    /// Whether they came from an ad.
    pub from_ad: bool,
}

/// The form, as its fields say it: nothing is parsed yet, so that nothing typed is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudioEvent {
    /// `Studio::draft_id`.
    pub draft_id: String,
    /// The connection's id.
    pub connection: String,
    /// The contact's id.
    pub contact: String,
    /// The event's name.
    pub name: String,
    /// When it happened, in the advertiser's zone: `2026-11-22T15:04`; empty for now.
    pub event_time: String,
    /// `event_id`; empty for one of ours.
    pub event_id: String,
    /// The test code; empty for a live event.
    pub test_code: String,
    /// The amount in major units.
    pub value: String,
    /// ISO 4217.
    pub currency: String,
    /// The order.
    pub order_id: String,
    /// One product a line: `id, quantity, item price`; the last two may be left out.
    pub contents: String,
}

/// What became of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StudioAnswer {
    /// It is queued; its page and state can be asked for.
    Accepted(EventId),
    /// Nothing was sent: this is wrong with it.
    Refused(Vec<Problem>),
}

/// What became of an event that the studio sent: as much of [`EventDetail`] as the studio shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudioResult {
    /// Which.
    pub id: EventId,
    /// Where it stands.
    pub state: EventState,
    /// Cause and remedy, when it is not delivered.
    pub explanation: Option<Explanation>,
    /// Whose connection would have to be made anew to release it.
    pub reconnect: Option<AdvertiserId>,
    /// When the next try is due.
    pub due: Option<Moment>,
    /// The latest POST that carried it.
    pub last: Option<StudioAttempt>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// One POST to Meta, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudioAttempt {
    /// The HTTP status, if an answer came.
    pub http_status: Option<i32>,
    /// How long the answer took.
    pub latency_ms: Option<i32>,
    /// No answer has come yet.
    pub is_under_way: bool,
    /// Meta's code and subcode; empty for none.
    pub codes: Vec<i64>,
    /// Meta's support handle; empty for none.
    pub fbtrace_id: String,
    /// The answer in full, indented if it was JSON; empty for none.
    pub answer: String,
}

impl From<EventDetail> for StudioResult {
    fn from(event: EventDetail) -> Self {
        Self {
            id: event.row.id,
            state: event.row.state,
            explanation: event.explanation,
            reconnect: event.needs_reconnect.then_some(event.row.advertiser_id),
            due: event.due,
            last: event
                .attempts
                .into_iter()
                .next_back()
                .map(|attempt| StudioAttempt {
                    http_status: attempt.http_status,
                    latency_ms: attempt.latency_ms,
                    is_under_way: attempt.outcome.is_none(),
                    codes: attempt.code.into_iter().chain(attempt.subcode).collect(),
                    fbtrace_id: attempt.fbtrace_id,
                    answer: attempt.answer,
                }),
            now_ms: event.now_ms,
        }
    }
}
