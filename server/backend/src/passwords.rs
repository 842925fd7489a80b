//! Passwords: Argon2id, off the executor and a few at a time, since each takes 19 MiB and some 20 ms.

use std::sync::LazyLock;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::{Error, Result};

static SEATS: Semaphore = Semaphore::const_new(4);

/// Verified against when the email is unknown, so that the answer takes as long as for a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    Argon2::default()
        .hash_password(b"nobody")
        .expect("the default parameters are valid")
        .to_string()
});

pub(crate) async fn hash(password: SecretString) -> Result<String> {
    run(move || {
        Argon2::default()
            .hash_password(password.expose_secret().as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|_| Error::Internal("a password could not be hashed"))
    })
    .await
}

/// Whether the password belongs to the hash; with no hash, takes the same time and says no.
pub(crate) async fn verify(password: SecretString, stored: Option<String>) -> Result<bool> {
    run(move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.clone());
        let hash = PasswordHash::new(&stored)
            .map_err(|_| Error::Internal("a stored password hash does not parse"))?;
        let matches = Argon2::default()
            .verify_password(password.expose_secret().as_bytes(), &hash)
            .is_ok();
        Ok(matches && known)
    })
    .await
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _seat = SEATS
        .acquire()
        .await
        .map_err(|_| Error::Internal("shutting down"))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Internal("a password check was cut short"))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_somebody_known_passes() {
        let hash = hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(
            verify("correct horse".into(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(!verify("wrong horse".into(), Some(hash)).await.unwrap());
        assert!(!verify("nobody".into(), None).await.unwrap());
    }
}
