//! Parts of a page that change by themselves, all of one type: the browser carries the way they are drawn once.

use leptos::prelude::*;

/// Draws `view` anew whenever a signal that it reads changes.
pub fn live<V: IntoView>(mut view: impl FnMut() -> V + Send + 'static) -> AnyView {
    let view: Box<dyn FnMut() -> AnyView + Send> = Box::new(move || view().into_any());
    view.into_any()
}
