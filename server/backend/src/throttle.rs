//! Failed sign-ins, counted in the database so that every web process sees them.

use std::time::Duration;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::{Backend, Error, Result};

/// How long a failure counts.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Failures of one email within the window before it must wait.
const PER_EMAIL: i64 = 8;
/// Failures from one address: higher, since an office shares one.
const PER_ADDRESS: i64 = 40;

/// What failures are counted by.
pub(crate) struct Subjects {
    email: Vec<u8>,
    address: Vec<u8>,
}

impl Subjects {
    pub(crate) fn new(email: &str, address: &str) -> Self {
        let hash = |what: &str, value: &str| Sha256::digest(format!("{what}\0{value}")).to_vec();
        Self {
            email: hash("email", email),
            address: hash("address", address),
        }
    }
}

impl Backend {
    /// Counts a try as failed *before* the password is looked at, so that parallel guesses cannot overtake the count;
    /// [`Backend::forget_failures`] takes it back after a success.
    pub(crate) async fn count_try(&self, subjects: &Subjects) -> Result<()> {
        let now = self.clock().now();
        let since = now - WINDOW;
        for (subject, limit) in [
            (&subjects.email, PER_EMAIL),
            (&subjects.address, PER_ADDRESS),
        ] {
            let mut tx = self.0.database.partner().begin().await?;
            sqlx::query!("SELECT pg_advisory_xact_lock(('x' || encode(substr($1::bytea, 1, 8), 'hex'))::bit(64)::bigint)", subject)
                .fetch_one(&mut *tx)
                .await?;
            sqlx::query!(
                "DELETE FROM sign_in_failure WHERE subject = $1 AND at <= $2",
                subject,
                since
            )
            .execute(&mut *tx)
            .await?;
            let seen = sqlx::query!(
                r#"SELECT count(*) AS "count!", min(at) AS oldest FROM sign_in_failure WHERE subject = $1"#,
                subject
            )
            .fetch_one(&mut *tx)
            .await?;
            if seen.count >= limit {
                let until = seen.oldest.unwrap_or(now) + WINDOW;
                return Err(Error::TooMany(
                    (until - now).to_std().unwrap_or(Duration::ZERO),
                ));
            }
            sqlx::query!(
                "INSERT INTO sign_in_failure (id, subject, at) VALUES ($1, $2, $3)",
                self.clock().mint::<uuid::Uuid>(),
                subject,
                now
            )
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
        }
        Ok(())
    }

    pub(crate) async fn forget_failures(&self, subjects: &Subjects) -> Result<()> {
        sqlx::query!(
            "DELETE FROM sign_in_failure WHERE subject = $1 OR subject = $2",
            subjects.email,
            subjects.address
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }
}
