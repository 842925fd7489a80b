//! Proofs made with the app secret: of our calls to Meta, and of Meta's webhooks to us.

use crate::AccessToken;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Whether a webhook's raw bytes are what Meta signed with our app secret in `X-Hub-Signature-256`. Takes the same time
/// however wrong the signature is.
pub fn verify_webhook(app_secret: &SecretString, raw: &[u8], header: &str) -> bool {
    let Some(signature) = header
        .trim()
        .strip_prefix("sha256=")
        .and_then(|hex| hex::decode(hex).ok())
    else {
        return false;
    };
    is_of(app_secret, raw, &signature)
}

/// What Meta writes into `X-Hub-Signature-256` over these bytes: for whom they are handed on to.
pub fn webhook_signature(app_secret: &SecretString, raw: &[u8]) -> String {
    let mac = keyed(app_secret).chain_update(raw);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// Whether these are the bytes that were signed; in the same time however wrong the signature is.
pub(crate) fn is_of(app_secret: &SecretString, bytes: &[u8], signature: &[u8]) -> bool {
    keyed(app_secret)
        .chain_update(bytes)
        .verify_slice(signature)
        .is_ok()
}

/// The signature of these bytes.
#[cfg(test)]
pub(crate) fn of(app_secret: &SecretString, bytes: &[u8]) -> Vec<u8> {
    let mac = keyed(app_secret).chain_update(bytes);
    mac.finalize().into_bytes().to_vec()
}

/// `appsecret_proof` of a call with this token.
pub(crate) fn proof(app_secret: &SecretString, token: &AccessToken) -> String {
    hex::encode(
        keyed(app_secret)
            .chain_update(token.expose())
            .finalize()
            .into_bytes(),
    )
}

fn keyed(app_secret: &SecretString) -> Hmac<Sha256> {
    Hmac::new_from_slice(app_secret.expose_secret().as_bytes())
        .expect("HMAC takes a key of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_signature_of_the_very_bytes_holds() {
        let secret = SecretString::from("app-SENTINEL");
        let raw = br#"{"object":"page","entry":[],"text":"\u00e4"}"#;
        let hex = hex::encode(keyed(&secret).chain_update(raw).finalize().into_bytes());
        let signed = |header: &str| verify_webhook(&secret, raw, header);

        assert!(signed(&format!("sha256={hex}")));
        assert!(!verify_webhook(
            &secret,
            &raw[1..],
            &format!("sha256={hex}")
        ));
        assert!(!verify_webhook(
            &"another".into(),
            raw,
            &format!("sha256={hex}")
        ));
        for header in [
            "",
            "sha256=",
            "sha256=zz",
            &hex,
            &format!("sha1={hex}"),
            &format!("sha256={}", &hex[2..]),
        ] {
            assert!(!signed(header), "{header}");
        }
    }
}
