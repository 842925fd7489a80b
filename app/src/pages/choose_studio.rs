//! The way into the test studio: for which advertiser.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::{
        advertisers::{AdvertiserList, ListAdvertisers},
        fleet_query::FleetQuery,
    },
    components::{Alert, GetForm, Icon, Loaded, PageHead, Pager, query_string},
    preferences::text,
};

/// Which advertisers to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Choices {
    /// A part of the name or reference.
    search: String,
    /// The last row of the page before.
    after: String,
}

impl Choices {
    fn href(&self) -> String {
        let pairs = [
            ("search", self.search.as_str()),
            ("after", self.after.as_str()),
        ];
        format!("/studio{}", query_string(pairs.into_iter()))
    }
}

/// A search, and links to the studio of each advertiser that it finds.
#[component]
pub fn ChooseStudioPage() -> impl IntoView {
    let text = text();
    let query = use_query_map();
    let choices = Memo::new(move |_| {
        query.with(|query| Choices {
            search: query.get("search").unwrap_or_default(),
            after: query.get("after").unwrap_or_default(),
        })
    });
    let offered = Loaded::new(move || {
        let Choices { search, after } = choices.get();
        let query = FleetQuery {
            search,
            after,
            ..FleetQuery::default()
        };
        ListAdvertisers {
            query: query.to_string(),
        }
    });
    view! {
        <PageHead title=text.words_test_studio() lead=text.studio_lead()/>
        {offered.part(8, text.studio_choose_not_loaded(), move |list| choose(list, &choices.get_untracked()))}
    }
}

fn choose(list: AdvertiserList, shown: &Choices) -> AnyView {
    let text = text();
    let first = (!shown.after.is_empty()).then(|| {
        Choices {
            after: String::new(),
            ..shown.clone()
        }
        .href()
    });
    let next = list.page.next.map(|after| {
        Choices {
            after: after.to_string(),
            ..shown.clone()
        }
        .href()
    });
    let is_empty = list.page.rows.is_empty();
    let search = shown.search.clone();
    let rows =
        list.page
            .rows
            .into_iter()
            .map(|row| {
                view! {
            <li>
                <a
                    class="flex items-center justify-between gap-3 px-4 py-3 hover:bg-base-200"
                    href=format!("/studio/{}", row.advertiser.id)
                >
                    <span class="min-w-0">
                        <span class="block truncate font-medium">{row.advertiser.name}</span>
                        <span class="text-sm text-muted">{row.advertiser.reference}</span>
                    </span>
                    {Icon::ChevronRight.view()}
                </a>
            </li>
        }.into_any()
            })
            .collect_view();
    view! {
        <section class="max-w-2xl space-y-4">
            <div>
                <h2 class="text-lg font-semibold">{text.studio_choose_title()}</h2>
                <p class="text-muted">{text.studio_choose_lead()}</p>
            </div>
            <GetForm action="/studio" class="flex gap-2">
                <input
                    class="input min-w-0 flex-1"
                    type="search"
                    name="search"
                    value=search
                    autocomplete="off"
                    aria-label=text.studio_choose_search()
                    placeholder=text.studio_choose_search()
                />
                <button class="btn" type="submit">{text.words_search()}</button>
            </GetForm>
            {if is_empty {
                view! { <Alert><p>{text.studio_choose_none()}</p></Alert> }.into_any()
            } else {
                view! {
                    <ul class="divide-y divide-base-content/10 overflow-hidden rounded-box border border-base-content/10 bg-base-100">
                        {rows}
                    </ul>
                }
                .into_any()
            }}
            <Pager first next/>
        </section>
    }
    .into_any()
}
