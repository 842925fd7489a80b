//! One advertiser: how it fares, and what it has connected.

use domain::{
    Health, Permission,
    console::{Advertiser, Connection},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    advertiser_tabs::{AdvertiserTab, advertiser_tabs},
    channel_cards::ChannelCards,
    connection_card::Acts,
};
use crate::{
    api::{
        advertisers::LoadAdvertiser,
        connections::{
            ConfirmConnection, ConnectionList, ListConnections, RecheckConnection, SubscribeAgain,
        },
    },
    components::{Alert, Crumb, FormError, Icon, Loaded, May, PageHead, Post, Tone, failure_of},
    preferences::text,
};

/// Header, one sentence about its health, and a card per connection.
#[component]
pub fn AdvertiserPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("advertiser").unwrap_or_default()));
    let recheck = Post::to::<RecheckConnection>();
    let confirm = Post::to::<ConfirmConnection>();
    let subscribe = Post::to::<SubscribeAgain>();
    let acts = Acts {
        recheck,
        confirm,
        subscribe,
    };
    let loaded = Loaded::new(move || LoadAdvertiser {
        advertiser: id.get(),
    });
    let connections = Loaded::after([recheck, confirm, subscribe], move || ListConnections {
        advertiser: id.get(),
    });
    let text = text();

    loaded.page(3, move |advertiser| {
        view! {
            <Head advertiser=advertiser.clone()/>
            <FormError failure=failure_of(recheck)/>
            <FormError failure=failure_of(confirm)/>
            <FormError failure=failure_of(subscribe)/>
            {connections.part(3, text.advertiser_connections_not_loaded(), move |list| {
                view! { <Connections advertiser=advertiser.clone() list acts/> }.into_any()
            })}
        }
        .into_any()
    })
}

#[component]
fn Head(advertiser: Advertiser) -> impl IntoView {
    let text = text();
    let Advertiser {
        id,
        name,
        time_zone,
        reference,
        language,
        is_archived,
    } = advertiser;
    let lead = [language.own_name(), &time_zone, &reference]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    view! {
        <PageHead
            title=name
            lead=lead.join(" · ")
            crumbs=vec![Crumb::new("/advertisers", text.words_advertisers())]
        >
            <May permission=Permission::SendTestEvents>
                <a class="btn btn-sm" href=format!("/studio/{id}")>{Icon::Flask.view()} {text.words_test_studio()}</a>
            </May>
            <May permission=Permission::ViewEvents>
                <a class="btn btn-sm" href=format!("/events?advertiser={id}")>{Icon::Activity.view()} {text.words_events()}</a>
            </May>
            <May permission=Permission::ViewInbox>
                <a class="btn btn-sm" href=format!("/inbox?advertiser={id}")>{Icon::Inbox.view()} {text.inbox_title()}</a>
            </May>
            <May permission=Permission::SendConnectLinks>
                <a class="btn btn-sm" href=format!("/advertisers/{id}/links")>{Icon::Send.view()} {text.links_title()}</a>
            </May>
            <May permission=Permission::ManageAdvertisers>
                <a class="btn btn-sm" href=format!("/advertisers/{id}/edit")>{Icon::Pencil.view()} {text.words_edit()}</a>
            </May>
        </PageHead>
        {advertiser_tabs(id, AdvertiserTab::Connections)}
        {is_archived.then(|| view! {
            <div class="mb-4">
                <Alert title=text.advertisers_archived_title()><p>{text.advertisers_archived_what()}</p></Alert>
            </div>
        }.into_any())}
    }
}

#[component]
fn Connections(advertiser: Advertiser, list: ConnectionList, acts: Acts) -> impl IntoView {
    let worst = (!list.connections.is_empty()).then(|| sentence(&list.connections));
    view! {
        <div class="space-y-6">
            {worst}
            <ChannelCards advertiser list acts/>
        </div>
    }
}

/// How the worst of the connections fares.
fn sentence(connections: &[Connection]) -> AnyView {
    let worst = connections
        .iter()
        .map(|connection| connection.health)
        .max()
        .unwrap_or(Health::Healthy);
    let tone = match worst {
        Health::Disconnected => Tone::Info,
        Health::Healthy => Tone::Success,
        Health::Degraded => Tone::Warning,
        Health::Reconnect | Health::Misconfigured => Tone::Error,
    };
    view! { <Alert tone><p>{text().health_sentence(worst)}</p></Alert> }.into_any()
}
