//! What an answer of Meta's means for the events of its request: the table of `design.md` section 5.

use chrono::TimeDelta;
use domain::{Cause, CauseKey, Class, Doubt, Health, console::AttemptOutcome};
use graph::{GraphError, SendReport, SendVerdict, UnknownWhy};

/// The first wait before another try; doubled with every try.
const FIRST_WAIT: f64 = 30.0;
/// No wait is longer.
const LONGEST_WAIT: f64 = 3_600.0;

/// What becomes of the events of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ruling {
    /// Meta counted all of them.
    Delivered {
        /// And had something to say.
        warning: bool,
    },
    /// The request never left: again later.
    NotConnected,
    /// Meta asked for another try.
    Retry(Cause),
    /// Meta asked to wait; the events are given back as they were.
    Pause(Cause),
    /// They wait for a repair.
    Park(Cause),
    /// One of them at least is wrong; which one, if Meta named it.
    Invalid(Cause, Option<usize>),
    /// They may have counted.
    Unconfirmed(Doubt),
}

pub(super) fn judge(report: &SendReport) -> Ruling {
    match &report.verdict {
        SendVerdict::Accepted { messages, .. } => Ruling::Delivered {
            warning: !messages.is_empty(),
        },
        SendVerdict::NotConnected { .. } => Ruling::NotConnected,
        SendVerdict::Refused(error) => refused(error),
        SendVerdict::Unknown { why } => Ruling::Unconfirmed(match why {
            UnknownWhy::Timeout => Doubt::Timeout,
            UnknownWhy::Reset => Doubt::Reset,
            UnknownWhy::NotJson => Doubt::NotJson,
            // A page instead of an envelope below 500 is no server error, and no answer of Graph's either.
            UnknownWhy::ServerError(status) if *status < 500 => Doubt::NotJson,
            UnknownWhy::ServerError(_) => Doubt::ServerError,
            UnknownWhy::ShortCount { .. } => Doubt::CountMismatch,
        }),
    }
}

fn refused(error: &GraphError) -> Ruling {
    let cause = domain::classify(error.code, error.subcode, error.transient);
    match cause.class {
        Class::Retry => Ruling::Retry(cause),
        Class::PauseApp | Class::PauseConnection | Class::PauseBusiness => Ruling::Pause(cause),
        Class::Park | Class::FixLink | Class::FixApp => Ruling::Park(cause),
        Class::FixEvent => Ruling::Invalid(cause, error.blamed_event()),
    }
}

impl Ruling {
    pub(super) fn outcome(self) -> AttemptOutcome {
        match self {
            Self::Delivered { warning: false } => AttemptOutcome::Delivered,
            Self::Delivered { warning: true } => AttemptOutcome::DeliveredWithWarning,
            Self::NotConnected => AttemptOutcome::NotConnected,
            Self::Retry(_) => AttemptOutcome::Retry,
            Self::Pause(_) => AttemptOutcome::Paused,
            Self::Park(_) => AttemptOutcome::Parked,
            Self::Invalid(..) => AttemptOutcome::Rejected,
            Self::Unconfirmed(_) => AttemptOutcome::Unconfirmed,
        }
    }

    /// The row of the error catalogue, where the answer has one.
    pub(super) fn key(self) -> Option<CauseKey> {
        match self {
            Self::Retry(cause)
            | Self::Pause(cause)
            | Self::Park(cause)
            | Self::Invalid(cause, _) => Some(cause.key),
            Self::Delivered { .. } | Self::NotConnected | Self::Unconfirmed(_) => None,
        }
    }

    /// What is kept on the attempt and on its events.
    pub(super) fn cause(self) -> Option<&'static str> {
        match self {
            Self::Unconfirmed(doubt) => Some(doubt.as_str()),
            other => other.key().map(CauseKey::as_str),
        }
    }

    /// What the answer says about the connection; none where it says nothing.
    pub(super) fn health(self) -> Option<Health> {
        match self {
            Self::Delivered { .. } => Some(Health::Healthy),
            Self::NotConnected => Some(Health::Degraded),
            Self::Retry(cause) | Self::Pause(cause) | Self::Park(cause) => cause.health(),
            Self::Unconfirmed(Doubt::CountMismatch | Doubt::Interrupted) | Self::Invalid(..) => {
                None
            }
            Self::Unconfirmed(_) => Some(Health::Degraded),
        }
    }
}

