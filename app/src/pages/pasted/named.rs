//! What a limited token is for: named by a person, since the token cannot be asked.

use domain::{AssetKind, Channel};
use leptos::prelude::*;

use crate::{
    Error,
    api::pasted::{LimitedForm, NameLimitedAsset},
    components::{Alert, Field, FormError, Post, PostForm, Submit, Tone, failure_of},
    preferences::text,
};

/// Asset, name and dataset.
#[component]
pub fn NameAssets(
    /// Whose.
    advertiser: String,
    /// The attempt that the token belongs to.
    attempt: String,
    /// What it is to connect.
    channel: Channel,
    /// What was typed before the form came back.
    typed: LimitedForm,
) -> impl IntoView {
    let text = text();
    let name = Post::to::<NameLimitedAsset>();
    let failure = failure_of(name);
    let asset = match channel.asset_kind() {
        AssetKind::Page => text.pasted_asset_page(),
        AssetKind::InstagramAccount => text.pasted_asset_instagram(),
        AssetKind::Waba | AssetKind::PhoneNumber => text.pasted_asset_waba(),
    };
    let is_taken = move || {
        failure.with(|failure| {
            matches!(
                failure,
                Some(Error::Invalid { field, why: domain::Why::NotAChoice }) if field == "asset"
            )
        })
    };
    view! {
        <section class="card bg-base-100">
            <div class="card-body p-5 sm:p-8">
                <PostForm to=name>
                    <div class="space-y-5">
                        <FormError failure/>
                        {crate::components::live(move || is_taken().then(|| view! {
                            <Alert tone=Tone::Warning><p>{text.pasted_asset_taken()}</p></Alert>
                        }))}
                        <input type="hidden" name="advertiser" value=advertiser/>
                        <input type="hidden" name="attempt" value=attempt/>
                        <Field name="asset" label=asset value=typed.asset inputmode="numeric" mono=true failure/>
                        <Field name="name" label=text.pasted_asset_name() value=typed.name failure/>
                        <Field
                            name="dataset"
                            label=text.pasted_dataset()
                            hint=text.pasted_dataset_hint()
                            value=typed.dataset
                            inputmode="numeric"
                            mono=true
                            failure
                        />
                        <Submit label=text.pasted_connect() pending=name.pending()/>
                    </div>
                </PostForm>
            </div>
        </section>
    }
}
