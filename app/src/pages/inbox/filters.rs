//! What narrows the inbox.

use domain::{Channel, MessageKind, MessageOutcome};
use leptos::prelude::*;

use crate::{
    api::inbox_query::InboxQuery,
    components::{GetForm, Icon},
    preferences::text,
};

type Choices = Vec<(String, String)>;

pub(super) fn filters(query: InboxQuery, advertisers: Choices) -> AnyView {
    let text = text();
    let channels = Channel::ALL
        .iter()
        .map(|it| (it.to_string(), text.channel(*it).to_owned()))
        .collect();
    let kinds = MessageKind::ALL
        .iter()
        .map(|it| (it.to_string(), text.message_kind(*it).to_owned()))
        .collect();
    let outcomes = MessageOutcome::ALL
        .iter()
        .map(|it| (it.to_string(), text.message_outcome(*it).to_owned()))
        .collect();
    let person = (!query.contact.is_empty()).then(|| {
        let without = InboxQuery {
            contact: String::new(),
            after: String::new(),
            ..query.clone()
        };
        view! {
            <input type="hidden" name="contact" value=query.contact.clone()/>
            <a class="badge badge-outline h-auto gap-1 py-1" href=without.href()>
                {text.inbox_person()} <span class="sr-only">{text.words_remove()}</span> <span aria-hidden="true">"×"</span>
            </a>
        }
        .into_any()
    });
    view! {
        <GetForm action="/inbox" class="mb-4 space-y-2">
            <div class="grid grid-cols-2 items-end gap-3 md:grid-cols-4 xl:grid-cols-7">
                {choice("advertiser", text.words_advertiser(), advertisers, query.advertiser)}
                {choice("channel", text.words_channel(), channels, query.channel)}
                {choice("kind", text.inbox_kind(), kinds, query.kind)}
                {choice("outcome", text.inbox_result(), outcomes, query.outcome)}
                {day("from", text.inbox_from(), query.from)}
                {day("until", text.inbox_until(), query.until)}
                <button class="btn btn-sm" type="submit">{Icon::Filter.view()} {text.words_filter()}</button>
            </div>
            {person}
            <p class="text-sm text-muted">{text.inbox_window_hint()}</p>
        </GetForm>
    }
    .into_any()
}

fn choice(name: &'static str, label: &'static str, choices: Choices, chosen: String) -> AnyView {
    let options = choices
        .into_iter()
        .map(|(value, words)| {
            view! { <option selected=value == chosen value=value.clone()>{words}</option> }
                .into_any()
        })
        .collect_view();
    view! {
        <label class="space-y-1">
            <span class="block text-sm text-muted">{label}</span>
            <select class="select select-sm w-full" name=name autocomplete="off">
                <option value="">{text().words_all()}</option>
                {options}
            </select>
        </label>
    }
    .into_any()
}

fn day(name: &'static str, label: &'static str, value: String) -> AnyView {
    view! {
        <label class="space-y-1">
            <span class="block text-sm text-muted">{label}</span>
            <input class="input input-sm w-full" type="date" name=name value=value autocomplete="off"/>
        </label>
    }
    .into_any()
}
