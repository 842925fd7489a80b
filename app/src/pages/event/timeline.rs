//! What happened to an event, in order.

use domain::console::{AttemptOutcome, EventDetail, Moment, TimelineEntry};
use leptos::prelude::*;

use super::attempts::summary;
use crate::{
    components::{Icon, StateBadge, Time},
    preferences::text,
};

/// Accepted, checked, every attempt, and where it has come to.
#[component]
pub fn Timeline(
    /// The event.
    event: EventDetail,
) -> impl IntoView {
    let EventDetail {
        timeline,
        attempts,
        now_ms,
        ..
    } = event;
    let text = text();
    let lines = timeline
        .into_iter()
        .map(|entry| match entry {
            TimelineEntry::Accepted(moment) => view! {
                {line(Icon::Inbox, "text-muted", text.event_page_step_accepted().into_any(), moment, now_ms)}
                {line(Icon::Check, "text-success", text.event_page_step_checked().into_any(), moment, now_ms)}
            }
            .into_any(),
            TimelineEntry::Attempted(moment, index) => {
                let attempt = attempts.get(index);
                let (icon, colour) = look(attempt.and_then(|attempt| attempt.outcome));
                let what = view! {
                    <a class="link-hover font-medium" href=format!("#attempt-{}", index + 1) rel="external">
                        {text.event_page_step_attempt(index + 1)}
                    </a>
                    " " <span class="text-sm text-muted">{attempt.map(summary)}</span>
                }
                .into_any();
                line(icon, colour, what, moment, now_ms)
            }
            TimelineEntry::Reached(moment, state) => {
                line(Icon::CircleDot, "text-muted", view! { <StateBadge state/> }.into_any(), moment, now_ms)
            }
        })
        .collect_view();
    view! { <ol class="space-y-3">{lines}</ol> }
}

fn line(icon: Icon, colour: &'static str, what: AnyView, moment: Moment, now_ms: i64) -> AnyView {
    view! {
        <li class="flex items-start gap-3">
            <span class=format!("mt-0.5 {colour}")>{icon.view()}</span>
            <span class="min-w-0 flex-1">{what}</span>
            <span class="text-sm text-muted"><Time moment now_ms/></span>
        </li>
    }
    .into_any()
}

const fn look(outcome: Option<AttemptOutcome>) -> (Icon, &'static str) {
    match outcome {
        None => (Icon::Send, "text-info"),
        Some(AttemptOutcome::Delivered) => (Icon::CheckCircle, "text-success"),
        Some(AttemptOutcome::DeliveredWithWarning) => (Icon::CircleAlert, "text-success"),
        Some(AttemptOutcome::NotConnected | AttemptOutcome::Retry | AttemptOutcome::Paused) => {
            (Icon::RotateCcw, "text-info")
        }
        Some(AttemptOutcome::Parked) => (Icon::Hourglass, "text-warning"),
        Some(AttemptOutcome::Unconfirmed) => (Icon::CircleHelp, "text-warning"),
        Some(AttemptOutcome::Rejected) => (Icon::CircleX, "text-error"),
    }
}
