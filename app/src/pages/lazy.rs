//! The pages as routes that the browser fetches when they are first opened, a group at a time, so that no page pays for
//! all the others. The server renders them like any other.

use leptos::prelude::*;
use leptos_router::ChooseView;

use super::{
    AccountPage, AdvertiserPage, AdvertisersPage, AuditPage, BoardPage, ChooseStudioPage,
    ConnectAttemptPage, ConnectPage, ConnectUnknownPage, ConnectionPage, DatasetPage,
    DevelopersPage, DoctorPage, EditAdvertiserPage, EraseAdvertiserPage, EventPage, EventsPage,
    ExaminationPage, ImportPage, InboxMessagePage, InboxPage, InvitationPage, KeysPage, LinkPage,
    LinksPage, NewAdvertiserPage, OverviewPage, OwnAdvertisersPage, OwnPage, PasteTokenPage,
    PastedTokenPage, PeoplePage, ReadinessPage, RelayPage, SettingsPage, SignInPage, SignupPage,
    StudioPage, TeamPage, UploadPage, WelcomePage,
};

/// One file for each group: its pages, and what their routes call them.
macro_rules! lazy_pages {
    ($($group:ident $preload:ident $pages:ident { $($page:ident as $name:ident),+ $(,)? })+) => {
        $(
            #[derive(Clone, Copy, Debug)]
            pub enum $pages {
                $(#[doc = concat!("[`", stringify!($page), "`].")] $name),+
            }

            #[leptos::lazy]
            fn $group(page: $pages) -> AnyView {
                match page {
                    $($pages::$name => view! { <$page/> }.into_any()),+
                }
            }

            impl From<$pages> for Page {
                fn from(page: $pages) -> Self {
                    Self::$pages(page)
                }
            }
        )+

        /// What a route shows: a page, fetched when it or one of its group is first opened. One type for all of them: the
        /// router is compiled anew for each type of view.
        #[derive(Clone, Copy, Debug)]
        pub enum Page {
            $(#[doc = concat!("One of [`", stringify!($pages), "`].")] $pages($pages)),+
        }

        impl ChooseView for Page {
            async fn choose(self) -> AnyView {
                match self {
                    $(Self::$pages(page) => $group(page).await),+
                }
            }

            async fn preload(&self) {
                #[cfg(target_family = "wasm")]
                match self {
                    $(Self::$pages(_) => $preload().await),+
                }
            }
        }
    };
}

lazy_pages! {
    advertiser_pages __preload_advertiser_pages AdvertiserPages {
        AdvertiserPage as One,
        AdvertisersPage as All,
        ChooseStudioPage as ChooseStudio,
        EditAdvertiserPage as Edit,
        NewAdvertiserPage as New,
        SignInPage as SignIn,
    }
    connect_pages __preload_connect_pages ConnectPages {
        ConnectAttemptPage as Attempt,
        ConnectPage as Prepare,
        ConnectUnknownPage as Unknown,
    }
    doctor_pages __preload_doctor_pages DoctorPages {
        DoctorPage as Doctor,
        ExaminationPage as Examination,
        OverviewPage as Overview,
    }
    event_page __preload_event_page EventPages {
        EventPage as Event,
    }
    fleet_pages __preload_fleet_pages FleetPages {
        BoardPage as Board,
        ImportPage as Import,
        ReadinessPage as Readiness,
    }
    history_page __preload_history_page HistoryPages {
        EventsPage as History,
    }
    inbox_pages __preload_inbox_pages InboxPages {
        InboxMessagePage as Message,
        InboxPage as All,
        RelayPage as Relay,
        UploadPage as Upload,
    }
    keys_page __preload_keys_page KeysPages {
        DevelopersPage as Developers,
        KeysPage as Keys,
    }
    links_page __preload_links_page LinksPages {
        LinksPage as Links,
    }
    pasted_pages __preload_pasted_pages PastedPages {
        PasteTokenPage as Paste,
        PastedTokenPage as Pasted,
    }
    signup_page __preload_signup_page SignupPages {
        SignupPage as Signup,
    }
    visitor_pages __preload_visitor_pages VisitorGroup {
        LinkPage as Link,
        OwnPage as Own,
        WelcomePage as Welcome,
    }
    people_pages __preload_people_pages PeoplePages {
        AccountPage as Account,
        AuditPage as Audit,
        InvitationPage as Invitation,
        OwnAdvertisersPage as OwnAdvertisers,
        PeoplePage as People,
        SettingsPage as Settings,
        TeamPage as Team,
    }
    undo_pages __preload_undo_pages UndoPages {
        ConnectionPage as Connection,
        DatasetPage as Dataset,
        EraseAdvertiserPage as Erase,
    }
    studio_pages __preload_studio_pages StudioPages {
        StudioPage as Studio,
    }
}
