//! Meta's permissions, each with what it is for.

use domain::MetaPermission;
use leptos::prelude::*;

use crate::{
    components::{Alert, Tone},
    preferences::text,
};

/// A list of permissions by Meta's names. One that we do not know is shown without an explanation.
#[component]
pub fn Permissions(
    /// Meta's names.
    names: Vec<String>,
) -> impl IntoView {
    let text = text();
    let items = names
        .into_iter()
        .map(|name| {
            let purpose = name
                .parse::<MetaPermission>()
                .map(|permission| text.scope(permission))
                .unwrap_or_default();
            view! {
                <li>
                    <code class="break-all text-sm font-semibold">{name}</code>
                    <p>{purpose}</p>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="space-y-2">{items}</ul> }
}

/// Warns of permissions that were not granted, and says what is lost; nothing when none is missing.
#[component]
pub fn MissingWanted(
    /// Which.
    names: Vec<MetaPermission>,
) -> impl IntoView {
    let text = text();
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| {
        view! {
            <Alert tone=Tone::Warning title=text.connect_attempt_missing_wanted_title()>
                <p>{text.connect_attempt_missing_wanted_what()}</p>
                <Permissions names/>
            </Alert>
        }
        .into_any()
    })
}
