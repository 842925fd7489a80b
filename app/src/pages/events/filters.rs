//! What narrows the list: a form, and a chip with a way out for each filter that is set.

use domain::{
    Channel, EventName, EventState, StateGroup,
    console::{AdvertiserChoices, FilterChoice},
};
use leptos::prelude::*;

use crate::{
    api::event_query::{Day, EventQuery, Window},
    components::{GetForm, Icon, filter_choice, filter_one_of},
    preferences::text,
};

/// Shown while the window is one of the person's own days: by the stylesheet, so that it holds before and without JavaScript.
const OF_CUSTOM: &str = "hidden group-has-[option[value=custom]:checked]:block";

/// The filters as a form that leads to the filtered list.
#[component]
pub fn FilterForm(
    /// What is set.
    query: EventQuery,
    /// Advertisers to choose from.
    advertisers: AdvertiserChoices,
) -> impl IntoView {
    let text = text();
    let windows = Window::ALL
        .map(|window| (window.as_str().to_owned(), window_name(window).to_owned()))
        .to_vec();
    let channels = Channel::ALL
        .iter()
        .map(|channel| (channel.to_string(), text.channel(*channel).to_owned()))
        .collect();
    let names = EventName::ALL
        .iter()
        .map(|name| (name.to_string(), name.to_string()))
        .collect();
    fn chosen(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let day = move |name: &'static str, label: &'static str, value: Option<String>| {
        view! {
            <label class=format!("space-y-1 {OF_CUSTOM}")>
                <span class="block text-sm text-muted">{label}</span>
                <input class="input input-sm w-full" type="date" name=name value=value.unwrap_or_default() autocomplete="off"/>
            </label>
        }
    };
    view! {
        <GetForm action="/events" class="group mb-3 space-y-3">
            {query.contact.map(|contact| view! { <input type="hidden" name="contact" value=contact.to_string()/> }.into_any())}
            <div class="grid items-end gap-3 grid-cols-2 md:grid-cols-3 xl:grid-cols-6">
                {filter_choice("advertiser", text.words_advertiser(), advertisers.choices, &chosen(query.advertiser))}
                {filter_choice("channel", text.words_channel(), channels, &chosen(query.channel))}
                {filter_choice("event", text.words_event(), names, &chosen(query.name))}
                <label class="space-y-1">
                    <span class="block text-sm text-muted">{text.words_state()}</span>
                    <select class="select select-sm w-full" name="state" autocomplete="off">
                        <option value="" selected=query.state.is_none()>{text.words_all()}</option>
                        {states(query.state)}
                    </select>
                </label>
                {filter_one_of("window", text.events_window(), windows, query.window.as_str())}
                {day("from", text.events_from(), query.from.map(|day| day.to_string()))}
                {day("until", text.events_until(), query.until.map(|day| day.to_string()))}
                <button class="btn btn-sm" type="submit">{Icon::Filter.view()} {text.words_filter()}</button>
            </div>
            <p class=format!("text-sm text-muted {OF_CUSTOM}")>{text.events_zone_hint()}</p>
            {advertisers.has_more.then(|| view! { <p class="text-sm text-muted">{text.events_more_advertisers()}</p> }.into_any())}
        </GetForm>
    }
}

/// The states, under what a person looks for.
fn states(chosen: Option<EventState>) -> AnyView {
    let text = text();
    StateGroup::ALL
        .iter()
        .map(|group| {
            let states = group
                .states()
                .map(|state| view! {
                    <option selected=chosen == Some(state) value=state.as_str()>{text.state(state)}</option>
                }.into_any())
                .collect_view();
            view! { <optgroup label=text.state_group(*group)>{states}</optgroup> }
        })
        .collect_view()
        .into_any()
}

fn window_name(window: Window) -> &'static str {
    let text = text();
    match window {
        Window::Day => text.events_window_24h(),
        Window::Week => text.events_window_7d(),
        Window::Month => text.events_window_30d(),
        Window::Custom => text.events_window_custom(),
    }
}

/// One filter that is set: its name, its value, and the list without it.
struct Chip {
    name: &'static str,
    value: String,
    without: EventQuery,
}

fn chips(query: &EventQuery, advertisers: &[FilterChoice]) -> Vec<Chip> {
    let text = text();
    let base = EventQuery {
        after: None,
        ..query.clone()
    };
    let mut chips = Vec::new();
    let mut chip = |name, value: Option<String>, without| {
        chips.extend(value.map(|value| Chip {
            name,
            value,
            without,
        }));
    };
    let advertiser = query.advertiser.map(|id| {
        let id = id.to_string();
        let known = advertisers.iter().find(|(known, _)| *known == id);
        known.map(|(_, name)| name.clone()).unwrap_or(id)
    });
    chip(
        text.words_advertiser(),
        advertiser,
        EventQuery {
            advertiser: None,
            ..base.clone()
        },
    );
    let channel = query
        .channel
        .map(|channel| text.channel(channel).to_owned());
    chip(
        text.words_channel(),
        channel,
        EventQuery {
            channel: None,
            ..base.clone()
        },
    );
    chip(
        text.words_event(),
        query.name.map(|name| name.to_string()),
        EventQuery {
            name: None,
            ..base.clone()
        },
    );
    let state = query.state.map(|state| text.state(state).to_owned());
    chip(
        text.words_state(),
        state,
        EventQuery {
            state: None,
            ..base.clone()
        },
    );
    let contact = query.contact.map(|_| text.events_one_person().to_owned());
    chip(
        text.events_person(),
        contact,
        EventQuery {
            contact: None,
            ..base.clone()
        },
    );
    let window = match query.window {
        Window::Week => None,
        Window::Custom => {
            let day = |day: Option<Day>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
            Some(format!("{} – {}", day(query.from), day(query.until)))
        }
        window => Some(window_name(window).to_owned()),
    };
    let week = EventQuery {
        window: Window::Week,
        from: None,
        until: None,
        ..base
    };
    chip(text.events_window(), window, week);
    chips
}

/// What is set, each with a link to the list without it.
#[component]
pub fn Chips(
    /// What is set.
    query: EventQuery,
    /// The advertisers' names.
    advertisers: Vec<FilterChoice>,
) -> impl IntoView {
    let text = text();
    let chips = chips(&query, &advertisers);
    let has_several = chips.len() > 1;
    (!chips.is_empty()).then(|| {
        let chips = chips
            .into_iter()
            .map(|Chip { name, value, without }| {
                let filter = text.events_chip(name, value);
                view! {
                    <li>
                        <a
                            class="btn btn-xs rounded-full"
                            href=without.href()
                            aria-label=text.events_drop(&filter)
                            title=text.events_drop(&filter)
                        >
                            {filter.clone()} {Icon::X.sized("size-3.5")}
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! {
            <ul class="mb-4 flex flex-wrap items-center gap-2" aria-label=text.events_active()>
                {chips}
                {has_several.then(|| view! {
                    <li><a class="btn btn-ghost btn-xs" href="/events">{text.words_clear_filters()}</a></li>
                }.into_any())}
            </ul>
        }
    })
}
