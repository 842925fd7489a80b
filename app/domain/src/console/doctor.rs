//! What the doctor found, as pages show it.

use serde::{Deserialize, Serialize};

use super::{Explanation, Moment};
use crate::{AdvertiserId, Channel, ConnectionId, Health, Probe, ProbeOutcome};

/// The newest answer to one probe of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeResult {
    /// Which.
    pub probe: Probe,
    /// The permission, for a probe of one; else empty.
    pub subject: String,
    /// What came of it.
    pub outcome: ProbeOutcome,
    /// What was found, in a sentence; may be empty where all is well.
    pub what: String,
    /// What to do about it; empty where there is nothing.
    pub next: String,
    /// Since when the answer is this.
    pub began: Moment,
}

/// One answer that lasted for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeChange {
    /// Which probe.
    pub probe: Probe,
    /// The permission, for a probe of one; else empty.
    pub subject: String,
    /// What came of it.
    pub outcome: ProbeOutcome,
    /// What was found; may be empty.
    pub what: String,
    /// From when…
    pub began: Moment,
    /// …until when; empty: it lasts.
    pub ended: Option<Moment>,
}

/// A connection before the doctor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examination {
    /// Whose.
    pub advertiser: AdvertiserId,
    /// What it is called.
    pub advertiser_name: String,
    /// Which connection.
    pub connection: ConnectionId,
    /// The channel it carries.
    pub channel: Channel,
    /// The Page, account or WABA.
    pub asset_name: String,
    /// How it is.
    pub health: Health,
    /// Since when.
    pub health_since: Moment,
    /// What is wrong and what to do, while it is not healthy.
    pub explanation: Option<Explanation>,
    /// Subscribing to its messages again is what mends it.
    pub needs_subscription: bool,
    /// Events that wait for it to heal.
    pub parked: i64,
    /// When the doctor looked last.
    pub checked: Option<Moment>,
    /// When it looks next.
    pub next_check: Option<Moment>,
    /// The list, in its order.
    pub results: Vec<ProbeResult>,
    /// What was answered before, newest first.
    pub history: Vec<ProbeChange>,
    /// Now, for relative times.
    pub now_ms: i64,
}
