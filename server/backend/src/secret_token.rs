//! Secrets that we hand out: cookies, links and API keys. 256 random bits, known to their holder alone.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// A secret that says who somebody is: the value of a cookie, or the end of a link. Stored nowhere; the database has its
/// hash.
#[derive(Clone, Debug)]
pub struct SecretToken(SecretString);

impl SecretToken {
    pub(crate) fn generate() -> Self {
        Self(SecretString::from(
            BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()),
        ))
    }

    /// The same for an API key: its beginning says what it is, to people and to programs that look for leaked secrets.
    pub(crate) fn api_key() -> Self {
        Self(SecretString::from(format!(
            "pbk_{}",
            Self::generate().expose()
        )))
    }

    /// Wraps what somebody sent.
    #[must_use]
    pub fn from_outside(value: &str) -> Self {
        Self(SecretString::from(value))
    }

    /// For the cookie or the link, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> Vec<u8> {
        hash_secret(self.expose())
    }
}

/// What is stored of a secret with enough randomness that nobody can guess it.
pub(crate) fn hash_secret(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_alike_and_none_is_shown() {
        let (one, other) = (SecretToken::generate(), SecretToken::generate());
        assert_ne!(one.expose(), other.expose());
        assert_eq!(one.expose().len(), 43, "256 bits in base64");
        assert_eq!(SecretToken::from_outside(one.expose()).hash(), one.hash());
        assert!(!format!("{one:?}").contains(one.expose()));
    }
}
