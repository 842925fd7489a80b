//! A choice out of a list.

use leptos::{html, prelude::*};

use super::{
    field::{described_by, framed, wrong},
    when_alive,
};
use crate::Error;

/// A choice out of a list, with label, hint and error like a `Field`.
#[component]
pub fn Select(
    /// Its `name` in the form, and its id: once a page.
    name: &'static str,
    /// What to choose.
    #[prop(into)]
    label: String,
    /// Value and words of each choice.
    options: Vec<(String, String)>,
    /// The value chosen at first.
    #[prop(optional, into)]
    value: String,
    /// The form's failure, from `failure_of(action)`.
    #[prop(optional, into)]
    failure: Signal<Option<Error>>,
    /// What helps to choose.
    #[prop(optional, into)]
    hint: String,
    /// It may stay empty; says so beside the label.
    #[prop(optional)]
    optional: bool,
    /// Hears what is chosen.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let wrong = wrong(name, failure);
    let described = {
        let hint = hint.clone();
        move || described_by(name, &hint, wrong.with(Option::is_some))
    };
    let hear = move |chosen| {
        if let Some(on_change) = on_change {
            on_change.run(chosen);
        }
    };
    let control =
        when_alive::<html::Select>(value.clone(), web_sys::HtmlSelectElement::value, hear);
    let options = options
        .into_iter()
        .map(|(choice, words)| {
            view! { <option selected=choice == value value=choice.clone()>{words}</option> }
                .into_any()
        })
        .collect_view();
    let control = view! {
        <select
            class="select w-full text-base"
            class:select-error=move || wrong.with(Option::is_some)
            id=name
            name=name
            node_ref=control
            autocomplete="off"
            aria-invalid=Signal::derive(move || wrong.with(Option::is_some).then_some("true"))
            aria-describedby=described
            on:change=move |event| hear(event_target_value(&event))
        >
            {options}
        </select>
    }
    .into_any();
    framed(name, label, hint, optional, wrong, control)
}
