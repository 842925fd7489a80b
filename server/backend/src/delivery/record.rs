//! What came back, committed: the attempt, its events, the connection's health, pauses, and the end of the lease.

use domain::{AttemptId, CauseKey, Doubt, EventState, Health, console::AttemptOutcome};
use graph::{SendReport, SendVerdict};
use uuid::Uuid;

use super::{
    Outgoing, ids,
    lanes::Lane,
    pauses,
    verdict::{Ruling, backoff, jitter},
};
use crate::{Backend, Result, Scope, Tx, connections};

/// One answered request.
pub(super) struct Answered<'a> {
    pub attempt: AttemptId,
    /// The events that this answer decides.
    pub decided: &'a [Outgoing],
    pub ruling: Ruling,
    pub report: &'a SendReport,
    /// Events of the lease that no further request of it will carry.
    pub left: &'a [Outgoing],
    /// They were given up on, rather than put off.
    pub gave_up: bool,
    /// It went out with another app's token: what Meta says of that app's load is no concern of ours.
    pub is_limited: bool,
    /// Whether the lease ends with this answer.
    pub is_last: bool,
}

impl Backend {
    /// Commits what an answer means. False when the lease was lost meanwhile.
    pub(super) async fn record(&self, lane: &Lane, answered: &Answered<'_>) -> Result<bool> {
        let mut tx = self.begin(&Scope::system()).await?;
        let held = tx.hold_lane(lane).await?;
        if held {
            tx.record_in_time(lane, answered).await?;
        } else {
            tx.record_late(lane, answered).await?;
        }
        tx.commit().await?;
        Ok(held)
    }
}

impl Tx {
    async fn record_in_time(&mut self, lane: &Lane, answered: &Answered<'_>) -> Result<()> {
        let ruling = answered.ruling;
        self.finish_attempt(lane, answered, Some(ruling.outcome()))
            .await?;
        if matches!(ruling, Ruling::Park(_)) && self.has_other_credential(lane).await? {
            // Somebody logged in again while the request was out: the events go with the new token.
            let events = [ids(answered.decided), ids(answered.left)].concat();
            self.give_back(lane, &events, None).await?;
            return self.release_lane(lane).await;
        }
        self.settle(lane, answered).await?;
        if !answered.left.is_empty() {
            let left = ids(answered.left);
            if answered.gave_up || matches!(ruling, Ruling::Park(_)) {
                self.move_events(lane, &left, EventState::Parked, ruling.cause())
                    .await?;
            } else {
                self.give_back(lane, &left, None).await?;
            }
        }
        if let Ruling::Park(_) = ruling {
            self.park_waiting(lane, ruling.cause()).await?;
        }
        let none = graph::Usage::default();
        let usage = match answered.is_limited {
            true => &none,
            false => &answered.report.usage,
        };
        let business = self
            .note_health(lane, ruling, pauses::business(usage))
            .await?;
        let now = self.now();
        let tries = answered
            .decided
            .iter()
            .map(|event| event.tries)
            .max()
            .unwrap_or(1);
        let wait = (tries, jitter(answered.attempt.uuid()));
        let mut asked = pauses::asked(lane, business.as_deref(), usage, ruling, wait, now);
        if answered.is_limited {
            asked = pauses::of_connection_alone(lane, asked);
        }
        self.pause(asked).await?;
        if answered.is_last {
            self.release_lane(lane).await?;
        }
        Ok(())
    }

    async fn has_other_credential(&mut self, lane: &Lane) -> Result<bool> {
        let other = sqlx::query_scalar!(
            r#"SELECT credential_id <> $3 AS "other!" FROM connection WHERE advertiser_id = $1 AND id = $2"#,
            lane.advertiser.uuid(),
            lane.connection.uuid(),
            lane.credential.uuid(),
        );
        Ok(other.fetch_one(&mut **self).await?)
    }

