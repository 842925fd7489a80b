//! Meta led somebody back whom nobody here had sent.

use domain::{Channel, ConnectFailure};
use leptos::prelude::*;

use crate::{
    components::{Alert, PageHead, Tone},
    preferences::text,
};

/// Says so, and leads to where connecting begins.
#[component]
pub fn ConnectUnknownPage() -> impl IntoView {
    let text = text();
    let advice = text.connect_failure(ConnectFailure::StateUnknown, Channel::Messenger);
    view! {
        <PageHead title=advice.title/>
        <div class="max-w-prose space-y-5 text-base">
            <Alert tone=Tone::Warning>
                <p>{advice.what}</p>
                <p>{advice.next}</p>
            </Alert>
            <a class="btn btn-primary" href="/advertisers">{text.error_home()}</a>
        </div>
    }
}
