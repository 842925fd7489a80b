//! One line of input with its label, hint and error.

use leptos::{html, prelude::*};

use super::{live, when_alive};
use crate::{Error, preferences::text};

/// What a control is described by: the ids of those of hint and error that are there.
pub(super) fn described_by(name: &str, hint: &str, is_wrong: bool) -> Option<String> {
    let hint = (!hint.is_empty()).then(|| format!("{name}-hint"));
    let error = is_wrong.then(|| format!("{name}-error"));
    match (error, hint) {
        (Some(error), Some(hint)) => Some(format!("{error} {hint}")),
        (error, hint) => error.or(hint),
    }
}

/// What is wrong with the field, if the form's failure is about it.
pub(super) fn wrong(name: &'static str, failure: Signal<Option<Error>>) -> Signal<Option<String>> {
    let text = text();
    Signal::derive(move || failure.with(|failure| failure.as_ref()?.beside(name, text)))
}

/// Label above, error and hint below.
pub(super) fn framed(
    name: &'static str,
    label: String,
    hint: String,
    optional: bool,
    wrong: Signal<Option<String>>,
    control: AnyView,
) -> AnyView {
    let text = text();
    view! {
        <div class="space-y-1.5">
            <label class="flex flex-wrap items-baseline gap-x-2 font-medium" for=name>
                {label}
                {optional.then(|| view! { <span class="text-sm font-normal text-muted">{text.words_optional()}</span> }.into_any())}
            </label>
            {control}
            <p class="text-sm text-error" id=format!("{name}-error") hidden=Signal::derive(move || wrong.with(Option::is_none))>
                {live(move || wrong.get())}
            </p>
            {(!hint.is_empty()).then(|| view! { <p class="text-sm text-muted" id=format!("{name}-hint")>{hint}</p> }.into_any())}
        </div>
    }
    .into_any()
}

/// One line of input. It is left to the browser: what was typed stays, whatever the server says.
#[component]
pub fn Field(
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
    /// `email`, `password`, `number`, `search`, `datetime-local`; `text` if not given.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in: `username`, `current-password`; `off` if not given.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// It may stay empty; says so beside the label.
    #[prop(optional)]
    optional: bool,
    /// The id of a `datalist` with suggestions.
    #[prop(optional)]
    list: Option<&'static str>,
    /// `inputmode` for phones: `decimal`, `numeric`.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// The least step of a `number` or `datetime-local`.
    #[prop(optional)]
    step: Option<&'static str>,
    /// Shown in a fixed-width face: ids and codes.
    #[prop(optional)]
    mono: bool,
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
    let control = when_alive::<html::Input>(value.clone(), web_sys::HtmlInputElement::value, hear);
    let control = view! {
        <input
            class=if mono { "input w-full font-mono" } else { "input w-full text-base" }
            class:input-error=move || wrong.with(Option::is_some)
            id=name
            name=name
            node_ref=control
            type=kind
            value=value
            autocomplete=autocomplete
            list=list
            inputmode=inputmode
            step=step
            spellcheck="false"
            aria-required=(!optional).then_some("true")
            aria-invalid=Signal::derive(move || wrong.with(Option::is_some).then_some("true"))
            aria-describedby=described
            on:input=move |event| hear(event_target_value(&event))
        />
    }
    .into_any();
    framed(name, label, hint, optional, wrong, control)
}

#[cfg(test)]
mod tests {
    use super::described_by;

    #[test]
    fn the_error_is_read_before_the_hint() {
        assert_eq!(
            described_by("name", "a hint", true).as_deref(),
            Some("name-error name-hint")
        );
        assert_eq!(
            described_by("name", "a hint", false).as_deref(),
            Some("name-hint")
        );
        assert_eq!(
            described_by("name", "", true).as_deref(),
            Some("name-error")
        );
        assert_eq!(described_by("name", "", false), None);
    }
}
