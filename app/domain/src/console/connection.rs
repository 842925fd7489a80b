//! Connections: an advertiser's asset, its dataset, and how they fare.

use serde::{Deserialize, Serialize};

use super::{Explanation, Moment};
use crate::{
    AssetId, AssetKind, Channel, ConnectionId, DatasetId, DatasetKind, Health, LeftAtMeta,
    MetaPermission, PermissionStanding, Standing,
};

/// One connected asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Which.
    pub id: ConnectionId,
    /// The channel it carries.
    pub channel: Channel,
    /// The Page, account or WABA.
    pub asset: ConnectedAsset,
    /// Where its events go. Empty until the dataset is ready.
    pub dataset: Option<ConnectedDataset>,
    /// Whether events can go out.
    pub health: Health,
    /// Since when.
    pub health_since: Moment,
    /// What is wrong and what to do, while it is not healthy.
    pub explanation: Option<Explanation>,
    /// Subscribing to its messages again is what mends it.
    pub needs_subscription: bool,
    /// Who logged in at Meta.
    pub person_name: String,
    /// Its token is of another app: it sends events and may do nothing else.
    pub is_limited: bool,
    /// Permissions that the token carries.
    pub scopes: Vec<String>,
    /// What the channel needs, held against what the token carries and carried before.
    pub permissions: Vec<PermissionStanding>,
    /// When the token ends; never, if empty.
    pub expires: Option<Moment>,
    /// Webhook fields that Meta confirmed.
    pub webhook_fields: Vec<String>,
    /// When somebody last wrote.
    pub last_inbound: Option<Moment>,
    /// When Meta last accepted an event.
    pub last_accepted: Option<Moment>,
    /// Somebody connected it by a link, and the staff have yet to confirm it by name: live events wait.
    pub awaits_confirmation: bool,
    /// Events that wait for this connection to heal.
    pub parked: i64,
    /// What the advertiser still has to remove at Meta, once it was disconnected.
    pub left_at_meta: Option<LeftAtMeta>,
}

/// The asset behind a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectedAsset {
    /// Our id.
    pub id: AssetId,
    /// What it is.
    pub kind: AssetKind,
    /// Meta's id.
    pub meta_id: String,
    /// What Meta calls it.
    pub name: String,
    /// The business that owns it; empty when none does.
    pub business_name: String,
    /// The phone numbers of a WhatsApp Business Account.
    pub phone_numbers: Vec<String>,
    /// Whether another advertiser holds it now: only the history is still here.
    pub is_moved: bool,
}

/// Something that an advertiser holds and has not connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldAsset {
    /// What it is.
    pub kind: AssetKind,
    /// What Meta calls it.
    pub name: String,
}

/// The dataset behind a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectedDataset {
    /// Our id.
    pub id: DatasetId,
    /// Meta's id.
    pub meta_id: String,
    /// What Meta calls it; may be empty.
    pub name: String,
    /// Decides the identity keys.
    pub kind: DatasetKind,
    /// Created by us; else it existed and was linked.
    pub was_created: bool,
    /// Whether the advertiser can see it in Events Manager: a business owns the asset and `business_management` was
    /// granted.
    pub is_visible_to_advertiser: bool,
    /// Its page in Events Manager, best effort.
    pub events_manager_url: String,
    /// Which dataset Meta linked to the asset when it was asked last.
    pub today: DatasetToday,
    /// When that was.
    pub asked: Option<Moment>,
    /// Other assets of the advertiser whose events go there too, by name.
    pub shares_with: Vec<String>,
}

/// The dataset that Meta links to an asset, against the one that is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DatasetToday {
    /// Meta was not asked yet.
    Unknown,
    /// The same.
    Same,
    /// None.
    Missing,
    /// Another one, with this id at Meta.
    Another(String),
}

impl Connection {
    /// The permissions that the token lacks: those without which nothing works, or those that would help.
    pub fn missing(&self, is_required: bool) -> Vec<MetaPermission> {
        let absent = |it: &&PermissionStanding| {
            it.is_required == is_required && it.standing != Standing::Granted
        };
        let absent = self.permissions.iter().filter(absent);
        absent.map(|it| it.permission).collect()
    }
}
