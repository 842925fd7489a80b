//! The sandbox's time: the machine's clock plus an offset that a test or the demo may move.

use chrono::{DateTime, Duration, Utc};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// A clock that can be moved; clones show the same time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The time that the sandbox believes.
    pub fn now(&self) -> DateTime<Utc> {
        machine_now() + self.offset()
    }

    /// How far the sandbox is ahead of the machine (negative: behind).
    pub fn offset(&self) -> Duration {
        Duration::milliseconds(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Puts the sandbox that far ahead of the machine.
    pub fn set_offset(&self, offset: Duration) {
        self.offset_ms
            .store(offset.num_milliseconds(), Ordering::Relaxed);
    }

    /// Makes it this time now; the clock runs on from there.
    pub fn set(&self, now: DateTime<Utc>) {
        self.set_offset(now - machine_now());
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.offset_ms
            .fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }

    pub(crate) fn seconds(&self) -> i64 {
        self.now().timestamp()
    }

    pub(crate) fn millis(&self) -> i64 {
        self.now().timestamp_millis()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock that everything else asks"
)]
fn machine_now() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_clock_runs_on_and_its_clones_agree() {
        let clock = Clock::default();
        let other = clock.clone();
        let before = clock.seconds();
        clock.advance(Duration::days(8));
        assert!(other.seconds() >= before + 8 * 86_400);
        clock.set(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
        assert!((other.seconds() - 1_790_000_000).abs() <= 1);
    }
}
