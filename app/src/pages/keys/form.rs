//! The form of a new key.

use domain::{KeyScope, Why};
use leptos::prelude::*;

use crate::{
    Error,
    api::keys::KeyForm,
    components::{Field, FormError, Post, PostForm, Select, Submit, failure_of, live},
    preferences::text,
};

/// What is offered as the time for which a key works, in days.
const DAYS: [u32; 4] = [30, 90, 180, 365];

/// What it is called, what it is for, for how long it works.
pub(super) fn new_key(advertiser: String, kept: Option<KeyForm>, add: Post) -> AnyView {
    let text = text();
    let failure = failure_of(add);
    let form = kept.unwrap_or_else(|| KeyForm {
        scopes: vec![KeyScope::EventsWrite.to_string()],
        ..KeyForm::default()
    });
    let boxes = KeyScope::ALL
        .iter()
        .map(|scope| {
            let checked = form.scopes.iter().any(|one| one == scope.as_str());
            view! {
                <label class="flex items-start gap-2 py-1">
                    <input class="checkbox checkbox-sm mt-1" type="checkbox" name="scopes[]" value=scope.as_str() checked=checked/>
                    <span class="min-w-0">
                        <code class="text-sm">{scope.as_str()}</code>
                        <span class="block text-sm text-muted">{text.key_scope(*scope)}</span>
                    </span>
                </label>
            }
            .into_any()
        })
        .collect_view();
    let none_chosen = move || {
        failure.with(|failure| match failure {
            Some(Error::Invalid {
                field,
                why: Why::Empty,
            }) if field == "scopes" => Some(text.keys_scopes_wrong().to_owned()),
            _ => None,
        })
    };
    let days = std::iter::once((String::new(), text.keys_until_revoked().to_owned()))
        .chain(DAYS.map(|days| (days.to_string(), text.keys_days(days))))
        .collect::<Vec<_>>();
    view! {
        <section class="card bg-base-100">
            <div class="card-body gap-5 p-5 sm:p-8">
                <h2 class="text-lg font-semibold">{text.keys_new()}</h2>
                <PostForm to=add attr:novalidate="">
                    <input type="hidden" name="advertiser" value=advertiser/>
                    <div class="space-y-5">
                        <FormError failure/>
                        <Field name="name" label=text.words_name() hint=text.keys_name_hint() value=form.name failure/>
                        <fieldset class="space-y-1">
                            <legend class="font-medium">{text.keys_scopes()}</legend>
                            {boxes}
                            <p class="text-sm text-error" role="alert">{live(none_chosen)}</p>
                        </fieldset>
                        <Select name="days" label=text.keys_expiry() options=days value=form.days failure/>
                        <Submit label=text.keys_create() pending=add.pending()/>
                    </div>
                </PostForm>
            </div>
        </section>
    }
    .into_any()
}