/// How long to wait before try number `tries + 1`: 30 s doubled with every try, one hour at most, times `jitter` in
/// 0..=1. With the whole range as jitter, lanes that failed together do not come back together.
pub(crate) fn backoff(tries: i32, jitter: f64) -> TimeDelta {
    let exponent = tries.saturating_sub(1).clamp(0, 16);
    let seconds = (FIRST_WAIT * 2f64.powi(exponent)).min(LONGEST_WAIT) * jitter;
    TimeDelta::milliseconds((seconds * 1_000.0) as i64)
}

/// A fraction in 0..=1 drawn from the random part of an id, so that the same id always waits the same time.
pub(super) fn jitter(id: uuid::Uuid) -> f64 {
    f64::from(id.as_u128() as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(verdict: SendVerdict) -> SendReport {
        SendReport {
            url: String::new(),
            http_status: None,
            latency: std::time::Duration::ZERO,
            usage: graph::Usage::default(),
            version_used: None,
            body: None,
            verdict,
        }
    }

    fn refusal(code: i64, subcode: Option<i64>) -> Ruling {
        judge(&report(SendVerdict::Refused(Box::new(GraphError {
            code,
            subcode,
            ..GraphError::default()
        }))))
    }

    #[test]
    fn every_row_of_the_table_has_its_ruling() {
        use AttemptOutcome::*;
        let accepted = |messages: &[&str]| {
            let messages = messages.iter().map(ToString::to_string).collect();
            judge(&report(SendVerdict::Accepted {
                events_received: 1,
                messages,
                fbtrace_id: None,
            }))
        };
        let unknown = |why| judge(&report(SendVerdict::Unknown { why }));
        let not_connected = judge(&report(SendVerdict::NotConnected { why: String::new() }));
        let cases = [
            (accepted(&[]), Delivered, None, Some(Health::Healthy)),
            (
                accepted(&["look"]),
                DeliveredWithWarning,
                None,
                Some(Health::Healthy),
            ),
            (not_connected, NotConnected, None, Some(Health::Degraded)),
            (
                refusal(2, None),
                Retry,
                Some("meta_failed"),
                Some(Health::Degraded),
            ),
            (refusal(4, None), Paused, Some("app_limit"), None),
            (refusal(80_004, None), Paused, Some("business_limit"), None),
            (
                refusal(190, Some(463)),
                Parked,
                Some("token_expired"),
                Some(Health::Reconnect),
            ),
            (
                refusal(200, None),
                Parked,
                Some("permission_missing"),
                Some(Health::Reconnect),
            ),
            (
                refusal(100, Some(2_804_065)),
                Parked,
                Some("page_not_of_dataset"),
                Some(Health::Misconfigured),
            ),
            (
                refusal(100, Some(2_804_003)),
                Rejected,
                Some("time_too_old"),
                None,
            ),
            (
                unknown(UnknownWhy::Timeout),
                Unconfirmed,
                Some("timeout"),
                Some(Health::Degraded),
            ),
            (
                unknown(UnknownWhy::Reset),
                Unconfirmed,
                Some("reset"),
                Some(Health::Degraded),
            ),
            (
                unknown(UnknownWhy::ServerError(502)),
                Unconfirmed,
                Some("server_error"),
                Some(Health::Degraded),
            ),
            (
                unknown(UnknownWhy::ServerError(404)),
                Unconfirmed,
                Some("not_json"),
                Some(Health::Degraded),
            ),
            (
                unknown(UnknownWhy::ShortCount { received: Some(0) }),
                Unconfirmed,
                Some("count_mismatch"),
                None,
            ),
        ];
        for (ruling, outcome, cause, health) in cases {
            assert_eq!(
                (ruling.outcome(), ruling.cause(), ruling.health()),
                (outcome, cause, health),
                "{ruling:?}"
            );
        }
    }

    #[test]
    fn waits_double_up_to_an_hour_and_jitter_takes_any_part_of_them() {
        let seconds: Vec<_> = [1, 2, 3, 8, 9, i32::MAX]
            .map(|tries| backoff(tries, 1.0).num_seconds())
            .into();
        assert_eq!(seconds, [30, 60, 120, 3_600, 3_600, 3_600]);
        assert_eq!(backoff(3, 0.0), TimeDelta::zero());
        assert_eq!(backoff(1, 0.5).num_seconds(), 15);
        assert!(jitter(uuid::Uuid::nil()) == 0.0 && jitter(uuid::Uuid::max()) == 1.0);
    }
}
