//! Controls of the forms that narrow a list.

use leptos::prelude::*;

use crate::preferences::text;

/// One of several values, each with its words, or all of them.
pub fn filter_choice(
    name: &'static str,
    label: &'static str,
    mut choices: Vec<(String, String)>,
    chosen: &str,
) -> AnyView {
    choices.insert(0, (String::new(), text().words_all().to_owned()));
    filter_one_of(name, label, choices, chosen)
}

/// One of several values, each with its words.
pub fn filter_one_of(
    name: &'static str,
    label: &'static str,
    choices: Vec<(String, String)>,
    chosen: &str,
) -> AnyView {
    let options = choices
        .into_iter()
        .map(|(value, words)| {
            view! { <option selected=value == chosen value=value>{words}</option> }.into_any()
        })
        .collect_view();
    let control = view! {
        <select class="select select-sm w-full" name=name autocomplete="off">{options}</select>
    };
    labelled(label, control.into_any())
}

/// The first or the last day.
pub fn filter_day(name: &'static str, label: &'static str, value: String) -> AnyView {
    let control = view! {
        <input class="input input-sm w-full" type="date" name=name value=value autocomplete="off"/>
    };
    labelled(label, control.into_any())
}

fn labelled(label: &'static str, control: AnyView) -> AnyView {
    view! {
        <label class="space-y-1">
            <span class="block text-sm text-muted">{label}</span>
            {control}
        </label>
    }
    .into_any()
}
