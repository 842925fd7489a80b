//! Short news about what is not where the eye is.

use std::time::Duration;

use leptos::prelude::*;

use super::live;

/// How long one stays.
const SHOWN: Duration = Duration::from_secs(4);

/// Says things to the reader; a context of the frame.
#[derive(Clone, Copy, Default)]
pub struct Toasts(RwSignal<Option<String>>);

impl Toasts {
    /// Says it, and for a few seconds shows it.
    pub fn say(self, what: impl Into<String>) {
        self.0.set(Some(what.into()));
        set_timeout(move || self.0.set(None), SHOWN);
    }
}

/// Where toasts appear. It is always there, so that screen readers listen to it.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let Toasts(said) = expect_context();
    view! {
        <div class="toast toast-end z-50 max-md:bottom-16" role="status" aria-live="polite">
            {live(move || said.get().map(|what| view! { <div class="alert bg-base-100"><span>{what}</span></div> }.into_any()))}
        </div>
    }
}
