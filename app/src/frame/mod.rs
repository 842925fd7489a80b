//! The frame around every page behind the sign-in: rail, top bar, and what announces itself.

mod account;
mod rail;
mod switches;
mod top_bar;
mod visitor;

use leptos::prelude::*;
use leptos_router::components::Outlet;

pub use switches::Switches;
pub use visitor::VisitorPages;

use crate::{
    Error,
    api::session::LoadViewer,
    components::{ErrorPage, Loaded, ToastRegion},
    preferences::text,
};
use rail::Rail;
use top_bar::TopBar;

/// The frame around the route's page.
#[component]
pub fn FramedPages() -> impl IntoView {
    view! { <Frame><Outlet/></Frame> }
}

/// The frame around whatever is put into it.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let text = text();
    let viewer = Loaded::new(|| LoadViewer {});
    provide_context(viewer);
    view! {
        <a
            class="btn btn-primary sr-only focus:not-sr-only focus:fixed focus:left-4 focus:top-4 focus:z-50"
            href="#main"
            rel="external"
        >
            {text.frame_skip()}
        </a>
        <TopBar/>
        <div class="flex">
            <Rail/>
            <main class="mx-auto w-full min-w-0 max-w-7xl px-4 pb-24 pt-5 md:px-8 md:pb-12" id="main" tabindex="-1">
                <ErrorBoundary fallback=|errors| {
                    move || {
                        let error = errors
                            .with(|errors| errors.iter().find_map(|(_, error)| error.downcast_ref::<Error>().cloned()));
                        view! { <ErrorPage error=error.unwrap_or(Error::Internal { reference: String::new() })/> }
                    }
                }>
                    {children()}
                </ErrorBoundary>
            </main>
        </div>
        <ToastRegion/>
    }
}
