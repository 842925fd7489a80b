//! The way through a long list.

use leptos::prelude::*;

use super::Icon;
use crate::preferences::text;

/// Links to the next page and back to the first; nothing on a list of one page.
#[component]
pub fn Pager(
    /// The URL of the first page, when this is not it.
    first: Option<String>,
    /// The URL of the next page, if there is one.
    next: Option<String>,
) -> impl IntoView {
    let text = text();
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="mt-4 flex items-center justify-between gap-2" aria-label=text.frame_pages()>
                <span>
                    {first.map(|href| view! {
                        <a class="btn btn-sm" href=href>{Icon::ArrowLeft.view()} {text.frame_first_page()}</a>
                    }.into_any())}
                </span>
                {next.map(|href| view! {
                    <a class="btn btn-sm" href=href rel="next">{text.frame_next_page()} {Icon::ArrowRight.view()}</a>
                }.into_any())}
            </nav>
        }.into_any()
    })
}
