//! Links, as the staff list them and as their holders see them.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::{
    Channel, ConnectAttemptId, ConnectFailure, ConnectLinkId, ConnectStep, Health, Language,
    LinkKind, LinkStanding,
};

/// A link, as the staff list it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Which.
    pub id: ConnectLinkId,
    /// What it is for.
    pub kind: LinkKind,
    /// Whether it can be used.
    pub standing: LinkStanding,
    /// What is to be connected, and how far each has come.
    pub channels: Vec<LinkChannel>,
    /// The language its holder reads.
    pub language: Language,
    /// To whom it is mailed; empty: somebody copied it.
    pub recipient: String,
    /// What is connected by it sends at once.
    pub is_trusted: bool,
    /// What its holder found held by another advertiser, with that one's name.
    pub held: Vec<String>,
    /// When it was made.
    pub created: Moment,
    /// Until when it works.
    pub expires: Moment,
    /// When it was last mailed.
    pub sent: Option<Moment>,
    /// When somebody first pressed *Start*.
    pub opened: Option<Moment>,
    /// When its holder last asked for a new one.
    pub asked: Option<Moment>,
}

/// One channel of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkChannel {
    /// Which.
    pub channel: Channel,
    /// The newest attempt; none: not begun.
    pub attempt: Option<LinkAttempt>,
}

/// How far one channel of a link has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkAttempt {
    /// Which.
    pub id: ConnectAttemptId,
    /// The step reached; `failed` when it stopped.
    pub step: ConnectStep,
    /// Why it stopped.
    pub failure: Option<ConnectFailure>,
    /// What was connected, by name.
    pub connected: Vec<String>,
    /// When it last moved.
    pub moved: Moment,
}

/// What the page behind a link says before anything is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkShown {
    /// What it is for.
    pub kind: LinkKind,
    /// Whether it can be used.
    pub standing: LinkStanding,
    /// Who asks.
    pub partner_name: String,
    /// Whom.
    pub advertiser_name: String,
    /// What is to be connected.
    pub channels: Vec<Channel>,
    /// The language it was written in.
    pub language: Language,
    /// Until when it works.
    pub expires: Moment,
    /// Somebody has asked for a new one already.
    pub is_asked: bool,
}

/// What a visitor has done and what is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Who asks.
    pub partner_name: String,
    /// Whom.
    pub advertiser_name: String,
    /// The advertiser, for the addresses of its attempts.
    pub advertiser_id: crate::AdvertiserId,
    /// What is to be connected, and how far each has come.
    pub channels: Vec<LinkChannel>,
    /// WhatsApp can be connected in Meta's signup window.
    pub has_window: bool,
    /// Everything is connected.
    pub is_done: bool,
    /// The partner looks at what was chosen before anything is sent.
    pub is_confirmed_later: bool,
}

/// How it goes, for the advertiser itself: no ids and no codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPage {
    /// Who looks after it.
    pub partner_name: String,
    /// Whose.
    pub advertiser_name: String,
    /// Every channel that is connected.
    pub channels: Vec<OwnChannel>,
    /// Events of the last seven days that Meta counted.
    pub arrived: i64,
    /// Those on their way.
    pub on_their_way: i64,
    /// Those that wait for a person or a repair.
    pub waiting: i64,
    /// Those that never count.
    pub not_counted: i64,
    /// Where Events Manager is.
    pub events_manager_url: String,
    /// Where the reader may log in again; empty for who has no account.
    pub reconnect_at: String,
    /// A visitor by a link, who may ask the partner for one that connects.
    pub is_visitor: bool,
    /// The visitor has asked already.
    pub is_asked: bool,
}

/// One channel, for the advertiser itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnChannel {
    /// Which.
    pub channel: Channel,
    /// What is connected, by name.
    pub names: Vec<String>,
    /// How the worst of them fares.
    pub health: Health,
    /// The partner has yet to confirm what was chosen.
    pub awaits_confirmation: bool,
    /// Whether the advertiser sees its events in Events Manager.
    pub is_visible: bool,
    /// When Meta last accepted an event.
    pub last_accepted: Option<Moment>,
}
