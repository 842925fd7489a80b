//! The console as a whole: its routes.

use std::time::Duration;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};

use crate::{
    components::{Arrived, Toasts},
    frame::{Frame, FramedPages},
    pages::{
        AdvertiserRoute, AdvertisersRoute, ConnectAttemptRoute, ConnectRoute, ConnectUnknownRoute, EditAdvertiserRoute,
        EventRoute, EventsRoute, NewAdvertiserRoute, NotFoundPage, SignInRoute, StudioRoute,
    },
    preferences::text,
};

/// Every page of the console. Expects the reader's [`crate::Preferences`] as a context.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Toasts::default());
    let arrived = Arrived(StoredValue::new(false));
    provide_context(arrived);
    // After the effects of the first page: its heading leaves the focus where the browser put it.
    Effect::new(move || set_timeout(move || arrived.0.set_value(true), Duration::ZERO));
    let product = text().words_product();

    view! {
        <Title formatter=move |title: String| if title.is_empty() { product.to_owned() } else { format!("{title} · {product}") }/>
        <Router>
            <Routes fallback=|| view! { <Frame><NotFoundPage/></Frame> }>
                <Route path=path!("/sign-in") view={Lazy::<SignInRoute>::new()} ssr=SsrMode::Async/>
                // Async: a page is sent when it is complete, so that its status is true and it works without JavaScript.
                <ParentRoute path=path!("") view=FramedPages ssr=SsrMode::Async>
                    <Route path=path!("/") view=|| view! { <Redirect path="/advertisers"/> }/>
                    <Route path=path!("/advertisers") view={Lazy::<AdvertisersRoute>::new()}/>
                    <Route path=path!("/advertisers/new") view={Lazy::<NewAdvertiserRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser") view={Lazy::<AdvertiserRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/edit") view={Lazy::<EditAdvertiserRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/connect") view={Lazy::<ConnectRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/connect/:attempt") view={Lazy::<ConnectAttemptRoute>::new()}/>
                    <Route path=path!("/connect/unknown") view={Lazy::<ConnectUnknownRoute>::new()}/>
                    <Route path=path!("/studio") view={Lazy::<StudioRoute>::new()}/>
                    <Route path=path!("/events") view={Lazy::<EventsRoute>::new()}/>
                    <Route path=path!("/events/:event") view={Lazy::<EventRoute>::new()}/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
