//! The pages as routes that the browser fetches when they are first opened, a group at a time, so that no page pays for
//! all the others. The server renders them like any other.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{
    AdvertiserPage, AdvertisersPage, ConnectAttemptPage, ConnectPage, ConnectUnknownPage, EditAdvertiserPage,
    EventPage, EventsPage, NewAdvertiserPage, SignInPage, StudioPage,
};

/// One file for each group: its routes, and which of its pages each of them is.
macro_rules! lazy_pages {
    ($($group:ident $preload:ident $pages:ident { $($route:ident: $page:ident),+ $(,)? })+) => {$(
        #[derive(Clone, Copy)]
        enum $pages {
            $($page),+
        }

        #[leptos::lazy]
        fn $group(page: $pages) -> AnyView {
            match page {
                $($pages::$page => view! { <$page/> }.into_any()),+
            }
        }

        $(
            #[doc = concat!("[`", stringify!($page), "`], fetched when it or one of its group is first opened.")]
            pub struct $route;

            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_this: Self) -> AnyView {
                    $group($pages::$page).await
                }

                async fn preload() {
                    #[cfg(target_family = "wasm")]
                    $preload().await;
                }
            }
        )+
    )+};
}

lazy_pages! {
    advertiser_pages __preload_advertiser_pages AdvertiserPages {
        AdvertiserRoute: AdvertiserPage,
        AdvertisersRoute: AdvertisersPage,
        EditAdvertiserRoute: EditAdvertiserPage,
        NewAdvertiserRoute: NewAdvertiserPage,
        SignInRoute: SignInPage,
    }
    connect_pages __preload_connect_pages ConnectPages {
        ConnectAttemptRoute: ConnectAttemptPage,
        ConnectRoute: ConnectPage,
        ConnectUnknownRoute: ConnectUnknownPage,
    }
    event_pages __preload_event_pages EventPages {
        EventRoute: EventPage,
        EventsRoute: EventsPage,
    }
    studio_pages __preload_studio_pages StudioPages {
        StudioRoute: StudioPage,
    }
}
