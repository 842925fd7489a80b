//! An address that leads nowhere.

use leptos::prelude::*;

use crate::{
    components::{Empty, Icon, PageHead},
    preferences::text,
};

/// Says so, and leads back.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let text = text();
    view! {
        <PageHead title=text.error_not_found_title()/>
        <Empty icon=Icon::CircleHelp title=text.error_no_page_title() what=text.error_no_page()>
            <a class="btn btn-primary" href="/advertisers">{text.error_home()}</a>
        </Empty>
    }
}
