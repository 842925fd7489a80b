//! What stands where a list has nothing to show.

use leptos::prelude::*;

use super::Icon;

/// Why a list is empty and what fills it, with the one action that does.
#[component]
pub fn Empty(
    /// An outline that fits the list.
    icon: Icon,
    /// Why it is empty, in a few words.
    #[prop(into)]
    title: String,
    /// What fills it, in a sentence.
    #[prop(into)]
    what: String,
    /// The action: a link or a button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="flex flex-col items-center gap-3 rounded-box border border-dashed border-base-content/20 bg-base-100 px-6 py-12 text-center">
            <span class="text-muted">{icon.sized("size-8")}</span>
            <p class="text-base font-semibold">{title}</p>
            <p class="max-w-prose text-muted">{what}</p>
            {children.map(|children| children())}
        </div>
    }
}
