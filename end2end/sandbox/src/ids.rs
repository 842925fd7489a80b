//! Ids and opaque strings. What belongs to the world is derived from the seed and therefore stable; what is handed
//! out while running (tokens, codes, clicks) is random.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A numeric id of `prefix.len() + digits` digits that depends on the seed and the name alone.
pub(crate) fn stable(seed: u64, prefix: &str, digits: usize, name: &str) -> String {
    let hash = Sha256::digest(format!("{seed}/{prefix}/{name}"));
    let body = hash
        .iter()
        .take(digits)
        .map(|byte| char::from(b'0' + byte % 10));
    prefix.chars().chain(body).collect()
}

/// Random letters and digits.
pub(crate) fn opaque(length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    (0..length)
        .map(|_| char::from(ALPHABET[usize::from(rand::random::<u8>()) % ALPHABET.len()]))
        .collect()
}

/// An access token as Meta's look: opaque, a couple of hundred characters, of varying length.
pub(crate) fn token() -> String {
    format!(
        "EAAB{}",
        opaque(176 + usize::from(rand::random::<u8>() % 40))
    )
}

/// The handle that Meta gives with every answer.
pub(crate) fn fbtrace() -> String {
    format!("A{}", opaque(22))
}

/// HMAC-SHA256.
pub(crate) fn hmac(key: &str, message: &[u8]) -> Vec<u8> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// The same in lower-case hex.
pub(crate) fn hmac_hex(key: &str, message: &[u8]) -> String {
    hex::encode(hmac(key, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stable_ids_repeat_for_a_seed_and_differ_between_seeds() {
        let id = stable(7, "17841", 12, "florist");
        assert_eq!(id, stable(7, "17841", 12, "florist"));
        assert_ne!(id, stable(8, "17841", 12, "florist"));
        assert_eq!(id.len(), 17);
        assert!(id.bytes().all(|byte| byte.is_ascii_digit()));
    }

    #[test]
    fn tokens_never_repeat() {
        assert_ne!(token(), token());
        assert!(token().len() >= 180);
    }
}
