//! When a job is due.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

/// How often a job runs. A job that never ran is due at once.
#[derive(Clone, Copy, Debug)]
pub(super) enum Schedule {
    /// This long after the last time it began.
    Every(TimeDelta),
    /// Once a day, at this hour of UTC or as soon after it as somebody is there.
    DailyAt(u32),
}

impl Schedule {
    /// Whether it is time, given when the job began last. A beginning in the future is that of a clock set back since.
    pub(super) fn is_due(self, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
        let Some(last) = last.filter(|last| *last <= now) else {
            return true;
        };
        match self {
            Self::Every(span) => last + span <= now,
            Self::DailyAt(hour) => {
                let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
                let today = now.date_naive().and_time(time).and_utc();
                let latest = if today <= now {
                    today
                } else {
                    today - TimeDelta::days(1)
                };
                last < latest
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_job_that_never_ran_is_due_and_so_is_one_of_a_clock_set_back() {
        let now = at("2026-11-22T12:00:00Z");
        for schedule in [Schedule::Every(TimeDelta::hours(1)), Schedule::DailyAt(18)] {
            assert!(schedule.is_due(None, now));
            assert!(schedule.is_due(Some(at("2026-12-01T00:00:00Z")), now));
            assert!(!schedule.is_due(Some(now), now));
        }
    }

    #[test]
    fn a_daily_job_runs_once_after_its_hour() {
        let daily = Schedule::DailyAt(18);
        let cases = [
            ("2026-11-21T18:00:00Z", "2026-11-22T17:59:59Z", false),
            ("2026-11-21T18:00:00Z", "2026-11-22T18:00:00Z", true),
            ("2026-11-22T18:00:01Z", "2026-11-22T23:00:00Z", false),
            ("2026-11-22T10:00:00Z", "2026-11-22T19:00:00Z", true),
            ("2026-11-19T18:00:00Z", "2026-11-22T03:00:00Z", true),
        ];
        for (last, now, due) in cases {
            assert_eq!(daily.is_due(Some(at(last)), at(now)), due, "{last} {now}");
        }
    }

    #[test]
    fn an_interval_counts_from_the_last_beginning() {
        let hourly = Schedule::Every(TimeDelta::hours(1));
        let last = Some(at("2026-11-22T12:00:00Z"));
        assert!(!hourly.is_due(last, at("2026-11-22T12:59:59Z")));
        assert!(hourly.is_due(last, at("2026-11-22T13:00:00Z")));
    }
}
