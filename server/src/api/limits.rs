//! How often one key may call, in this process.

use std::{num::NonZeroU32, time::Duration};

use domain::ApiKeyId;
use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock, DefaultClock},
};

/// Requests that a key may make in a second, unless a deployment says otherwise.
pub(crate) const PER_SECOND: NonZeroU32 = NonZeroU32::new(1_000).expect("a thousand is not zero");

/// A bucket for each key: full, it holds one second's requests.
pub(crate) struct KeyLimits {
    limiter: DefaultKeyedRateLimiter<ApiKeyId>,
    clock: DefaultClock,
}

impl KeyLimits {
    pub(crate) fn new(per_second: NonZeroU32) -> Self {
        Self {
            limiter: DefaultKeyedRateLimiter::keyed(Quota::per_second(per_second)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request; the error is how long to wait before the next.
    pub(super) fn check(&self, key: ApiKeyId) -> Result<(), Duration> {
        self.limiter
            .check_key(&key)
            .map_err(|early| early.wait_time_from(self.clock.now()))
    }
}

/// Whole seconds, as headers say it: at least one.
pub(super) fn seconds(wait: Duration) -> u64 {
    wait.as_secs_f64().ceil().max(1.0) as u64
}
