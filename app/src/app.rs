//! The console as a whole: its routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    hooks::use_location,
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
    route::Path,
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
                <Route path=Path("/sign-in") view={Lazy::<SignInRoute>::new()} ssr=SsrMode::Async/>
                <ParentRoute path=Path("") view=VisitorPages ssr=SsrMode::Async>
                    <Route path=Path("/c/:token") view={Lazy::<LinkRoute>::new()}/>
                    <Route path=Path("/welcome") view={Lazy::<WelcomeRoute>::new()}/>
                    <Route path=Path("/welcome/:advertiser/:attempt") view={Lazy::<ConnectAttemptRoute>::new()}/>
                    <Route path=Path("/status") view={Lazy::<OwnRoute>::new()}/>
                </ParentRoute>
                <Route path=Path("/invitation/:token") view={Lazy::<InvitationRoute>::new()} ssr=SsrMode::Async/>
                // Async: a page is sent when it is complete, so that its status is true and it works without JavaScript.
                <ParentRoute path=Path("") view=FramedPages ssr=SsrMode::Async>
                    <Route path=Path("/") view={Lazy::<OverviewRoute>::new()}/>
                    <Route path=Path("/advertisers") view={Lazy::<AdvertisersRoute>::new()}/>
                    <Route path=Path("/advertisers/board") view={Lazy::<BoardRoute>::new()}/>
                    <Route path=Path("/advertisers/import") view={Lazy::<ImportRoute>::new()}/>
                    <Route path=Path("/advertisers/new") view={Lazy::<NewAdvertiserRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser") view={Lazy::<AdvertiserRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/edit") view={Lazy::<EditAdvertiserRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/links") view={Lazy::<LinksRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/people") view={Lazy::<PeopleRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/audit") view={Lazy::<AuditRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/connect") view={Lazy::<ConnectRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/connect/token") view={Lazy::<PasteTokenRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/connect/:attempt/signup") view={Lazy::<SignupRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/connect/:attempt/token") view={Lazy::<PastedTokenRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/connect/:attempt") view={Lazy::<ConnectAttemptRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/connections/:connection/dataset") view={Lazy::<DatasetRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/connections/:connection/doctor") view={Lazy::<ExaminationRoute>::new()}/>
                    <Route path=Path("/doctor") view={Lazy::<DoctorRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/connections/:connection") view={Lazy::<ConnectionRoute>::new()}/>
                    <Route path=Path("/advertisers/:advertiser/erase") view={Lazy::<EraseAdvertiserRoute>::new()}/>
                    <Route path=Path("/connect/unknown") view={Lazy::<ConnectUnknownRoute>::new()}/>
                    <Route path=Path("/studio") view={Lazy::<ChooseStudioRoute>::new()}/>
                    <Route path=Path("/studio/:advertiser") view={Lazy::<StudioRoute>::new()}/>
                    <Route path=Path("/readiness") view={Lazy::<ReadinessRoute>::new()}/>
                    <Route path=Path("/team") view={Lazy::<TeamRoute>::new()}/>
                    <Route path=Path("/audit") view={Lazy::<AuditRoute>::new()}/>
                    <Route path=Path("/settings") view={Lazy::<SettingsRoute>::new()}/>
                    <Route path=Path("/account") view={Lazy::<AccountRoute>::new()}/>
                    <Route path=Path("/account/advertisers") view={Lazy::<OwnAdvertisersRoute>::new()}/>
                    <Route path=Path("/events") view={Lazy::<EventsRoute>::new()}/>
                    <Route path=Path("/events/:event") view={Lazy::<EventRoute>::new()}/>
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
