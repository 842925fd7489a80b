//! The rows of the list: a dense table, cards on phones.

use domain::console::EventRow;
use leptos::{ev::KeyboardEvent, prelude::*, wasm_bindgen::JsCast};
use web_sys::{Element, HtmlElement};

use crate::{
    api::event_query::EventQuery,
    components::{ChannelMark, StateBadge, Table, Time},
    pages::amount,
    preferences::text,
};

/// All rows. The advertiser is left out where all are of one.
pub fn rows(rows: Vec<EventRow>, now_ms: i64, query: &EventQuery) -> AnyView {
    let text = text();
    let of_all = query.advertiser.is_none();
    let rows = rows
        .into_iter()
        .map(|row| view! { <Row row now_ms of_all/> }.into_any())
        .collect_view();
    view! {
        <Table caption=text.words_events()>
            <thead class="max-md:hidden">
                <tr>
                    <th scope="col">{text.words_event()}</th>
                    <th scope="col">{text.words_state()}</th>
                    <th scope="col">{text.events_time()}</th>
                    {of_all.then(|| view! { <th scope="col">{text.words_advertiser()}</th> }.into_any())}
                    <th scope="col">{text.events_person()}</th>
                    <th class="text-right" scope="col">{text.events_amount()}</th>
                    <th class="hidden xl:table-cell" scope="col">{text.events_order()}</th>
                </tr>
            </thead>
            <tbody class="max-md:block" on:keydown=step>{rows}</tbody>
        </Table>
    }
    .into_any()
}

#[component]
fn Row(row: EventRow, now_ms: i64, of_all: bool) -> impl IntoView {
    let text = text();
    let amount = amount(&row.value, &row.currency);
    let is_test = !row.test_code.is_empty();
    let has_order = !row.order_id.is_empty();
    view! {
        <tr class="hover:bg-base-200 max-md:flex max-md:flex-wrap max-md:items-center max-md:gap-x-3 max-md:gap-y-1 max-md:px-4 max-md:py-3">
            <th class="font-normal max-md:w-full max-md:border-0 max-md:p-0" scope="row">
                <span class="flex items-center gap-2">
                    <ChannelMark channel=row.channel compact=true/>
                    <a class="link-hover py-1 font-medium" href=format!("/events/{}", row.id)>{row.name.as_str()}</a>
                    {is_test.then(|| view! {
                        <span class="badge badge-sm badge-outline" title=text.events_test_title(&row.test_code)>{text.events_test()}</span>
                    }.into_any())}
                </span>
            </th>
            <td class="max-md:border-0 max-md:p-0"><StateBadge state=row.state/></td>
            <td class="max-md:border-0 max-md:p-0 max-md:text-muted"><Time moment=row.accepted now_ms/></td>
            {of_all.then(|| view! {
                <td class="max-md:border-0 max-md:p-0">
                    <a class="link-hover" href=format!("/advertisers/{}", row.advertiser_id)>{row.advertiser_name}</a>
                </td>
            }.into_any())}
            <td class="max-md:border-0 max-md:p-0"><code class="text-sm text-muted">{row.contact_hint}</code></td>
            <td class="whitespace-nowrap text-right tabular-nums max-md:border-0 max-md:p-0">{amount}</td>
            <td class="hidden max-w-40 truncate xl:table-cell" title=has_order.then(|| row.order_id.clone())>{row.order_id.clone()}</td>
        </tr>
    }
}

/// The arrow keys take the focus from one event to the next; Enter then follows the link, as everywhere.
fn step(event: KeyboardEvent) {
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let row = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|target| target.closest("tr").ok().flatten());
    let next = row.and_then(|row| {
        if down {
            row.next_element_sibling()
        } else {
            row.previous_element_sibling()
        }
    });
    let link = next.and_then(|row| row.query_selector("th a").ok().flatten());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        // Without focus the key did nothing; there is nobody to tell.
        drop(link.focus());
    }
}
