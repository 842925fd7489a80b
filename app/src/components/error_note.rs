//! What is shown in place of something that could not be loaded.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Alert, CopyButton, Icon, PageHead, Tone};
use crate::{Error, preferences::text};

/// What failed, and the way on: try again, sign in, or a reference to quote.
#[component]
pub fn ErrorNote(
    /// What failed.
    error: Error,
    /// What the attempt was, in a few words: `The advertisers could not be loaded.`
    #[prop(into)]
    title: String,
    /// Tries once more.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let text = text();
    let what = error.what(text);
    let way_on = match error {
        Error::SignedOut => {
            let location = use_location();
            let back = move || {
                let path = format!("{}{}", location.pathname.get(), query(&location.search.get()));
                format!("/sign-in?return_to={}", leptos_router::location::Url::escape(&path))
            };
            view! { <a class="btn btn-sm" href=back rel="external">{text.words_sign_in()}</a> }.into_any()
        }
        Error::Internal { reference } if !reference.is_empty() => view! {
            <p class="text-sm">
                {text.error_reference()} " " <code class="break-all">{reference.clone()}</code> " "
                <CopyButton value=reference what=text.error_reference()/>
            </p>
        }
        .into_any(),
        _ => ().into_any(),
    };
    view! {
        <Alert tone=Tone::Error title>
            <p>{what}</p>
            {way_on}
            {retry.map(|retry| view! {
                <button type="button" class="btn btn-sm" on:click=move |_| retry.run(())>
                    {Icon::Refresh.view()} {text.words_retry()}
                </button>
            })}
        </Alert>
    }
}

fn query(search: &str) -> String {
    match search.trim_start_matches('?') {
        "" => String::new(),
        search => format!("?{search}"),
    }
}

/// A whole page that failed: not found, not allowed, broken.
#[component]
pub fn ErrorPage(
    /// What failed.
    error: Error,
    /// Tries once more.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let text = text();
    let title = error.title(text);
    let repeatable = error.is_worth_repeating();
    let retry = retry.filter(|_| repeatable);
    view! {
        <PageHead title/>
        <div class="max-w-prose space-y-4">
            <ErrorNote error title="" retry=retry.unwrap_or_else(|| Callback::new(reload))/>
            <p><a class="link" href="/advertisers">{text.error_home()}</a></p>
        </div>
    }
}

fn reload((): ()) {
    // A page that cannot reload itself has nothing else to try.
    drop(window().location().reload());
}
