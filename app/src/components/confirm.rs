//! A question before something grave. It opens and answers without JavaScript.

use leptos::prelude::*;

/// A button that opens a box, which says what will happen and holds the form that does it.
#[component]
pub fn Confirm(
    /// What the button says.
    #[prop(into)]
    label: String,
    /// The question.
    #[prop(into)]
    title: String,
    /// What will happen, to how many, and whether it can be undone.
    #[prop(into)]
    what: String,
    /// The form with the button that does it.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="group">
            <summary class="btn btn-sm btn-outline btn-error list-none">{label}</summary>
            <div class="mt-3 max-w-prose space-y-3 rounded-box border border-error/40 bg-base-100 p-4">
                <p class="font-semibold">{title}</p>
                <p>{what}</p>
                {children()}
            </div>
        </details>
    }
}
