//! Why an event is not delivered, and what to do about it.

use domain::{
    EventState, Permission, StateGroup,
    console::{EventDetail, Explanation},
};
use leptos::prelude::*;

use crate::{
    components::{Alert, Icon, May, Time, Tone},
    preferences::text,
};

/// The box with cause, remedy and whose turn it is; nothing for an event that has nothing to explain.
#[component]
pub fn Held(
    /// The event.
    event: EventDetail,
) -> impl IntoView {
    let text = text();
    let EventDetail {
        row,
        explanation,
        needs_reconnect,
        due,
        now_ms,
        ..
    } = event;
    let (tone, title) = match (row.state, row.state.group()) {
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
            {needs_reconnect.then(|| view! {
                <May permission=Permission::ManageConnections>
                    <a class="btn btn-sm btn-primary mt-1" href=format!("/advertisers/{}/connect", row.advertiser_id)>
                        {Icon::Plug.view()} {text.words_reconnect()}
                    </a>
                </May>
            }.into_any())}
        </Alert>
    }.into_any())
}
