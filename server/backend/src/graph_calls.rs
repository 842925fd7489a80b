//! Counts our own calls to Meta by day: its access tiers ask how many there were and how many failed. Each process counts
//! in memory and adds to the day's row now and then, so no call waits for the database.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::{
    Permission,
    console::{AccessBar, AccessMeter, CallDay, Moment},
};
use graph::{Call, Observer, Outcome};
use tokio_util::sync::CancellationToken;

use crate::{Backend, Clock, Result, Scope};

/// How often counts are written down: what a crash can lose.
const EVERY: Duration = Duration::from_secs(20);

/// Calls that are counted and not yet written down.
pub(crate) struct CallCounter {
    clock: Clock,
    days: Mutex<BTreeMap<NaiveDate, Counted>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counted {
    calls: i64,
    errors: i64,
}

impl CallCounter {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            days: Mutex::default(),
        }
    }

    fn add(&self, day: NaiveDate, more: Counted) {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = days.entry(day).or_default();
        counted.calls += more.calls;
        counted.errors += more.errors;
    }

    fn take(&self) -> BTreeMap<NaiveDate, Counted> {
        std::mem::take(&mut *self.days.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Observer for CallCounter {
    fn observe(&self, call: Call<'_>) {
        // Another app's token counts for that app; what never left counts for nobody.
        if call.is_limited || call.outcome == Outcome::NotConnected {
            return;
        }
        let errors = i64::from(call.outcome != Outcome::Done);
        self.add(self.clock.now().date_naive(), Counted { calls: 1, errors });
    }
}

impl Backend {
    /// Writes the counts down as they come, and the last ones when told to stop.
    pub async fn run_call_counter(&self, stop: CancellationToken) {
        loop {
            let _ = tokio::time::timeout(EVERY, stop.cancelled()).await;
            if let Err(error) = self.write_calls().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "Counts of calls to Meta could not be written; they are kept for the next time."
                );
            }
            if stop.is_cancelled() {
                return;
            }
        }
    }

    /// Adds what was counted to the days it belongs to.
    pub(crate) async fn write_calls(&self) -> Result<()> {
        let taken = self.0.calls.take();
        if taken.is_empty() {
            return Ok(());
        }
        let days: Vec<_> = taken.keys().copied().collect();
        let calls: Vec<_> = taken.values().map(|counted| counted.calls).collect();
        let errors: Vec<_> = taken.values().map(|counted| counted.errors).collect();
        let written = sqlx::query!(
            "INSERT INTO graph_call_day (day, calls, errors)
             SELECT * FROM unnest($1::date[], $2::bigint[], $3::bigint[])
             ON CONFLICT ON CONSTRAINT graph_call_day_pk
             DO UPDATE SET calls = graph_call_day.calls + excluded.calls, errors = graph_call_day.errors + excluded.errors",
            &days,
            &calls,
            &errors,
        )
        .execute(self.0.database.partner())
        .await;
        if let Err(error) = written {
            for (day, counted) in taken {
                self.0.calls.add(day, counted);
            }
            return Err(error.into());
        }
        Ok(())
    }

    /// The last fifteen days' calls against what Meta asks for.
    ///
    /// # Errors
    /// When the role may not, or the database fails.
    pub async fn access_meter(&self, scope: &Scope) -> Result<AccessMeter> {
        scope.require(Permission::ViewFleet)?;
        self.write_calls().await?;
        let bars = self.access_bars(scope).await?;
        let today = self.clock().now().date_naive();
        let first = today - Days::new(u64::from(AccessMeter::DAYS) - 1);
        let rows = sqlx::query!(
            "SELECT day, calls, errors FROM graph_call_day WHERE day BETWEEN $1 AND $2",
            first,
            today
        )
        .fetch_all(&mut *self.begin(scope).await?)
        .await?;
        let days = first.iter_days().take(AccessMeter::DAYS.into()).map(|day| {
            let row = rows.iter().find(|row| row.day == day);
            CallDay {
                day: midnight(day),
                calls: row.map_or(0, |row| row.calls.cast_unsigned()),
                errors: row.map_or(0, |row| row.errors.cast_unsigned()),
            }
        });
        Ok(AccessMeter {
            days: days.collect(),
            bar: Some(AccessBar {
                calls: bars.calls.into(),
                error_percent: bars.error_percent.into(),
            }),
            guide: Some(AccessBar {
                calls: bars.guide_calls.into(),
                error_percent: bars.guide_error_percent.into(),
            }),
        })
    }
}

fn midnight(day: NaiveDate) -> Moment {
    let at: DateTime<Utc> = day.and_time(NaiveTime::MIN).and_utc();
    Moment {
        ms: at.timestamp_millis(),
        offset: 0,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain::Role;
    use graph::AccessToken;

    use super::*;
    use crate::{Error, testing, testing::world::World};

    #[tokio::test]
    async fn calls_are_counted_by_day_those_of_other_apps_and_those_that_never_left_are_not() {
        let world = World::start().await;
        let backend = &world.db.backend;
        let good = world.token("hana");
        backend.graph().me(&good).await.unwrap();
        assert!(
            backend
                .graph()
                .me(&AccessToken::new("nonsense"))
                .await
                .is_err()
        );
        assert!(
            backend
                .graph()
                .me(&AccessToken::limited("theirs"))
                .await
                .is_err()
        );
        world.db.move_to(backend.clock().now() + TimeDelta::days(1));
        backend.graph().me(&good).await.unwrap();

        let meter = backend.access_meter(&world.operator).await.unwrap();
        assert_eq!(meter.days.len(), 15);
        let last: Vec<_> = meter.days[13..]
            .iter()
            .map(|day| (day.calls, day.errors))
            .collect();
        assert_eq!(last, [(2, 1), (1, 0)]);
        assert_eq!((meter.calls(), meter.error_permille()), (3, 334));
        assert!(!meter.passes(meter.bar.unwrap()));

        // Sixteen days later they no longer count.
        world
            .db
            .move_to(backend.clock().now() + TimeDelta::days(16));
        let meter = backend.access_meter(&world.operator).await.unwrap();
        assert_eq!(meter.calls(), 0);
    }

    #[tokio::test]
    async fn counts_of_several_processes_add_up_and_the_last_ones_are_written_at_the_end() {
        let db = testing::backend().await;
        let day = db.backend.clock().now().date_naive();
        let counted = Counted {
            calls: 2,
            errors: 1,
        };
        db.backend.0.calls.add(day, counted);
        db.backend.write_calls().await.unwrap();
        db.backend.0.calls.add(day, counted);
        let stop = CancellationToken::new();
        stop.cancel();
        db.backend.run_call_counter(stop).await;
        let auditor = db.staff(Role::Auditor).await;
        let meter = db.backend.access_meter(&auditor).await.unwrap();
        assert_eq!((meter.calls(), meter.errors()), (4, 2));

        let own = db.advertiser("Hana").await;
        let scope = db.advertiser_scope(own, Role::AdvertiserAdmin);
        assert!(matches!(
            db.backend.access_meter(&scope).await,
            Err(Error::Forbidden)
        ));
    }
}
