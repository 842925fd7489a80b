//! What Meta's webhooks brought, newest first. Its filters are the URL's; who is sought is in no URL.

mod filters;
mod message;

use domain::console::{InboxPage as Page, InboxRow};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    api::{
        inbox::{FindInInbox, ListInbox},
        inbox_query::InboxQuery,
    },
    components::{
        Alert, ChannelMark, Empty, FormError, Icon, Loaded, PageHead, Pager, Post, PostForm, Table,
        Time, Tone, failure_of,
    },
    preferences::text,
};
use filters::filters;
pub use message::InboxMessagePage;

/// A search, filters, and a table.
#[component]
pub fn InboxPage() -> impl IntoView {
    let text = text();
    let location = use_location();
    let find = Post::to::<FindInInbox>();
    let query = Memo::new(move |_| location.search.with(|search| InboxQuery::parse(search)));
    let loaded = Loaded::new(move || ListInbox {
        query: query.get().href().replacen("/inbox", "", 1),
    });
    view! {
        <PageHead title=text.inbox_title() lead=text.inbox_lead()/>
        {search(find)}
        {move || query.with(|query| query.missed).then(|| view! {
            <div class="mb-4"><Alert tone=Tone::Warning><p>{text.inbox_not_found()}</p></Alert></div>
        }.into_any())}
        {loaded.part(8, text.inbox_title(), move |page| shown(page, &query.get_untracked()))}
    }
}

fn search(find: Post) -> AnyView {
    let text = text();
    view! {
        <div class="mb-4 max-w-xl space-y-2">
            <FormError failure=failure_of(find)/>
            <PostForm to=find>
                <label class="space-y-1" for="sought">
                    <span class="block text-sm font-medium">{text.inbox_sought()}</span>
                    <span class="block text-sm text-muted" id="sought-hint">{text.inbox_sought_hint()}</span>
                </label>
                <div class="mt-1 flex gap-2">
                    <input
                        class="input input-sm w-full font-mono"
                        id="sought"
                        name="sought"
                        required
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="sought-hint"
                    />
                    <button class="btn btn-sm" type="submit">{Icon::Search.view()} {text.inbox_search()}</button>
                </div>
            </PostForm>
        </div>
    }
    .into_any()
}

fn shown(page: Page, query: &InboxQuery) -> AnyView {
    let text = text();
    let at = |after: String| {
        InboxQuery {
            after,
            ..query.clone()
        }
        .href()
    };
    let first = (!query.after.is_empty()).then(|| at(String::new()));
    let next = page.next.map(|after| at(after.to_string()));
    let is_narrow = query.is_narrow() || !query.after.is_empty();
    let list = if page.rows.is_empty() {
        // Nothing in seven days is not nothing at all.
        let (title, what) = if is_narrow || page.newest.is_some() {
            (text.inbox_filtered_title(), text.inbox_filtered())
        } else {
            (text.inbox_empty_title(), text.inbox_empty())
        };
        view! {
            <Empty icon=Icon::Inbox title what>
                {is_narrow.then(|| view! { <a class="btn btn-sm" href="/inbox">{text.words_clear_filters()}</a> }.into_any())}
            </Empty>
        }
        .into_any()
    } else {
        let now_ms = page.now_ms;
        let rows = page
            .rows
            .into_iter()
            .map(|line| row(line, now_ms))
            .collect_view();
        view! {
            <Table caption=text.inbox_title()>
                <thead>
                    <tr>
                        <th scope="col" class="hidden sm:table-cell">{text.inbox_when()}</th>
                        <th scope="col">{text.inbox_message()}</th>
                        <th scope="col" class="hidden md:table-cell">{text.inbox_asset()}</th>
                        <th scope="col">{text.inbox_outcome()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    };
    view! {
        {filters(query.clone(), page.advertisers)}
        {list}
        <Pager first next/>
    }
    .into_any()
}

fn row(line: InboxRow, now_ms: i64) -> AnyView {
    let text = text();
    let href = format!("/inbox/{}", line.id);
    view! {
        <tr>
            <td class="hidden align-top whitespace-nowrap sm:table-cell"><Time moment=line.received now_ms/></td>
            <th scope="row" class="align-top font-normal">
                <a class="link font-medium" href=href>{text.message_kind(line.kind)}</a>
                <p class="text-muted sm:hidden"><Time moment=line.received now_ms/></p>
                <p class="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted">
                    {line.channel.map(|channel| view! { <ChannelMark channel/> }.into_any())}
                    {line.from_ad.then(|| view! { <span class="badge badge-sm badge-outline text-base-content">{text.inbox_from_ad()}</span> }.into_any())}
                </p>
            </th>
            <td class="hidden align-top md:table-cell">{asset(&line)}</td>
            <td class="align-top">{yielded(&line)}<p class="text-muted">{line.why}</p></td>
        </tr>
    }
    .into_any()
}

/// The asset as it is called here, else by Meta's id, and whose it is.
fn asset(line: &InboxRow) -> AnyView {
    let name = if line.asset_name.is_empty() {
        view! { <code class="text-sm">{line.asset_meta_id.clone()}</code> }.into_any()
    } else {
        view! { <span>{line.asset_name.clone()}</span> }.into_any()
    };
    let Some((id, advertiser)) = line.advertiser.clone() else {
        return name;
    };
    let href = format!("/advertisers/{id}");
    // A Page is often called as its business is.
    if advertiser == line.asset_name {
        return view! { <a class="link-hover" href=href>{advertiser}</a> }.into_any();
    }
    view! { {name} <a class="link-hover block text-muted" href=href>{advertiser}</a> }.into_any()
}

/// Whether it says who wrote: with a sign and in words.
fn yielded(line: &InboxRow) -> AnyView {
    let text = text();
    let (icon, words, look) = if line.has_identity {
        (Icon::CheckCircle, text.inbox_yes(), "text-success")
    } else {
        (Icon::CircleOff, text.inbox_no(), "text-muted")
    };
    let hint = line.contact_hint.clone();
    view! {
        <p class="flex flex-wrap items-center gap-x-2">
            <span class=look>{icon.view()}</span>
            <span class="font-medium">{words}</span>
            <span>{text.message_outcome(line.outcome)}</span>
            <code>{hint}</code>
        </p>
    }
    .into_any()
}
