//! How well a connection is, and what waits for it to be well again.

use chrono::TimeDelta;
use domain::{AdvertiserId, CauseKey, ConnectionId, DatasetId, Health, LaneId};

use crate::{Error, Result, Tx};

/// Meta takes events for seven days; the last hour is left for the way there.
const STILL_TAKEN: TimeDelta = TimeDelta::hours(7 * 24 - 1);

/// Sets a connection's health; true when it was another. The cause alone may change too, which is no news. One that was
/// cut stays so whatever Meta says: only [`heal`], at the end of connecting again, takes it up.
pub(crate) async fn set_health(
    tx: &mut Tx,
    advertiser: AdvertiserId,
    connection: ConnectionId,
    health: Health,
    cause: Option<CauseKey>,
) -> Result<bool> {
    let was = sqlx::query_scalar!(
        r#"SELECT health AS "health: Health" FROM connection WHERE advertiser_id = $1 AND id = $2 FOR UPDATE"#,
        advertiser.uuid(),
        connection.uuid()
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound("connection"))?;
    if was == Health::Disconnected && health != Health::Healthy {
        return Ok(false);
    }
    let is_new = was != health;
    let now = tx.now();
    sqlx::query!(
        "UPDATE connection SET health = $3, cause = $4, left_at_meta = NULL,
                               health_since = CASE WHEN $5 THEN $6 ELSE health_since END,
                               -- The doctor looks at once at what others found broken.
                               check_at = CASE WHEN $5 AND $3 <> 'healthy' THEN $6 ELSE check_at END
         WHERE advertiser_id = $1 AND id = $2",
        advertiser.uuid(),
        connection.uuid(),
        health.as_str(),
        cause.map(CauseKey::as_str),
        is_new,
        now,
    )
    .execute(&mut **tx)
    .await?;
    if is_new {
        tx.note_change(advertiser, connection, (was, health), cause)
            .await?;
        let detail = serde_json::json!({ "from": was, "to": health, "cause": cause });
        tx.audit_of(
            Some(advertiser),
            "connection.health_changed",
            connection,
            detail,
        )
        .await?;
    }
    Ok(is_new)
}

/// Sends a connection's parked events on their way again, to the dataset that its asset has today; those that Meta would
/// no longer take are expired. Answers how many go.
pub(crate) async fn release_parked(
    tx: &mut Tx,
    advertiser: AdvertiserId,
    connection: ConnectionId,
) -> Result<i64> {
    let now = tx.now();
    sqlx::query!(
        "UPDATE event SET state = 'expired', state_at = $3
         WHERE advertiser_id = $1 AND connection_id = $2 AND state = 'parked' AND event_time <= $4",
        advertiser.uuid(),
        connection.uuid(),
        now,
        now - STILL_TAKEN,
    )
    .execute(&mut **tx)
    .await?;
    follow_dataset(tx, advertiser, connection).await?;
    let released = sqlx::query!(
        "UPDATE event SET state = 'queued', state_at = $3, due_at = $3, cause = NULL
         WHERE advertiser_id = $1 AND connection_id = $2 AND state = 'parked'",
        advertiser.uuid(),
        connection.uuid(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(released.rows_affected().cast_signed())
}

/// Moves what is parked for another dataset to lanes of today's: the old one would refuse it again.
async fn follow_dataset(
    tx: &mut Tx,
    advertiser: AdvertiserId,
    connection: ConnectionId,
) -> Result<()> {
    let strayed = sqlx::query!(
        r#"SELECT DISTINCT event.channel, event.test_code, asset.dataset_id AS "dataset!: DatasetId"
           FROM event
           JOIN connection ON connection.advertiser_id = $1 AND connection.id = $2
           JOIN asset ON asset.advertiser_id = $1 AND asset.id = connection.asset_id
           WHERE event.advertiser_id = $1 AND event.connection_id = $2 AND event.state = 'parked'
             AND event.dataset_id <> asset.dataset_id"#,
        advertiser.uuid(),
        connection.uuid(),
    )
    .fetch_all(&mut **tx)
    .await?;
    let now = tx.now();
    for lane in strayed {
        sqlx::query!(
            "INSERT INTO lane (advertiser_id, id, dataset_id, connection_id, channel, test_code, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ON CONSTRAINT lane_once DO NOTHING",
            advertiser.uuid(),
            tx.mint::<LaneId>().uuid(),
            lane.dataset.uuid(),
            connection.uuid(),
            lane.channel,
            lane.test_code,
            now,
        )
        .execute(&mut **tx)
        .await?;
        sqlx::query!(
            "UPDATE event SET dataset_id = lane.dataset_id, lane_id = lane.id FROM lane
             WHERE event.advertiser_id = $1 AND event.connection_id = $2 AND event.state = 'parked'
               AND event.channel = $4 AND event.test_code = $5 AND event.dataset_id <> $3
               AND lane.advertiser_id = $1 AND lane.connection_id = $2 AND lane.dataset_id = $3
               AND lane.channel = $4 AND lane.test_code = $5",
            advertiser.uuid(),
            connection.uuid(),
            lane.dataset.uuid(),
            lane.channel,
            lane.test_code,
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// The connection works: it is healthy, and what waited for that goes out.
pub(crate) async fn heal(
    tx: &mut Tx,
    advertiser: AdvertiserId,
    connection: ConnectionId,
) -> Result<i64> {
    set_health(tx, advertiser, connection, Health::Healthy, None).await?;
    release_parked(tx, advertiser, connection).await
}
