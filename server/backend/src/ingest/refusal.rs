//! Why an event from outside was not taken, and what Meta would have answered.

use domain::{Language, Problem};
use text::Text;

/// An event that was not taken, and with it its batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which event of the batch, counted from zero; none where the batch itself is wrong.
    pub event: Option<usize>,
    /// Where in the event: `user_data` or `custom_data`, `currency`. Empty for the event as a whole.
    pub path: Vec<String>,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// There is no event.
    NoEvents,
    /// So many events, more than Meta takes in one request.
    TooMany(usize),
    /// It is no JSON object.
    NotAnEvent,
    /// It is not there.
    Missing,
    /// It is not what it must be: these words of Meta's kind say what, for programmers.
    Malformed(&'static str),
    /// The conversion did not happen inside a conversation: this is the source that was named.
    ElsewhereThanChat,
    /// `messaging_channel` is not there.
    ChannelMissing,
    /// The WhatsApp Business Account is another than the dataset's.
    AccountOfOtherDataset,
    /// A rule is broken.
    Rule(Problem),
}

impl Refusal {
    pub(crate) fn whole(flaw: Flaw) -> Self {
        Self {
            event: None,
            path: Vec::new(),
            flaw,
        }
    }

    pub(super) fn at(path: &[&str], flaw: Flaw) -> Self {
        Self {
            event: None,
            path: path.iter().map(ToString::to_string).collect(),
            flaw,
        }
    }

    pub(super) fn of_event(mut self, index: usize) -> Self {
        self.event = Some(index);
        self
    }

    /// The subcode under code 100 that Meta answers; none where it has none.
    #[must_use]
    pub fn subcode(&self) -> Option<u32> {
        match &self.flaw {
            Flaw::ChannelMissing => Some(2_804_063),
            Flaw::AccountOfOtherDataset => Some(2_804_118),
            Flaw::Rule(problem) => problem.rule.meta_subcode(),
            _ => None,
        }
    }

    /// Where it is, as people who write programs say it: `data[3].user_data`.
    #[must_use]
    pub fn place(&self) -> String {
        let mut place = match self.event {
            Some(index) => format!("data[{index}]"),
            None => "data".to_owned(),
        };
        for step in &self.path {
            if step.bytes().all(|byte| byte.is_ascii_digit()) {
                place.push_str(&format!("[{step}]"));
            } else {
                place.push('.');
                place.push_str(step);
            }
        }
        place
    }

    /// What is wrong, for the reader of a report.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let text = Text::new(language);
        match &self.flaw {
            Flaw::NoEvents => text.ingest_no_events().to_owned(),
            Flaw::TooMany(count) => text.ingest_too_many(count),
            Flaw::NotAnEvent => text.ingest_not_an_event().to_owned(),
            Flaw::Missing => text.ingest_missing().to_owned(),
            Flaw::Malformed(expected) => text.ingest_malformed(expected),
            Flaw::ElsewhereThanChat => text.ingest_elsewhere().to_owned(),
            Flaw::ChannelMissing => text.ingest_channel_missing().to_owned(),
            Flaw::AccountOfOtherDataset => text.ingest_account_of_other_dataset().to_owned(),
            Flaw::Rule(problem) => text.problem(*problem),
        }
    }
}
