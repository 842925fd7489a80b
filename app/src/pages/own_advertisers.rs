//! For a person of several advertisers: which one to look at.

use leptos::prelude::*;

use crate::{
    api::account::{ListOwnAdvertisers, LookAtAdvertiser},
    components::{Empty, FormError, Icon, Loaded, PageHead, Post, PostForm, failure_of},
    preferences::text,
};

/// A button for each of them.
#[component]
pub fn OwnAdvertisersPage() -> impl IntoView {
    let text = text();
    let choose = Post::to::<LookAtAdvertiser>();
    let loaded = Loaded::new(|| ListOwnAdvertisers {});
    loaded.page(3, move |advertisers| {
        if advertisers.is_empty() {
            return view! {
                <PageHead title=text.account_advertisers_title()/>
                <Empty icon=Icon::Store title=text.account_advertisers_none_title() what=text.account_advertisers_none()/>
            }
            .into_any();
        }
        let buttons = advertisers
            .into_iter()
            .map(|advertiser| {
                view! {
                    <li>
                        <PostForm to=choose>
                            <input type="hidden" name="advertiser" value=advertiser.id.to_string()/>
                            <button class="btn h-auto w-full justify-between py-3 text-left" type="submit">
                                <span class="min-w-0 break-words font-medium">{advertiser.name}</span>
                                <span class="text-sm font-normal text-muted">{text.role(advertiser.role)}</span>
                            </button>
                        </PostForm>
                    </li>
                }
                .into_any()
            })
            .collect_view();
        view! {
            <PageHead title=text.account_advertisers_title() lead=text.account_advertisers_lead()/>
            <FormError failure=failure_of(choose)/>
            <ul class="max-w-md space-y-2">{buttons}</ul>
        }
        .into_any()
    })
}
