//! What Meta sends to the app, signed over the very bytes that go out: messages, account updates, and the signed
//! requests of people who leave.

mod account_update;
mod automatic;
mod callbacks;
mod messages;

pub use account_update::AccountUpdate;
pub(crate) use account_update::account_update;
pub use automatic::AutomaticEvent;
pub(crate) use automatic::automatic_event;
pub(crate) use callbacks::call_back;
pub use callbacks::{Callbacks, CalledBack, Leaving};
pub(crate) use messages::send;
pub use messages::{Delivery, Message};

use crate::{Webhook, ids, state::State};
use serde::Serialize;
use serde_json::Value;
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

/// How a webhook went.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sent {
    /// The callback took it.
    pub delivered: bool,
    /// Tries so far. More follow in the background while it is not delivered.
    pub attempts: u32,
    /// The callback's last status, if it answered.
    pub status: Option<u16>,
}

/// One try and one immediate retry while the caller waits, as Meta does; the rest in the background. Without a callback
/// nothing goes out.
async fn deliver(state: &State, payload: &Value) -> Sent {
    let mut sent = Sent::default();
    let webhook = state.memory().webhook.clone();
    let Some(webhook) = webhook else {
        return sent;
    };
    let body = escaped(payload);
    for _ in 0..2 {
        sent.attempts += 1;
        sent.status = post(state, &webhook, &body).await;
        if sent.status.is_some_and(|it| (200..300).contains(&it)) {
            sent.delivered = true;
            return sent;
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
    sent
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
    use serde_json::json;

    #[test]
    fn everything_beyond_ascii_is_escaped_in_lower_case() {
        let bytes = escaped(&json!({ "text": "花ä😀" }));
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            r#"{"text":"\u82b1\u00e4\ud83d\ude00"}"#
        );
    }
}
