//! Advertisers, one and many.

use serde::{Deserialize, Serialize};

use super::{FilterChoice, Moment, Standing};
use crate::{AdvertiserId, Channel, Health, Language, OnboardingStep};

/// An advertiser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advertiser {
    /// Which.
    pub id: AdvertiserId,
    /// What staff and mails call it.
    pub name: String,
    /// The language its people read.
    pub language: Language,
    /// IANA name; every time of this advertiser is shown in it.
    pub time_zone: String,
    /// The partner's own id for it, or empty.
    pub reference: String,
    /// Put away: it takes no new connections or events.
    pub is_archived: bool,
}

/// Advertisers to filter a list by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvertiserChoices {
    /// Their ids and names, in the order of the names.
    pub choices: Vec<FilterChoice>,
    /// There are more than are offered.
    pub has_more: bool,
}

/// An advertiser with all that its form holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvertiserToEdit {
    /// What everybody who sees it may know.
    pub advertiser: Advertiser,
    /// Whom to send links to; empty: nobody said.
    pub contact_email: String,
    /// Days until an event's content is erased; none: the partner's.
    pub payload_days: Option<u32>,
    /// As many as the partner's setting says.
    pub partner_payload_days: u32,
}

/// How one channel of an advertiser fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelLight {
    /// The channel.
    pub channel: Channel,
    /// The worst health of its connections.
    pub health: Health,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvertiserRow {
    /// The advertiser itself.
    pub advertiser: Advertiser,
    /// Its connected channels.
    pub channels: Vec<ChannelLight>,
    /// Where it stands on its way in.
    pub standing: Standing,
    /// When Meta last accepted an event of it.
    pub last_accepted: Option<Moment>,
}

/// A page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvertiserPage {
    /// Newest first.
    pub rows: Vec<AdvertiserRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<AdvertiserId>,
}

/// What narrows the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdvertiserFilter {
    /// Part of the name or of the reference.
    pub search: String,
    /// Those put away instead of those in use.
    pub archived: bool,
    /// One that was begun or planned.
    pub channel: Option<Channel>,
    /// Where it stands on its way in.
    pub step: Option<OnboardingStep>,
    /// The language of its people.
    pub language: Option<Language>,
    /// The last row of the page before.
    pub after: Option<AdvertiserId>,
}
