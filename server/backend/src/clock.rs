//! The one source of time and of time-ordered ids, so that tests jump days and a demo lives through a week in a minute.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// The system's time, moved by an offset that is zero in production.
#[derive(Clone)]
pub struct Clock(Arc<State>);

struct State {
    offset_ms: AtomicI64,
    order: Mutex<ContextV7>,
}

impl Clock {
    /// A clock that shows the system's time.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(State {
            offset_ms: AtomicI64::new(0),
            order: Mutex::new(ContextV7::new()),
        }))
    }

    /// Now, in whole microseconds: what PostgreSQL can hold, so that a value read back equals the one written.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the system's time"
        )]
        let now = Utc::now() + TimeDelta::milliseconds(self.0.offset_ms.load(Ordering::Relaxed));
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// Moves the clock forward, or back for a negative span.
    pub fn advance(&self, span: TimeDelta) {
        self.0
            .offset_ms
            .fetch_add(span.num_milliseconds(), Ordering::Relaxed);
    }

    /// Sets the clock to a moment, from which it goes on.
    pub fn move_to(&self, moment: DateTime<Utc>) {
        let span = moment - self.now();
        self.advance(span);
    }

    /// Shows the system's time again.
    pub fn follow_system(&self) {
        self.0.offset_ms.store(0, Ordering::Relaxed);
    }

    /// A new UUIDv7 of this moment, in order with those minted before it in the same millisecond.
    #[must_use]
    pub fn mint<T: From<Uuid>>(&self) -> T {
        let now = self.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        let order = self
            .0
            .order
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Uuid::new_v7(Timestamp::from_unix(
            &*order,
            seconds,
            now.timestamp_subsec_nanos(),
        ))
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_millisecond_keep_their_order() {
        let clock = Clock::system();
        let ids: Vec<Uuid> = (0..1_000).map(|_| clock.mint()).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn a_moved_clock_shows_the_moment_it_was_moved_to() {
        let clock = Clock::system();
        let moment = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        clock.move_to(moment);
        assert!((clock.now() - moment).num_seconds() < 5);
    }
}
