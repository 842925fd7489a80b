//! The dataset of one connection: whether Meta still links it, and how to link one that exists already. No API can do
//! that, so the page guides a person through Events Manager and looks again.

use domain::{
    AdvertiserId, Channel, ConnectionId, MetaPermission, Permission,
    console::{ConnectedDataset, Connection, DatasetToday},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{connect::StartForm, connection_card::today, test_codes::test_codes};
use crate::{
    api::{
        connections::{AdoptDataset, CheckDataset, DatasetShown, LoadDataset},
        test_codes::{EndTestCode, HoldTestCode},
    },
    components::{
        Alert, Crumb, Fact, Facts, FormError, Icon, Loaded, May, PageHead, Post, PostForm, Submit,
        Tone, failure_of,
    },
    preferences::text,
};

/// What is linked, and how to change it.
#[component]
pub fn DatasetPage() -> impl IntoView {
    let params = use_params_map();
    let ids = Memo::new(move |_| {
        let id = |name| params.with(|params| params.get(name).unwrap_or_default());
        (id("advertiser"), id("connection"))
    });
    let check = Post::to::<CheckDataset>();
    let adopt = Post::to::<AdoptDataset>();
    let codes = (Post::to::<HoldTestCode>(), Post::to::<EndTestCode>());
    let loaded = Loaded::after([check, adopt, codes.0, codes.1], move || {
        let (advertiser, connection) = ids.get();
        LoadDataset {
            advertiser,
            connection,
        }
    });
    loaded.page(3, move |shown| {
        view! { <Shown shown check adopt codes/> }.into_any()
    })
}

#[component]
fn Shown(shown: DatasetShown, check: Post, adopt: Post, codes: (Post, Post)) -> impl IntoView {
    let text = text();
    let DatasetShown {
        advertiser,
        connection,
        test_codes: known,
        partner_agent,
        now_ms,
    } = shown;
    let crumbs = vec![
        Crumb::new("/advertisers", text.words_advertisers()),
        Crumb::new(format!("/advertisers/{}", advertiser.id), advertiser.name),
    ];
    let agent = match partner_agent.is_empty() {
        true => text.dataset_page_app_no_agent().to_owned(),
        false => text.dataset_page_app_agent(&partner_agent),
    };
    let (id, connection_id) = (advertiser.id, connection.id);
    let state = state(&connection, now_ms);
    let (hold, end) = codes;
    let codes = connection.dataset.as_ref().map(|dataset| {
        let link = events_manager(dataset.events_manager_url.clone());
        test_codes(known, link, (id, connection_id), hold, end)
    });
    view! {
        <PageHead title=text.dataset_page_title(&connection.asset.name) lead=text.dataset_page_lead() crumbs/>
        <div class="max-w-3xl space-y-5">
            <FormError failure=failure_of(check)/>
            <FormError failure=failure_of(adopt)/>
            <FormError failure=failure_of(hold)/>
            <FormError failure=failure_of(end)/>
            <section class="card bg-base-100">
                <div class="card-body gap-4 p-5">
                    <h2 class="text-base font-semibold">{text.dataset_page_state_title()}</h2>
                    {state}
                    <May permission=Permission::ManageConnections>
                        <div class="flex flex-wrap gap-2">
                            {button(check, text.connection_check_now(), "btn btn-sm", id, connection_id)}
                        </div>
                    </May>
                    {adoption(&connection, id, adopt)}
                </div>
            </section>
            {hidden(&connection, id)}
            {codes}
            <section class="card bg-base-100">
                <div class="card-body gap-4 p-5">
                    <h2 class="text-base font-semibold">{text.dataset_page_steps_title()}</h2>
                    <p>{text.dataset_page_steps_lead()}</p>
                    {steps(&connection)}
                </div>
            </section>
            <section class="card bg-base-100">
                <div class="card-body gap-3 p-5">
                    <h2 class="text-base font-semibold">{text.dataset_page_app_title()}</h2>
                    <p>{text.dataset_page_app_what()}</p>
                    <p>{agent}</p>
                    <p>{text.dataset_page_app_safe()}</p>
                </div>
            </section>
        </div>
    }
}

fn state(connection: &Connection, now_ms: i64) -> AnyView {
    let text = text();
    let Some(dataset) = connection.dataset.clone() else {
        return view! { <p>{text.connection_no_dataset()}</p> }.into_any();
    };
    let ConnectedDataset { meta_id, name, .. } = dataset.clone();
    let (today, link) = (today(&dataset, now_ms), dataset.events_manager_url);
    view! {
        <Facts>
            <Fact name=text.dataset_page_recorded()>
                <code class="break-all text-sm">{meta_id}</code> " " <span class="text-muted">{name}</span>
            </Fact>
            <Fact name=text.words_events_manager()>{events_manager(link)}</Fact>
        </Facts>
        {today}
    }
    .into_any()
}

fn events_manager(link: String) -> AnyView {
    let text = text();
    view! {
        <a class="link inline-flex items-center gap-1" href=link rel="external noreferrer" target="_blank">
            {text.words_events_manager()} {Icon::ExternalLink.sized("size-3.5")}
        </a>
    }
    .into_any()
}

fn button(
    post: Post,
    label: &'static str,
    class: &'static str,
    advertiser: AdvertiserId,
    connection: ConnectionId,
) -> AnyView {
    view! {
        <PostForm to=post>
            <input type="hidden" name="advertiser" value=advertiser.to_string()/>
            <input type="hidden" name="connection" value=connection.to_string()/>
            <Submit label pending=post.pending() class/>
        </PostForm>
    }
    .into_any()
}

/// Where Meta links another dataset: what following it means, and the button.
fn adoption(connection: &Connection, advertiser: AdvertiserId, adopt: Post) -> AnyView {
    let text = text();
    let linked = match connection.dataset.as_ref().map(|dataset| &dataset.today) {
        Some(DatasetToday::Another(linked)) => linked,
        _ => return ().into_any(),
    };
    let what = text.dataset_page_adopt_what(linked);
    let (id, label) = (connection.id, text.dataset_page_adopt());
    view! {
        <Alert tone=Tone::Warning>
            <p>{what}</p>
            <May permission=Permission::ManageConnections>
                <div class="mt-2">{button(adopt, label, "btn btn-sm btn-primary", advertiser, id)}</div>
            </May>
        </Alert>
    }
    .into_any()
}

/// Why the advertiser does not find the dataset in Events Manager, and what helps.
fn hidden(connection: &Connection, advertiser: AdvertiserId) -> AnyView {
    let text = text();
    let Some(dataset) = &connection.dataset else {
        return ().into_any();
    };
    if dataset.is_visible_to_advertiser {
        return ().into_any();
    }
    let lacks = connection
        .missing(false)
        .contains(&MetaPermission::BusinessManagement);
    let channel = connection.channel;
    let why = if lacks {
        text.dataset_page_hidden_permission()
    } else {
        text.dataset_page_hidden_business()
    };
    let way_on = lacks.then(|| {
        view! {
            <p>{text.dataset_page_hidden_next()}</p>
            <May permission=Permission::ManageConnections>
                <div class="mt-2">
                    <StartForm advertiser channel label=text.connect_attempt_ask_again() class="btn btn-sm"/>
                </div>
            </May>
        }
        .into_any()
    });
    view! {
        <Alert tone=Tone::Warning title=text.dataset_page_hidden_title()>
            <p>{why}</p>
            {way_on}
        </Alert>
    }
    .into_any()
}

/// In Events Manager, in order.
fn steps(connection: &Connection) -> AnyView {
    let text = text();
    let channel = connection.channel;
    let asset = &connection.asset;
    let steps = [
        Some(text.dataset_page_step_open().to_owned()),
        Some(text.dataset_page_step_connect().to_owned()),
        Some(text.dataset_page_step_channel(text.channel(channel))),
        Some(text.dataset_page_step_asset(&asset.name, &asset.meta_id)),
        (channel == Channel::Whatsapp).then(|| text.dataset_page_step_whatsapp().to_owned()),
        Some(text.dataset_page_step_back().to_owned()),
    ];
    let steps = steps
        .into_iter()
        .flatten()
        .map(|step| view! { <li class="break-words">{step}</li> }.into_any())
        .collect_view();
    view! { <ol class="list-decimal space-y-2 pl-6">{steps}</ol> }.into_any()
}
