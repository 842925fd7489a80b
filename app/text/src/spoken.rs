//! Sentences made of a value: times, and reasons with numbers in them.

use domain::time::{Relative, Span};
use domain::{Problem, Why};

use crate::Text;

impl Text {
    /// `3 minutes ago`, `in 2 hours`, `just now`.
    pub fn relative(self, relative: Relative) -> String {
        match relative {
            Relative::Now => self.time_now().to_owned(),
            Relative::Past(Span::Minutes(count)) => self.time_minutes_ago(count),
            Relative::Past(Span::Hours(count)) => self.time_hours_ago(count),
            Relative::Past(Span::Days(count)) => self.time_days_ago(count),
            Relative::Future(Span::Minutes(count)) => self.time_in_minutes(count),
            Relative::Future(Span::Hours(count)) => self.time_in_hours(count),
            Relative::Future(Span::Days(count)) => self.time_in_days(count),
        }
    }

    /// What to enter instead.
    pub fn why(self, why: Why) -> String {
        match why {
            Why::Empty => self.why_empty().to_owned(),
            Why::TooShort { min } => self.why_too_short(min),
            Why::TooLong { max } => self.why_too_long(max),
            Why::Unprintable => self.why_unprintable().to_owned(),
            Why::NotAnEmail => self.why_not_an_email().to_owned(),
            Why::NotAnId => self.why_not_an_id().to_owned(),
            Why::NotATimeZone => self.why_not_a_time_zone().to_owned(),
            Why::NotATestCode => self.why_not_a_test_code().to_owned(),
            Why::NotAnAmount => self.why_not_an_amount().to_owned(),
            Why::NotAUrl => self.why_not_a_url().to_owned(),
            Why::NotInRange { min, max } => self.why_not_in_range(min, max),
            Why::NotAChoice => self.why_not_a_choice().to_owned(),
        }
    }

    /// What is wrong with an event, and in which item.
    pub fn problem(self, problem: Problem) -> String {
        let sentence = self.rule(problem.rule);
        match problem.item {
            Some(index) => self.problem_in_item(index.saturating_add(1), sentence),
            None => sentence.to_owned(),
        }
    }
}
