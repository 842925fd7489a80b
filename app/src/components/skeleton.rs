//! What stands where a list is being loaded.

use leptos::prelude::*;

use crate::preferences::text;

/// Grey rows of the height of real ones.
#[component]
pub fn SkeletonRows(
    /// How many.
    #[prop(default = 8)]
    rows: usize,
) -> impl IntoView {
    view! {
        <div class="space-y-px overflow-hidden rounded-box border border-base-content/10 bg-base-100" role="status">
            <span class="sr-only">{text().words_loading()}</span>
            {(0..rows)
                .map(|_| view! { <div class="flex h-12 items-center px-4"><div class="skeleton h-4 w-full"></div></div> }.into_any())
                .collect_view()}
        </div>
    }
}
