//! The test studio: an event made by hand on the left, the exact request and Meta's answer on the right.

mod answer;
mod bench;
mod check;
mod control;
mod form;

use domain::{
    EventId, EventName, Health, Permission,
    console::{Studio, StudioAnswer, StudioConnection, StudioEvent, StudioResult},
};
use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsCast};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};

use crate::{
    api::studio::{LoadStudio, SendTestEvent},
    components::{
        Alert, ChannelMark, Crumb, Empty, Icon, Loaded, May, PageHead, Post, Tab, Tabs, Tone, live,
        typed,
    },
    preferences::text,
    wire::ask,
};
use answer::{Answer, Preview, sent_event};
use bench::Bench;
use form::EventForm;

/// How long the id of a form is taken.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The studio of one advertiser. What is chosen in it is in the URL.
#[component]
pub fn StudioPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let part = move |name: &'static str| {
        Memo::new(move |_| query.with(|query| query.get(name).unwrap_or_default()))
    };
    let (connection, sent) = (part("connection"), part("sent"));
    let kept = typed(|| None::<StudioEvent>);
    let send = Post::to::<SendTestEvent>();
    let loaded = Loaded::new(move || LoadStudio {
        advertiser: params.with(|params| params.get("advertiser").unwrap_or_default()),
    });
    let event = sent_event(sent);
    loaded.page(8, move |studio| {
        view! { <Workbench studio kept=kept.clone() send connection event/> }.into_any()
    })
}

/// Form, request and answer.
#[component]
fn Workbench(
    studio: Studio,
    kept: Option<StudioEvent>,
    send: Post,
    connection: Memo<String>,
    event: Loaded<StudioResult>,
) -> impl IntoView {
    let text = text();
    let advertiser = studio.advertiser.clone();
    let connections = studio.connections.clone();
    let head = view! {
        <PageHead
            title=text.words_test_studio()
            lead=text.studio_lead()
            crumbs=vec![Crumb::new(format!("/advertisers/{}", advertiser.id), advertiser.name.clone())]
        >
            <a class="btn btn-sm" href="/studio">{Icon::Search.view()} {text.studio_change_advertiser()}</a>
        </PageHead>
        {advertiser.is_archived.then(|| view! {
            <div class="mb-4">
                <Alert title=text.advertisers_archived_title()><p>{text.advertisers_archived_what()}</p></Alert>
            </div>
        }.into_any())}
    };
    let Some(first) = connections.first().cloned() else {
        return view! {
            {head}
            <Empty
                icon=Icon::Unplug
                title=text.studio_unconnected_title()
                what=text.studio_unconnected(&advertiser.name)
            >
                <May permission=Permission::ManageConnections>
                    <a class="btn btn-primary" href=format!("/advertisers/{}/connect", advertiser.id)>
                        {Icon::Plug.view()} {text.words_connect()}
                    </a>
                </May>
            </Empty>
        }
        .into_any();
    };
    let chosen = {
        let connections = connections.clone();
        Memo::new(move |_| {
            let named = |id: &String| {
                connections
                    .iter()
                    .find(|connection| connection.id.to_string() == *id)
                    .cloned()
            };
            connection.with(named).unwrap_or_else(|| first.clone())
        })
    };
    let was_kept = kept.is_some();
    // Without JavaScript there is no button that renews a form whose id is no longer taken.
    let kept = kept.map(|form| match form.draft_id.parse::<EventId>() {
        Ok(id) if id.timestamp_ms() + DAY_MS > studio.now.ms.unsigned_abs() => form,
        _ => StudioEvent {
            draft_id: studio.draft_id.to_string(),
            ..form
        },
    });
    let fresh = || StudioEvent {
        draft_id: studio.draft_id.to_string(),
        name: EventName::Purchase.to_string(),
        ..StudioEvent::default()
    };
    let bench = Bench::new(
        studio.clone(),
        chosen,
        kept.unwrap_or_else(fresh),
        was_kept,
        send,
    );
    let renew = follow_the_answer(bench, advertiser.id.to_string());
    let tabs = move || {
        let tab = |connection: &StudioConnection| Tab {
            href: format!("/studio/{}?connection={}", advertiser.id, connection.id),
            name: format!(
                "{} · {}",
                text.channel(connection.channel),
                connection.asset_name
            ),
            is_open: chosen.with(|chosen| chosen.id == connection.id),
        };
        (connections.len() > 1).then(|| view! { <Tabs label=text.words_connection() tabs=connections.iter().map(tab).collect()/> }.into_any())
    };
    view! {
        {head}
        {tabs}
        {live(move || view! { <Target connection=chosen.get() advertiser=advertiser.id.to_string()/> })}
        {live(move || {
            if bench.contacts().is_empty() {
                view! { <Nobody connection=chosen.get() advertiser=advertiser.id.to_string()/> }.into_any()
            } else {
                view! {
                    <div class="grid items-start gap-6 lg:grid-cols-2">
                        <section class="card min-w-0 bg-base-100" aria-labelledby="studio-form">
                            <div class="card-body p-5 sm:p-6">
                                <h2 class="text-lg font-semibold" id="studio-form">{text.studio_form()}</h2>
                                <EventForm bench renew/>
                            </div>
                        </section>
                        <div class="min-w-0 space-y-6 lg:sticky lg:top-24 lg:max-h-[calc(100dvh-7rem)] lg:overflow-y-auto lg:pr-1">
                            <Answer bench event/>
                            <Preview bench/>
                        </div>
                    </div>
                }
                .into_any()
            }
        })}
    }
    .into_any()
}

