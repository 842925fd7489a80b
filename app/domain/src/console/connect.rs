//! A connect attempt as its page shows it.

use serde::{Deserialize, Serialize};

use super::Explanation;
use crate::{AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep};

/// One walk through the connect flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectAttempt {
    /// Which.
    pub id: ConnectAttemptId,
    /// For whom.
    pub advertiser_id: AdvertiserId,
    /// Its name.
    pub advertiser_name: String,
    /// What is being connected.
    pub channel: Channel,
    /// The step reached; `failed` when it stopped.
    pub step: ConnectStep,
    /// Why it stopped.
    pub failure: Option<ConnectFailed>,
    /// Who logged in at Meta; empty until known.
    pub person_name: String,
    /// Wanted permissions that were not granted: warnings.
    pub missing_wanted: Vec<String>,
    /// The Pages that the token reaches, once verified and until chosen.
    pub pages: Vec<PageChoice>,
    /// What was set up, once done.
    pub connected: Vec<ConnectedPage>,
    /// Events that were waiting and went back on their way.
    pub released: i64,
}

/// Why an attempt stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectFailed {
    /// The reason.
    pub reason: ConnectFailure,
    /// The last step that was reached.
    pub reached: ConnectStep,
    /// Required permissions that were not granted.
    pub missing: Vec<String>,
    /// The Pages it is about, by name.
    pub pages: Vec<String>,
    /// What Meta said, if it said something.
    pub meta: Option<MetaAnswer>,
    /// The token is still good: the attempt can go on from where it stopped.
    pub can_resume: bool,
}

/// An answer of Meta that an operator may quote to its support.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetaAnswer {
    /// Its code.
    pub code: i64,
    /// Its subcode.
    pub subcode: Option<i64>,
    /// Its own words.
    pub message: String,
    /// The support handle.
    pub fbtrace_id: String,
    /// Our words for it.
    pub explanation: Option<Explanation>,
}

/// A Page that could be connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageChoice {
    /// Meta's id.
    pub meta_id: String,
    /// Its name.
    pub name: String,
    /// The business that owns it; empty when none does.
    pub business_name: String,
    /// Who has it now.
    pub holder: PageHolder,
    /// Whether the person may subscribe its webhooks (task MODERATE).
    pub can_subscribe: bool,
}

/// Who has a Page connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageHolder {
    /// Nobody.
    Free,
    /// This advertiser: connecting it again reconnects it.
    ThisAdvertiser,
    /// Another advertiser; which one is not told.
    Elsewhere,
}

/// What was set up for one Page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectedPage {
    /// Its name.
    pub name: String,
    /// Meta's id.
    pub meta_id: String,
    /// The dataset's id at Meta.
    pub dataset_meta_id: String,
    /// Created now; else it existed.
    pub dataset_was_created: bool,
    /// Whether its messages reach us.
    pub is_subscribed: bool,
    /// Whether the advertiser can see the dataset in Events Manager.
    pub is_visible_to_advertiser: bool,
}
