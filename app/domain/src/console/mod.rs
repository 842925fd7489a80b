//! What the console shows: plain structures that `backend` fills and pages render, on either side of the wire.
//!
//! They carry our ids, Meta's ids of assets, and identifiers of people only masked.

mod advertiser;
mod advertiser_file;
mod api_key;
mod audit;
mod board;
mod connect;
mod connection;
mod doctor;
mod event;
mod event_file;
mod inbox;
mod link;
mod overview;
mod pasted;
mod people;
mod readiness;
mod relay;
mod settings;
mod signup;
mod studio;
mod studio_form;
mod test_code;

pub use advertiser::{
    Advertiser, AdvertiserChoices, AdvertiserFilter, AdvertiserPage, AdvertiserRow,
    AdvertiserToEdit, ChannelLight,
};
pub use advertiser_file::{FileChange, FileColumn, FileProblem, FileReport};
pub use api_key::ApiKey;
pub use audit::{AuditFilter, AuditPage, AuditRow, Day};
pub use board::{BoardCard, BoardColumn, BoardFilter, Standing};
pub use connect::{
    AlsoReached, AssetChoice, AssetHolder, ConnectAttempt, ConnectFailed, Holder, MetaAnswer,
    SetUpAsset, WaitingAttempt,
};
pub use connection::{ConnectedAsset, ConnectedDataset, Connection, DatasetToday, HeldAsset};
pub use doctor::{Examination, ProbeChange, ProbeResult};
pub use event::{
    Attempt, AttemptOutcome, EventDetail, EventFilter, EventPage, EventRow, Explanation,
    TimelineEntry,
};
pub use event_file::{EventColumn, EventFileProblem, EventFileReport};
pub use inbox::{InboxFilter, InboxMessage, InboxPage, InboxRow, Replayed};
pub use link::{Link, LinkAttempt, LinkChannel, LinkShown, OwnChannel, OwnPage, Welcome};
pub use overview::{HourRow, Incident, Matrix, MatrixFilter, MatrixRow, Need, NeedKind, Overview};
pub use pasted::{PastedAsset, PastedFacts, PastedKind, PastedStage, PastedToken};
pub use people::{
    AccountShown, InvitationRow, InvitationShown, OwnAdvertiser, PeopleList, PersonRow, SessionRow,
};
pub use readiness::{
    AccessBar, AccessMeter, CallDay, Readiness, ReadinessState, RequirementStatus, Tick,
};
pub use relay::{RelayTarget, RelayTargets, RelayTested, Relayed};
pub use settings::Settings;
pub use signup::{Signup, SignupWindow};
pub use studio::{
    ContactChoice, Studio, StudioAnswer, StudioAttempt, StudioConnection, StudioEvent, StudioResult,
};
pub use studio_form::Unreadable;
pub use test_code::DatasetTestCode;

use serde::{Deserialize, Serialize};

/// A moment as people of one advertiser read it: the instant, and how far their clocks are from UTC then. The browser
/// has no table of time zones; the server has, and sends the offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment {
    /// Milliseconds since 1970, UTC.
    pub ms: i64,
    /// Seconds east of UTC.
    pub offset: i32,
}

/// A value to filter a list by, and its words.
pub type FilterChoice = (String, String);

/// Who is signed in, as the frame around every page shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// What colleagues call them.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// What they may do: pages offer nothing else.
    pub role: crate::Role,
    /// The advertiser they are limited to; none for the partner's staff.
    pub advertiser: Option<crate::AdvertiserId>,
    /// Whether they are of several advertisers and may look at another one.
    pub has_several: bool,
    /// Whether everything here is simulated.
    pub is_demo: bool,
}
