//! What leads the console: what needs somebody, and how the day went.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::{
    AdvertiserId, CauseKey, Channel, ConnectionId, Health, IncidentId, Probe, ProbeOutcome,
    text_enum::text_enum,
};

text_enum! {
    /// Why something needs somebody.
    NeedKind {
        /// One cause hit many advertisers.
        Incident = "incident",
        /// A connection asks for a new login or a repair.
        Broken = "broken",
        /// A connection is unsteady.
        Degraded = "degraded",
        /// Somebody began to connect and did not come to the end.
        Stuck = "stuck",
        /// Nobody knows whether events counted.
        Unconfirmed = "unconfirmed",
        /// An address that webhooks are handed on to takes none.
        Relay = "relay",
    }
}

/// Something that needs somebody, with its one action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Why.
    pub kind: NeedKind,
    /// Whose it is; of an incident, what it is.
    pub title: String,
    /// The channel, if it is of one.
    pub channel: Option<Channel>,
    /// How the connection is, if it is about one.
    pub health: Option<Health>,
    /// What happened, in a sentence.
    pub what: String,
    /// Since when.
    pub since: Moment,
    /// Where its one action is.
    pub href: String,
    /// What that action is called.
    pub action: String,
}

/// The events that were accepted in one hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourRow {
    /// The hour's beginning.
    pub at: Moment,
    /// One for each group, in the order of [`crate::StateGroup::ALL`].
    pub counts: Vec<i64>,
}

/// The page that leads the console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Newest first.
    pub needs: Vec<Need>,
    /// Whether there are more than are named.
    pub has_more: bool,
    /// The last 24 hours, oldest first.
    pub hours: Vec<HourRow>,
    /// The same as an SVG image, made on the server.
    pub chart: String,
    /// Events of these hours that Meta counted.
    pub arrived: i64,
    /// All events of these hours, without duplicates.
    pub events: i64,
    /// The share of the first in the second, such as `98.4`; empty where there is nothing to share.
    pub share: String,
    /// Since when the oldest waiting event waits.
    pub oldest_waiting: Option<Moment>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// One cause that hit many advertisers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Which.
    pub id: IncidentId,
    /// Why.
    pub cause: CauseKey,
    /// What happened, in a sentence.
    pub what: String,
    /// What to do.
    pub next: String,
    /// Since when.
    pub opened: Moment,
    /// Until when; empty: it lasts.
    pub closed: Option<Moment>,
    /// Advertisers that it hit: names of the first, and how many in all.
    pub names: Vec<String>,
    /// How many advertisers it hit in all.
    pub advertisers: i64,
    /// How many of their connections are still hit.
    pub connections: i64,
}

/// What a page of the doctor's matrix is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct MatrixFilter {
    /// Only connections of this health.
    pub health: Option<Health>,
    /// Only this channel.
    pub channel: Option<Channel>,
    /// Only those on which this probe is not well.
    pub probe: Option<Probe>,
    /// The last connection of the page before.
    pub after: Option<ConnectionId>,
}

/// One connection in the matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixRow {
    /// Whose.
    pub advertiser: AdvertiserId,
    /// What it is called.
    pub name: String,
    /// Which connection.
    pub connection: ConnectionId,
    /// The channel it carries.
    pub channel: Channel,
    /// The Page, account or WABA.
    pub asset_name: String,
    /// How it is.
    pub health: Health,
    /// The worst answer to each probe, in the order of [`Probe::ALL`]; empty where nobody has looked yet.
    pub outcomes: Vec<Option<ProbeOutcome>>,
    /// When the doctor looked last.
    pub checked: Option<Moment>,
}

/// The health of the fleet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matrix {
    /// Those that last, then those of the last days.
    pub incidents: Vec<Incident>,
    /// One page of connections.
    pub rows: Vec<MatrixRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<ConnectionId>,
    /// Now, for relative times.
    pub now_ms: i64,
}
