//! People: the team, an advertiser's people, and one's own account.

use serde::{Deserialize, Serialize};

use super::{Advertiser, Moment};
use crate::{AdvertiserId, InvitationId, Language, PersonId, Role, SessionId};

/// Somebody who may sign in: of the staff, or of one advertiser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// Who.
    pub id: PersonId,
    /// What colleagues call them.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Shut out.
    pub is_disabled: bool,
    /// Whether it is who reads.
    pub is_self: bool,
    /// When a session of theirs was used last.
    pub last_seen: Option<Moment>,
}

/// An invitation that nobody has accepted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    /// Which.
    pub id: InvitationId,
    /// To whom.
    pub email: String,
    /// As what.
    pub role: Role,
    /// Until when its link works.
    pub expires: Moment,
    /// It works no more.
    pub is_expired: bool,
}

/// The team, or an advertiser's people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleList {
    /// Whose people; none: the partner's staff.
    pub advertiser: Option<Advertiser>,
    /// Those who may sign in.
    pub people: Vec<PersonRow>,
    /// Those who were asked.
    pub invitations: Vec<InvitationRow>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// What the page behind an invitation's link says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationShown {
    /// To whom.
    pub email: String,
    /// As what.
    pub role: Role,
    /// The language it was written in.
    pub language: Language,
    /// To which advertiser; empty: to the partner's staff.
    pub advertiser_name: String,
    /// Who invites, as a company; empty when it has no name yet.
    pub partner_name: String,
    /// Whether they sign in already, so that their password is asked instead of a new one.
    pub is_known: bool,
    /// Until when the link works.
    pub expires: Moment,
}

/// One signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Which.
    pub id: SessionId,
    /// The browser and the system, as far as it said; or empty.
    pub device: String,
    /// When it signed in.
    pub began: Moment,
    /// When it was used last, to five minutes.
    pub last_seen: Moment,
    /// Whether it is the one that reads.
    pub is_current: bool,
}

/// One's own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountShown {
    /// What colleagues call them.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The language of mails to them.
    pub language: Language,
    /// IANA name: times that belong to no advertiser are shown in it.
    pub time_zone: String,
    /// Where they are signed in, the newest first.
    pub sessions: Vec<SessionRow>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// One of the advertisers that a person may look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnAdvertiser {
    /// Which.
    pub id: AdvertiserId,
    /// What it is called.
    pub name: String,
    /// What the person is there.
    pub role: Role,
    /// Whether they look at it now.
    pub is_open: bool,
}
