//! Why an event is not delivered, and what to do about it.

use domain::{
    AdvertiserId, EventState, Permission, StateGroup,
    console::{Explanation, Moment},
};
use leptos::prelude::*;

use crate::{
    components::{Alert, Icon, May, Time, Tone},
    preferences::text,
};

/// The box with cause, remedy and whose turn it is; nothing for an event that has nothing to explain.
#[component]
pub fn Held(
    /// Where the event stands.
    state: EventState,
    /// Cause and remedy.
    explanation: Option<Explanation>,
    /// Whose connection would have to be made anew.
    reconnect: Option<AdvertiserId>,
    /// When the next try is due.
    due: Option<Moment>,
    /// Now.
    now_ms: i64,
) -> impl IntoView {
    let text = text();
    let (tone, title) = match (state, state.group()) {
        (EventState::DeliveredWithWarning, _) => (Tone::Warning, text.event_page_note_title()),
        (_, StateGroup::OnItsWay) => (Tone::Info, text.event_page_moving_title()),
        (EventState::Rejected | EventState::Expired, _) => {
            (Tone::Error, text.event_page_held_title())
        }
        _ => (Tone::Warning, text.event_page_held_title()),
    };
    explanation.map(|Explanation { cause, remedy, actor }| view! {
        <Alert tone title>
            <p>{cause}</p>
            <p>{remedy}</p>
            <p class="text-sm text-muted">{actor}</p>
            {due.map(|moment| view! {
                <p class="text-sm">{text.event_page_due()} " " <Time moment now_ms/></p>
            }.into_any())}
            {reconnect.map(|advertiser| view! {
                <May permission=Permission::ManageConnections>
                    <a class="btn btn-sm btn-primary mt-1" href=format!("/advertisers/{advertiser}/connect")>
                        {Icon::Plug.view()} {text.words_reconnect()}
                    </a>
                </May>
            }.into_any())}
        </Alert>
    }.into_any())
}
