//! What the test studio offers, takes and answers.

use serde::{Deserialize, Serialize};

use super::{Advertiser, Moment};
use crate::{Channel, ConnectionId, ContactId, DatasetKind, EventId, Health, Problem};

/// What can be sent for one advertiser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Studio {
    /// For whom.
    pub advertiser: Advertiser,
    /// Where events can go.
    pub connections: Vec<StudioConnection>,
    /// Those who wrote lately, newest first.
    pub contacts: Vec<ContactChoice>,
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
