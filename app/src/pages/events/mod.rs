//! The delivery history: every event, filtered by what the URL says.

mod filters;
mod rows;

use std::time::Duration;

use domain::{EventId, Permission, console::EventPage};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::follow::hydrated;
use crate::{
    api::{
        advertisers::LoadAdvertiserChoices,
        event_query::{EventQuery, Window},
        events::ListEvents,
    },
    components::{Empty, Icon, Loaded, May, PageHead, Pager},
    preferences::text,
    wire::ask,
};
use filters::{Chips, FilterForm};
use rows::rows;

/// How often a list that is switched to live is loaded again.
const EVERY: Duration = Duration::from_secs(4);

/// Filters, chips, and a table that becomes cards on phones.
#[component]
pub fn EventsPage() -> impl IntoView {
    let text = text();
    let location = use_location();
    let query = Memo::new(move |_| location.search.with(|search| EventQuery::parse(search)));
    let list = Loaded::new(move || ListEvents {
        query: query.get().to_string(),
    });
    let advertisers = Resource::new(
        move || query.with(|query| query.advertiser.map(|id| id.to_string())),
        // Without them the list is still there, filtered by what the URL says.
        async |chosen| {
            let chosen = chosen.unwrap_or_default();
            ask(LoadAdvertiserChoices { chosen })
                .await
                .unwrap_or_default()
        },
    );
    let (live, set_live) = signal(false);
    let alive = hydrated();
    let is_first_page = move || query.with(|query| query.after.is_none());
    Effect::new(move || {
        if live.get()
            && is_first_page()
            && let Ok(timer) = set_interval_with_handle(move || list.refetch(), EVERY)
        {
            on_cleanup(move || timer.clear());
        }
    });

    view! {
        <PageHead title=text.words_events() lead=text.events_lead()>
            <May permission=Permission::IngestEvents>
                <a class="btn btn-sm" href="/events/upload">{text.upload_link()}</a>
            </May>
            <button class="btn btn-sm" type="button" hidden=Signal::derive(move || !alive.get()) on:click=move |_| list.refetch()>
                {Icon::Refresh.view()} {text.events_refresh()}
            </button>
            <button
                class="btn btn-sm aria-pressed:btn-primary"
                type="button"
                title=text.events_live_title()
                hidden=Signal::derive(move || !(alive.get() && is_first_page()))
                aria-pressed=Signal::derive(move || live.get().to_string())
                on:click=move |_| set_live.update(|live| *live = !*live)
            >
                {Icon::Radio.view()} {text.events_live()}
            </button>
        </PageHead>
        <Transition>
            {move || {
                let query = query.get();
                Suspend::new(async move {
                    let advertisers = advertisers.await;
                    view! {
                        <FilterForm query=query.clone() advertisers=advertisers.clone()/>
                        <Chips query advertisers=advertisers.choices/>
                    }
                })
            }}
        </Transition>
        {list.part(8, text.events_not_loaded(), move |page| {
            let query = query.get_untracked();
            if page.rows.is_empty() { nothing(&query) } else { shown(page, &query) }
        })}
    }
}

fn shown(page: EventPage, query: &EventQuery) -> AnyView {
    let text = text();
    let at = |after: Option<EventId>| {
        EventQuery {
            after,
            ..query.clone()
        }
        .href()
    };
    let first = query.after.is_some().then(|| at(None));
    let next = page.next.map(|after| at(Some(after)));
    view! {
        {rows(page.rows, page.now_ms, query)}
        <p class="mt-2 text-sm text-muted max-md:hidden">{text.events_keys()}</p>
        <Pager first next/>
    }
    .into_any()
}

/// Why there is nothing: the filters, or nothing was sent lately.
fn nothing(query: &EventQuery) -> AnyView {
    let text = text();
    if query.is_narrow() || query.after.is_some() {
        let back = EventQuery {
            window: Window::Month,
            from: None,
            until: None,
            after: None,
            ..query.clone()
        };
        let may_look_back = matches!(query.window, Window::Day | Window::Week);
        return view! {
            <Empty icon=Icon::Filter title=text.events_filtered_title() what=text.events_filtered()>
                <div class="flex flex-wrap justify-center gap-2">
                    {may_look_back.then(|| view! { <a class="btn btn-sm" href=back.href()>{text.events_look_back()}</a> }.into_any())}
                    <a class="btn btn-sm" href="/events">{text.words_clear_filters()}</a>
                </div>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty icon=Icon::Activity title=text.events_empty_title() what=text.events_empty()>
            <May permission=Permission::SendTestEvents>
                <a class="btn btn-primary" href="/studio">{Icon::Flask.view()} {text.words_test_studio()}</a>
            </May>
        </Empty>
    }
    .into_any()
}
