//! Settling an event of which nobody knows whether it counted.

use domain::console::EventDetail;
use leptos::prelude::*;

use crate::{
    components::{Confirm, Post, PostForm, Submit},
    preferences::text,
};

/// Resend, or accept as delivered: each asks once more.
#[component]
pub fn Resolve(
    /// The event.
    event: EventDetail,
    /// Sends it again.
    resend: Post,
    /// Takes it for delivered.
    accept: Post,
) -> impl IntoView {
    let text = text();
    let id = event.row.id.to_string();
    let again = id.clone();
    event.can_resolve.then(|| view! {
        <section class="card bg-base-100" aria-labelledby="event-resolve">
            <div class="card-body gap-3 p-5">
                <h2 class="text-lg font-semibold" id="event-resolve">{text.event_page_resolve()}</h2>
                <p class="text-muted">{text.event_page_resolve_lead()}</p>
                {(!event.can_resend).then(|| view! { <p>{text.error_payload_erased()}</p> }.into_any())}
                <div class="flex flex-wrap items-start gap-3">
                    {event.can_resend.then(|| view! { <Confirm label=text.words_resend() title=text.event_page_resend_title() what=text.event_page_resend_what()>
                        <PostForm to=resend>
                            <input type="hidden" name="event" value=again.clone()/>
                            <Submit label=text.words_resend() pending=resend.pending() class="btn btn-sm btn-error"/>
                        </PostForm>
                    </Confirm> }.into_any())}
                    <Confirm label=text.words_accept() title=text.event_page_accept_title() what=text.event_page_accept_what()>
                        <PostForm to=accept>
                            <input type="hidden" name="event" value=id.clone()/>
                            <Submit label=text.words_accept() pending=accept.pending() class="btn btn-sm btn-error"/>
                        </PostForm>
                    </Confirm>
                </div>
            </div>
        </section>
    }.into_any())
}
