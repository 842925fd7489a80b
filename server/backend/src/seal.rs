//! Secrets at rest: XChaCha20-Poly1305 under a ring of keys, bound to the row they belong to.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::Sha256;
use uuid::Uuid;

use crate::{Error, Result};

const NONCE_BYTES: usize = 24;

/// The keys of a deployment. The first seals; all of them open, so that a key is rotated by putting a new one in front.
/// The key named `index` seals nothing: it hashes identifiers so that they can be found again, and never changes.
#[derive(Clone)]
pub struct KeyRing(std::sync::Arc<Keys>);

struct Keys {
    sealing: Vec<(String, SecretBox<[u8; 32]>)>,
    index: SecretBox<[u8; 32]>,
}

/// Why a key ring cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyRingError {
    /// Not `name:key` pairs.
    #[error("write the keys as name:key,name:key, each key 32 bytes in base64")]
    Malformed,
    /// No key to hash identifiers with.
    #[error("the keys need one named `index`, which never changes")]
    NoIndex,
    /// No key to seal with.
    #[error("the keys need at least one besides `index`")]
    NoKey,
}

/// The place a sealed value belongs to; moved elsewhere it does not open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub table: &'static str,
    pub column: &'static str,
    /// Nil for what belongs to no advertiser.
    pub advertiser: Uuid,
    pub row: Uuid,
}

impl KeyRing {
    /// Reads `k2:<base64>,k1:<base64>,index:<base64>`.
    ///
    /// # Errors
    /// [`KeyRingError`], which never repeats a key.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let mut sealing = Vec::new();
        let mut index = None;
        for entry in text
            .split([',', '\n'])
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
        {
            let (name, key) = entry.split_once(':').ok_or(KeyRingError::Malformed)?;
            let key = BASE64_STANDARD_NO_PAD
                .decode(key.trim_end_matches('='))
                .ok()
                .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
                .ok_or(KeyRingError::Malformed)?;
            let key = SecretBox::new(Box::new(key));
            if name == "index" {
                index = Some(key);
            } else if name.is_empty() || name.len() > 32 {
                return Err(KeyRingError::Malformed);
            } else {
                sealing.push((name.to_owned(), key));
            }
        }
        if sealing.is_empty() {
            return Err(KeyRingError::NoKey);
        }
        Ok(Self(std::sync::Arc::new(Keys {
            sealing,
            index: index.ok_or(KeyRingError::NoIndex)?,
        })))
    }

    /// A new ring as the text that [`KeyRing::parse`] reads, for a first start.
    #[must_use]
    pub fn generate() -> SecretString {
        let entries = ["k1", "index"].map(|name| {
            format!(
                "{name}:{}",
                BASE64_STANDARD_NO_PAD.encode(rand::random::<[u8; 32]>())
            )
        });
        SecretString::from(entries.join("\n"))
    }

    /// Key name, NUL, nonce, ciphertext.
    pub(crate) fn seal(&self, place: Place, plain: &[u8]) -> Vec<u8> {
        let (name, key) = &self.0.sealing[0];
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let sealed = cipher(key)
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: &associated(name, place),
                },
            )
            .expect("a message in memory is never too long for the cipher");
        [name.as_bytes(), &[0], &nonce, &sealed].concat()
    }

    pub(crate) fn open(&self, place: Place, sealed: &[u8]) -> Result<Vec<u8>> {
        let at = sealed
            .iter()
            .position(|&byte| byte == 0)
            .ok_or(Error::Sealed)?;
        let (name, rest) = (&sealed[..at], &sealed[at + 1..]);
        let (nonce, body) = rest
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(Error::Sealed)?;
        let (name, key) = self
            .0
            .sealing
            .iter()
            .find(|(known, _)| known.as_bytes() == name)
            .ok_or(Error::Sealed)?;
        cipher(key)
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: body,
                    aad: &associated(name, place),
                },
            )
            .map_err(|_| Error::Sealed)
    }

    pub(crate) fn open_text(&self, place: Place, sealed: &[u8]) -> Result<SecretString> {
        String::from_utf8(self.open(place, sealed)?)
            .map(SecretString::from)
            .map_err(|_| Error::Sealed)
    }

    /// A keyed hash by which an identifier is found without being stored.
    pub(crate) fn index(&self, what: &str, value: &str) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.index.expose_secret())
            .expect("HMAC takes keys of any length");
        mac.update(what.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.sealing.iter().map(|(name, _)| name))
            .finish()
    }
}

fn cipher(key: &SecretBox<[u8; 32]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose_secret().into())
}

fn associated(key: &str, place: Place) -> Vec<u8> {
    format!(
        "{key}\0{}\0{}\0{}\0{}",
        place.advertiser, place.table, place.column, place.row
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> KeyRing {
        KeyRing::parse(KeyRing::generate().expose_secret()).unwrap()
    }

    fn place(row: u128) -> Place {
        Place {
            table: "credential",
            column: "token_sealed",
            advertiser: Uuid::from_u128(1),
            row: Uuid::from_u128(row),
        }
    }

    #[test]
    fn a_sealed_value_opens_in_its_own_row_only() {
        let ring = ring();
        let sealed = ring.seal(place(7), b"EAAB");
        assert_eq!(ring.open(place(7), &sealed).unwrap(), b"EAAB");
        assert!(ring.open(place(8), &sealed).is_err());
        assert!(
            ring.open(
                Place {
                    column: "other",
                    ..place(7)
                },
                &sealed
            )
            .is_err()
        );
    }

    #[test]
    fn a_new_key_in_front_still_opens_what_the_old_one_sealed() {
        let old = KeyRing::generate();
        let sealed = KeyRing::parse(old.expose_secret())
            .unwrap()
            .seal(place(1), b"x");
        let newer = format!(
            "k2:{},{}",
            BASE64_STANDARD_NO_PAD.encode([9u8; 32]),
            old.expose_secret()
        );
        let ring = KeyRing::parse(&newer).unwrap();
        assert_eq!(ring.open(place(1), &sealed).unwrap(), b"x");
        assert!(ring.seal(place(1), b"x").starts_with(b"k2\0"));
    }

    #[test]
    fn a_changed_byte_is_noticed_and_nothing_panics() {
        let ring = ring();
        let sealed = ring.seal(place(1), b"hello");
        for at in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert!(ring.open(place(1), &bad).is_err());
            assert!(ring.open(place(1), &sealed[..at]).is_err());
        }
    }

    #[test]
    fn a_ring_without_its_parts_is_refused_and_never_shown() {
        assert_eq!(
            KeyRing::parse("k1:short").unwrap_err(),
            KeyRingError::Malformed
        );
        let key = BASE64_STANDARD_NO_PAD.encode([1u8; 32]);
        assert_eq!(
            KeyRing::parse(&format!("k1:{key}")).unwrap_err(),
            KeyRingError::NoIndex
        );
        assert_eq!(
            KeyRing::parse(&format!("index:{key}")).unwrap_err(),
            KeyRingError::NoKey
        );
        let ring = KeyRing::parse(&format!("k1:{key},index:{key}")).unwrap();
        assert!(!format!("{ring:?}").contains(&key));
    }
}
