//! The way between the main pages: a rail, icons alone on narrow screens, a bar at the bottom of phones.

use domain::{Permission, console::Viewer};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    components::{Icon, viewer},
    preferences::text,
};

/// One entry: where it leads, its icon and name, and who may open it.
struct Entry {
    href: String,
    icon: Icon,
    name: &'static str,
    permission: Permission,
}

fn entries(viewer: &Viewer) -> Vec<Entry> {
    let text = text();
    let advertisers = match viewer.advertiser {
        None => ("/advertisers".to_owned(), text.words_advertisers()),
        Some(own) => (format!("/advertisers/{own}"), text.people_connections_tab()),
    };
    vec![
        Entry {
            href: "/".to_owned(),
            icon: Icon::ListTree,
            name: text.overview_page_title(),
            permission: Permission::ViewFleet,
        },
        Entry {
            href: advertisers.0,
            icon: Icon::Store,
            name: advertisers.1,
            permission: Permission::ViewAdvertisers,
        },
        Entry {
            href: "/studio".to_owned(),
            icon: Icon::Flask,
            name: text.words_test_studio(),
            permission: Permission::SendTestEvents,
        },
        Entry {
            href: "/events".to_owned(),
            icon: Icon::Activity,
            name: text.words_events(),
            permission: Permission::ViewEvents,
        },
        Entry {
            href: "/inbox".to_owned(),
            icon: Icon::Inbox,
            name: text.inbox_title(),
            permission: Permission::ViewInbox,
        },
        Entry {
            href: "/doctor".to_owned(),
            icon: Icon::ShieldAlert,
            name: text.doctor_title(),
            permission: Permission::ViewFleet,
        },
        Entry {
            href: "/readiness".to_owned(),
            icon: Icon::CheckCircle,
            name: text.words_app_readiness(),
            permission: Permission::ViewFleet,
        },
        Entry {
            href: "/team".to_owned(),
            icon: Icon::Users,
            name: text.words_team(),
            permission: Permission::ManageTeam,
        },
        Entry {
            href: "/audit".to_owned(),
            icon: Icon::ListTree,
            name: text.words_audit(),
            permission: Permission::ViewAudit,
        },
        Entry {
            href: "/settings".to_owned(),
            icon: Icon::Settings,
            name: text.words_settings(),
            permission: Permission::ManageSettings,
        },
    ]
}

/// The main pages that the viewer may open.
#[component]
pub fn Rail() -> impl IntoView {
    let text = text();
    let viewer = viewer();
    view! {
        <nav
            class="fixed inset-x-0 bottom-0 z-30 border-t border-base-content/10 bg-base-100 md:sticky md:top-20 md:h-[calc(100dvh-5rem)] md:w-16 md:shrink-0 md:border-t-0 md:bg-transparent lg:w-56"
            aria-label=text.frame_main_pages()
        >
            {viewer.each(0, |viewer| match viewer {
                Some(Ok(viewer)) => links(&viewer),
                _ => ().into_any(),
            })}
        </nav>
    }
}

fn links(viewer: &Viewer) -> AnyView {
    let role = viewer.role;
    let links = entries(viewer)
        .into_iter()
        .filter(|entry| role.may(entry.permission))
        .map(|entry| view! {
            <li class="min-w-16 shrink-0 grow md:min-w-0 md:grow-0">
                <A
                    href=entry.href
                    attr:title=entry.name
                    attr:class="flex flex-col items-center gap-1 rounded-field px-3 py-2 text-xs whitespace-nowrap text-muted hover:bg-base-300 aria-[current=page]:bg-base-300 aria-[current=page]:font-semibold aria-[current=page]:text-base-content md:py-2.5 lg:flex-row lg:gap-3 lg:text-sm"
                >
                    {entry.icon.sized("size-5 shrink-0 lg:size-4")} <span class="md:sr-only lg:not-sr-only">{entry.name}</span>
                </A>
            </li>
        }.into_any())
        .collect_view();
    view! { <ul class="flex gap-1 overflow-x-auto p-2 md:flex-col md:p-3">{links}</ul> }.into_any()
}
