//! Puts a text on the clipboard.

use leptos::prelude::*;

use super::{Icon, Toasts, live};
use crate::preferences::text;

/// A small button that copies `value`. It is not there without JavaScript, nor where the browser has no clipboard for
/// pages (plain http on another machine).
#[component]
pub fn CopyButton(
    /// What to copy.
    #[prop(into)]
    value: String,
    /// What it is, for screen readers: `the dataset's id`.
    #[prop(into)]
    what: String,
) -> impl IntoView {
    let text = text();
    let (works, set_works) = signal(false);
    let (copied, set_copied) = signal(false);
    Effect::new(move || set_works.set(window().is_secure_context()));
    let toasts = use_context::<Toasts>();
    let copy = move |_| {
        // The answer is not awaited: a page that the person just clicked in may always write.
        drop(window().navigator().clipboard().write_text(&value));
        set_copied.set(true);
        if let Some(toasts) = toasts {
            toasts.say(text.words_copied());
        }
        set_timeout(
            move || set_copied.set(false),
            std::time::Duration::from_secs(2),
        );
    };
    view! {
        <button
            type="button"
            class="btn btn-ghost btn-xs btn-square"
            hidden=Signal::derive(move || !works.get())
            aria-label=format!("{}: {what}", text.words_copy())
            title=text.words_copy()
            on:click=copy
        >
            {live(move || if copied.get() { Icon::CopyCheck } else { Icon::Copy }.sized("size-3.5"))}
        </button>
    }
}
