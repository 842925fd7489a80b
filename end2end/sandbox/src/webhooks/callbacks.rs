//! The signed requests that Meta posts when a person removes the app or wants their data deleted.

use crate::{ids, state::State};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The app's addresses for people who leave.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Callbacks {
    /// Called when a person removes the app.
    pub deauthorize_url: Option<String>,
    /// Called when a person wants their data deleted.
    pub data_deletion_url: Option<String>,
}

/// How a person leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// They remove the app from their business integrations.
    Deauthorize,
    /// They ask for their data to be deleted.
    DeleteData,
}

/// What became of a signed request.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CalledBack {
    /// The status of the answer; `None`: no address is set, or nobody answered there.
    pub status: Option<u16>,
    /// The answer, if it was JSON: for a deletion `url` and `confirmation_code`.
    pub answer: Option<Value>,
}

/// Posts the signed request of a person (app-scoped id).
pub(crate) async fn call_back(state: &State, leaving: Leaving, person: &str) -> CalledBack {
    let callbacks = state.memory().callbacks.clone();
    let url = match leaving {
        Leaving::Deauthorize => callbacks.deauthorize_url,
        Leaving::DeleteData => callbacks.data_deletion_url,
    };
    let Some(url) = url else {
        return CalledBack::default();
    };
    let now = state.shared().clock.seconds();
    let payload = json!({
        "algorithm": "HMAC-SHA256", "issued_at": now, "expires": now + 3_600, "user_id": person,
    });
    let request = [("signed_request", sign(&state.shared().app_secret, &payload))];
    let Ok(answer) = state.shared().http.post(url).form(&request).send().await else {
        return CalledBack::default();
    };
    CalledBack {
        status: Some(answer.status().as_u16()),
        answer: answer.json().await.ok(),
    }
}

/// The signature is over the payload as it is encoded.
fn sign(secret: &str, payload: &Value) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
    let signature = URL_SAFE_NO_PAD.encode(ids::hmac(secret, payload.as_bytes()));
    format!("{signature}.{payload}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_request_has_two_unpadded_parts() {
        let text = sign("secret", &json!({ "user_id": "1" }));
        let (signature, payload) = text.split_once('.').unwrap();
        assert_eq!(payload, "eyJ1c2VyX2lkIjoiMSJ9");
        assert_eq!(signature, "fybQBcRxWVTrDKE85d0et4F6Z48_4aM3gOebTQwqdJ4");
    }
}
