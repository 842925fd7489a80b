//! What every form has: its failure, a button that waits, and what was typed before a reload.

use leptos::{prelude::*, server::SharedValue, wasm_bindgen::JsCast};
use serde::de::DeserializeOwned;

use super::{Alert, Post, PostForm, Tone, failure_of, live};
use crate::{Error, lean, preferences::text};

/// What was typed into a form that came back with an error, as JSON. Provided by the shell when the browser has no
/// JavaScript; elsewhere the form never went away.
#[derive(Clone)]
pub struct Kept(
    /// The form's fields.
    pub String,
);

/// What the form starts with: what was typed before it came back, else `otherwise`. Call it at the top of the component,
/// outside of any `Suspend`. The form's structure denies unknown fields, so that two forms are not taken for each other.
pub fn typed<F>(otherwise: impl FnOnce() -> F) -> F
where
    F: DeserializeOwned,
{
    kept()
        .and_then(|json| lean::read(&json).ok())
        .unwrap_or_else(otherwise)
}

/// The text alone is shared: what reads a form would otherwise be loaded twice.
fn kept() -> Option<String> {
    SharedValue::new(|| use_context::<Kept>().map(|Kept(json)| json)).into_inner()
}

/// Says above the form what is not about one of its fields, and moves the focus: to the first wrong field, else to
/// itself.
#[component]
pub fn FormError(
    /// The form's failure, from `failure_of(action)`.
    #[prop(into)]
    failure: Signal<Option<Error>>,
) -> impl IntoView {
    let text = text();
    Effect::new(move || {
        if failure.with(Option::is_some) {
            request_animation_frame(|| {
                let found = document()
                    .query_selector("[aria-invalid=true], [data-form-error]")
                    .ok()
                    .flatten();
                if let Some(element) =
                    found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
                {
                    // What cannot take the focus is read all the same: it is a live region.
                    drop(element.focus());
                }
            });
        }
    });
    view! {
        <div class="empty:hidden" role="alert">
            {live(move || {
                failure
                    .with(|failure| failure.as_ref()?.above(text))
                    .map(|what| view! {
                        <div tabindex="-1" data-form-error="">
                            <Alert tone=Tone::Error>
                                <p>{what}</p>
                            </Alert>
                        </div>
                    }.into_any())
            })}
        </div>
    }
}

/// A form on a card of its own, its failure above the fields. What is wrong with a field is said in our words, not the
/// browser's.
pub fn form_card(post: Post, fields: AnyView) -> AnyView {
    view! {
        <div class="card bg-base-100">
            <div class="card-body p-5 sm:p-6">
                <PostForm to=post attr:novalidate="">
                    <div class="space-y-5 text-base">
                        <FormError failure=failure_of(post)/>
                        {fields}
                    </div>
                </PostForm>
            </div>
        </div>
    }
    .into_any()
}

/// The button that sends the form. While the answer is awaited it says so and cannot be pressed again.
#[component]
pub fn Submit(
    /// What it does, as a verb.
    #[prop(into)]
    label: String,
    /// Whether the answer is awaited: `action.pending()`.
    #[prop(into)]
    pending: Signal<bool>,
    /// Its look; the page's main action if not given.
    #[prop(default = "btn btn-primary")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <button type="submit" class=class disabled=pending>
            <span class="loading" hidden=Signal::derive(move || !pending.get()) aria-hidden="true"></span>
            {label}
        </button>
    }
}
