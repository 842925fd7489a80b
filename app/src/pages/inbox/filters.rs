//! What narrows the inbox.

use domain::{Channel, MessageKind, MessageOutcome, console::AdvertiserChoices};
use leptos::prelude::*;

use crate::{
    api::inbox_query::InboxQuery,
    components::{GetForm, Icon, filter_choice, filter_day},
    preferences::text,
};

pub(super) fn filters(query: InboxQuery, advertisers: AdvertiserChoices) -> AnyView {
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
                {filter_choice("advertiser", text.words_advertiser(), advertisers.choices, &query.advertiser)}
                {filter_choice("channel", text.words_channel(), channels, &query.channel)}
                {filter_choice("kind", text.inbox_kind(), kinds, &query.kind)}
                {filter_choice("outcome", text.inbox_result(), outcomes, &query.outcome)}
                {filter_day("from", text.inbox_from(), query.from)}
                {filter_day("until", text.inbox_until(), query.until)}
                <button class="btn btn-sm" type="submit">{Icon::Filter.view()} {text.words_filter()}</button>
            </div>
            {person}
            <p class="text-sm text-muted">
                {text.inbox_window_hint()}
                {advertisers.has_more.then(|| format!(" {}", text.inbox_more_advertisers()))}
            </p>
        </GetForm>
    }
    .into_any()
}
