//! Meta's permissions, each with what it is for.

use domain::MetaPermission;
use leptos::prelude::*;

use crate::preferences::text;

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
            let purpose = name.parse::<MetaPermission>().map(|permission| text.scope(permission)).unwrap_or_default();
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
