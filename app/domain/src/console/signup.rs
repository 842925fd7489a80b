//! The page that opens Meta's signup window.

use serde::{Deserialize, Serialize};

use crate::{AdvertiserId, ConnectAttemptId};

/// A connect attempt that waits for Meta's window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signup {
    /// Which.
    pub attempt: ConnectAttemptId,
    /// For whom.
    pub advertiser_id: AdvertiserId,
    /// Its name.
    pub advertiser_name: String,
    /// Whether it still waits; else its own page says where it stands.
    pub is_open: bool,
    /// What the window is opened with; none when the deployment has no configuration for it.
    pub window: Option<SignupWindow>,
}

/// What Meta's JavaScript SDK has to know. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignupWindow {
    /// Where the SDK is.
    pub sdk_url: String,
    /// The partner's app.
    pub app_id: String,
    /// The configuration of the signup.
    pub config_id: String,
    /// The Graph version, such as `v26.0`.
    pub version: String,
    /// The origin of a simulated Meta, whose messages count too; empty with the real one.
    pub also_origin: String,
}
