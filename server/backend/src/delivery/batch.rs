//! What goes out next: the oldest due events of a lane, less those that are too old or must wait for a repair.

use chrono::TimeDelta;
use domain::{AttemptId, CauseKey, EventId, EventState, Health};
use secrecy::ExposeSecret;
use serde_json::value::RawValue;

use super::{Outgoing, ids, lanes::Lane};
use crate::{Backend, Error, Result, Scope, Tx, seal::Place};

/// Meta's limit for one request.
const MOST: i64 = 1_000;
/// One, while Meta fails: an outage must not make a thousand events uncertain with every request.
const WHILE_DEGRADED: i64 = 1;
/// An event is given up an hour before Meta would refuse it, and its batch with it.
const MARGIN: TimeDelta = TimeDelta::hours(1);

/// A request that may leave: its attempt is committed.
pub(super) struct Batch {
    pub attempt: AttemptId,
    /// Under which name, empty for none.
    pub partner_agent: String,
    pub events: Vec<Outgoing>,
}

/// Where a sealed payload belongs.
pub(crate) fn payload_place(advertiser: domain::AdvertiserId, event: EventId) -> Place {
    Place {
        table: "event_payload",
        column: "body_sealed",
        advertiser: advertiser.uuid(),
        row: event.uuid(),
    }
}

