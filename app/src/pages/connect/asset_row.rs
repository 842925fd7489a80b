//! One asset among those to choose from, and the filter over them.

use domain::{
    Channel,
    console::{AssetChoice, AssetHolder},
};
use leptos::{ev::KeyboardEvent, prelude::*};

use super::words;
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
                on:input=move |event| filter.set(in_small_letters(event_target_value(&event).trim()))
            />
        </label>
    }
}

/// What the filter looks at.
pub fn searched(asset: &AssetChoice) -> String {
    in_small_letters(&format!(
        "{} {} {} {}",
        asset.name, asset.page_name, asset.business_name, asset.meta_id
    ))
}

#[cfg(not(target_family = "wasm"))]
fn in_small_letters(text: &str) -> String {
    text.to_lowercase()
}

/// Rust's tables of letters would be 10 KB to load, and the browser has its own.
#[cfg(target_family = "wasm")]
fn in_small_letters(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// Whether an asset stays in the list.
pub fn matches(searched: &str, filter: &str) -> bool {
    searched.contains(filter)
}

/// One asset: its box, name, id and business, and what has to be known before ticking it.
#[component]
pub fn AssetRow(
    /// The asset.
    asset: AssetChoice,
    /// What is being connected.
    channel: Channel,
    /// Whether it is ticked at first.
    is_ticked: bool,
    /// What the list is narrowed to.
    filter: RwSignal<String>,
    /// Why the choice was not taken, shown above the list.
    wrong: Signal<Option<&'static str>>,
) -> impl IntoView {
    let text = text();
    let is_held = asset.holder == AssetHolder::Elsewhere;
    let searched = searched(&asset);
    let AssetChoice {
        meta_id,
        name,
        business_name,
        holder,
        held_by,
        can_subscribe,
        page_name,
    } = asset;
    let moderated = if page_name.is_empty() {
        &name
    } else {
        &page_name
    };
    let cannot_subscribe = text.connect_attempt_cannot_subscribe(moderated);
    let held_by = held_by.map(|holder| text.connect_attempt_held_by(&holder.name));
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
    let note = |icon: Icon, colour: &'static str, what: String| {
        view! {
            <span class="flex gap-1.5"><span class=format!("mt-0.5 {colour}")>{icon.view()}</span> <span class="min-w-0">{what}</span></span>
        }
        .into_any()
    };
    let mut notes = Vec::new();
    if is_held {
        let words = words::held_elsewhere(text, channel).to_owned();
        notes.push(note(Icon::Ban, "text-error", words));
        notes.extend(held_by.map(|words| note(Icon::Info, "text-info", words)));
    } else {
        if holder == AssetHolder::ThisAdvertiser {
            let words = text.connect_attempt_held_here().to_owned();
            notes.push(note(Icon::Refresh, "text-info", words));
        }
        if !can_subscribe {
            notes.push(note(Icon::AlertTriangle, "text-warning", cannot_subscribe));
        }
        if business_name.is_empty() {
            let words = text.connect_attempt_no_business().to_owned();
            notes.push(note(Icon::Info, "text-info", words));
        }
    }
    let of_page = (!page_name.is_empty()).then(|| text.connect_attempt_of_page(&page_name));
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
                        {of_page.map(|words| view! { <span>{words}</span> }.into_any())}
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
