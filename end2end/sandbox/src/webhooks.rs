//! Messenger webhooks: what Meta sends when someone writes to a Page, signed over the very bytes that go out.

use crate::{Webhook, ids, state::State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// Meta goes on for 36 hours; here the pauses are short enough to watch.
const PAUSES: [Duration; 8] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
    Duration::from_secs(30),
    Duration::from_secs(60),
    Duration::from_secs(120),
];

/// Someone writes to a Page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Message {
    /// The Page, by id or key.
    #[serde(alias = "page")]
    pub page_id: String,
    /// Who writes: a customer's key. Without `person` and `psid` it is the first customer.
    pub person: Option<String>,
    /// Who writes, by the id that the Page knows them by.
    pub psid: Option<String>,
    /// What they write.
    pub text: Option<String>,
    /// The ad that brought them: `true` for an invented one, or Meta's `referral` object.
    pub referral: Option<Value>,
}

/// What became of a message's webhook.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// The message's id.
    pub mid: String,
    /// The Page's id of the person.
    pub psid: String,
    /// The Page.
    pub page_id: String,
    /// The Page is subscribed to `messages`; if not, nothing is sent.
    pub subscribed: bool,
    /// The callback took it.
    pub delivered: bool,
    /// Tries so far. More follow in the background while it is not delivered.
    pub attempts: u32,
    /// The callback's last status, if it answered.
    pub status: Option<u16>,
}

/// JSON as Meta sends it: everything beyond ASCII escaped, hexadecimal digits in lower case.
pub(crate) fn escaped(value: &Value) -> Vec<u8> {
    let mut out = String::new();
    for character in value.to_string().chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out.into_bytes()
}

pub(crate) async fn send(state: &State, message: Message) -> Result<Delivery, String> {
    let world = state.world();
    let page = world
        .page(&message.page_id)
        .ok_or("there is no such Page")?;
    let customer = match (&message.person, &message.psid) {
        (Some(key), _) => world.customer(key),
        (None, Some(psid)) => world.customer_by_psid(&page.id, psid),
        (None, None) => world.customers.first(),
    };
    let customer = customer.ok_or("there is no such person who writes to this Page")?;
    let psid = world.psid(&page.id, customer);
    let now = state.shared().clock.millis();
    let mid = format!("m_{}", ids::opaque(88));
    let text = message
        .text
        .filter(|it| !it.is_empty())
        .unwrap_or("こんにちは".into());
    let mut content = json!({ "mid": mid, "text": text });
    match message.referral {
        Some(Value::Bool(true)) => {
            content["referral"] = json!({
                "ref": "spring",
                "ad_id": ids::stable(0, "120", 14, &page.key),
                "source": "ADS",
                "type": "OPEN_THREAD",
                "ads_context_data": { "ad_title": page.name, "post_id": ids::stable(0, "9", 14, &page.key) },
            });
        }
        Some(referral @ Value::Object(_)) => content["referral"] = referral,
        _ => {}
    }
    let payload = json!({ "object": "page", "entry": [{
        "id": page.id,
        "time": now,
        "messaging": [{
            "sender": { "id": psid },
            "recipient": { "id": page.id },
            "timestamp": now,
            "message": content,
        }],
    }] });
    let (subscribed, webhook) = {
        let memory = state.memory();
        let fields = memory.subscriptions.get(&page.id);
        (
            fields.is_some_and(|it| it.contains("messages"))
                && memory.app.hears("page", "messages"),
            memory.webhook.clone(),
        )
    };
    let mut delivery = Delivery {
        mid,
        psid,
        page_id: page.id.clone(),
        subscribed,
        delivered: false,
        attempts: 0,
        status: None,
    };
    let Some(webhook) = webhook.filter(|_| subscribed) else {
        return Ok(delivery);
    };
    let body = escaped(&payload);
    // One try and one immediate retry while the caller waits, as Meta does; the rest in the background.
    for _ in 0..2 {
        delivery.attempts += 1;
        delivery.status = post(state, &webhook, &body).await;
        if delivery.status.is_some_and(|it| (200..300).contains(&it)) {
            delivery.delivered = true;
            return Ok(delivery);
        }
    }
    let state = state.clone();
    tokio::spawn(async move {
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            let status = post(&state, &webhook, &body).await;
            if status.is_some_and(|it| (200..300).contains(&it)) {
                return;
            }
        }
        tracing::warn!("a webhook was given up after every retry");
    });
    Ok(delivery)
}

async fn post(state: &State, webhook: &Webhook, body: &[u8]) -> Option<u16> {
    let shared = state.shared();
    let signature = format!("sha256={}", ids::hmac_hex(&shared.app_secret, body));
    let sent = shared
        .http
        .post(&webhook.url)
        .header("content-type", "application/json")
        .header("user-agent", "facebookexternalua")
        .header("x-hub-signature-256", signature)
        .body(body.to_vec())
        .send()
        .await;
    sent.ok().map(|answer| answer.status().as_u16())
}

pub(crate) async fn verify(state: &State) -> Result<(), String> {
    let webhook = state
        .memory()
        .webhook
        .clone()
        .ok_or("no webhook is configured")?;
    let challenge = ids::stable(0, "1", 9, &ids::opaque(8));
    let answer = state
        .shared()
        .http
        .get(&webhook.url)
        .query(&[
            ("hub.mode", "subscribe"),
            ("hub.challenge", &challenge),
            ("hub.verify_token", &webhook.verify_token),
        ])
        .send()
        .await
        .map_err(|_| "the callback could not be reached")?;
    let status = answer.status();
    let body = answer.text().await.unwrap_or_default();
    if status.is_success() && body == challenge {
        Ok(())
    } else {
        Err(format!(
            "the callback answered {status} without the challenge"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_beyond_ascii_is_escaped_in_lower_case() {
        let bytes = escaped(&json!({ "text": "花ä😀" }));
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            r#"{"text":"\u82b1\u00e4\ud83d\ude00"}"#
        );
    }
}
