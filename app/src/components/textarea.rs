//! Several lines of input.

use leptos::{html, prelude::*};

use super::{
    field::{described_by, framed, wrong},
    when_alive,
};
use crate::Error;

/// Several lines of input, with label, hint and error like a `Field`.
#[component]
pub fn Textarea(
    /// Its `name` in the form, and its id: once a page.
    name: &'static str,
    /// What to enter.
    #[prop(into)]
    label: String,
    /// What is in it at first.
    #[prop(optional, into)]
    value: String,
    /// The form's failure, from `failure_of(action)`.
    #[prop(optional, into)]
    failure: Signal<Option<Error>>,
    /// What helps to enter it.
    #[prop(optional, into)]
    hint: String,
    /// It may stay empty; says so beside the label.
    #[prop(optional)]
    optional: bool,
    /// Lines shown.
    #[prop(default = 4)]
    rows: u16,
    /// Hears what is typed.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let wrong = wrong(name, failure);
    let described = {
        let hint = hint.clone();
        move || described_by(name, &hint, wrong.with(Option::is_some))
    };
    let hear = move |typed| {
        if let Some(on_input) = on_input {
            on_input.run(typed);
        }
    };
    let control =
        when_alive::<html::Textarea>(value.clone(), web_sys::HtmlTextAreaElement::value, hear);
    let control = view! {
        <textarea
            class="textarea w-full font-mono"
            class:textarea-error=move || wrong.with(Option::is_some)
            id=name
            name=name
            node_ref=control
            rows=rows.to_string()
            autocomplete="off"
            spellcheck="false"
            aria-invalid=Signal::derive(move || wrong.with(Option::is_some).then_some("true"))
            aria-describedby=described
            on:input=move |event| hear(event_target_value(&event))
        >
            {value}
        </textarea>
    }
    .into_any();
    framed(name, label, hint, optional, wrong, control)
}
