//! How many events of each hour stand where.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use domain::{AdvertiserId, EventState, StateGroup};

use crate::{Backend, Result, Tx};

/// What a chart shows.
pub(super) const HOURS: usize = 24;
/// Folded in one go.
const SLICE: i32 = 10_000;
/// Above this nobody counts what has not gone out yet: a chart is no stock-taking.
const COUNTED: i64 = 50_000;

/// Counts of one hour, in the order of [`StateGroup::ALL`].
pub(super) struct Hour {
    pub at: DateTime<Utc>,
    pub counts: [i64; 4],
    /// Of the last group, those that are no events of their own.
    pub duplicates: i64,
}

impl Backend {
    /// Adds up what changed since the last time. For a job; a crash in its middle loses and repeats nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fold_event_hours(&self) -> Result<i64> {
        let mut folded = 0;
        loop {
            let slice = sqlx::query_scalar!(r#"SELECT fold_event_hours($1) AS "count!""#, SLICE)
                .fetch_one(self.0.database.partner())
                .await?;
            folded += slice;
            if slice < i64::from(SLICE) {
                return Ok(folded);
            }
        }
    }
}

impl Tx {
    /// The last 24 hours, oldest first, of one advertiser or all that the transaction may see.
    pub(super) async fn hours(&mut self, only: Option<AdvertiserId>) -> Result<Vec<Hour>> {
        let newest = self
            .now()
            .duration_trunc(TimeDelta::hours(1))
            .unwrap_or_default();
        let oldest = newest - TimeDelta::hours(HOURS as i64 - 1);
        let mut hours: Vec<Hour> = (0..HOURS)
            .map(|index| Hour {
                at: oldest + TimeDelta::hours(index as i64),
                counts: [0; 4],
                duplicates: 0,
            })
            .collect();
        let rows = sqlx::query!(
            r#"SELECT hour AS "hour!", state AS "state!: EventState", sum(count)::bigint AS "count!"
               FROM event_hour_now
               WHERE hour >= $1 AND ($2::uuid IS NULL OR advertiser_id = $2)
               GROUP BY hour, state
               UNION ALL
               SELECT date_trunc('hour', accepted_at, 'UTC'), state, count(*)
               FROM (SELECT accepted_at, state FROM event
                     WHERE state IN ('queued', 'sending') AND ($2::uuid IS NULL OR advertiser_id = $2)
                     LIMIT $3) AS waiting
               WHERE accepted_at >= $1
               GROUP BY 1, 2"#,
            oldest,
            only.map(AdvertiserId::uuid),
            COUNTED,
        )
        .fetch_all(&mut **self)
        .await?;
        for row in rows {
            let index = (row.hour - oldest).num_hours();
            let Some(hour) = usize::try_from(index)
                .ok()
                .and_then(|index| hours.get_mut(index))
            else {
                continue;
            };
            let group = row.state.group();
            let place = StateGroup::ALL.iter().position(|it| *it == group);
            hour.counts[place.unwrap_or_default()] += row.count;
            if row.state == EventState::Duplicate {
                hour.duplicates += row.count;
            }
        }
        Ok(hours)
    }

    /// When the event was accepted that waits longest for its way to Meta.
    pub(super) async fn oldest_waiting(
        &mut self,
        only: Option<AdvertiserId>,
    ) -> Result<Option<DateTime<Utc>>> {
        let oldest = sqlx::query_scalar!(
            r#"SELECT min(accepted_at) FROM (
                   (SELECT accepted_at FROM event
                    WHERE state = 'queued' AND ($1::uuid IS NULL OR advertiser_id = $1) ORDER BY id LIMIT 1)
                   UNION ALL
                   (SELECT accepted_at FROM event
                    WHERE state = 'retrying' AND ($1::uuid IS NULL OR advertiser_id = $1) ORDER BY id LIMIT 1)
               ) AS waiting"#,
            only.map(AdvertiserId::uuid),
        )
        .fetch_one(&mut **self)
        .await?;
        Ok(oldest)
    }
}
