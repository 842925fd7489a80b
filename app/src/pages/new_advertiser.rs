//! Adding an advertiser.

use leptos::prelude::*;

use super::advertiser_form::AdvertiserFields;
use crate::{
    api::advertisers::{AddAdvertiser, AdvertiserForm},
    components::{Crumb, FormError, PageHead, Post, PostForm, Submit, failure_of, typed},
    preferences::text,
};

/// A form; its answer is the new advertiser's page.
#[component]
pub fn NewAdvertiserPage() -> impl IntoView {
    let text = text();
    let add = Post::to::<AddAdvertiser>();
    let failure = failure_of(add);
    let form = typed(|| AdvertiserForm {
        name: String::new(),
        language: text.language().to_string(),
        time_zone: String::new(),
        reference: String::new(),
        payload_days: String::new(),
    });

    view! {
        <PageHead
            title=text.advertisers_new_title()
            lead=text.advertisers_new_lead()
            crumbs=vec![Crumb::new("/advertisers", text.words_advertisers())]
        />
        <div class="card max-w-2xl bg-base-100">
            <div class="card-body p-5 sm:p-8">
                <PostForm to=add>
                    <div class="space-y-6">
                        <FormError failure/>
                        <AdvertiserFields form contact_email=String::new() failure/>
                        <div class="flex flex-wrap gap-2">
                            <Submit label=text.words_create() pending=add.pending()/>
                            <a class="btn btn-ghost" href="/advertisers">{text.words_cancel()}</a>
                        </div>
                    </div>
                </PostForm>
            </div>
        </div>
    }
}
