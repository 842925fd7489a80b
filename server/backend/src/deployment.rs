//! Whether this database holds a demo or something real.

use chrono::{DateTime, Utc};

use crate::{Backend, Result};

/// What this database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoState {
    /// Nobody has used it.
    Empty,
    /// A demo whose seeding was cut short.
    Seeding,
    /// A demo, ready since then.
    Seeded(DateTime<Utc>),
    /// A real deployment.
    Live,
}

impl Backend {
    /// What this database is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn demo_state(&self) -> Result<DemoState> {
        let row = sqlx::query!(
            r#"SELECT (SELECT started_at FROM demo) AS started_at, (SELECT seeded_at FROM demo) AS seeded_at,
                      EXISTS (SELECT FROM person) AS "is_used!""#
        )
        .fetch_one(self.0.database.partner())
        .await?;
        Ok(match (row.started_at, row.seeded_at) {
            (_, Some(at)) => DemoState::Seeded(at),
            (Some(_), None) => DemoState::Seeding,
            (None, None) if row.is_used => DemoState::Live,
            (None, None) => DemoState::Empty,
        })
    }

    /// Marks an empty database as a demo's.
    ///
    /// # Errors
    /// When the database fails, or holds a demo already.
    pub async fn begin_demo(&self) -> Result<()> {
        sqlx::query!(
            "INSERT INTO demo (started_at) VALUES ($1)",
            self.clock().now()
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }

    /// Marks the demo as ready.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_demo(&self) -> Result<()> {
        sqlx::query!("UPDATE demo SET seeded_at = $1", self.clock().now())
            .execute(self.0.database.partner())
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn a_demo_is_told_from_what_is_real() {
        let db = testing::backend().await;
        assert_eq!(db.backend.demo_state().await.unwrap(), DemoState::Empty);
        db.backend.begin_demo().await.unwrap();
        db.staff(domain::Role::Owner).await;
        assert_eq!(db.backend.demo_state().await.unwrap(), DemoState::Seeding);
        db.backend.finish_demo().await.unwrap();
        assert!(matches!(
            db.backend.demo_state().await.unwrap(),
            DemoState::Seeded(_)
        ));

        let real = testing::backend().await;
        real.staff(domain::Role::Owner).await;
        assert_eq!(real.backend.demo_state().await.unwrap(), DemoState::Live);
    }
}
