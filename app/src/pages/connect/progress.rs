//! How far connecting has come: the steps on top of each of its pages.

use domain::{ConnectStep, console::ConnectAttempt};
use leptos::prelude::*;

use crate::{
    components::{Step, StepStanding, Steps},
    preferences::text,
};

/// A step as people see it. An attempt walks through more, but most of them take no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Reading what will happen.
    Prepare,
    /// At Meta.
    LogIn,
    /// Choosing Pages.
    Choose,
    /// The server's part.
    SetUp,
    /// Nothing is left to do.
    Over,
}

impl Stage {
    /// The stage in which an attempt is that has reached `step`.
    const fn at(step: ConnectStep) -> Self {
        match step {
            ConnectStep::Created
            | ConnectStep::Opened
            | ConnectStep::Consented
            | ConnectStep::Exchanged
            | ConnectStep::Failed => Self::LogIn,
            ConnectStep::Verified => Self::Choose,
            ConnectStep::AssetsChosen
            | ConnectStep::DatasetReady
            | ConnectStep::WebhooksSubscribed => Self::SetUp,
            ConnectStep::Done => Self::Over,
        }
    }

    /// The stage in which an attempt is, or in which it stopped.
    pub fn of(attempt: &ConnectAttempt) -> Self {
        Self::at(
            attempt
                .failure
                .as_ref()
                .map_or(attempt.step, |failure| failure.reached),
        )
    }

    fn standing(self, current: Self, is_stopped: bool) -> StepStanding {
        match self.cmp(&current) {
            std::cmp::Ordering::Less => StepStanding::Done,
            std::cmp::Ordering::Equal if is_stopped => StepStanding::Stopped,
            std::cmp::Ordering::Equal => StepStanding::Current,
            std::cmp::Ordering::Greater => StepStanding::Ahead,
        }
    }
}

/// The stages in a row.
#[component]
pub fn Progress(
    /// The one that is under way.
    stage: Stage,
    /// It went wrong there.
    #[prop(optional)]
    is_stopped: bool,
) -> impl IntoView {
    let text = text();
    let names = [
        (Stage::Prepare, text.connect_stage_prepare()),
        (Stage::LogIn, text.connect_stage_log_in()),
        (Stage::Choose, text.connect_stage_choose()),
        (Stage::SetUp, text.connect_stage_set_up()),
    ];
    let steps = names.map(|(one, name)| Step {
        name: name.to_owned(),
        standing: one.standing(stage, is_stopped),
    });
    view! { <Steps steps=steps.to_vec()/> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_that_succeeds_never_goes_back() {
        let stages: Vec<_> = ConnectStep::HAPPY_PATH
            .iter()
            .map(|&step| Stage::at(step))
            .collect();
        assert!(stages.is_sorted(), "{stages:?}");
        assert_eq!(stages.last(), Some(&Stage::Over));
    }

    #[test]
    fn what_is_behind_is_done_and_what_is_here_may_be_stuck() {
        let standings = |current, is_stopped| {
            [Stage::Prepare, Stage::LogIn, Stage::Choose, Stage::SetUp]
                .map(|stage| stage.standing(current, is_stopped))
        };
        use StepStanding::{Ahead, Current, Done, Stopped};
        assert_eq!(
            standings(Stage::Prepare, false),
            [Current, Ahead, Ahead, Ahead]
        );
        assert_eq!(standings(Stage::Choose, true), [Done, Done, Stopped, Ahead]);
        assert_eq!(standings(Stage::Over, false), [Done; 4]);
    }
}
