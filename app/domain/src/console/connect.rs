//! A connect attempt as its page shows it.

use serde::{Deserialize, Serialize};

use super::Explanation;
use crate::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, ConnectWay,
    MetaPermission, PermissionStanding, SignupEnd, Standing,
};

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
    /// How the token comes.
    pub way: ConnectWay,
    /// The step reached; `failed` when it stopped.
    pub step: ConnectStep,
    /// Why it stopped.
    pub failure: Option<ConnectFailed>,
    /// Who logged in at Meta; empty until known.
    pub person_name: String,
    /// Its token is of another app: its assets and dataset are named by hand.
    pub is_limited: bool,
    /// Meta's ids of what the signup window says was set up: to be ticked in advance, where the token reaches them.
    pub suggested: Vec<String>,
    /// What the channel needs, held against what the token carries; empty until there is a token.
    pub permissions: Vec<PermissionStanding>,
    /// The assets that the token reaches, once verified and until chosen.
    pub choices: Vec<AssetChoice>,
    /// What was set up, once done.
    pub connected: Vec<SetUpAsset>,
    /// What else the same login reaches, once done.
    pub also: Vec<AlsoReached>,
    /// Events that were waiting and went back on their way.
    pub released: i64,
    /// Meta says that our app was installed, and no code ever reached us: one more login finishes it.
    pub is_installed: bool,
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
    /// The assets it is about, by name.
    pub assets: Vec<String>,
    /// Who holds them, to the partner's staff alone.
    pub holders: Vec<Holder>,
    /// What Meta said, if it said something.
    pub meta: Option<MetaAnswer>,
    /// How Meta's signup window ended, if it said so.
    pub signup: Option<SignupEnd>,
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

/// An asset that could be connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetChoice {
    /// Meta's id.
    pub meta_id: String,
    /// Its name.
    pub name: String,
    /// The Page that an Instagram account is linked to; empty for other kinds.
    pub page_name: String,
    /// The business that owns it; empty when none does.
    pub business_name: String,
    /// Who has it now.
    pub holder: AssetHolder,
    /// Which other advertiser has it, to the partner's staff alone.
    pub held_by: Option<Holder>,
    /// Whether its messages can reach us: on a Page, and on the Page of an Instagram account, the person needs the task
    /// MODERATE.
    pub can_subscribe: bool,
}

/// Who has an asset connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssetHolder {
    /// Nobody.
    Free,
    /// This advertiser: connecting it again reconnects it.
    ThisAdvertiser,
    /// Another advertiser.
    Elsewhere,
}

/// The advertiser that holds an asset which somebody wanted to connect for another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The asset's name.
    pub asset_name: String,
    /// Which advertiser.
    pub id: AdvertiserId,
    /// Its name.
    pub name: String,
}

/// Assets that the same login reaches on a channel that is not connected with it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlsoReached {
    /// The channel.
    pub channel: Channel,
    /// How many Pages, Instagram accounts or WhatsApp Business Accounts.
    pub count: usize,
}

/// An attempt that has not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingAttempt {
    /// Which.
    pub id: ConnectAttemptId,
    /// What it connects.
    pub channel: Channel,
    /// How far it came; `failed` when it stopped.
    pub step: ConnectStep,
    /// Why it stopped.
    pub failure: Option<ConnectFailure>,
}

/// What was set up for one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUpAsset {
    /// Its name.
    pub name: String,
    /// Meta's id.
    pub meta_id: String,
    /// The phone numbers of a WhatsApp Business Account.
    pub phone_numbers: Vec<String>,
    /// The dataset's id at Meta.
    pub dataset_meta_id: String,
    /// Created now; else it existed.
    pub dataset_was_created: bool,
    /// Other assets of the advertiser whose events go to the same dataset, by name.
    pub shares_dataset_with: Vec<String>,
    /// Whether its messages reach us.
    pub is_subscribed: bool,
    /// A business owns the asset.
    pub has_business: bool,
    /// Whether the advertiser can see the dataset in Events Manager.
    pub is_visible_to_advertiser: bool,
}

impl ConnectAttempt {
    /// The permissions that the token lacks and without which something is lost.
    pub fn missing_wanted(&self) -> Vec<MetaPermission> {
        let absent = |it: &&PermissionStanding| !it.is_required && it.standing != Standing::Granted;
        let absent = self.permissions.iter().filter(absent);
        absent.map(|it| it.permission).collect()
    }

    /// Whether the token lacks a permission that would help.
    pub fn lacks(&self, permission: MetaPermission) -> bool {
        self.permissions
            .iter()
            .any(|it| it.permission == permission && it.standing != Standing::Granted)
    }
}
