//! `signed_request`: how Meta signs its deauthorize and data-deletion callbacks (`meta-platform.md`, 6.1).

use crate::{signature, tolerant};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::Value;
use std::fmt;

/// What a callback that Meta signed is about. Its `Debug` does not say whom.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// The app-scoped id of the person.
    pub user_id: String,
    /// When Meta signed it.
    pub issued_at: Option<DateTime<Utc>>,
}

/// It is not what Meta signed with our app secret; why is nobody's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signed request is not one of Meta's")]
pub struct BadSignedRequest;

impl SignedRequest {
    /// Reads `signature.payload`. The signature is made over the payload *as it is written*, still encoded, and takes the
    /// same time to check however wrong it is.
    ///
    /// # Errors
    /// [`BadSignedRequest`] for a signature that is not ours, another algorithm, and a payload without a person.
    pub fn read(app_secret: &SecretString, text: &str) -> Result<Self, BadSignedRequest> {
        let (signature, payload) = text.trim().split_once('.').ok_or(BadSignedRequest)?;
        let signature = decode(signature)?;
        if !signature::is_of(app_secret, payload.as_bytes(), &signature) {
            return Err(BadSignedRequest);
        }
        let json: Value =
            serde_json::from_slice(&decode(payload)?).map_err(|_| BadSignedRequest)?;
        let algorithm = json["algorithm"].as_str().unwrap_or_default();
        if !algorithm.eq_ignore_ascii_case("HMAC-SHA256") {
            return Err(BadSignedRequest);
        }
        Ok(Self {
            user_id: tolerant::text(&json["user_id"])
                .filter(|id| !id.is_empty())
                .ok_or(BadSignedRequest)?,
            issued_at: tolerant::seconds(&json["issued_at"]),
        })
    }
}

fn decode(text: &str) -> Result<Vec<u8>, BadSignedRequest> {
    let unpadded = text.trim_end_matches('=');
    URL_SAFE_NO_PAD
        .decode(unpadded)
        .map_err(|_| BadSignedRequest)
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SignedRequest")
            .field("issued_at", &self.issued_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "app-SENTINEL";
    // Made apart from this code, with Python's `hmac` and `base64`, of
    // {"algorithm":"HMAC-SHA256","issued_at":1790500000,"expires":1790503600,"user_id":"218471"}.
    const PAYLOAD: &str = "eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImlzc3VlZF9hdCI6MTc5MDUwMDAwMCwiZXhwaXJlcyI6MTc5MDUwMzYwMCwidXNlcl9pZCI6IjIxODQ3MSJ9";
    const SIGNATURE: &str = "7jp5Qee__X-kVaMUKK1tDM9Br8P_AHtSy6tsiLhEd1M";

    fn read(text: &str) -> Result<SignedRequest, BadSignedRequest> {
        SignedRequest::read(&SECRET.into(), text)
    }

    fn signed(payload: &str) -> String {
        let payload = URL_SAFE_NO_PAD.encode(payload);
        let signature = signature::of(&SECRET.into(), payload.as_bytes());
        format!("{}.{payload}", URL_SAFE_NO_PAD.encode(signature))
    }

    #[test]
    fn what_meta_signed_is_read() {
        let request = read(&format!("{SIGNATURE}.{PAYLOAD}")).unwrap();
        assert_eq!(request.user_id, "218471");
        assert_eq!(request.issued_at.unwrap().timestamp(), 1_790_500_000);
        assert!(!format!("{request:?}").contains("218471"));
        assert_eq!(
            read(&format!("{SIGNATURE}=.{PAYLOAD}")).unwrap(),
            request,
            "padding is harmless"
        );
        assert_eq!(
            read(&signed(r#"{"algorithm":"HMAC-SHA256","user_id":7}"#))
                .unwrap()
                .user_id,
            "7"
        );
    }

    #[test]
    fn nothing_else_is() {
        let changed = PAYLOAD.replace('h', "i");
        let other = URL_SAFE_NO_PAD.encode([0; 32]);
        for text in [
            "",
            ".",
            "x",
            PAYLOAD,
            &format!("{SIGNATURE}."),
            &format!(".{PAYLOAD}"),
            &format!("{other}.{PAYLOAD}"),
            &format!("{}.{PAYLOAD}", &SIGNATURE[..20]),
            &format!("{SIGNATURE}.{changed}"),
            &format!("{SIGNATURE}.{PAYLOAD}="),
            &format!("***.{PAYLOAD}"),
            &signed(r#"{"algorithm":"none","user_id":"7"}"#),
            &signed(r#"{"algorithm":"HMAC-SHA256"}"#),
            &signed(r#"{"algorithm":"HMAC-SHA256","user_id":""}"#),
            &signed("not json"),
        ] {
            assert_eq!(read(text), Err(BadSignedRequest), "{text}");
        }
        let theirs = format!("{SIGNATURE}.{PAYLOAD}");
        assert!(SignedRequest::read(&"another".into(), &theirs).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String, head: String, payload: Vec<u8>) {
            proptest::prop_assert!(read(&text).is_err());
            let both = format!("{head}.{text}");
            proptest::prop_assert!(read(&both).is_err());
            // Signed by us, whatever it says.
            let payload = URL_SAFE_NO_PAD.encode(payload);
            let signature = signature::of(&SECRET.into(), payload.as_bytes());
            let _ = read(&format!("{}.{payload}", URL_SAFE_NO_PAD.encode(signature)));
        }
    }
}
