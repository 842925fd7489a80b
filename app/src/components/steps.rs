//! How far something in several steps has come.

use leptos::prelude::*;

use super::Icon;
use crate::preferences::text;

/// How one step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepStanding {
    /// Behind us.
    Done,
    /// Here.
    Current,
    /// Here, and stuck.
    Stopped,
    /// Ahead.
    Ahead,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is called.
    pub name: String,
    /// How it stands.
    pub standing: StepStanding,
}

/// The steps in a row; on phones below each other.
#[component]
pub fn Steps(
    /// In order.
    steps: Vec<Step>,
) -> impl IntoView {
    let text = text();
    let steps = steps
        .into_iter()
        .map(|step| {
            let (icon, colour, said) = match step.standing {
                StepStanding::Done => (Icon::CheckCircle, "text-success", text.frame_step_done()),
                StepStanding::Current => (
                    Icon::CircleDot,
                    "font-semibold text-primary",
                    text.frame_step_current(),
                ),
                StepStanding::Stopped => (
                    Icon::CircleX,
                    "font-semibold text-error",
                    text.frame_step_stopped(),
                ),
                StepStanding::Ahead => (Icon::CircleDashed, "text-muted", text.frame_step_ahead()),
            };
            let is_current = matches!(step.standing, StepStanding::Current | StepStanding::Stopped);
            view! {
                <li
                    class=format!("flex items-center gap-1.5 {colour}")
                    aria-current=is_current.then_some("step")
                >
                    {icon.view()} <span>{step.name}</span> <span class="sr-only">{said}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="flex flex-col gap-2 text-sm sm:flex-row sm:flex-wrap sm:gap-x-5">{steps}</ol> }
}
