//! The console as a whole: its routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    hooks::use_location,
};

use crate::{
    components::{Arrived, Toasts},
    frame::{Frame, FramedPages, VisitorPages},
    pages::{
        AdvertiserPages, ConnectPages, DoctorPages, EventPages, FleetPages, HistoryPages,
        InboxPages, KeysPages, LinksPages, NotFoundPage, Page, PastedPages, PeoplePages,
        SignupPages, StudioPages, UndoPages, VisitorGroup,
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
                <Route path=Path("/sign-in") view=Page::from(AdvertiserPages::SignIn) ssr=SsrMode::Async/>
                <ParentRoute path=Path("") view=VisitorPages ssr=SsrMode::Async>
                    <Route path=Path("/c/:token") view=Page::from(VisitorGroup::Link)/>
                    <Route path=Path("/welcome") view=Page::from(VisitorGroup::Welcome)/>
                    <Route path=Path("/welcome/:advertiser/:attempt") view=Page::from(ConnectPages::Attempt)/>
                    <Route path=Path("/welcome/:advertiser/:attempt/signup") view=Page::from(SignupPages::Signup)/>
                    <Route path=Path("/status") view=Page::from(VisitorGroup::Own)/>
                </ParentRoute>
                <Route path=Path("/invitation/:token") view=Page::from(PeoplePages::Invitation) ssr=SsrMode::Async/>
                // Async: a page is sent when it is complete, so that its status is true and it works without JavaScript.
                <ParentRoute path=Path("") view=FramedPages ssr=SsrMode::Async>
                    <Route path=Path("/") view=Page::from(DoctorPages::Overview)/>
                    <Route path=Path("/advertisers") view=Page::from(AdvertiserPages::All)/>
                    <Route path=Path("/advertisers/board") view=Page::from(FleetPages::Board)/>
                    <Route path=Path("/advertisers/import") view=Page::from(FleetPages::Import)/>
                    <Route path=Path("/advertisers/new") view=Page::from(AdvertiserPages::New)/>
                    <Route path=Path("/advertisers/:advertiser") view=Page::from(AdvertiserPages::One)/>
                    <Route path=Path("/advertisers/:advertiser/edit") view=Page::from(AdvertiserPages::Edit)/>
                    <Route path=Path("/advertisers/:advertiser/links") view=Page::from(LinksPages::Links)/>
                    <Route path=Path("/advertisers/:advertiser/keys") view=Page::from(KeysPages::Keys)/>
                    <Route path=Path("/developers") view=Page::from(KeysPages::Developers)/>
                    <Route path=Path("/keys") view=Page::from(KeysPages::Keys)/>
                    <Route path=Path("/advertisers/:advertiser/people") view=Page::from(PeoplePages::People)/>
                    <Route path=Path("/advertisers/:advertiser/audit") view=Page::from(PeoplePages::Audit)/>
                    <Route path=Path("/advertisers/:advertiser/connect") view=Page::from(ConnectPages::Prepare)/>
                    <Route path=Path("/advertisers/:advertiser/connect/token") view=Page::from(PastedPages::Paste)/>
                    <Route path=Path("/advertisers/:advertiser/connect/:attempt/signup") view=Page::from(SignupPages::Signup)/>
                    <Route path=Path("/advertisers/:advertiser/connect/:attempt/token") view=Page::from(PastedPages::Pasted)/>
                    <Route path=Path("/advertisers/:advertiser/connect/:attempt") view=Page::from(ConnectPages::Attempt)/>
                    <Route path=Path("/advertisers/:advertiser/connections/:connection/dataset") view=Page::from(UndoPages::Dataset)/>
                    <Route path=Path("/advertisers/:advertiser/connections/:connection/doctor") view=Page::from(DoctorPages::Examination)/>
                    <Route path=Path("/doctor") view=Page::from(DoctorPages::Doctor)/>
                    <Route path=Path("/advertisers/:advertiser/connections/:connection") view=Page::from(UndoPages::Connection)/>
                    <Route path=Path("/advertisers/:advertiser/erase") view=Page::from(UndoPages::Erase)/>
                    <Route path=Path("/connect/unknown") view=Page::from(ConnectPages::Unknown)/>
                    <Route path=Path("/studio") view=Page::from(AdvertiserPages::ChooseStudio)/>
                    <Route path=Path("/studio/:advertiser") view=Page::from(StudioPages::Studio)/>
                    <Route path=Path("/readiness") view=Page::from(FleetPages::Readiness)/>
                    <Route path=Path("/team") view=Page::from(PeoplePages::Team)/>
                    <Route path=Path("/audit") view=Page::from(PeoplePages::Audit)/>
                    <Route path=Path("/settings") view=Page::from(PeoplePages::Settings)/>
                    <Route path=Path("/settings/relay") view=Page::from(InboxPages::Relay)/>
                    <Route path=Path("/account") view=Page::from(PeoplePages::Account)/>
                    <Route path=Path("/account/advertisers") view=Page::from(PeoplePages::OwnAdvertisers)/>
                    <Route path=Path("/inbox") view=Page::from(InboxPages::All)/>
                    <Route path=Path("/inbox/:message") view=Page::from(InboxPages::Message)/>
                    <Route path=Path("/events") view=Page::from(HistoryPages::History)/>
                    <Route path=Path("/events/upload") view=Page::from(InboxPages::Upload)/>
                    <Route path=Path("/events/:event") view=Page::from(EventPages::Event)/>
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
