//! A button that opens a small panel, without JavaScript too.

use leptos::{ev, html::Details, prelude::*, wasm_bindgen::JsCast};

/// A panel below its button. With JavaScript, Escape and a click elsewhere close it.
#[component]
pub fn Menu(
    /// What it is, for screen readers and on hover.
    #[prop(into)]
    label: String,
    /// What the button shows.
    button: AnyView,
    /// The panel.
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<Details>::new();
    let close = move || {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    };
    Effect::new(move || {
        let clicked = window_event_listener(ev::click, move |event| {
            let inside = details.get_untracked().is_some_and(|details| {
                let target = event
                    .target()
                    .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                details.contains(target.as_ref())
            });
            if !inside {
                close();
            }
        });
        let pressed = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" {
                close();
            }
        });
        on_cleanup(move || {
            clicked.remove();
            pressed.remove();
        });
    });
    view! {
        <details class="dropdown dropdown-end" node_ref=details>
            <summary class="btn btn-ghost btn-sm list-none" aria-label=label.clone() title=label>{button}</summary>
            <div class="dropdown-content z-40 mt-1 w-60 rounded-box bg-base-100 p-2">{children()}</div>
        </details>
    }
}
