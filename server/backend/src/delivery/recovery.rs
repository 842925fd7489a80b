//! What is left behind: leases of workers that stopped, and parked events whose connection is well.

use chrono::TimeDelta;
use domain::{AdvertiserId, ConnectionId, Doubt, LaneId};
use uuid::Uuid;

use crate::{Backend, Result, Scope, Tx, connections};

/// Parked events of a connection that is not broken are tried again after this long.
const PARKED_AT_LEAST: TimeDelta = TimeDelta::minutes(10);

impl Backend {
    /// Ends the leases that ran out: what was in flight is unconfirmed, what had not left yet is queued again. Also tries
    /// parked events again whose connection is well, and forgets pauses that are over. Safe to run at any time, by any
    /// number of processes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recover(&self) -> Result<()> {
        while self.recover_one().await? {}
        self.release_forgotten().await?;
        let mut tx = self.begin(&Scope::system()).await?;
        tx.forget_pauses().await?;
        tx.commit().await
    }

    async fn recover_one(&self) -> Result<bool> {
        let mut tx = self.begin(&Scope::system()).await?;
        let now = tx.now();
        let lane = sqlx::query!(
            r#"SELECT advertiser_id AS "advertiser: AdvertiserId", id AS "id: LaneId" FROM lane
               WHERE lease_owner IS NOT NULL AND lease_until <= $1
               LIMIT 1 FOR UPDATE SKIP LOCKED"#,
            now,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(lane) = lane else { return Ok(false) };
        tx.recover_lane(lane.advertiser, lane.id).await?;
        tx.commit().await?;
        self.0.due.notify_one();
        Ok(true)
    }

    /// A batch with too many invalid events is parked though its connection is well, and so is what a worker parks in
    /// the moment in which the connection heals.
    async fn release_forgotten(&self) -> Result<()> {
        let mut tx = self.begin(&Scope::system()).await?;
        let now = tx.now();
        let forgotten = sqlx::query!(
            r#"SELECT advertiser_id AS "advertiser: AdvertiserId", id AS "id: ConnectionId" FROM connection
               WHERE health IN ('healthy', 'degraded')
                 AND EXISTS (SELECT FROM event WHERE event.connection_id = connection.id AND event.state = 'parked'
                             AND event.state_at <= $1)"#,
            now - PARKED_AT_LEAST,
        )
        .fetch_all(&mut *tx)
        .await?;
        for connection in forgotten {
            connections::release_parked(&mut tx, connection.advertiser, connection.id).await?;
        }
        tx.commit().await
    }
}

impl Tx {
    /// Takes a lane from whoever held it. The caller has locked its row.
    pub(super) async fn recover_lane(
        &mut self,
        advertiser: AdvertiserId,
        lane: LaneId,
    ) -> Result<()> {
        let now = self.now();
        let in_flight = sqlx::query!(
            r#"SELECT id, attempt_ids[cardinality(attempt_ids)] AS "attempt!" FROM event
               WHERE advertiser_id = $1 AND lane_id = $2 AND state = 'sending'"#,
            advertiser.uuid(),
            lane.uuid(),
        )
        .fetch_all(&mut **self)
        .await?;
        let mut attempts: Vec<Uuid> = in_flight.iter().map(|event| event.attempt).collect();
        attempts.sort_unstable();
        attempts.dedup();
        let open = sqlx::query_scalar!(
            "UPDATE attempt SET finished_at = $3, outcome = 'unconfirmed', cause = $4
             WHERE advertiser_id = $1 AND id = ANY($2) AND finished_at IS NULL RETURNING id",
            advertiser.uuid(),
            &attempts,
            now,
            Doubt::Interrupted.as_str(),
        )
        .fetch_all(&mut **self)
        .await?;
        // The rest belongs to a batch that was refused as a whole and being sent in parts: it waits for its part.
        let (doubtful, waiting): (Vec<_>, Vec<_>) = in_flight
            .iter()
            .partition(|event| open.contains(&event.attempt));
        let of =
            |events: Vec<&_>, id: fn(&_) -> Uuid| events.into_iter().map(id).collect::<Vec<_>>();
        let (doubtful, waiting) = (
            of(doubtful, |event| event.id),
            of(waiting, |event| event.id),
        );
        self.doubt(advertiser, &doubtful, Doubt::Interrupted)
            .await?;
        sqlx::query!(
            "UPDATE event SET state = 'queued', state_at = $3, due_at = $3
             WHERE advertiser_id = $1 AND id = ANY($2) AND state = 'sending'",
            advertiser.uuid(),
            &waiting,
            now,
        )
        .execute(&mut **self)
        .await?;
        sqlx::query!(
            "UPDATE lane SET lease_owner = NULL, lease_until = $3, lease_epoch = lease_epoch + 1
             WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            lane.uuid(),
            now,
        )
        .execute(&mut **self)
        .await?;
        if !doubtful.is_empty() {
            tracing::warn!(lane.id = %lane, events = doubtful.len(), "a worker stopped while sending: its events are unconfirmed");
        }
        Ok(())
    }
}
