//! The way between the main pages: a rail, icons alone on narrow screens, a bar at the bottom of phones.

use domain::{Permission, Role};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    components::{Icon, viewer},
    preferences::text,
};

/// One entry: where it leads, its icon and name, and who may open it.
struct Entry {
    href: &'static str,
    icon: Icon,
    name: &'static str,
    permission: Permission,
}

fn entries() -> [Entry; 4] {
    let text = text();
    [
        Entry {
            href: "/advertisers",
            icon: Icon::Store,
            name: text.words_advertisers(),
            permission: Permission::ViewAdvertisers,
        },
        Entry {
            href: "/studio",
            icon: Icon::Flask,
            name: text.words_test_studio(),
            permission: Permission::SendTestEvents,
        },
        Entry {
            href: "/events",
            icon: Icon::Activity,
            name: text.words_events(),
            permission: Permission::ViewEvents,
        },
        Entry {
            href: "/readiness",
            icon: Icon::CheckCircle,
            name: text.words_app_readiness(),
            permission: Permission::ViewFleet,
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
                Some(Ok(viewer)) => links(viewer.role),
                _ => ().into_any(),
            })}
        </nav>
    }
}

fn links(role: Role) -> AnyView {
    let links = entries()
        .into_iter()
        .filter(|entry| role.may(entry.permission))
        .map(|entry| view! {
            <li class="flex-1 md:flex-none">
                <A
                    href=entry.href
                    attr:title=entry.name
                    attr:class="flex flex-col items-center gap-1 rounded-field px-3 py-2 text-xs text-muted hover:bg-base-300 aria-[current=page]:bg-base-300 aria-[current=page]:font-semibold aria-[current=page]:text-base-content md:py-2.5 lg:flex-row lg:gap-3 lg:text-sm"
                >
                    {entry.icon.sized("size-5 shrink-0 lg:size-4")} <span class="md:sr-only lg:not-sr-only">{entry.name}</span>
                </A>
            </li>
        }.into_any())
        .collect_view();
    view! { <ul class="flex gap-1 p-2 md:flex-col md:p-3">{links}</ul> }.into_any()
}
