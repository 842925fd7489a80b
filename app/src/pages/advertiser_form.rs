//! The fields of an advertiser, for creating and editing.

use domain::Language;
use leptos::prelude::*;

use crate::{
    Error,
    api::advertisers::{AdvertiserForm, TimeZones},
    components::{Field, Loaded, Select},
    preferences::text,
};

/// Name, language, time zone, reference, whom to write to, and how long events are kept.
#[component]
pub fn AdvertiserFields(
    /// What is in the fields at first.
    form: AdvertiserForm,
    /// Whom to send links to; not kept with the form, which may travel in a URL.
    contact_email: String,
    /// How long the partner keeps an event's content; none: not told here.
    #[prop(optional)]
    partner_payload_days: Option<u32>,
    /// The form's failure.
    failure: Signal<Option<Error>>,
) -> impl IntoView {
    let text = text();
    let zones = Loaded::new(|| TimeZones {});
    let languages = Language::ALL
        .iter()
        .map(|language| (language.to_string(), language.own_name().to_owned()))
        .collect();
    let payload_hint = match partner_payload_days {
        Some(days) => text.advertisers_payload_hint_of(days),
        None => text.advertisers_payload_hint().to_owned(),
    };
    view! {
        <div class="space-y-5 text-base">
            <Field name="name" label=text.words_name() hint=text.advertisers_name_hint() value=form.name failure/>
            <Select
                name="language"
                label=text.words_language()
                hint=text.advertisers_language_hint()
                options=languages
                value=form.language
                failure
            />
            <Field
                name="time_zone"
                label=text.words_time_zone()
                hint=text.advertisers_time_zone_hint()
                value=form.time_zone
                list="time-zones"
                failure
            />
            // Suggestions only: the field takes a zone without them.
            <datalist id="time-zones">
                {zones.each(0, |zones| {
                    let zones = zones.and_then(Result::ok).unwrap_or_default();
                    zones.into_iter().map(|zone| view! { <option value=zone></option> }.into_any()).collect_view().into_any()
                })}
            </datalist>
            <Field
                name="reference"
                label=text.words_reference()
                hint=text.advertisers_reference_hint()
                value=form.reference
                optional=true
                failure
            />
            <Field
                name="contact_email"
                label=text.advertisers_contact()
                hint=text.advertisers_contact_hint()
                value=contact_email
                kind="email"
                autocomplete="off"
                optional=true
                failure
            />
            <Field
                name="payload_days"
                label=text.settings_payload_days()
                hint=payload_hint
                value=form.payload_days
                inputmode="numeric"
                optional=true
                failure
            />
        </div>
    }
}
