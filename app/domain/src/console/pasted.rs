//! A pasted token, as it is shown before anybody decides to keep it.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::{AdvertiserId, Channel, ConnectAttemptId, text_enum::text_enum};

text_enum! {
    /// For whom a pasted token speaks.
    PastedKind {
        /// A person.
        User = "user",
        /// A system user of a business.
        SystemUser = "system_user",
        /// A system user that Meta made in a client's business, as its login dialogs do.
        IntegrationSystemUser = "integration_system_user",
        /// A Page.
        Page = "page",
    }
}

text_enum! {
    /// What is to be decided about a pasted token.
    PastedStage {
        /// Whether to keep it.
        Keep = "keep",
        /// Which asset and dataset it is for: it is limited and cannot be asked.
        NameAssets = "name_assets",
        /// Nothing any more: the attempt's own page says where it stands.
        Over = "over",
    }
}

/// What a pasted token is. The token itself never leaves the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastedToken {
    /// The attempt that it belongs to.
    pub attempt: ConnectAttemptId,
    /// For whom.
    pub advertiser_id: AdvertiserId,
    /// Its name.
    pub advertiser_name: String,
    /// What it is to connect.
    pub channel: Channel,
    /// What is to be decided.
    pub stage: PastedStage,
    /// What Meta says of it, while it is to be decided whether to keep it.
    pub facts: Option<PastedFacts>,
}

/// What Meta says of a pasted token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastedFacts {
    /// For whom it speaks.
    pub kind: PastedKind,
    /// The name of whom it speaks for; empty where Meta does not tell.
    pub holder: String,
    /// It is of another app than ours.
    pub is_limited: bool,
    /// The app that it was made for.
    pub app_id: String,
    /// When it ends; never, if empty.
    pub expires: Option<Moment>,
    /// When the person's consent to read data ends; never, if empty.
    pub data_access_expires: Option<Moment>,
    /// Its permissions.
    pub scopes: Vec<String>,
    /// Permissions that the channel cannot do without and the token lacks.
    pub missing_required: Vec<String>,
    /// Permissions that would help and the token lacks.
    pub missing_wanted: Vec<String>,
    /// The assets of the channel that it reaches; none of a limited one is known.
    pub reach: Vec<PastedAsset>,
    /// Until when it is kept undecided.
    pub kept_until: Moment,
}

/// An asset that a pasted token reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastedAsset {
    /// Its name.
    pub name: String,
    /// Meta's id.
    pub meta_id: String,
}
