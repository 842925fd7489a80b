//! What is shown in place of something that could not be loaded.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Alert, CopyButton, Icon, PageHead, Tone};
use crate::{Error, address::escape, preferences::text};

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
    let retry = retry.filter(|_| error.is_worth_repeating());
    let location = use_location();
    let here = Memo::new(move |_| {
        format!(
            "{}{}",
            location.pathname.get(),
            query(&location.search.get())
        )
    });
    let way_on = match error {
        Error::SignedOut => {
            let sign_in = move || format!("/sign-in?return_to={}", escape(&here.get()));
            view! { <a class="btn btn-sm" href=sign_in rel="external">{text.words_sign_in()}</a> }
                .into_any()
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
                // Without JavaScript the link loads the page again, which is the same.
                <a
                    class="btn btn-sm"
                    href=here
                    on:click=move |event| {
                        event.prevent_default();
                        retry.run(());
                    }
                >
                    {Icon::Refresh.view()} {text.words_retry()}
                </a>
            }.into_any())}
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
    let retry = retry.unwrap_or_else(|| Callback::new(reload));
    view! {
        <PageHead title/>
        <div class="max-w-prose space-y-4">
            <ErrorNote error title="" retry/>
            <p><a class="link" href="/advertisers">{text.error_home()}</a></p>
        </div>
    }
}

fn reload((): ()) {
    // A page that cannot reload itself has nothing else to try.
    drop(window().location().reload());
}
