//! A dense table that scrolls inside itself where it does not fit.

use leptos::prelude::*;

/// A table. `children` are `thead` and `tbody`; hide what phones can do without by `hidden sm:table-cell`.
#[component]
pub fn Table(
    /// What it lists, for screen readers.
    #[prop(into)]
    caption: String,
    /// `thead` and `tbody`.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="overflow-x-auto rounded-box border border-base-content/10 bg-base-100">
            <table class="table table-sm [&_tr]:text-sm">
                <caption class="sr-only">{caption}</caption>
                {children()}
            </table>
        </div>
    }
}
