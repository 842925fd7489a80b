//! Whether the partner's app may do at Meta what Patchbay does with it.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::{Channel, Requirement, text_enum::text_enum};

text_enum! {
    /// How a requirement stands.
    ReadinessState {
        /// It is met.
        Met = "met",
        /// Meta does not answer, and nobody has ticked it off.
        Unknown = "unknown",
        /// It is not met.
        Missing = "missing",
    }
}

/// One requirement, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementStatus {
    /// Which.
    pub requirement: Requirement,
    /// How it stands.
    pub state: ReadinessState,
    /// Meta's own word for it, where Meta answered.
    pub said: Option<String>,
    /// The channels for which our settings lack it.
    pub without: Vec<Channel>,
    /// Who ticked it off by hand, and when.
    pub tick: Option<Tick>,
    /// Whether it can be ticked off by hand: Meta has not said itself that it is met.
    pub may_tick: bool,
    /// Where it is seen and changed at Meta.
    pub href: String,
    /// What has to be entered there.
    pub paste: Vec<String>,
}

/// What a member of staff said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// What colleagues call them.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// In the order in which they are best dealt with.
    pub requirements: Vec<RequirementStatus>,
    /// Whether Meta answered: what it does not tell has to be ticked off.
    pub has_answered: bool,
    /// The app's calls.
    pub meter: AccessMeter,
}

/// One day's calls, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallDay {
    /// Midnight, UTC.
    pub day: Moment,
    /// Calls that Meta has seen.
    pub calls: u64,
    /// Those of them that failed.
    pub errors: u64,
}

/// So many calls, and fewer than so many per cent of them failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessBar {
    /// At least so many.
    pub calls: u64,
    /// Below this error rate.
    pub error_percent: u64,
}

/// Our own calls with the app's tokens of the last [`AccessMeter::DAYS`] days, as Meta counts them for its access tiers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessMeter {
    /// The days, oldest first, those without a call included.
    pub days: Vec<CallDay>,
    /// What Meta asks for today.
    pub bar: Option<AccessBar>,
    /// What its guide asks for.
    pub guide: Option<AccessBar>,
}

impl AccessMeter {
    /// How far back Meta looks.
    pub const DAYS: u16 = 15;

    /// All calls.
    pub fn calls(&self) -> u64 {
        self.days.iter().map(|day| day.calls).sum()
    }

    /// All failed calls.
    pub fn errors(&self) -> u64 {
        self.days.iter().map(|day| day.errors).sum()
    }

    /// The error rate in tenths of a per cent, rounded up: a bar is never passed by rounding.
    pub fn error_permille(&self) -> u64 {
        let calls = self.calls().max(1);
        (self.errors() * 1_000).div_ceil(calls)
    }

    /// Whether these calls pass a bar.
    pub fn passes(&self, bar: AccessBar) -> bool {
        self.calls() >= bar.calls && self.errors() * 100 < bar.error_percent * self.calls()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(calls: u64, errors: u64) -> AccessMeter {
        let day = Moment { ms: 0, offset: 0 };
        AccessMeter {
            days: vec![CallDay { day, calls, errors }],
            ..AccessMeter::default()
        }
    }

    #[test]
    fn a_bar_is_passed_by_enough_calls_of_which_few_enough_failed() {
        let bar = AccessBar {
            calls: 500,
            error_percent: 15,
        };
        for (calls, errors, passes) in [
            (500, 74, true),
            (500, 75, false),
            (499, 0, false),
            (0, 0, false),
            (10_000, 1_499, true),
        ] {
            assert_eq!(meter(calls, errors).passes(bar), passes, "{calls} {errors}");
        }
    }

    #[test]
    fn a_rate_is_rounded_up() {
        assert_eq!(meter(3, 1).error_permille(), 334);
        assert_eq!(meter(0, 0).error_permille(), 0);
    }
}
