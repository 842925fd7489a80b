//! The form of a new link.

use domain::{AdvertiserId, Channel, Language, LinkKind, Why};
use leptos::prelude::*;

use super::said;
use crate::{
    Error,
    api::links::LinkForm,
    components::{ChannelMark, Field, FormError, Post, PostForm, Select, Submit, failure_of},
    preferences::text,
};

/// What is offered as the time for which a link works.
const DAYS: [u32; 4] = [3, 7, 14, 30];

/// For what, for which channels, in which language, for how long, to whom.
#[component]
pub fn NewLinkForm(
    /// Whose.
    advertiser: AdvertiserId,
    /// What its people read.
    language: Language,
    /// What was typed before the form came back with an error.
    kept: Option<LinkForm>,
    /// Whether it can be mailed.
    can_mail: bool,
    /// To whom it is likely to go; not kept with the form, which may travel in a URL.
    contact_email: String,
    /// Writes it.
    add: Post,
) -> impl IntoView {
    let text = text();
    let failure = failure_of(add);
    let form = kept.unwrap_or_else(|| LinkForm {
        kind: LinkKind::Connect.to_string(),
        channels: vec![Channel::Messenger.to_string()],
        language: language.to_string(),
        days: "7".to_owned(),
        trusted: String::new(),
    });
    let kind = RwSignal::new(form.kind.clone());
    let connects = move || kind.with(|kind| kind == LinkKind::Connect.as_str());
    let kinds = vec![
        (
            LinkKind::Connect.to_string(),
            text.links_kind_connect().to_owned(),
        ),
        (
            LinkKind::Status.to_string(),
            text.links_kind_status().to_owned(),
        ),
    ];
    let languages = Language::ALL
        .iter()
        .map(|language| (language.to_string(), language.own_name().to_owned()))
        .collect::<Vec<_>>();
    let days = DAYS
        .iter()
        .map(|days| (days.to_string(), text.links_days(*days)))
        .collect::<Vec<_>>();
    let wrong = move || {
        failure.with(|failure| match failure {
            Some(Error::Invalid {
                field,
                why: Why::Empty,
            }) if field == "channels" => Some(text.links_channels_wrong().to_owned()),
            _ => None,
        })
    };
    let boxes = Channel::ALL
        .iter()
        .map(|channel| {
            let checked = form.channels.iter().any(|one| one == channel.as_str());
            view! {
                <label class="flex items-center gap-2 py-1">
                    <input class="checkbox checkbox-sm" type="checkbox" name="channels[]" value=channel.as_str() checked=checked
                        disabled=move || !connects()/>
                    <ChannelMark channel=*channel/>
                </label>
            }
            .into_any()
        })
        .collect_view();
    let mail = if can_mail {
        view! {
            <Field name="email" label=text.words_email() hint=text.links_email_hint() value=contact_email kind="email" autocomplete="off" optional=true failure/>
        }
        .into_any()
    } else {
        view! { <p class="text-sm text-muted">{text.links_no_mail()}</p> }.into_any()
    };
    view! {
        <section class="card bg-base-100">
            <div class="card-body gap-5 p-5 sm:p-8">
                <h2 class="text-lg font-semibold">{text.links_new()}</h2>
                <PostForm to=add attr:novalidate="">
                    <input type="hidden" name="advertiser" value=advertiser.to_string()/>
                    <div class="space-y-5">
                        <FormError failure/>
                        <Select name="kind" label=text.links_kind() options=kinds value=form.kind failure
                            on_change=Callback::new(move |chosen| kind.set(chosen))/>
                        <fieldset class="space-y-1" class:hidden=move || !connects()>
                            <legend class="font-medium">{text.links_channels()}</legend>
                            <div class="flex flex-wrap gap-x-6">{boxes}</div>
                            <p class="text-sm text-error" role="alert">{said(wrong)}</p>
                        </fieldset>
                        <div class="grid gap-5 sm:grid-cols-2">
                            <Select name="language" label=text.links_language() options=languages value=form.language failure/>
                            <Select name="days" label=text.links_expiry() options=days value=form.days failure/>
                        </div>
                        {mail}
                        <label class="flex items-start gap-2" class:hidden=move || !connects()>
                            <input class="checkbox checkbox-sm mt-1" type="checkbox" name="trusted" value="on" checked=!form.trusted.is_empty()/>
                            <span>
                                <span class="block font-medium">{text.links_trusted()}</span>
                                <span class="block text-sm text-muted">{text.links_trusted_hint()}</span>
                            </span>
                        </label>
                        <Submit label=text.links_create() pending=add.pending()/>
                    </div>
                </PostForm>
            </div>
        </section>
    }
}
