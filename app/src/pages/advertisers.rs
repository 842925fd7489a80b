//! All advertisers: found, filtered, and how each one's channels fare.

use domain::{Permission, console::AdvertiserRow};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::fleet::{LIST, detail, export, filters, step_badge, tabs};
use crate::{
    api::{
        advertisers::{AdvertiserList, ListAdvertisers},
        fleet_query::FleetQuery,
    },
    components::{
        ChannelMark, Empty, HealthBadge, Icon, Loaded, May, PageHead, Pager, Table, Time, live,
    },
    preferences::text,
};

/// Filters, the two lists (in use, archived), and a table.
#[component]
pub fn AdvertisersPage() -> impl IntoView {
    let text = text();
    let location = use_location();
    let query = Memo::new(move |_| location.search.with(|search| FleetQuery::parse(search)));
    let list = Loaded::new(move || ListAdvertisers {
        query: query.get().to_string(),
    });

    view! {
        <PageHead title=text.words_advertisers()>
            {live(move || export(&query.get()))}
            <May permission=Permission::ManageAdvertisers>
                <a class="btn btn-sm" href="/advertisers/import">{text.board_import()}</a>
                <a class="btn btn-primary btn-sm" href="/advertisers/new">{Icon::Plus.view()} {text.advertisers_add()}</a>
            </May>
        </PageHead>
        {live(move || {
            let query = query.get();
            view! { {tabs(&query, false)} {filters(&query, false)} }.into_any()
        })}
        {list.part(8, text.advertisers_not_loaded(), move |list| {
            let query = query.get_untracked();
            if list.page.rows.is_empty() { nothing(&query) } else { rows(list, &query) }
        })}
    }
}

/// Why there is nothing: no match, nothing archived, or nobody added yet.
fn nothing(query: &FleetQuery) -> AnyView {
    let text = text();
    if query.is_narrow() {
        let all = FleetQuery {
            archived: query.archived,
            ..FleetQuery::default()
        };
        view! {
            <Empty icon=Icon::Search title=text.advertisers_no_match_title() what=text.advertisers_no_match()>
                <a class="btn btn-sm" href=format!("{LIST}{all}")>{text.words_clear_filters()}</a>
            </Empty>
        }
        .into_any()
    } else if query.archived {
        view! { <Empty icon=Icon::Archive title=text.advertisers_none_archived_title() what=text.advertisers_none_archived()/> }
            .into_any()
    } else {
        view! {
            <Empty icon=Icon::Store title=text.advertisers_empty_title() what=text.advertisers_empty()>
                <May permission=Permission::ManageAdvertisers>
                    <a class="btn btn-primary" href="/advertisers/new">{Icon::Plus.view()} {text.advertisers_add()}</a>
                </May>
            </Empty>
        }
        .into_any()
    }
}

fn rows(list: AdvertiserList, query: &FleetQuery) -> AnyView {
    let text = text();
    let now_ms = list.now_ms;
    let first = (!query.after.is_empty()).then(|| format!("{LIST}{}", query.first()));
    let next = list.page.next.map(|after| {
        let next = FleetQuery {
            after: after.to_string(),
            ..query.clone()
        };
        format!("{LIST}{next}")
    });
    let rows = list
        .page
        .rows
        .into_iter()
        .map(|row| view! { <Row row now_ms/> }.into_any())
        .collect_view();
    view! {
        <Table caption=text.words_advertisers()>
            <thead>
                <tr>
                    <th scope="col">{text.words_name()}</th>
                    <th scope="col">{text.advertisers_channels()}</th>
                    <th class="hidden md:table-cell" scope="col">{text.advertisers_step()}</th>
                    <th class="hidden sm:table-cell" scope="col">{text.advertisers_last_accepted()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
        <Pager first next/>
    }
    .into_any()
}

#[component]
fn Row(row: AdvertiserRow, now_ms: i64) -> impl IntoView {
    let text = text();
    let AdvertiserRow {
        advertiser,
        channels,
        standing,
        last_accepted,
    } = row;
    let since = standing.since;
    let lights = channels
        .iter()
        .map(|light| {
            view! {
            <li class="flex items-center gap-2">
                <ChannelMark channel=light.channel compact=true/> <HealthBadge health=light.health/>
            </li>
        }.into_any()
        })
        .collect_view();
    let lights = if channels.is_empty() {
        view! { <span class="text-muted">{text.advertisers_no_channel()}</span> }.into_any()
    } else {
        view! { <ul class="flex flex-wrap gap-x-4 gap-y-1">{lights}</ul> }.into_any()
    };
    view! {
        <tr class="hover:bg-base-200">
            <th class="font-normal" scope="row">
                <a class="link-hover block min-w-32 py-1 font-medium" href=format!("/advertisers/{}", advertiser.id)>
                    {advertiser.name}
                </a>
                {(!advertiser.reference.is_empty())
                    .then(|| view! { <span class="block text-xs text-muted">{advertiser.reference}</span> }.into_any())}
            </th>
            <td>{lights}</td>
            <td class="hidden md:table-cell">
                {step_badge(standing.step)}
                {standing.step.is_stuck().then(|| view! {
                    <span class="block text-xs text-muted">{detail(&standing)} <span class="block"><Time moment=since now_ms/></span></span>
                }.into_any())}
            </td>
            <td class="hidden text-muted sm:table-cell">
                {match last_accepted {
                    Some(moment) => view! { <Time moment now_ms/> }.into_any(),
                    None => text.words_never().into_any(),
                }}
            </td>
        </tr>
    }
}
