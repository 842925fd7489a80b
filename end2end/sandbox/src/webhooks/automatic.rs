//! `automatic_events`: conversions that Meta sees in a WhatsApp conversation by itself.

use super::{Sent, deliver};
use crate::{ids, state::State};
use serde::Deserialize;
use serde_json::{Value, json};

/// Meta sees a conversion.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AutomaticEvent {
    /// The WhatsApp Business Account, by id or key.
    #[serde(alias = "waba_id")]
    pub waba: String,
    /// `LeadSubmitted` or `Purchase`, which it is unless said otherwise.
    pub event_name: Option<String>,
    /// The tap that brought the person; without it a fresh one.
    pub ctwa_clid: Option<String>,
    /// The amount.
    pub value: Option<f64>,
    /// Its currency.
    pub currency: Option<String>,
}

/// Sends it, if the app is subscribed to the field.
pub(crate) async fn automatic_event(state: &State, seen: &AutomaticEvent) -> Result<Sent, String> {
    let waba = state
        .world()
        .waba(&seen.waba)
        .ok_or("there is no such WhatsApp Business Account")?;
    let heard = {
        let memory = state.memory();
        memory
            .app
            .hears("whatsapp_business_account", "automatic_events")
    };
    if !heard {
        return Ok(Sent::default());
    }
    let click = match &seen.ctwa_clid {
        Some(click) => click.clone(),
        None => state.click(None, Some(&waba.id))?.ctwa_clid,
    };
    let mut event = json!({
        "id": format!("ae_{}", ids::opaque(20)),
        "event_name": seen.event_name.as_deref().unwrap_or("Purchase"),
        "timestamp": state.shared().clock.seconds(),
        "ctwa_clid": click,
    });
    if let Some(value) = seen.value {
        let currency = seen.currency.as_deref().unwrap_or("BRL");
        event["custom_data"] = json!({ "value": value, "currency": currency });
    }
    let value = json!({ "messaging_product": "whatsapp", "automatic_events": [event] });
    let payload: Value = json!({ "object": "whatsapp_business_account", "entry": [{
        "id": waba.id,
        "changes": [{ "field": "automatic_events", "value": value }],
    }] });
    Ok(deliver(state, &payload).await)
}
