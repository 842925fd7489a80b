//! The top of every page: where it is, what it is, what can be done with all of it.

use leptos::{html::H1, prelude::*};
use leptos_meta::Title;

use super::{Icon, is_visiting};
use crate::preferences::text;

/// Whether a second page was opened: from then on a new page takes the focus to its heading.
#[derive(Clone, Copy)]
pub struct Arrived(
    /// It has.
    pub StoredValue<bool>,
);

/// A page above this one.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// Its path.
    pub href: String,
    /// Its name.
    pub name: String,
}

impl Crumb {
    /// A page above this one.
    pub fn new(href: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            name: name.into(),
        }
    }
}

/// What the browser's tab says on a page.
pub fn document_title(page: &str) -> String {
    format!("{page} · {}", text().words_product())
}

/// Heading, document title, way up, and the page's actions as children.
#[component]
pub fn PageHead(
    /// What the page is, in a few words.
    #[prop(into)]
    title: String,
    /// The pages above it, outermost first.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// A sentence below the heading.
    #[prop(optional, into)]
    lead: String,
    /// Links and buttons to the right.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let text = text();
    let heading = NodeRef::<H1>::new();
    let arrived = use_context::<Arrived>();
    Effect::new(move || {
        if let (Some(heading), Some(Arrived(arrived))) = (heading.get(), arrived)
            && arrived.get_value()
        {
            // Once it is in the document; a heading that cannot take the focus is still there to be read.
            request_animation_frame(move || drop(heading.focus()));
        }
    });
    // The pages above are the console's.
    let has_way_up = !crumbs.is_empty() && !is_visiting();
    let way_up = has_way_up.then(|| {
        let crumbs = crumbs
            .into_iter()
            .map(|crumb| {
                view! {
                    <li class="flex min-w-0 items-center gap-1">
                        <a class="link-hover truncate py-1" href=crumb.href>{crumb.name}</a>
                        {Icon::ChevronRight.sized("size-3.5 shrink-0")}
                    </li>
                }
                .into_any()
            })
            .collect_view();
        view! {
            <nav aria-label=text.frame_breadcrumb()>
                <ol class="flex flex-wrap items-center gap-1 text-sm text-muted">{crumbs}</ol>
            </nav>
        }
    });
    view! {
        <Title text=document_title(&title)/>
        <div class="mb-5 space-y-1">
            {way_up}
            <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
                <h1 class="min-w-0 break-words text-2xl font-semibold" tabindex="-1" node_ref=heading>{title}</h1>
                {children.map(|children| view! { <div class="flex flex-wrap items-center gap-2">{children()}</div> }.into_any())}
            </div>
            {(!lead.is_empty()).then(|| view! { <p class="max-w-prose text-muted max-sm:pt-1.5">{lead}</p> }.into_any())}
        </div>
    }
}
