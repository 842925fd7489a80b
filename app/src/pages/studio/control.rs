//! One field of the studio's form: like a `Field`, but it says what is wrong while one types, and goes away when the
//! chosen event has no use for it.

use domain::Field;
use leptos::{html, prelude::*};

use super::bench::{Bench, Pick};
use crate::{
    components::{live, when_alive},
    preferences::text,
};

/// What kind of control it is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// One line of text of an input type, with `inputmode` and the id of a `datalist`.
    Line {
        /// `text`, `datetime-local`.
        kind: &'static str,
        /// `decimal`, or empty.
        inputmode: &'static str,
        /// The list's id, or empty.
        list: &'static str,
    },
    /// Several lines.
    Lines,
    /// A choice: value and words.
    Choice(Vec<(String, String)>),
}

impl Kind {
    /// Plain text.
    pub const TEXT: Self = Self::Line {
        kind: "text",
        inputmode: "",
        list: "",
    };
}

/// Label, control, what is wrong, hint.
#[component]
pub fn Control(
    /// The form.
    bench: Bench,
    /// Which field problems are about.
    field: Field,
    /// Its `name` in the form, and its id.
    name: &'static str,
    /// Its text in the form.
    pick: Pick,
    /// What to enter.
    #[prop(into)]
    label: String,
    /// What helps to enter it.
    #[prop(optional, into)]
    hint: String,
    /// It may stay empty; says so beside the label.
    #[prop(optional)]
    optional: bool,
    /// What kind of control it is.
    #[prop(default = Kind::TEXT)]
    kind: Kind,
) -> impl IntoView {
    let text = text();
    let complaint = bench.complaint(field, name);
    let is_wrong = Signal::derive(move || complaint.with(|said| matches!(said, Some((true, _)))));
    let gone = Signal::derive(move || !bench.shows(field));
    let described = {
        let has_hint = !hint.is_empty();
        Signal::derive(move || {
            let problem = complaint
                .with(Option::is_some)
                .then(|| format!("{name}-error"));
            let hint = has_hint.then(|| format!("{name}-hint"));
            let ids: Vec<_> = problem.into_iter().chain(hint).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    };
    let invalid = Signal::derive(move || is_wrong.get().then_some("true"));
    let hear = move |held| bench.take(field, pick, held);
    let typed = move |event| hear(event_target_value(&event));
    let value = bench.initial(pick);
    let drawn = value.clone();
    let control = match kind {
        Kind::Line {
            kind,
            inputmode,
            list,
        } => {
            let control = when_alive::<html::Input>(drawn, web_sys::HtmlInputElement::value, hear);
            view! {
                <input
                    class="input w-full text-base"
                    class:input-error=is_wrong
                    id=name
                    name=name
                    node_ref=control
                    type=kind
                    value=value
                    autocomplete="off"
                    inputmode=Some(inputmode).filter(|mode| !mode.is_empty())
                    list=Some(list).filter(|list| !list.is_empty())
                    spellcheck="false"
                    disabled=gone
                    aria-invalid=invalid
                    aria-describedby=described
                    on:input=typed
                />
            }
            .into_any()
        }
        Kind::Lines => {
            let control =
                when_alive::<html::Textarea>(drawn, web_sys::HtmlTextAreaElement::value, hear);
            view! {
                <textarea
                    class="textarea w-full font-mono"
                    class:textarea-error=is_wrong
                    id=name
                    name=name
                    node_ref=control
                    rows="3"
                    autocomplete="off"
                    spellcheck="false"
                    disabled=gone
                    aria-invalid=invalid
                    aria-describedby=described
                    on:input=typed
                >
                    {value}
                </textarea>
            }
            .into_any()
        }
        Kind::Choice(choices) => {
            let control =
                when_alive::<html::Select>(drawn, web_sys::HtmlSelectElement::value, hear);
            let options = choices
                .into_iter()
                .map(|(choice, words)| {
                    view! { <option selected=choice == value value=choice.clone()>{words}</option> }
                        .into_any()
                })
                .collect_view();
            view! {
                <select
                    class="select w-full text-base"
                    class:select-error=is_wrong
                    id=name
                    name=name
                    node_ref=control
                    autocomplete="off"
                    disabled=gone
                    aria-invalid=invalid
                    aria-describedby=described
                    on:change=typed
                >
                    {options}
                </select>
            }
            .into_any()
        }
    };
    view! {
        <div class="space-y-1.5" hidden=gone>
            <label class="flex flex-wrap items-baseline gap-x-2 font-medium" for=name>
                {label}
                {optional.then(|| view! { <span class="text-sm font-normal text-muted">{text.words_optional()}</span> }.into_any())}
            </label>
            {control}
            <p
                class="text-sm"
                class:text-error=is_wrong
                class:text-warning=move || !is_wrong.get()
                id=format!("{name}-error")
                aria-live="polite"
                hidden=Signal::derive(move || complaint.with(Option::is_none))
            >
                {live(move || complaint.get().map(|(_, sentence)| sentence))}
            </p>
            {(!hint.is_empty()).then(|| view! { <p class="text-sm text-muted" id=format!("{name}-hint")>{hint}</p> }.into_any())}
        </div>
    }
}
