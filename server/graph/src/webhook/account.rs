//! `account_update`: what happened to a WABA itself (`meta-platform.md`, 2.4).

use crate::tolerant::text;
use serde_json::Value;

/// Something happened to a WABA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountUpdate {
    /// The WABA: as the update names it, else the entry's id, which is not always a WABA's.
    pub waba_id: String,
    /// What happened.
    pub event: AccountEvent,
    /// The business that owns the WABA.
    pub owner_business_id: Option<String>,
    /// The app that it is about: compare with ours.
    pub partner_app_id: Option<String>,
}

/// What happened to a WABA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountEvent {
    /// An app was installed: Embedded Signup came to its end, whether or not its code reached us.
    AppInstalled,
    /// An app was removed.
    AppUninstalled,
    /// It was shared with a partner.
    PartnerAdded,
    /// It is no longer shared with a partner.
    PartnerRemoved,
    /// It is gone.
    Deleted,
    /// Meta banned it.
    Disabled,
    /// Meta lifted the ban.
    Reinstated,
    /// The phone with its Business app changed; it usually comes back by itself.
    Offboarded,
    /// It came back by itself.
    Reconnected,
    /// Anything else, in Meta's words.
    Other(String),
}

impl AccountEvent {
    fn from_json(value: &Value) -> Self {
        let name = text(&value["event"]).unwrap_or_default();
        match name.as_str() {
            "PARTNER_APP_INSTALLED" => Self::AppInstalled,
            "PARTNER_APP_UNINSTALLED" => Self::AppUninstalled,
            "PARTNER_ADDED" => Self::PartnerAdded,
            "PARTNER_REMOVED" => Self::PartnerRemoved,
            "ACCOUNT_DELETED" => Self::Deleted,
            "ACCOUNT_OFFBOARDED" => Self::Offboarded,
            "ACCOUNT_RECONNECTED" => Self::Reconnected,
            "DISABLED_UPDATE" => match value["ban_info"]["waba_ban_state"].as_str() {
                Some("REINSTATE") => Self::Reinstated,
                // A ban is announced some days ahead, and may still be appealed against.
                Some("SCHEDULE_FOR_DISABLE") => Self::Other(name),
                _ => Self::Disabled,
            },
            _ => Self::Other(name),
        }
    }

    /// The event in Meta's words, for a log.
    pub fn as_str(&self) -> &str {
        match self {
            Self::AppInstalled => "PARTNER_APP_INSTALLED",
            Self::AppUninstalled => "PARTNER_APP_UNINSTALLED",
            Self::PartnerAdded => "PARTNER_ADDED",
            Self::PartnerRemoved => "PARTNER_REMOVED",
            Self::Deleted => "ACCOUNT_DELETED",
            Self::Disabled => "DISABLED_UPDATE:DISABLE",
            Self::Reinstated => "DISABLED_UPDATE:REINSTATE",
            Self::Offboarded => "ACCOUNT_OFFBOARDED",
            Self::Reconnected => "ACCOUNT_RECONNECTED",
            Self::Other(name) => name,
        }
    }
}

/// The updates in a WABA's entry.
pub(super) fn updates(entry: &Value, entry_id: &str) -> Vec<AccountUpdate> {
    let changes = entry["changes"].as_array().into_iter().flatten();
    changes
        .filter(|change| change["field"] == "account_update")
        .map(|change| {
            let value = &change["value"];
            let info = |key: &str| text(&value["waba_info"][key]).filter(|id| !id.is_empty());
            AccountUpdate {
                waba_id: info("waba_id").unwrap_or_else(|| entry_id.into()),
                event: AccountEvent::from_json(value),
                owner_business_id: info("owner_business_id"),
                partner_app_id: info("partner_app_id"),
            }
        })
        .collect()
}
