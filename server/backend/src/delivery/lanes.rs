//! Leases: who may send what a lane carries, and until when.

use chrono::TimeDelta;
use domain::{AdvertiserId, ConnectionId, CredentialId, LaneId};
use uuid::Uuid;

use crate::{Backend, Result, Scope, Tx};

/// A lease ends by itself after this long. Above the Graph client's timeout, and renewed while a request is out.
const LEASE: TimeDelta = TimeDelta::seconds(15);

/// A lane under this worker's lease.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    pub advertiser: AdvertiserId,
    pub id: LaneId,
    pub connection: ConnectionId,
    /// The connection's when the lane was leased: a verdict on an older token says nothing about a newer one.
    pub credential: CredentialId,
    /// The dataset's id at Meta.
    pub dataset: String,
    pub test_code: String,
    pub epoch: i64,
}

impl Backend {
    /// Leases the lane that has waited longest for its turn among those with due events and without a pause.
    pub(super) async fn claim_lane(&self) -> Result<Option<Lane>> {
        let mut tx = self.begin(&Scope::system()).await?;
        let now = tx.now();
        // The recursion hops from lane to lane along the partial index, however many events wait in each; an EXISTS in
        // place of the oldest due time would be turned into a join that reads them all.
        let found = sqlx::query!(
            r#"WITH RECURSIVE waiting AS (
                   (SELECT event.lane_id FROM event WHERE event.due_at IS NOT NULL ORDER BY event.lane_id LIMIT 1)
                   UNION ALL
                   SELECT (SELECT event.lane_id FROM event
                           WHERE event.due_at IS NOT NULL AND event.lane_id > waiting.lane_id
                           ORDER BY event.lane_id LIMIT 1)
                   FROM waiting WHERE waiting.lane_id IS NOT NULL
               )
               SELECT lane.advertiser_id AS "advertiser: AdvertiserId", lane.id AS "id: LaneId",
                      lane.connection_id AS "connection: ConnectionId", dataset.meta_id AS dataset, lane.test_code,
                      lane.lease_owner,
                      connection.credential_id AS "credential: CredentialId"
               FROM waiting
               JOIN lane ON lane.id = waiting.lane_id
               JOIN dataset ON dataset.advertiser_id = lane.advertiser_id AND dataset.id = lane.dataset_id
               JOIN connection ON connection.advertiser_id = lane.advertiser_id AND connection.id = lane.connection_id
               WHERE (lane.lease_until IS NULL OR lane.lease_until <= $1)
                 AND (SELECT event.due_at FROM event WHERE event.lane_id = waiting.lane_id AND event.due_at IS NOT NULL
                      ORDER BY event.due_at LIMIT 1) <= $1
                 AND NOT EXISTS (SELECT FROM pause WHERE pause.until > $1
                                 AND (pause.kind, pause.key) IN (('app', ''), ('connection', connection.id::text),
                                                                 ('business', connection.business_id)))
               ORDER BY lane.lease_until NULLS FIRST
               LIMIT 1
               FOR UPDATE OF lane SKIP LOCKED"#,
            now,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(found) = found else { return Ok(None) };
        if found.lease_owner.is_some() {
            tx.recover_lane(found.advertiser, found.id).await?;
        }
        let epoch = sqlx::query_scalar!(
            "UPDATE lane SET lease_owner = $3, lease_until = $4, lease_epoch = lease_epoch + 1
             WHERE advertiser_id = $1 AND id = $2 RETURNING lease_epoch",
            found.advertiser.uuid(),
            found.id.uuid(),
            self.clock().mint::<Uuid>(),
            now + LEASE,
        )
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Some(Lane {
            advertiser: found.advertiser,
            id: found.id,
            connection: found.connection,
            credential: found.credential,
            dataset: found.dataset,
            test_code: found.test_code,
            epoch,
        }))
    }

    /// Puts the end of the lease off; does nothing once it was lost.
    pub(super) async fn renew_lease(&self, lane: &Lane) -> Result<()> {
        let mut tx = self.begin(&Scope::system()).await?;
        let now = tx.now();
        sqlx::query!(
            "UPDATE lane SET lease_until = $4 WHERE advertiser_id = $1 AND id = $2 AND lease_epoch = $3",
            lane.advertiser.uuid(),
            lane.id.uuid(),
            lane.epoch,
            now + LEASE,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}

impl Tx {
    /// Locks the lane until the transaction ends; false when the lease is another's by now.
    pub(super) async fn hold_lane(&mut self, lane: &Lane) -> Result<bool> {
        let held = sqlx::query_scalar!(
            "SELECT 1 FROM lane WHERE advertiser_id = $1 AND id = $2 AND lease_epoch = $3 FOR UPDATE",
            lane.advertiser.uuid(),
            lane.id.uuid(),
            lane.epoch,
        )
        .fetch_optional(&mut **self)
        .await?;
        Ok(held.is_some())
    }

    pub(super) async fn release_lane(&mut self, lane: &Lane) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE lane SET lease_owner = NULL, lease_until = $4
             WHERE advertiser_id = $1 AND id = $2 AND lease_epoch = $3",
            lane.advertiser.uuid(),
            lane.id.uuid(),
            lane.epoch,
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
