//! What a probe found, in the reader's language.

use chrono::DateTime;
use domain::{Language, MetaPermission, Probe, ProbeOutcome, time};
use text::Text;

use super::view::Row;
use crate::{advertisers::moment, explain::explain};

/// Whose language, and whose clocks.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub language: Language,
    pub zone: &'a str,
}

impl Words<'_> {
    /// What was found and what to do, each a sentence or nothing.
    pub(super) fn of(self, row: &Row) -> (String, String) {
        let nothing = String::new;
        match row.outcome {
            ProbeOutcome::NotRun => (nothing(), nothing()),
            ProbeOutcome::Failed | ProbeOutcome::Unanswered => match row.cause {
                Some(cause) => {
                    let explanation = explain(self.language, cause);
                    let what = match row.detail.as_str() {
                        "" => explanation.cause,
                        detail => format!("{} ({detail})", explanation.cause),
                    };
                    (what, explanation.remedy)
                }
                None => (nothing(), nothing()),
            },
            ProbeOutcome::Passed => (self.passed(row.probe, &row.detail), nothing()),
            ProbeOutcome::Warned => (self.warned(row), nothing()),
        }
    }

    fn passed(self, probe: Probe, detail: &str) -> String {
        let text = Text::new(self.language);
        match probe {
            Probe::Clock if !detail.is_empty() => text.finding_clock(detail),
            Probe::Expiry if detail.is_empty() => text.finding_expiry_never().to_owned(),
            Probe::Expiry => text.finding_expiry(self.date(detail)),
            Probe::Inbound | Probe::Accepted => self.date_time(detail),
            _ => detail.to_owned(),
        }
    }

    fn warned(self, row: &Row) -> String {
        let text = Text::new(self.language);
        let detail = row.detail.as_str();
        match row.probe {
            Probe::Clock => text.finding_clock_warned(detail),
            Probe::Version => text.finding_version_warned(detail),
            Probe::Expiry => text.finding_expiry_warned(self.date(detail)),
            Probe::Scope => match row.subject.parse::<MetaPermission>() {
                Ok(permission) => text.finding_scope_warned(text.scope(permission)),
                Err(_) => row.subject.clone(),
            },
            Probe::Link => text.finding_link_warned().to_owned(),
            Probe::Webhook => text.finding_webhook_warned().to_owned(),
            Probe::Inbound if detail.is_empty() => text.finding_inbound_never().to_owned(),
            Probe::Inbound => text.finding_inbound_warned(self.date(detail)),
            Probe::Accepted if detail.is_empty() => text.finding_accepted_never().to_owned(),
            Probe::Accepted => text.finding_accepted_warned(self.date(detail)),
            Probe::Token | Probe::App | Probe::Asset | Probe::Dataset | Probe::Fields => {
                detail.to_owned()
            }
        }
    }

    fn date(self, detail: &str) -> String {
        self.written(detail, time::date)
    }

    fn date_time(self, detail: &str) -> String {
        self.written(detail, time::date_time)
    }

    fn written(
        self,
        detail: &str,
        write: fn(DateTime<chrono::Utc>, i32, Language) -> String,
    ) -> String {
        DateTime::parse_from_rfc3339(detail).map_or_else(
            |_| detail.to_owned(),
            |at| {
                let at = at.to_utc();
                write(at, moment(self.zone, at).offset, self.language)
            },
        )
    }
}
