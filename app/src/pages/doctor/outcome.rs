//! What came of a probe: an icon and a word.

use domain::ProbeOutcome;
use leptos::prelude::*;

use crate::{components::Icon, preferences::text};

const fn look(outcome: ProbeOutcome) -> (Icon, &'static str) {
    match outcome {
        ProbeOutcome::Passed => (Icon::CheckCircle, "text-success"),
        ProbeOutcome::Warned => (Icon::Info, "text-info"),
        ProbeOutcome::Unanswered => (Icon::CircleHelp, "text-warning"),
        ProbeOutcome::NotRun => (Icon::CircleDashed, "text-muted"),
        ProbeOutcome::Failed => (Icon::CircleX, "text-error"),
    }
}

/// Icon and word.
pub fn outcome_badge(outcome: ProbeOutcome) -> AnyView {
    let (icon, colour) = look(outcome);
    let word = text().probe_outcome(outcome);
    view! {
        <span class=format!("inline-flex items-center gap-1.5 font-medium whitespace-nowrap {colour}")>{icon.view()} {word}</span>
    }
    .into_any()
}

/// The icon alone, for a dense matrix; its word is for screen readers and on hover.
pub fn outcome_mark(outcome: ProbeOutcome) -> AnyView {
    let (icon, colour) = look(outcome);
    let word = text().probe_outcome(outcome);
    view! {
        <span class=format!("inline-flex {colour}") title=word>{icon.view()} <span class="sr-only">{word}</span></span>
    }
    .into_any()
}
