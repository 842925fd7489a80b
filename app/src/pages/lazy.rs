//! The pages as routes that the browser fetches when they are first opened, a group at a time, so that no page pays for
//! all the others. The server renders them like any other.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{
    AccountPage, AdvertiserPage, AdvertisersPage, AuditPage, BoardPage, ChooseStudioPage,
    ConnectAttemptPage, ConnectPage, ConnectUnknownPage, ConnectionPage, DatasetPage, DoctorPage,
    EditAdvertiserPage, EraseAdvertiserPage, EventPage, EventsPage, ExaminationPage, ImportPage,
    InvitationPage, LinkPage, LinksPage, NewAdvertiserPage, OverviewPage, OwnAdvertisersPage,
    OwnPage, PasteTokenPage, PastedTokenPage, PeoplePage, ReadinessPage, SettingsPage, SignInPage,
    SignupPage, StudioPage, TeamPage, WelcomePage,
};

/// One file for each group: its routes, and which of its pages each of them is.
macro_rules! lazy_pages {
    ($($group:ident $preload:ident $pages:ident { $($route:ident: $page:ident as $name:ident),+ $(,)? })+) => {$(
        #[derive(Clone, Copy)]
        enum $pages {
            $($name),+
        }

        #[leptos::lazy]
        fn $group(page: $pages) -> AnyView {
            match page {
                $($pages::$name => view! { <$page/> }.into_any()),+
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
                    $group($pages::$name).await
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
        AdvertiserRoute: AdvertiserPage as One,
        AdvertisersRoute: AdvertisersPage as All,
        ChooseStudioRoute: ChooseStudioPage as ChooseStudio,
        EditAdvertiserRoute: EditAdvertiserPage as Edit,
        NewAdvertiserRoute: NewAdvertiserPage as New,
        SignInRoute: SignInPage as SignIn,
    }
    connect_pages __preload_connect_pages ConnectPages {
        ConnectAttemptRoute: ConnectAttemptPage as Attempt,
        ConnectRoute: ConnectPage as Prepare,
        ConnectUnknownRoute: ConnectUnknownPage as Unknown,
        DatasetRoute: DatasetPage as Dataset,
    }
    doctor_pages __preload_doctor_pages DoctorPages {
        DoctorRoute: DoctorPage as Doctor,
        ExaminationRoute: ExaminationPage as Examination,
        OverviewRoute: OverviewPage as Overview,
    }
    event_page __preload_event_page EventPages {
        EventRoute: EventPage as Event,
    }
    fleet_pages __preload_fleet_pages FleetPages {
        BoardRoute: BoardPage as Board,
        ImportRoute: ImportPage as Import,
        ReadinessRoute: ReadinessPage as Readiness,
    }
    history_page __preload_history_page HistoryPages {
        EventsRoute: EventsPage as History,
    }
    links_page __preload_links_page LinksPages {
        LinksRoute: LinksPage as Links,
    }
    pasted_pages __preload_pasted_pages PastedPages {
        PasteTokenRoute: PasteTokenPage as Paste,
        PastedTokenRoute: PastedTokenPage as Pasted,
    }
    signup_page __preload_signup_page SignupPages {
        SignupRoute: SignupPage as Signup,
    }
    visitor_pages __preload_visitor_pages VisitorGroup {
        LinkRoute: LinkPage as Link,
        OwnRoute: OwnPage as Own,
        WelcomeRoute: WelcomePage as Welcome,
    }
    people_pages __preload_people_pages PeoplePages {
        AccountRoute: AccountPage as Account,
        AuditRoute: AuditPage as Audit,
        InvitationRoute: InvitationPage as Invitation,
        OwnAdvertisersRoute: OwnAdvertisersPage as OwnAdvertisers,
        PeopleRoute: PeoplePage as People,
        SettingsRoute: SettingsPage as Settings,
        TeamRoute: TeamPage as Team,
    }
    undo_pages __preload_undo_pages UndoPages {
        ConnectionRoute: ConnectionPage as Connection,
        EraseAdvertiserRoute: EraseAdvertiserPage as Erase,
    }
    studio_pages __preload_studio_pages StudioPages {
        StudioRoute: StudioPage as Studio,
    }
}
