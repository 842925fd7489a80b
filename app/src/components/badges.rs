//! How an event or a connection stands: an icon and a word, in one of four colours.

use domain::{EventState, Health};
use leptos::prelude::*;

use super::Icon;
use crate::preferences::text;

const OK: &str = "text-success";
const WAITING: &str = "text-info";
const ATTENTION: &str = "text-warning";
const BROKEN: &str = "text-error";
const QUIET: &str = "text-muted";

const fn of_state(state: EventState) -> (Icon, &'static str) {
    match state {
        EventState::Queued => (Icon::Clock, WAITING),
        EventState::Sending => (Icon::Send, WAITING),
        EventState::Retrying => (Icon::RotateCcw, WAITING),
        EventState::Delivered => (Icon::CheckCircle, OK),
        EventState::DeliveredWithWarning => (Icon::CircleAlert, OK),
        EventState::Unconfirmed => (Icon::CircleHelp, ATTENTION),
        EventState::Parked => (Icon::Hourglass, ATTENTION),
        EventState::Rejected => (Icon::CircleX, BROKEN),
        EventState::Duplicate => (Icon::Copy, QUIET),
        EventState::Expired => (Icon::CircleOff, QUIET),
    }
}

const fn of_health(health: Health) -> (Icon, &'static str) {
    match health {
        Health::Disconnected => (Icon::CircleOff, QUIET),
        Health::Healthy => (Icon::CheckCircle, OK),
        Health::Degraded => (Icon::Activity, ATTENTION),
        Health::Reconnect => (Icon::Unplug, BROKEN),
        Health::Misconfigured => (Icon::Wrench, BROKEN),
    }
}

fn badge(
    (icon, colour): (Icon, &'static str),
    word: &'static str,
    meaning: &'static str,
) -> AnyView {
    view! {
        <span class=format!("inline-flex items-center gap-1.5 align-bottom font-medium whitespace-nowrap {colour}") title=meaning>
            {icon.view()} {word}
        </span>
    }
    .into_any()
}

/// The state of an event. What it means appears on hover.
#[component]
pub fn StateBadge(
    /// The state.
    state: EventState,
) -> impl IntoView {
    let text = text();
    badge(
        of_state(state),
        text.state(state),
        text.state_meaning(state),
    )
}

/// The health of a connection. What it means appears on hover.
#[component]
pub fn HealthBadge(
    /// The health.
    health: Health,
) -> impl IntoView {
    let text = text();
    badge(
        of_health(health),
        text.health(health),
        text.health_sentence(health),
    )
}
