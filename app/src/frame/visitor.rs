//! The frame for who has no account: no rail and no search, the language, and nothing that leads into the console.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::Switches;
use crate::{
    components::{Icon, Menu, Visiting},
    preferences::text,
};

/// The frame around a page for visitors.
#[component]
pub fn VisitorPages() -> impl IntoView {
    let text = text();
    provide_context(Visiting);
    let button =
        view! { {Icon::Languages.view()} {Icon::ChevronDown.sized("size-3.5")} }.into_any();
    view! {
        <header class="border-b border-base-content/10 bg-base-100">
            <div class="mx-auto flex h-14 max-w-3xl items-center justify-between gap-2 px-4">
                <p class="flex items-center gap-2 font-semibold">
                    <span class="text-primary">{Icon::Plug.sized("size-5 shrink-0")}</span> {text.words_product()}
                </p>
                <Menu label=text.words_language() button><div class="p-2"><Switches/></div></Menu>
            </div>
        </header>
        <main class="mx-auto w-full max-w-3xl px-4 pb-16 pt-6" id="main" tabindex="-1"><Outlet/></main>
    }
}
