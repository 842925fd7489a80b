//! Language and theme. Plain forms: the server draws the page anew in the chosen way.

use domain::Language;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    Theme,
    components::Icon,
    preferences::{preferences, text},
};

/// The two switches, one below the other.
#[component]
pub fn Switches() -> impl IntoView {
    let text = text();
    let chosen = preferences();
    let languages = Language::ALL
        .iter()
        .map(|language| {
            view! {
                <button
                    class="btn btn-sm join-item flex-1 aria-pressed:btn-primary"
                    type="submit"
                    name="language"
                    value=language.as_str()
                    lang=language.as_str()
                    aria-pressed=(*language == chosen.language).to_string()
                >
                    {language.own_name()}
                </button>
            }
            .into_any()
        })
        .collect_view();
    let themes = [
        (Some(Theme::Light), Icon::Sun, text.words_theme_light()),
        (Some(Theme::Dark), Icon::Moon, text.words_theme_dark()),
        (None, Icon::SunMoon, text.words_theme_system()),
    ]
    .into_iter()
    .map(|(theme, icon, name)| {
        view! {
            <button
                class="btn btn-sm join-item flex-1 aria-pressed:btn-primary"
                type="submit"
                name="theme"
                value=theme.map_or("system", Theme::as_str)
                aria-label=name
                title=name
                aria-pressed=(theme == chosen.theme).to_string()
            >
                {icon.view()}
            </button>
        }
        .into_any()
    })
    .collect_view();
    view! {
        <div class="space-y-3">
            <Switch label=text.words_language()>{languages}</Switch>
            <Switch label=text.words_theme()>{themes}</Switch>
        </div>
    }
}

/// One choice among a few, as a form that comes back to this page.
#[component]
fn Switch(
    /// What is chosen.
    label: &'static str,
    /// The buttons.
    children: Children,
) -> impl IntoView {
    let location = use_location();
    let here = move || {
        let search = location.search.get();
        let mark = if search.is_empty() || search.starts_with('?') {
            ""
        } else {
            "?"
        };
        format!("{}{mark}{search}", location.pathname.get())
    };
    view! {
        <form method="post" action="/preferences">
            <fieldset>
                <legend class="mb-1 text-xs text-muted">{label}</legend>
                <input type="hidden" name="return_to" value=here/>
                <div class="join flex w-full">{children()}</div>
            </fieldset>
        </form>
    }
}
