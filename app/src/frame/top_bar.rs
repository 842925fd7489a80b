//! The bar on top: the product, the search, and the reader's own things.

use leptos::{ev, html::Input, prelude::*, wasm_bindgen::JsCast};
use web_sys::Element;

use super::account::Account;
use crate::{
    components::{GetForm, Icon, viewer},
    preferences::text,
};

/// The bar on top, below the band that says that a demo is one.
#[component]
pub fn TopBar() -> impl IntoView {
    let text = text();
    let viewer = viewer();
    view! {
        <header class="sticky top-0 z-40 border-b border-base-content/10 bg-base-100">
            {viewer.each(0, move |viewer| {
                let is_demo = matches!(viewer, Some(Ok(viewer)) if viewer.is_demo);
                is_demo
                    .then(|| view! {
                        <p class="bg-neutral px-4 py-1 text-center text-xs text-neutral-content">{text.words_demo_band()}</p>
                    }.into_any())
                    .into_any()
            })}
            <div class="flex h-14 items-center gap-2 px-4 md:gap-4">
                <a class="flex items-center gap-2 font-semibold lg:w-52" href="/advertisers">
                    <span class="text-primary">{Icon::Plug.sized("size-5 shrink-0")}</span>
                    <span class="max-sm:sr-only">{text.words_product()}</span>
                </a>
                <Search/>
                <div class="ml-auto flex items-center gap-1">
                    <Account/>
                </div>
            </div>
        </header>
    }
}

/// The search of the console. `/` takes the focus to it.
#[component]
fn Search() -> impl IntoView {
    let text = text();
    let input = NodeRef::<Input>::new();
    Effect::new(move || {
        let listener = window_event_listener(ev::keydown, move |event| {
            let typing = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .is_some_and(|target| {
                    target
                        .closest("input, textarea, select, [contenteditable]")
                        .ok()
                        .flatten()
                        .is_some()
                });
            let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
            if event.key() == "/"
                && !typing
                && !modified
                && let Some(input) = input.get_untracked()
            {
                event.prevent_default();
                // Without focus the key did nothing; there is nobody to tell.
                drop(input.focus());
            }
        });
        on_cleanup(move || listener.remove());
    });
    view! {
        <GetForm action="/advertisers" class="min-w-0 max-w-md flex-1" role="search">
            <label class="input input-sm w-full">
                {Icon::Search.view()} <span class="sr-only">{text.frame_search()}</span>
                <input
                    class="min-w-0 grow"
                    type="search"
                    name="search"
                    autocomplete="off"
                    placeholder=text.frame_search()
                    aria-keyshortcuts="/"
                    node_ref=input
                />
                <kbd class="kbd kbd-xs max-sm:hidden" aria-hidden="true">"/"</kbd>
            </label>
        </GetForm>
    }
}
