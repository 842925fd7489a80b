//! All advertisers: found, filtered, and how each one's channels fare.

use domain::{Permission, console::AdvertiserRow};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::advertisers::{AdvertiserList, ListAdvertisers},
    components::{
        ChannelMark, Empty, GetForm, HealthBadge, Icon, Loaded, May, PageHead, Pager, Tab, Table,
        Tabs, Time, live, query_string,
    },
    preferences::text,
};

/// What the URL says about the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    search: String,
    archived: bool,
    after: String,
}

impl Shown {
    /// The URL that shows it.
    fn href(&self) -> String {
        let archived = if self.archived { "1" } else { "" };
        let pairs = [
            ("search", self.search.as_str()),
            ("archived", archived),
            ("after", self.after.as_str()),
        ];
        format!("/advertisers{}", query_string(pairs.into_iter()))
    }
}

/// Search, the two lists (in use, archived), and a table.
#[component]
pub fn AdvertisersPage() -> impl IntoView {
    let text = text();
    let query = use_query_map();
    let shown = Memo::new(move |_| {
        query.with(|query| Shown {
            search: query.get("search").unwrap_or_default(),
            archived: query
                .get("archived")
                .is_some_and(|archived| archived == "1"),
            after: query.get("after").unwrap_or_default(),
        })
    });
    let list = Loaded::new(move || {
        let Shown {
            search,
            archived,
            after,
        } = shown.get();
        ListAdvertisers {
            search,
            archived,
            after,
        }
    });

    view! {
        <PageHead title=text.words_advertisers()>
            <May permission=Permission::ManageAdvertisers>
                <a class="btn btn-primary btn-sm" href="/advertisers/new">{Icon::Plus.view()} {text.advertisers_add()}</a>
            </May>
        </PageHead>
        {live(move || filters(&shown.get()))}
        {list.part(8, text.advertisers_not_loaded(), move |list| {
            let shown = shown.get_untracked();
            if list.page.rows.is_empty() { nothing(&shown) } else { rows(list, &shown) }
        })}
    }
}

fn filters(shown: &Shown) -> AnyView {
    let text = text();
    let list = |archived| {
        Shown {
            archived,
            search: shown.search.clone(),
            after: String::new(),
        }
        .href()
    };
    let tabs = vec![
        Tab {
            href: list(false),
            name: text.advertisers_in_use().to_owned(),
            is_open: !shown.archived,
        },
        Tab {
            href: list(true),
            name: text.advertisers_archived().to_owned(),
            is_open: shown.archived,
        },
    ];
    let Shown {
        search, archived, ..
    } = shown.clone();
    view! {
        <Tabs label=text.advertisers_lists() tabs/>
        <GetForm action="/advertisers" class="mb-4 flex max-w-xl gap-2">
            {archived.then(|| view! { <input type="hidden" name="archived" value="1"/> }.into_any())}
            <input
                class="input input-sm min-w-0 flex-1"
                type="search"
                name="search"
                value=search.clone()
                prop:value=search
                autocomplete="off"
                aria-label=text.advertisers_search()
                placeholder=text.advertisers_search()
            />
            <button class="btn btn-sm" type="submit">{text.words_search()}</button>
        </GetForm>
    }
    .into_any()
}

/// Why there is nothing: no match, nothing archived, or nobody added yet.
fn nothing(shown: &Shown) -> AnyView {
    let text = text();
    if !shown.search.is_empty() {
        let all = Shown {
            search: String::new(),
            after: String::new(),
            ..shown.clone()
        }
        .href();
        view! {
            <Empty icon=Icon::Search title=text.advertisers_no_match_title() what=text.advertisers_no_match(&shown.search)>
                <a class="btn btn-sm" href=all>{text.advertisers_drop_search()}</a>
            </Empty>
        }
        .into_any()
    } else if shown.archived {
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

fn rows(list: AdvertiserList, shown: &Shown) -> AnyView {
    let text = text();
    let now_ms = list.now_ms;
    let first = (!shown.after.is_empty()).then(|| {
        Shown {
            after: String::new(),
            ..shown.clone()
        }
        .href()
    });
    let next = list.page.next.map(|after| {
        Shown {
            after: after.to_string(),
            ..shown.clone()
        }
        .href()
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
        step,
        last_accepted,
    } = row;
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
            <td class="hidden md:table-cell">{step.map(|step| text.connect_step(step))}</td>
            <td class="hidden text-muted sm:table-cell">
                {match last_accepted {
                    Some(moment) => view! { <Time moment now_ms/> }.into_any(),
                    None => text.words_never().into_any(),
                }}
            </td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn the_url_says_only_what_is_asked_for() {
        assert_eq!(Shown::default().href(), "/advertisers");
        let shown = Shown {
            search: "花 50%&x".into(),
            archived: true,
            after: "adv_1".into(),
        };
        assert_eq!(
            shown.href(),
            "/advertisers?search=%E8%8A%B1%2050%25%26x&archived=1&after=adv_1"
        );
    }
}
