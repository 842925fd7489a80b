//! What else a login reaches: other channels, set up without another login.

use domain::console::{AlsoReached, ConnectAttempt};
use leptos::prelude::*;

use super::words;
use crate::{
    api::connect::ContinueLogin,
    components::{FormError, Post, PostForm, Submit, failure_of},
    preferences::text,
};

/// One button for each other channel; nothing when the login reaches none.
#[component]
pub fn Also(
    /// The attempt, done.
    attempt: ConnectAttempt,
) -> impl IntoView {
    let text = text();
    let go_on = Post::to::<ContinueLogin>();
    let ConnectAttempt {
        advertiser_id,
        id,
        also,
        ..
    } = attempt;
    if also.is_empty() {
        return ().into_any();
    }
    let buttons = also
        .into_iter()
        .map(|AlsoReached { channel, count }| {
            let label = text.connect_attempt_also_set_up(words::counted(text, channel, count));
            view! {
                <PostForm to=go_on>
                    <input type="hidden" name="advertiser" value=advertiser_id.to_string()/>
                    <input type="hidden" name="attempt" value=id.to_string()/>
                    <input type="hidden" name="channel" value=channel.as_str()/>
                    <Submit label pending=go_on.pending() class="btn btn-sm"/>
                </PostForm>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="card bg-base-100">
            <div class="card-body gap-3 p-5">
                <h2 class="text-base font-semibold">{text.connect_attempt_also_title()}</h2>
                <p>{text.connect_attempt_also_what()}</p>
                <FormError failure=failure_of(go_on)/>
                <div class="flex flex-wrap gap-2">{buttons}</div>
            </div>
        </section>
    }
    .into_any()
}
