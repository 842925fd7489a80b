//! Pages beside each other that are one thing to the reader.

use leptos::prelude::*;

/// One tab: a link, so that it works everywhere and can be pasted.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Where it leads.
    pub href: String,
    /// What it is called.
    pub name: String,
    /// Whether it is the one that is open.
    pub is_open: bool,
}

/// A row of tabs.
#[component]
pub fn Tabs(
    /// What they are tabs of, for screen readers.
    #[prop(into)]
    label: String,
    /// In order.
    tabs: Vec<Tab>,
) -> impl IntoView {
    let tabs = tabs
        .into_iter()
        .map(|tab| {
            view! {
                <a
                    class="tab"
                    class:tab-active=tab.is_open
                    href=tab.href
                    aria-current=tab.is_open.then_some("page")
                >
                    {tab.name}
                </a>
            }
            .into_any()
        })
        .collect_view();
    view! { <nav class="tabs tabs-border mb-4 overflow-x-auto" aria-label=label>{tabs}</nav> }
}
