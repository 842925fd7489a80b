//! What people do to a form before the page has come alive.

use leptos::{html::ElementType, prelude::*, wasm_bindgen::JsCast};

/// Hears what a control holds when it comes alive, unless that is still what the server drew: whoever is quicker than
/// their browser has chosen or typed already, and no event will tell of it. The answer is the control's `node_ref`.
pub fn when_alive<E>(
    drawn: String,
    held: fn(&E::Output) -> String,
    hear: impl FnOnce(String) + 'static,
) -> NodeRef<E>
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + 'static,
{
    let control = NodeRef::new();
    control.on_load(move |control| {
        let held = held(&control);
        if held != drawn {
            hear(held);
        }
    });
    control
}
