//! One Page among those to choose from, and the filter over them.

use domain::console::{AssetChoice, AssetHolder};
use leptos::{ev::KeyboardEvent, prelude::*};

use crate::{components::Icon, preferences::text};

/// Narrows the list as one types. It has no name, so it is not sent; without JavaScript it is not there.
#[component]
pub fn Filter(
    /// What is typed, in small letters.
    filter: RwSignal<String>,
) -> impl IntoView {
    let text = text();
    let (works, set_works) = signal(false);
    Effect::new(move || set_works.set(true));
    // Enter would send the form.
    let keep_enter = |event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
        }
    };
    view! {
        <label class="input w-full" hidden=Signal::derive(move || !works.get())>
            {Icon::Search.view()} <span class="sr-only">{text.connect_attempt_filter()}</span>
            <input
                class="min-w-0 grow"
                type="search"
                autocomplete="off"
                placeholder=text.connect_attempt_filter()
                on:keydown=keep_enter
                on:input=move |event| filter.set(event_target_value(&event).trim().to_lowercase())
            />
        </label>
    }
}

/// What the filter looks at.
pub fn searched(page: &AssetChoice) -> String {
    format!("{} {} {}", page.name, page.business_name, page.meta_id).to_lowercase()
}

/// Whether a Page stays in the list.
pub fn matches(searched: &str, filter: &str) -> bool {
    searched.contains(filter)
}

/// One Page: its box, name, id and business, and what has to be known before ticking it.
#[component]
pub fn PageRow(
    /// The Page.
    page: AssetChoice,
    /// Whether it is ticked at first.
    is_ticked: bool,
    /// What the list is narrowed to.
    filter: RwSignal<String>,
    /// Why the choice was not taken, shown above the list.
    wrong: Signal<Option<&'static str>>,
) -> impl IntoView {
    let text = text();
    let is_held = page.holder == AssetHolder::Elsewhere;
    let searched = searched(&page);
    let AssetChoice {
        meta_id,
        name,
        business_name,
        holder,
        can_subscribe,
        ..
    } = page;
    let (box_id, note_id) = (format!("asset-{meta_id}"), format!("asset-{meta_id}-note"));
    let described = {
        let note_id = note_id.clone();
        move || {
            if wrong.get().is_some() {
                format!("assets-error {note_id}")
            } else {
                note_id.clone()
            }
        }
    };
    let note = |icon: Icon, colour: &'static str, what: &'static str| {
        view! {
            <span class="flex gap-1.5"><span class=format!("mt-0.5 {colour}")>{icon.view()}</span> <span class="min-w-0">{what}</span></span>
        }
    };
    let notes = if is_held {
        note(
            Icon::Ban,
            "text-error",
            text.connect_attempt_held_elsewhere(),
        )
        .into_any()
    } else {
        view! {
            {(holder == AssetHolder::ThisAdvertiser).then(|| note(Icon::Refresh, "text-info", text.connect_attempt_held_here()))}
            {(!can_subscribe).then(|| note(Icon::AlertTriangle, "text-warning", text.connect_attempt_cannot_subscribe()))}
            {business_name.is_empty().then(|| note(Icon::Info, "text-info", text.connect_attempt_no_business()))}
        }
        .into_any()
    };
    view! {
        <li class="flex gap-3 px-4 py-3 hover:bg-base-200" class:hidden=move || filter.with(|filter| !matches(&searched, filter))>
            <input
                class="checkbox checkbox-sm mt-1 shrink-0 scroll-mb-36 scroll-mt-36"
                type="checkbox"
                id=box_id.clone()
                name="assets[]"
                value=meta_id.clone()
                checked=is_ticked
                disabled=is_held
                autocomplete="off"
                aria-invalid=Signal::derive(move || (!is_held && wrong.get().is_some()).then_some("true"))
                aria-describedby=described
            />
            <div class="min-w-0 flex-1">
                <label class="block break-words font-medium" for=box_id>{name}</label>
                <div class="space-y-0.5 text-sm" id=note_id>
                    <p class="flex flex-wrap gap-x-2 text-muted">
                        {(!business_name.is_empty()).then(|| view! { <span>{business_name}</span> }.into_any())}
                        <code class="break-all">{meta_id}</code>
                    </p>
                    {notes}
                </div>
            </div>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_looks_at_name_business_and_id() {
        let searched = searched(&AssetChoice {
            meta_id: "102".into(),
            name: "Page 102".into(),
            page_name: String::new(),
            business_name: "Hana Holdings".into(),
            holder: AssetHolder::Free,
            held_by: None,
            can_subscribe: true,
        });
        for found in ["", "page", "hana", "102"] {
            assert!(matches(&searched, found), "{found}");
        }
        assert!(!matches(&searched, "103"));
    }
}
