//! The reader's own menu: who they are, language, theme, and the way out.

use leptos::prelude::*;

use super::Switches;
use crate::{
    components::{Icon, Menu, viewer},
    preferences::text,
};

/// The menu at the right end of the top bar.
#[component]
pub fn Account() -> impl IntoView {
    let text = text();
    let viewer = viewer();
    let button = view! { {Icon::User.view()} {Icon::ChevronDown.sized("size-3.5")} }.into_any();
    view! {
        <Menu label=text.frame_account() button>
            <div class="space-y-3 p-2">
                {viewer.each(0, move |viewer| {
                    let viewer = viewer.and_then(Result::ok);
                    viewer
                        .map(|viewer| view! {
                            <div class="text-sm">
                                <p class="truncate font-semibold">{viewer.name}</p>
                                <p class="truncate text-muted">{viewer.email}</p>
                                <p class="text-muted">{text.role(viewer.role)}</p>
                            </div>
                            {viewer.has_several.then(|| view! {
                                <a class="btn btn-sm w-full justify-start" href="/account/advertisers">
                                    {Icon::Store.view()} {text.account_advertisers_switch()}
                                </a>
                            }.into_any())}
                        }.into_any())
                        .into_any()
                })}
                <a class="btn btn-sm w-full justify-start" href="/account">{Icon::User.view()} {text.account_menu()}</a>
                <Switches/>
                <form method="post" action="/sign-out">
                    <button class="btn btn-sm w-full justify-start" type="submit">
                        {Icon::LogOut.view()} {text.words_sign_out()}
                    </button>
                </form>
            </div>
        </Menu>
    }
}
