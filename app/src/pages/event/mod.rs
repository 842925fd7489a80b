//! One event: where it stands and why, its timeline, every request that carried it, and settling what is unconfirmed.

mod attempts;
mod erase;
mod held;
mod resolve;
mod timeline;

use std::time::Duration;

use domain::{StateGroup, console::EventDetail};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{amount, follow::follow};
use crate::{
    Error,
    api::{
        events::{AcceptEvent, LoadEvent, ResendEvent},
        undo::EraseContact,
    },
    components::{
        ChannelMark, CopyButton, Crumb, Fact, Facts, FormError, Loaded, PageHead, Post, StateBadge,
        Time, failure_of,
    },
    preferences::text,
};
pub use attempts::latency;
use attempts::{AttemptList, Payload};
use erase::EraseContactOf;
pub use held::Held;
use resolve::Resolve;
use timeline::Timeline;

/// How often an event on its way is looked at again, and how many times: five minutes in all.
const EVERY: Duration = Duration::from_secs(2);
const ROUNDS: u32 = 150;

/// Everything known of an event; it follows the event while it is on its way.
#[component]
pub fn EventPage() -> impl IntoView {
    let text = text();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("event").unwrap_or_default()));
    let resend = Post::to::<ResendEvent>();
    let accept = Post::to::<AcceptEvent>();
    let erase = Post::to::<EraseContact>();
    let loaded = Loaded::after([resend, accept, erase], move || LoadEvent {
        event: id.get(),
    });
    follow(loaded, id, EVERY, ROUNDS, is_moving);

    view! {
        // Not drawn anew when the event is looked at again: a new heading takes the focus.
        <PageHead title=text.words_event() crumbs=vec![Crumb::new("/events", text.words_events())]/>
        <FormError failure=failure_of(resend)/>
        <FormError failure=failure_of(accept)/>
        <FormError failure=failure_of(erase)/>
        {loaded.part(5, text.studio_event_not_loaded(), move |event| {
            view! { <Shown event resend accept erase/> }.into_any()
        })}
    }
}

/// Whether it will change by itself; an answer that did not come is asked for again.
fn is_moving(event: &Result<EventDetail, Error>) -> bool {
    event
        .as_ref()
        .map_or_else(Error::is_worth_repeating, |event| {
            event.row.state.group() == StateGroup::OnItsWay
        })
}

#[component]
fn Shown(event: EventDetail, resend: Post, accept: Post, erase: Post) -> impl IntoView {
    let text = text();
    let row = event.row.clone();
    view! {
        <div class="space-y-6">
            <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
                <p class="text-lg font-semibold">{row.name.as_str()}</p>
                <StateBadge state=row.state/>
                <span class="text-muted">{text.state_meaning(row.state)}</span>
            </div>
            <Held
                state=row.state
                explanation=event.explanation.clone()
                reconnect=event.needs_reconnect.then_some(row.advertiser_id)
                due=event.due
                now_ms=event.now_ms
            />
            <Resolve event=event.clone() resend accept/>
            <div class="grid items-start gap-6 lg:grid-cols-[3fr_2fr]">
                <section class="card bg-base-100" aria-labelledby="event-facts">
                    <div class="card-body gap-4 p-5">
                        <h2 class="text-lg font-semibold" id="event-facts">{text.event_page_facts()}</h2>
                        {facts(&event)}
                    </div>
                </section>
                <section class="card bg-base-100" aria-labelledby="event-timeline">
                    <div class="card-body gap-4 p-5">
                        <h2 class="text-lg font-semibold" id="event-timeline">{text.event_page_timeline()}</h2>
                        <Timeline event=event.clone()/>
                    </div>
                </section>
            </div>
            <AttemptList attempts=event.attempts.clone() now_ms=event.now_ms/>
            <EraseContactOf row=event.row.clone() erase/>
            <Payload event/>
        </div>
    }
}

fn facts(event: &EventDetail) -> AnyView {
    let text = text();
    let row = event.row.clone();
    let external_id = event.external_id.clone();
    let (source, duplicate_of) = (event.source, event.duplicate_of);
    let amount = amount(&row.value, &row.currency);
    let (asset, dataset, sent_by) = (
        event.asset_name.clone(),
        event.dataset_meta_id.clone(),
        event.sent_by.clone(),
    );
    let test = if row.test_code.is_empty() {
        text.event_page_live().into_any()
    } else {
        view! { <code class="text-sm">{row.test_code}</code> }.into_any()
    };
    let content = match event.payload_until {
        Some(until) => {
            Some(view! { {text.event_page_content_until()} " " <Time moment=until/> }.into_any())
        }
        // Of a duplicate nothing was kept.
        None if duplicate_of.is_some() => None,
        None => Some(text.event_page_content_erased().into_any()),
    };
    view! {
        <Facts>
            <Fact name=text.words_advertiser()>
                <a class="link" href=format!("/advertisers/{}", row.advertiser_id)>{row.advertiser_name}</a>
                " · "
                <a class="link" href=format!("/events?advertiser={}", row.advertiser_id)>{text.words_events()}</a>
            </Fact>
            <Fact name=text.event_page_asset()><ChannelMark channel=row.channel/> " " {asset}</Fact>
            <Fact name=text.words_dataset()><Copied id=dataset/></Fact>
            {(!row.contact_hint.is_empty()).then(|| view! {
                <Fact name=text.events_person()><code class="text-sm">{row.contact_hint}</code></Fact>
            }.into_any())}
            {(!amount.is_empty()).then(|| view! { <Fact name=text.events_amount()>{amount}</Fact> }.into_any())}
            {(!row.order_id.is_empty()).then(|| view! { <Fact name=text.events_order()>{row.order_id}</Fact> }.into_any())}
            <Fact name=text.event_page_happened()><Time moment=row.event_time/></Fact>
            <Fact name=text.event_page_accepted()><Time moment=row.accepted/></Fact>
            <Fact name=text.words_test_code()>{test}</Fact>
            <Fact name=text.event_page_event_id()><Copied id=external_id/></Fact>
            <Fact name=text.event_page_source()>{text.event_source(source)}</Fact>
            {duplicate_of.map(|first| view! {
                <Fact name=text.event_page_duplicate_of()>
                    <a class="link break-all" data-testid="duplicate-of" href=format!("/events/{first}")>{first.to_string()}</a>
                </Fact>
            }.into_any())}
            {content.map(|content| view! { <Fact name=text.event_page_content()>{content}</Fact> }.into_any())}
            {(!sent_by.is_empty()).then(|| view! { <Fact name=text.event_page_sent_by()>{sent_by}</Fact> }.into_any())}
        </Facts>
    }
    .into_any()
}

/// An id that people copy.
#[component]
fn Copied(id: String) -> impl IntoView {
    let what = id.clone();
    view! {
        <span class="inline-flex items-center gap-1">
            <code class="break-all text-sm">{id.clone()}</code> <CopyButton value=id what/>
        </span>
    }
}
