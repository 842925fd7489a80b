//! Rounds: many connections, so many at a time.

use std::sync::Arc;

use domain::{AdvertiserId, ConnectionId, Health, Permission};
use tokio::task::JoinSet;

use super::surroundings::Surroundings;
use crate::{Backend, Error, Result, Scope};

/// How many connections are asked about at a time.
const AT_ONCE: usize = 8;
/// How many the job takes before it looks at what is due once more.
const HELPING: i64 = 200;

type Visited = (AdvertiserId, ConnectionId);

/// What a round found.
#[derive(Clone, Debug, Default)]
pub struct RoundReport {
    /// The connections, and how each one is.
    pub visited: Vec<(AdvertiserId, ConnectionId, Health)>,
}

impl Backend {
    /// Visits every connection that is due, oldest first. For a job: those that are unwell come again soon, the others at
    /// night.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn visit_due(&self) -> Result<RoundReport> {
        let mut report = RoundReport::default();
        loop {
            let due = sqlx::query!(
                r#"SELECT connection.advertiser_id AS "advertiser: AdvertiserId", connection.id AS "id: ConnectionId"
                   FROM connection JOIN advertiser ON advertiser.id = connection.advertiser_id
                   WHERE (check_at IS NULL OR check_at <= $1) AND archived_at IS NULL AND health <> 'disconnected'
                   ORDER BY check_at NULLS FIRST LIMIT $2"#,
                self.clock().now(),
                HELPING,
            )
            .fetch_all(self.0.database.partner())
            .await?;
            let due: Vec<Visited> = due.iter().map(|row| (row.advertiser, row.id)).collect();
            if due.is_empty() {
                return Ok(report);
            }
            let round = self.round(&Scope::system(), due).await?;
            // Whoever could not be visited is still due, and waits for the next look.
            let is_stuck = round.visited.is_empty();
            report.visited.extend(round.visited);
            if is_stuck {
                return Ok(report);
            }
        }
    }

    /// Visits every connection of one advertiser, or of all.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown advertiser.
    pub async fn visit_all(
        &self,
        scope: &Scope,
        only: Option<AdvertiserId>,
    ) -> Result<RoundReport> {
        scope.require(Permission::ManageConnections)?;
        if let Some(advertiser) = only {
            let mut tx = self.begin_for(scope, advertiser).await?;
            tx.advertiser(advertiser).await?;
        }
        let all = sqlx::query!(
            r#"SELECT connection.advertiser_id AS "advertiser: AdvertiserId", connection.id AS "id: ConnectionId"
               FROM connection JOIN advertiser ON advertiser.id = connection.advertiser_id
               WHERE ($1::uuid IS NULL OR connection.advertiser_id = $1) AND archived_at IS NULL
                 AND health <> 'disconnected'
               ORDER BY connection.advertiser_id, connection.id"#,
            only.map(AdvertiserId::uuid),
        )
        .fetch_all(self.0.database.partner())
        .await?;
        let all = all.iter().map(|row| (row.advertiser, row.id)).collect();
        self.round(scope, all).await
    }

    async fn round(&self, scope: &Scope, list: Vec<Visited>) -> Result<RoundReport> {
        let around: Arc<Surroundings> = Arc::new(self.surroundings().await);
        let mut report = RoundReport::default();
        let mut list = list.into_iter();
        let mut under_way = JoinSet::new();
        loop {
            while under_way.len() < AT_ONCE
                && let Some(next) = list.next()
            {
                let (backend, scope, around) = (self.clone(), scope.clone(), around.clone());
                under_way.spawn(async move { (next, backend.visit(&scope, next, &around).await) });
            }
            let Some(visited) = under_way.join_next().await else {
                break;
            };
            let ((advertiser, connection), health) =
                visited.map_err(|_| Error::Internal("a visit of the doctor panicked"))?;
            match health {
                Ok(health) => report.visited.push((advertiser, connection, health)),
                // One that cannot be looked at keeps nobody else from being.
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    connection.id = %connection,
                    "The doctor could not look at a connection."
                ),
            }
        }
        report
            .visited
            .sort_unstable_by_key(|(advertiser, connection, _)| (*advertiser, *connection));
        Ok(report)
    }
}