impl Backend {
    /// Commits the next attempt of a lane. None when there is nothing to send: all of it was parked or expired, or the
    /// lease is lost.
    pub(super) async fn form_batch(&self, lane: &Lane) -> Result<Option<Batch>> {
        let mut tx = self.begin(&Scope::system()).await?;
        if !tx.hold_lane(lane).await? {
            return Ok(None);
        }
        let connection = sqlx::query!(
            r#"SELECT health AS "health: Health", cause, awaits_confirmation FROM connection WHERE advertiser_id = $1 AND id = $2"#,
            lane.advertiser.uuid(),
            lane.connection.uuid(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if matches!(
            connection.health,
            Health::Disconnected | Health::Reconnect | Health::Misconfigured
        ) {
            tx.park_waiting(lane, connection.cause.as_deref()).await?;
            tx.release_lane(lane).await?;
            tx.commit().await?;
            return Ok(None);
        }
        if connection.awaits_confirmation && lane.test_code.is_empty() {
            let cause = CauseKey::AwaitingConfirmation;
            tx.park_waiting(lane, Some(cause.as_str())).await?;
            tx.release_lane(lane).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let most = if connection.health == Health::Degraded {
            WHILE_DEGRADED
        } else {
            MOST
        };
        let events = self.due_events(&mut tx, lane, most).await?;
        if events.is_empty() {
            tx.release_lane(lane).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let batch = self.begin_attempt(&mut tx, lane, events).await?;
        tx.commit().await?;
        Ok(Some(batch))
    }

    /// Commits the attempt for a part of a batch that was refused as a whole. None when the lease is lost.
    pub(super) async fn form_part(
        &self,
        lane: &Lane,
        events: Vec<Outgoing>,
    ) -> Result<Option<Batch>> {
        let mut tx = self.begin(&Scope::system()).await?;
        if !tx.hold_lane(lane).await? {
            return Ok(None);
        }
        let events: Vec<_> = events
            .into_iter()
            .map(|event| Outgoing {
                tries: event.tries + 1,
                ..event
            })
            .collect();
        let batch = self.begin_attempt(&mut tx, lane, events).await?;
        tx.commit().await?;
        Ok(Some(batch))
    }

    async fn due_events(&self, tx: &mut Tx, lane: &Lane, most: i64) -> Result<Vec<Outgoing>> {
        let now = tx.now();
        let rows = sqlx::query!(
            r#"SELECT event.id AS "id: EventId", event.event_time, event.tries, event_payload.body_sealed AS "body_sealed?"
               FROM event
               LEFT JOIN event_payload ON event_payload.advertiser_id = event.advertiser_id AND event_payload.id = event.id
               WHERE event.advertiser_id = $1 AND event.lane_id = $2 AND event.due_at <= $3
               ORDER BY event.due_at LIMIT $4"#,
            lane.advertiser.uuid(),
            lane.id.uuid(),
            now,
            most,
        )
        .fetch_all(&mut **tx)
        .await?;
        let oldest = now - TimeDelta::seconds(domain::MAX_AGE) + MARGIN;
        let (mut events, mut expired) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            // What has been erased meanwhile can no longer be sent either.
            let Some(sealed) = row.body_sealed.filter(|_| row.event_time > oldest) else {
                expired.push(row.id.uuid());
                continue;
            };
            let body = self
                .keys()
                .open_text(payload_place(lane.advertiser, row.id), &sealed)?;
            let body = RawValue::from_string(body.expose_secret().to_owned())
                .map_err(|_| Error::Internal("a stored payload is not JSON"))?;
            events.push(Outgoing {
                id: row.id,
                tries: row.tries + 1,
                body,
            });
        }
        if !expired.is_empty() {
            sqlx::query!(
                "UPDATE event SET state = $3, state_at = $4, due_at = NULL, cause = NULL
                 WHERE advertiser_id = $1 AND id = ANY($2)",
                lane.advertiser.uuid(),
                &expired,
                EventState::Expired.as_str(),
                now,
            )
            .execute(&mut **tx)
            .await?;
        }
        Ok(events)
    }

    async fn begin_attempt(
        &self,
        tx: &mut Tx,
        lane: &Lane,
        events: Vec<Outgoing>,
    ) -> Result<Batch> {
        let attempt: AttemptId = self.clock().mint();
        let now = tx.now();
        let ids = ids(&events);
        // The same rule as in `partner_in`, without a round trip of its own.
        let partner_agent = sqlx::query_scalar!(
            "INSERT INTO attempt (advertiser_id, id, lane_id, lease_epoch, event_ids, url, partner_agent, test_code, started_at,
                                  is_limited)
             VALUES ($1, $2, $3, $4, $5, $6, coalesce((SELECT partner_agent FROM partner), $7), $8, $9,
                     (SELECT is_limited FROM credential WHERE advertiser_id = $1 AND id = $10))
             RETURNING partner_agent",
            lane.advertiser.uuid(),
            attempt.uuid(),
            lane.id.uuid(),
            lane.epoch,
            &ids,
            format!("{}{}/events", self.graph_base(), lane.dataset),
            self.config().partner_agent,
            lane.test_code,
            now,
            lane.credential.uuid(),
        )
        .fetch_one(&mut **tx)
        .await?;
        sqlx::query!(
            "UPDATE event SET state = $3, state_at = $4, due_at = NULL, tries = tries + 1,
                              attempt_ids = attempt_ids || $5::uuid
             WHERE advertiser_id = $1 AND id = ANY($2)",
            lane.advertiser.uuid(),
            &ids,
            EventState::Sending.as_str(),
            now,
            attempt.uuid(),
        )
        .execute(&mut **tx)
        .await?;
        Ok(Batch {
            attempt,
            partner_agent,
            events,
        })
    }

    /// The address below which Graph's nodes are, with a slash at its end.
    pub(crate) fn graph_base(&self) -> String {
        let graph = &self.config().graph;
        format!(
            "{}/{}/",
            graph.graph_url.as_str().trim_end_matches('/'),
            graph.version
        )
    }
}

impl Tx {
    /// Parks what a lane has waiting until the connection is repaired, without asking Meta again.
    pub(super) async fn park_waiting(&mut self, lane: &Lane, cause: Option<&str>) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE event SET state = $3, state_at = $4, due_at = NULL, cause = $5
             WHERE advertiser_id = $1 AND lane_id = $2 AND due_at IS NOT NULL",
            lane.advertiser.uuid(),
            lane.id.uuid(),
            EventState::Parked.as_str(),
            now,
            cause,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
