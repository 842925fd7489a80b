//! A box that says something about the page or the form around it.

use leptos::prelude::*;

use super::Icon;

/// How grave it is. The icon and the words say it too, never the colour alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    #[default]
    Info,
    /// It worked.
    Success,
    /// Somebody should look.
    Warning,
    /// It is broken.
    Error,
}

impl Tone {
    const fn look(self) -> (&'static str, Icon) {
        match self {
            Self::Info => ("alert alert-soft alert-info", Icon::Info),
            Self::Success => ("alert alert-soft alert-success", Icon::CheckCircle),
            Self::Warning => ("alert alert-soft alert-warning", Icon::AlertTriangle),
            Self::Error => ("alert alert-soft alert-error", Icon::CircleAlert),
        }
    }
}

/// A box with an icon, an optional title in bold, and whatever belongs to it.
#[component]
pub fn Alert(
    /// How grave it is.
    #[prop(optional)]
    tone: Tone,
    /// One short sentence in bold; none if empty.
    #[prop(optional, into)]
    title: String,
    /// The rest: a sentence, a button.
    children: Children,
) -> impl IntoView {
    let (class, icon) = tone.look();
    view! {
        <div class=class>
            {icon.sized("size-5 shrink-0 self-start mt-0.5")}
            <div class="min-w-0 space-y-1 text-base-content">
                {(!title.is_empty()).then(|| view! { <p class="font-semibold">{title}</p> }.into_any())}
                {children()}
            </div>
        </div>
    }
}