    /// A success after the lease was lost is believed, unless its events have gone out again.
    async fn record_late(&mut self, lane: &Lane, answered: &Answered<'_>) -> Result<()> {
        let Ruling::Delivered { warning } = answered.ruling else {
            return self.finish_attempt(lane, answered, None).await;
        };
        self.finish_attempt(lane, answered, Some(answered.ruling.outcome()))
            .await?;
        let now = self.now();
        sqlx::query!(
            "UPDATE event SET state = $4, state_at = $5, cause = NULL
             WHERE advertiser_id = $1 AND id = ANY($2) AND state = 'unconfirmed'
               AND attempt_ids[cardinality(attempt_ids)] = $3",
            lane.advertiser.uuid(),
            &ids(answered.decided),
            answered.attempt.uuid(),
            delivered(warning).as_str(),
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Without an outcome, the one that the attempt was given when its lease was found lost stays.
    async fn finish_attempt(
        &mut self,
        lane: &Lane,
        answered: &Answered<'_>,
        outcome: Option<AttemptOutcome>,
    ) -> Result<()> {
        let report = answered.report;
        let (fbtrace_id, code, subcode) = match &report.verdict {
            SendVerdict::Accepted { fbtrace_id, .. } => (fbtrace_id.as_deref(), None, None),
            SendVerdict::Refused(error) => {
                (error.fbtrace_id.as_deref(), Some(error.code), error.subcode)
            }
            SendVerdict::NotConnected { .. } | SendVerdict::Unknown { .. } => (None, None, None),
        };
        let now = self.now();
        sqlx::query!(
            "UPDATE attempt SET finished_at = coalesce(finished_at, $3), outcome = coalesce($4, outcome),
                    cause = CASE WHEN $4::text IS NULL THEN cause ELSE $5 END, http_status = $6, latency_ms = $7,
                    answer = $8, fbtrace_id = $9, code = $10, subcode = $11, graph_version = $12
             WHERE advertiser_id = $1 AND id = $2",
            lane.advertiser.uuid(),
            answered.attempt.uuid(),
            now,
            outcome.map(AttemptOutcome::as_str),
            answered.ruling.cause(),
            report.http_status.map(i32::from),
            i32::try_from(report.latency.as_millis()).unwrap_or(i32::MAX),
            report.body.as_deref(),
            fbtrace_id,
            code,
            subcode,
            report.version_used.as_deref(),
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    async fn settle(&mut self, lane: &Lane, answered: &Answered<'_>) -> Result<()> {
        let events = ids(answered.decided);
        let cause = answered.ruling.cause();
        match answered.ruling {
            Ruling::Delivered { warning } => {
                self.move_events(lane, &events, delivered(warning), None)
                    .await
            }
            Ruling::Park(_) => {
                self.move_events(lane, &events, EventState::Parked, cause)
                    .await
            }
            Ruling::Invalid(..) => {
                self.move_events(lane, &events, EventState::Rejected, cause)
                    .await
            }
            Ruling::Pause(_) => self.give_back(lane, &events, cause).await,
            Ruling::NotConnected | Ruling::Retry(_) => self.retry(lane, answered).await,
            Ruling::Unconfirmed(doubt) => self.doubt(lane.advertiser, &events, doubt).await,
        }
    }

    async fn move_events(
        &mut self,
        lane: &Lane,
        events: &[Uuid],
        state: EventState,
        cause: Option<&str>,
    ) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE event SET state = $3, state_at = $4, cause = $5
             WHERE advertiser_id = $1 AND id = ANY($2) AND state = 'sending'",
            lane.advertiser.uuid(),
            events,
            state.as_str(),
            now,
            cause,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Back to the queue as if they had never left: a pause holds the lane, or another part of their batch failed.
    async fn give_back(&mut self, lane: &Lane, events: &[Uuid], cause: Option<&str>) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE event SET state = 'queued', state_at = $3, due_at = $3, cause = $4
             WHERE advertiser_id = $1 AND id = ANY($2) AND state = 'sending'",
            lane.advertiser.uuid(),
            events,
            now,
            cause,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    async fn retry(&mut self, lane: &Lane, answered: &Answered<'_>) -> Result<()> {
        let now = self.now();
        let jitter = jitter(answered.attempt.uuid());
        let due: Vec<_> = answered
            .decided
            .iter()
            .map(|event| now + backoff(event.tries, jitter))
            .collect();
        sqlx::query!(
            "UPDATE event SET state = 'retrying', state_at = $4, due_at = again.due_at, cause = $5
             FROM unnest($2::uuid[], $3::timestamptz[]) AS again (id, due_at)
             WHERE event.advertiser_id = $1 AND event.id = again.id AND event.state = 'sending'",
            lane.advertiser.uuid(),
            &ids(answered.decided),
            &due,
            now,
            answered.ruling.cause(),
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Nobody knows whether they counted. Where the advertiser prefers a possible duplicate to a possible gap, each of
    /// them goes out again, once.
    pub(super) async fn doubt(
        &mut self,
        advertiser: domain::AdvertiserId,
        events: &[Uuid],
        doubt: Doubt,
    ) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE event SET state = 'unconfirmed', state_at = $3, cause = $4
             WHERE advertiser_id = $1 AND id = ANY($2) AND state = 'sending'",
            advertiser.uuid(),
            events,
            now,
            doubt.as_str(),
        )
        .execute(&mut **self)
        .await?;
        sqlx::query!(
            "UPDATE event SET state = 'queued', state_at = $3, due_at = $3, resends = resends + 1
             WHERE advertiser_id = $1 AND id = ANY($2) AND state = 'unconfirmed' AND resends = 0
               AND EXISTS (SELECT FROM advertiser WHERE id = $1 AND unconfirmed_policy = 'resend')",
            advertiser.uuid(),
            events,
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Lets the connection's health follow an answer; answers the business that its calls count against.
    async fn note_health(
        &mut self,
        lane: &Lane,
        ruling: Ruling,
        business: Option<&str>,
    ) -> Result<Option<String>> {
        let now = self.now();
        let (advertiser, id) = (lane.advertiser, lane.connection);
        let counted = matches!(ruling, Ruling::Delivered { .. });
        let known = sqlx::query!(
            r#"UPDATE connection SET last_accepted_at = CASE WHEN $3 THEN $4 ELSE last_accepted_at END,
                                     business_id = coalesce($5, business_id)
               WHERE advertiser_id = $1 AND id = $2
               RETURNING health AS "health: Health", cause AS "cause: CauseKey", business_id"#,
            advertiser.uuid(),
            id.uuid(),
            counted,
            now,
            business,
        )
        .fetch_one(&mut **self)
        .await?;
        match (known.health, ruling.health()) {
            // An answer to what left before it was cut.
            (Health::Disconnected, _) => {}
            // That events go out says nothing of what comes in.
            (Health::Degraded, Some(Health::Healthy))
                if known.cause.is_some_and(CauseKey::is_inbound) => {}
            (Health::Degraded, Some(Health::Healthy)) => {
                connections::heal(self, advertiser, id).await?;
            }
            (Health::Healthy, Some(Health::Degraded)) => {
                let cause = ruling.key().unwrap_or(CauseKey::MetaFailed);
                connections::set_health(self, advertiser, id, Health::Degraded, Some(cause))
                    .await?;
            }
            (_, Some(health @ (Health::Reconnect | Health::Misconfigured))) => {
                connections::set_health(self, advertiser, id, health, ruling.key()).await?;
            }
            _ => {}
        }
        Ok(known.business_id)
    }
}

fn delivered(warning: bool) -> EventState {
    if warning {
        EventState::DeliveredWithWarning
    } else {
        EventState::Delivered
    }
}
