//! The pages as routes that the browser fetches when they are first opened, so that no page pays for the others. The
//! server renders them like any other.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::{
    AdvertiserPage, AdvertisersPage, ConnectAttemptPage, ConnectPage, ConnectUnknownPage,
    EditAdvertiserPage, EventPage, EventsPage, NewAdvertiserPage, SignInPage, StudioPage,
};

macro_rules! lazy_pages {
    ($($route:ident: $page:ident),+ $(,)?) => {$(
        #[doc = concat!("[`", stringify!($page), "`], fetched when it is first opened.")]
        pub struct $route;

        #[lazy_route]
        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            fn view(_this: Self) -> AnyView {
                view! { <$page/> }.into_any()
            }
        }
    )+};
}

lazy_pages! {
    AdvertiserRoute: AdvertiserPage,
    AdvertisersRoute: AdvertisersPage,
    ConnectAttemptRoute: ConnectAttemptPage,
    ConnectRoute: ConnectPage,
    ConnectUnknownRoute: ConnectUnknownPage,
    EditAdvertiserRoute: EditAdvertiserPage,
    EventRoute: EventPage,
    EventsRoute: EventsPage,
    NewAdvertiserRoute: NewAdvertiserPage,
    SignInRoute: SignInPage,
    StudioRoute: StudioPage,
}
