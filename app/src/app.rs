//! The console as a whole: its routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    hooks::use_location,
    path,
};

use crate::{
    components::{Arrived, Toasts},
    frame::{Frame, FramedPages, VisitorPages},
    pages::{
        AccountRoute, AdvertiserRoute, AdvertisersRoute, AuditRoute, BoardRoute, ChooseStudioRoute,
        ConnectAttemptRoute, ConnectRoute, ConnectUnknownRoute, ConnectionRoute, DatasetRoute,
        DoctorRoute, EditAdvertiserRoute, EraseAdvertiserRoute, EventRoute, EventsRoute,
        ExaminationRoute, ImportRoute, InvitationRoute, LinkRoute, LinksRoute, NewAdvertiserRoute,
        NotFoundPage, OverviewRoute, OwnAdvertisersRoute, OwnRoute, PasteTokenRoute,
        PastedTokenRoute, PeopleRoute, ReadinessRoute, SettingsRoute, SignInRoute, SignupRoute,
        StudioRoute, TeamRoute, WelcomeRoute,
    },
};

/// Every page of the console. Expects the reader's [`crate::Preferences`] as a context.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Toasts::default());
    provide_context(Arrived(StoredValue::new(false)));

    view! {
        <Router>
            <WatchArrival/>
            <Routes fallback=|| view! { <Frame><NotFoundPage/></Frame> }>
                <Route path=path!("/sign-in") view={Lazy::<SignInRoute>::new()} ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=VisitorPages ssr=SsrMode::Async>
                    <Route path=path!("/c/:token") view={Lazy::<LinkRoute>::new()}/>
                    <Route path=path!("/welcome") view={Lazy::<WelcomeRoute>::new()}/>
                    <Route path=path!("/welcome/:advertiser/:attempt") view={Lazy::<ConnectAttemptRoute>::new()}/>
                    <Route path=path!("/status") view={Lazy::<OwnRoute>::new()}/>
                </ParentRoute>
                <Route path=path!("/invitation/:token") view={Lazy::<InvitationRoute>::new()} ssr=SsrMode::Async/>
                // Async: a page is sent when it is complete, so that its status is true and it works without JavaScript.
                <ParentRoute path=path!("") view=FramedPages ssr=SsrMode::Async>
                    <Route path=path!("/") view={Lazy::<OverviewRoute>::new()}/>
                    <Route path=path!("/advertisers") view={Lazy::<AdvertisersRoute>::new()}/>
                    <Route path=path!("/advertisers/board") view={Lazy::<BoardRoute>::new()}/>
                    <Route path=path!("/advertisers/import") view={Lazy::<ImportRoute>::new()}/>
                    <Route path=path!("/advertisers/new") view={Lazy::<NewAdvertiserRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser") view={Lazy::<AdvertiserRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/edit") view={Lazy::<EditAdvertiserRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/links") view={Lazy::<LinksRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/people") view={Lazy::<PeopleRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/audit") view={Lazy::<AuditRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/connect") view={Lazy::<ConnectRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/connect/token") view={Lazy::<PasteTokenRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/connect/:attempt/signup") view={Lazy::<SignupRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/connect/:attempt/token") view={Lazy::<PastedTokenRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/connect/:attempt") view={Lazy::<ConnectAttemptRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/connections/:connection/dataset") view={Lazy::<DatasetRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/connections/:connection/doctor") view={Lazy::<ExaminationRoute>::new()}/>
                    <Route path=path!("/doctor") view={Lazy::<DoctorRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/connections/:connection") view={Lazy::<ConnectionRoute>::new()}/>
                    <Route path=path!("/advertisers/:advertiser/erase") view={Lazy::<EraseAdvertiserRoute>::new()}/>
                    <Route path=path!("/connect/unknown") view={Lazy::<ConnectUnknownRoute>::new()}/>
                    <Route path=path!("/studio") view={Lazy::<ChooseStudioRoute>::new()}/>
                    <Route path=path!("/studio/:advertiser") view={Lazy::<StudioRoute>::new()}/>
                    <Route path=path!("/readiness") view={Lazy::<ReadinessRoute>::new()}/>
                    <Route path=path!("/team") view={Lazy::<TeamRoute>::new()}/>
                    <Route path=path!("/audit") view={Lazy::<AuditRoute>::new()}/>
                    <Route path=path!("/settings") view={Lazy::<SettingsRoute>::new()}/>
                    <Route path=path!("/account") view={Lazy::<AccountRoute>::new()}/>
                    <Route path=path!("/account/advertisers") view={Lazy::<OwnAdvertisersRoute>::new()}/>
                    <Route path=path!("/events") view={Lazy::<EventsRoute>::new()}/>
                    <Route path=path!("/events/:event") view={Lazy::<EventRoute>::new()}/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Notes the first change of page: until then the focus stays where the browser put it.
#[component]
fn WatchArrival() -> impl IntoView {
    let path = use_location().pathname;
    let arrived = expect_context::<Arrived>();
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            arrived.0.set_value(true);
        }
        now
    });
}