/// Where the event goes, and whether it gets there.
#[component]
fn Target(connection: StudioConnection, advertiser: String) -> impl IntoView {
    let text = text();
    let needs_repair = matches!(connection.health, Health::Reconnect | Health::Misconfigured);
    view! {
        <p class="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted">
            <ChannelMark channel=connection.channel/>
            <span class="font-medium text-base-content">{connection.asset_name}</span>
            <span>{text.words_dataset()} " " <code class="text-sm">{connection.dataset_meta_id}</code></span>
        </p>
        {needs_repair.then(|| view! {
            <div class="mb-4">
                <Alert tone=Tone::Error title=text.studio_reconnect_title()>
                    <p>{text.health_sentence(connection.health)}</p>
                    <May permission=Permission::ManageConnections>
                        <a class="btn btn-sm" href=format!("/advertisers/{advertiser}/connect")>
                            {Icon::Plug.view()} {text.words_reconnect()}
                        </a>
                    </May>
                </Alert>
            </div>
        }.into_any())}
    }
}

/// Nobody can be named yet.
#[component]
fn Nobody(connection: StudioConnection, advertiser: String) -> impl IntoView {
    let text = text();
    let again = format!("/studio/{advertiser}?connection={}", connection.id);
    view! {
        <Empty icon=Icon::Inbox title=text.studio_nobody_title() what=text.studio_nobody(connection.asset_name)>
            <a class="btn" href=again rel="external">{Icon::Refresh.view()} {text.studio_look_again()}</a>
        </Empty>
    }
}

/// Puts the event that was taken into the URL, so that its answer appears, and takes the eye to what came back. Answers
/// what makes the form ready for another event.
fn follow_the_answer(bench: Bench, advertiser: String) -> Callback<()> {
    let go = use_navigate();
    let here = {
        let advertiser = advertiser.clone();
        move || {
            format!(
                "/studio/{advertiser}?connection={}",
                bench.connection.with_untracked(|c| c.id)
            )
        }
    };
    let stay = || NavigateOptions {
        scroll: false,
        ..NavigateOptions::default()
    };
    Effect::new({
        let (go, here) = (go.clone(), here.clone());
        move || match bench.answer() {
            Some(StudioAnswer::Accepted(event)) => {
                go(&format!("{}&sent={event}", here()), stay());
                look_at("#answer");
            }
            Some(StudioAnswer::Refused(_)) => look_at("[aria-invalid=true]"),
            None => {}
        }
    });
    Callback::new(move |()| {
        let fresh = ask(LoadStudio {
            advertiser: advertiser.clone(),
        });
        let (go, here) = (go.clone(), here.clone());
        spawn_local(async move {
            let Ok(fresh) = fresh.await else { return };
            // The page may have gone meanwhile.
            let renewed = bench
                .form
                .try_update(|form| form.draft_id = fresh.draft_id.to_string());
            if renewed.is_some() {
                bench.send.clear();
                go(&here(), stay());
            }
        });
    })
}

/// Takes the focus, and with it the view, to the first such element.
fn look_at(selector: &'static str) {
    request_animation_frame(move || {
        let found = document().query_selector(selector).ok().flatten();
        if let Some(element) =
            found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
        {
            // What cannot take the focus is read all the same: it is a live region.
            drop(element.focus());
        }
    });
}
