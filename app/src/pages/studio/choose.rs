//! The first step of the studio: for which advertiser.

use leptos::prelude::*;

use crate::{
    api::advertisers::AdvertiserList,
    components::{Alert, GetForm, Icon, Pager, query_string},
    preferences::text,
};

/// Which advertisers to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// A part of the name or reference.
    pub search: String,
    /// The last row of the page before.
    pub after: String,
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
pub fn choose(list: AdvertiserList, shown: &Choices) -> AnyView {
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
                    href=format!("/studio?advertiser={}", row.advertiser.id)
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
