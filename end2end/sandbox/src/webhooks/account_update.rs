//! `account_update`: what happens to a WhatsApp Business Account outside of its conversations.

use super::{Sent, deliver};
use crate::{ids, state::State};
use serde::Deserialize;
use serde_json::{Value, json};

/// The events that carry `waba_info`. Their `entry[].id` is not the account's.
const WITH_INFO: &[&str] = &[
    "PARTNER_APP_INSTALLED",
    "PARTNER_APP_UNINSTALLED",
    "PARTNER_ADDED",
    "PARTNER_REMOVED",
    "ACCOUNT_DELETED",
];

/// Something happens to an account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountUpdate {
    /// The account, by id or key.
    #[serde(alias = "waba_id")]
    pub waba: String,
    /// Meta's name: `PARTNER_APP_INSTALLED`, `PARTNER_APP_UNINSTALLED`, `ACCOUNT_DELETED`, `DISABLED_UPDATE`...
    pub event: String,
    /// With `DISABLED_UPDATE`: `DISABLE` (the default) or `REINSTATE`.
    #[serde(default)]
    pub ban_state: Option<String>,
}

/// Sends it, if the app is subscribed to the field at all; the account itself need not be subscribed.
pub(crate) async fn account_update(state: &State, update: &AccountUpdate) -> Result<Sent, String> {
    let waba = state
        .world()
        .waba(&update.waba)
        .ok_or("there is no such WhatsApp Business Account")?;
    let heard = |state: &State| {
        let memory = state.memory();
        memory
            .app
            .hears("whatsapp_business_account", "account_update")
    };
    if !heard(state) {
        return Ok(Sent::default());
    }
    let mut value = json!({ "event": update.event });
    let mut entry = waba.id.clone();
    if WITH_INFO.contains(&update.event.as_str()) {
        entry = ids::stable(0, "44", 13, &waba.business_id);
        value["waba_info"] = json!({ "waba_id": waba.id, "owner_business_id": waba.business_id });
        if update.event.starts_with("PARTNER_APP") {
            value["waba_info"]["partner_app_id"] = state.shared().app_id.as_str().into();
        }
    }
    if update.event == "DISABLED_UPDATE" {
        let ban = update.ban_state.as_deref().unwrap_or("DISABLE");
        value["ban_info"] = json!({ "waba_ban_state": ban, "waba_ban_date": "November 22, 2026" });
    }
    let payload: Value = json!({ "object": "whatsapp_business_account", "entry": [{
        "id": entry,
        "time": state.shared().clock.seconds(),
        "changes": [{ "field": "account_update", "value": value }],
    }] });
    Ok(deliver(state, &payload).await)
}
