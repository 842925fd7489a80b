//! What was found: the list as it grows, and what it comes to.

use domain::{CauseKey, Health, Probe, ProbeOutcome, classify};

/// The answer to one probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub probe: Probe,
    /// The permission, for a probe of one; else empty.
    pub subject: String,
    pub outcome: ProbeOutcome,
    pub cause: Option<CauseKey>,
    /// A date, an id, names of fields: what the sentence is made of.
    pub detail: String,
}

/// What the list comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ruling {
    Well,
    Wrong(CauseKey),
    /// Meta could not answer.
    Doubtful(CauseKey),
    /// Meta answered something that is not about the connection: too many calls, say.
    Nothing,
}

/// The list, in the order in which it was asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings(pub Vec<Finding>);

impl Finding {
    pub(super) fn new(probe: Probe, outcome: ProbeOutcome, detail: impl Into<String>) -> Self {
        Self {
            probe,
            subject: String::new(),
            outcome,
            cause: None,
            detail: detail.into(),
        }
    }

    pub(super) fn passed(probe: Probe, detail: impl Into<String>) -> Self {
        Self::new(probe, ProbeOutcome::Passed, detail)
    }

    pub(super) fn warned(probe: Probe, detail: impl Into<String>) -> Self {
        Self::new(probe, ProbeOutcome::Warned, detail)
    }

    pub(super) fn failed(probe: Probe, cause: CauseKey) -> Self {
        Self {
            cause: Some(cause),
            ..Self::new(probe, ProbeOutcome::Failed, "")
        }
    }

    /// Only a verdict on token, permission, link or app is one; load and trouble at Meta pass.
    pub(super) fn refused(probe: Probe, error: &graph::Error) -> Self {
        let (outcome, cause) = match error.refusal() {
            None => (ProbeOutcome::Unanswered, CauseKey::MetaFailed),
            Some(refusal) => {
                let cause = classify(refusal.code, refusal.subcode, refusal.transient);
                match cause.health() {
                    Some(Health::Reconnect | Health::Misconfigured) => {
                        (ProbeOutcome::Failed, cause.key)
                    }
                    _ => (ProbeOutcome::Unanswered, cause.key),
                }
            }
        };
        Self {
            cause: Some(cause),
            ..Self::new(probe, outcome, "")
        }
    }

    pub(super) fn of(self, subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            ..self
        }
    }
}

impl Findings {
    /// Meta's id of the dataset that it links to the asset today, empty for none; nothing where Meta did not tell.
    pub(super) fn linked_dataset(&self) -> Option<&str> {
        let found = self.0.iter().find(|found| found.probe == Probe::Link)?;
        match (found.outcome, found.cause) {
            (ProbeOutcome::Passed, _) | (_, Some(CauseKey::DatasetDrifted)) => Some(&found.detail),
            (_, Some(CauseKey::DatasetUnlinked)) => Some(""),
            _ => None,
        }
    }

    /// Whether nothing that a probe is behind failed.
    pub(super) fn lets(&self, probe: Probe) -> bool {
        let stops = |before: &Probe| {
            self.0
                .iter()
                .any(|it| it.probe == *before && !it.outcome.lets_on())
        };
        !probe.behind().iter().any(stops)
    }

    pub(super) fn add(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    pub(super) fn not_run(&mut self, probe: Probe) {
        self.add(Finding::new(probe, ProbeOutcome::NotRun, ""));
    }

    /// What it comes to. Our own clock is blamed last: it is wrong for everybody at once.
    pub(super) fn ruling(&self) -> Ruling {
        let failed = || {
            self.0
                .iter()
                .filter(|it| it.outcome == ProbeOutcome::Failed)
        };
        let blamed = failed()
            .find(|it| it.probe != Probe::Clock)
            .or_else(|| failed().next());
        if let Some(cause) = blamed.and_then(|it| it.cause) {
            return Ruling::Wrong(cause);
        }
        let mut unanswered = self
            .0
            .iter()
            .filter(|it| it.outcome == ProbeOutcome::Unanswered)
            .filter_map(|it| it.cause)
            .peekable();
        if unanswered.peek().is_none() {
            return Ruling::Well;
        }
        unanswered
            .find(|cause| cause.cause().health() == Some(Health::Degraded))
            .map_or(Ruling::Nothing, Ruling::Doubtful)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(list: impl IntoIterator<Item = Finding>) -> Findings {
        Findings(list.into_iter().collect())
    }

    #[test]
    fn what_is_behind_a_failure_is_not_asked() {
        let list = findings([
            Finding::passed(Probe::Version, ""),
            Finding::failed(Probe::Token, CauseKey::TokenInvalid),
        ]);
        assert!(list.lets(Probe::Token) && list.lets(Probe::Inbound));
        assert!(!list.lets(Probe::App));
        let list = findings([
            Finding::passed(Probe::Scope, "").of("page_events"),
            Finding::warned(Probe::Scope, "").of("business_management"),
        ]);
        assert!(
            list.lets(Probe::Asset),
            "a wish that was not granted stops nothing"
        );
    }

    #[test]
    fn the_clock_is_blamed_last_and_silence_after_failure() {
        let clock = Finding::failed(Probe::Clock, CauseKey::ClockSkewed);
        let token = Finding::failed(Probe::Token, CauseKey::TokenExpired);
        let silence = Finding::refused(Probe::Webhook, &graph::Error::Timeout);
        let ruling = |list: &[&Finding]| findings(list.iter().map(|it| (*it).clone())).ruling();
        assert_eq!(
            ruling(&[&clock, &token, &silence]),
            Ruling::Wrong(CauseKey::TokenExpired)
        );
        assert_eq!(ruling(&[&clock]), Ruling::Wrong(CauseKey::ClockSkewed));
        assert_eq!(ruling(&[&silence]), Ruling::Doubtful(CauseKey::MetaFailed));
        assert_eq!(ruling(&[]), Ruling::Well);
    }

    #[test]
    fn too_many_calls_say_nothing_of_the_connection() {
        let limited = graph::Error::Refused(Box::new(graph::GraphError {
            code: 4,
            ..graph::GraphError::default()
        }));
        let list = findings([Finding::refused(Probe::Token, &limited)]);
        assert_eq!(list.ruling(), Ruling::Nothing);
    }
}
