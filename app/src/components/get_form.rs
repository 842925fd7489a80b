//! Forms whose answer is a page: searches and filters. Their state is the URL.

use leptos::{ev::SubmitEvent, prelude::*, wasm_bindgen::JsCast};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use web_sys::{HtmlFormElement, HtmlInputElement, HtmlSelectElement};

use crate::address::query_string;

/// A form that leads to `action?name=value&…`. With JavaScript empty fields are left out of the URL.
#[component]
pub fn GetForm(
    /// The page.
    action: &'static str,
    /// Its look.
    #[prop(optional)]
    class: &'static str,
    /// What it is for, to screen readers: `search` for the one search of the console.
    #[prop(optional)]
    role: Option<&'static str>,
    /// Fields and a button.
    children: Children,
) -> impl IntoView {
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        let Some(form) = event
            .target()
            .and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
        else {
            return;
        };
        event.prevent_default();
        let query = query_string(
            filled_in(&form)
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        navigate(&format!("{action}{query}"), NavigateOptions::default());
    };
    view! {
        <form method="get" action=action class=class role=role on:submit=submit>
            {children()}
        </form>
    }
}

/// The names and values of a form's fields that would be sent.
fn filled_in(form: &HtmlFormElement) -> Vec<(String, String)> {
    let elements = form.elements();
    (0..elements.length())
        .filter_map(|index| {
            let element = elements.item(index)?;
            if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
                let is_off =
                    matches!(input.type_().as_str(), "checkbox" | "radio") && !input.checked();
                (!is_off).then(|| (input.name(), input.value()))
            } else {
                element
                    .dyn_ref::<HtmlSelectElement>()
                    .map(|select| (select.name(), select.value()))
            }
        })
        .collect()
}
