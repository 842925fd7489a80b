//! One connection on its advertiser's page.

use domain::{
    AdvertiserId, Channel, ConnectionId, Health, Permission, Standing,
    console::{ConnectedDataset, Connection, DatasetToday, Explanation, Moment},
};
use leptos::prelude::*;

use super::{connect::StartForm, standings::Standings, subscribe_again::SubscribeAgainForm};
use crate::{
    components::{
        Alert, CopyButton, Fact, Facts, HealthBadge, Icon, May, Post, PostForm, Submit, Time, Tone,
    },
    preferences::text,
};

/// What can be done with a connection on its card.
#[derive(Clone, Copy)]
pub struct Acts {
    /// Asks Meta again.
    pub recheck: Post,
    /// Confirms what somebody connected by a link.
    pub confirm: Post,
    /// Subscribes to its messages again.
    pub subscribe: Post,
}

/// Connected as whom, where its events go, what it may, and the next step when it is not well.
#[component]
pub fn ConnectionCard(
    /// Whose.
    advertiser: AdvertiserId,
    /// The connection.
    connection: Connection,
    /// The server's now.
    now_ms: i64,
    /// What can be done with it.
    acts: Acts,
) -> impl IntoView {
    let Acts {
        recheck,
        confirm,
        subscribe,
    } = acts;
    let text = text();
    let (id, channel, health) = (connection.id, connection.channel, connection.health);
    let repair = connection.explanation.clone().map(|explanation| {
        view! { <Repair advertiser channel explanation health parked=connection.parked/> }
            .into_any()
    });
    view! {
        <li class="card bg-base-100">
            <div class="card-body gap-4 p-5">
                <div class="flex flex-wrap items-start justify-between gap-2">
                    <div class="min-w-0">
                        <h3 class="break-words text-base font-semibold">{connection.asset.name.clone()}</h3>
                        <p class="text-muted">{text.connection_connected_as(&connection.person_name)}</p>
                        {connection.is_limited.then(|| view! {
                            <p><span class="badge badge-soft badge-warning">{text.pasted_limited()}</span></p>
                        }.into_any())}
                    </div>
                    <div class="text-right">
                        <HealthBadge health/>
                        <p class="text-xs text-muted">{text.connection_since()} " " <Time moment=connection.health_since/></p>
                    </div>
                </div>
                {connection.awaits_confirmation.then(|| waiting(advertiser, &connection, confirm))}
                {repair}
                {connection.needs_subscription.then(|| view! { <SubscribeAgainForm advertiser connection=id to=subscribe/> }.into_any())}
                {facts(advertiser, connection.clone(), now_ms)}
                {permissions(advertiser, connection)}
                <a class="link text-sm" href=format!("/advertisers/{advertiser}/connections/{id}/doctor")>{text.doctor_all_checks()}</a>
                <May permission=Permission::ManageConnections>
                    <div class="flex flex-wrap items-center gap-2">
                        {(health != Health::Disconnected).then(|| view! {
                            <PostForm to=recheck>
                                <input type="hidden" name="advertiser" value=advertiser.to_string()/>
                                <input type="hidden" name="connection" value=id.to_string()/>
                                <Submit label=text.connection_recheck() pending=recheck.pending() class="btn btn-sm"/>
                            </PostForm>
                        }.into_any())}
                        <a class="btn btn-sm btn-ghost" href=format!("/advertisers/{advertiser}/connections/{id}")>{text.connection_manage()}</a>
                    </div>
                </May>
            </div>
        </li>
    }
}

/// Somebody chose it by a link: nothing live is sent until the staff have looked at its name.
fn waiting(advertiser: AdvertiserId, connection: &Connection, confirm: Post) -> AnyView {
    let text = text();
    let id = connection.id;
    let parked = connection.parked;
    view! {
        <Alert tone=Tone::Warning title=text.connection_unconfirmed(&connection.asset.name)>
            <p>{text.connection_unconfirmed_what()}</p>
            {(parked > 0).then(|| view! { <p>{text.connection_parked(parked)}</p> }.into_any())}
            <May permission=Permission::ManageConnections>
                <PostForm to=confirm>
                    <input type="hidden" name="advertiser" value=advertiser.to_string()/>
                    <input type="hidden" name="connection" value=id.to_string()/>
                    <Submit label=text.connection_confirm() pending=confirm.pending() class="btn btn-sm btn-primary"/>
                </PostForm>
            </May>
        </Alert>
    }
    .into_any()
}

/// Cause, remedy, and the button that begins the repair.
#[component]
fn Repair(
    advertiser: AdvertiserId,
    channel: Channel,
    explanation: Explanation,
    health: Health,
    parked: i64,
) -> impl IntoView {
    let text = text();
    let tone = if health == Health::Degraded {
        Tone::Warning
    } else {
        Tone::Error
    };
    let Explanation {
        cause,
        remedy,
        actor,
    } = explanation;
    view! {
        <Alert tone title=cause>
            <p>{remedy}</p>
            <p class="text-sm text-muted">{actor}</p>
            {(parked > 0).then(|| view! { <p>{text.connection_parked(parked)}</p> }.into_any())}
            {(health == Health::Reconnect).then(|| view! {
                <May permission=Permission::ManageConnections>
                    <a class="btn btn-sm btn-primary mt-1" href=format!("/advertisers/{advertiser}/connect?channel={channel}")>
                        {Icon::Plug.view()} {text.words_reconnect()}
                    </a>
                </May>
            }.into_any())}
        </Alert>
    }
}

fn facts(advertiser: AdvertiserId, connection: Connection, now_ms: i64) -> AnyView {
    let text = text();
    let when = move |moment: Option<Moment>| match moment {
        Some(moment) => view! { <Time moment now_ms/> }.into_any(),
        None => text.words_never().into_any(),
    };
    let Connection {
        id,
        asset,
        dataset,
        last_inbound,
        last_accepted,
        expires,
        ..
    } = connection;
    view! {
        <Facts>
            <Fact name=text.asset_kind(asset.kind)>
                <Id id=asset.meta_id/>
                {(!asset.business_name.is_empty()).then(|| view! { <span class="text-muted">{asset.business_name}</span> }.into_any())}
                {(!asset.phone_numbers.is_empty()).then(|| view! { <p class="text-sm">{asset.phone_numbers.join(", ")}</p> }.into_any())}
            </Fact>
            <Fact name=text.words_dataset()>
                {match dataset {
                    Some(dataset) => destination(advertiser, id, dataset, now_ms),
                    None => text.connection_no_dataset().into_any(),
                }}
            </Fact>
            <Fact name=text.connection_last_inbound()>{when(last_inbound)}</Fact>
            <Fact name=text.connection_last_accepted()>{when(last_accepted)}</Fact>
            <Fact name=text.connection_expires()>{when(expires)}</Fact>
        </Facts>
    }
    .into_any()
}

/// The dataset, how it came, who sees it, and whether Meta still links it.
fn destination(
    advertiser: AdvertiserId,
    connection: ConnectionId,
    dataset: ConnectedDataset,
    now_ms: i64,
) -> AnyView {
    let text = text();
    let origin = if dataset.was_created {
        text.connection_dataset_created()
    } else {
        text.connection_dataset_existed()
    };
    let visible = if dataset.is_visible_to_advertiser {
        text.connection_dataset_visible()
    } else {
        text.connection_dataset_hidden()
    };
    let shared = dataset.shares_with.join(", ");
    let shared = (!shared.is_empty()).then(|| text.connection_dataset_shared(&shared));
    let about = format!("/advertisers/{advertiser}/connections/{connection}/dataset");
    view! {
        <Id id=dataset.meta_id.clone()/>
        <p class="text-sm text-muted">{origin} " " {shared} " " {visible}</p>
        {today(&dataset, now_ms)}
        <p class="flex flex-wrap gap-x-4">
            <a class="link inline-flex items-center gap-1" href=dataset.events_manager_url rel="external noreferrer" target="_blank">
                {text.words_events_manager()} {Icon::ExternalLink.sized("size-3.5")}
            </a>
            <a class="link" href=about>{text.connection_link_existing()}</a>
        </p>
    }
    .into_any()
}

/// What Meta linked when it was asked last, and when that was.
pub fn today(dataset: &ConnectedDataset, now_ms: i64) -> AnyView {
    let text = text();
    let (icon, colour, words) = match &dataset.today {
        DatasetToday::Unknown => (
            Icon::Info,
            "text-info",
            text.connection_today_unknown().to_owned(),
        ),
        DatasetToday::Same => (
            Icon::CheckCircle,
            "text-success",
            text.connection_today_same().to_owned(),
        ),
        DatasetToday::Missing => (
            Icon::AlertTriangle,
            "text-warning",
            text.connection_today_missing().to_owned(),
        ),
        DatasetToday::Another(linked) => (
            Icon::AlertTriangle,
            "text-warning",
            text.connection_today_another(linked),
        ),
    };
    let asked = dataset.asked.map(|moment| {
        view! { <span class="text-muted">{text.connection_asked()} " " <Time moment now_ms/></span> }
            .into_any()
    });
    view! {
        <p class="flex gap-1.5 text-sm">
            <span class=format!("mt-0.5 {colour}")>{icon.view()}</span>
            <span class="min-w-0 break-words">{words} " " {asked}</span>
        </p>
    }
    .into_any()
}

/// An id of Meta's that people copy.
#[component]
fn Id(id: String) -> impl IntoView {
    let what = id.clone();
    view! { <span class="inline-flex items-center gap-1"><code class="break-all text-sm">{id.clone()}</code> <CopyButton value=id what/></span> " " }
}

/// Granted permissions behind a click; missing ones in plain sight, with the way to ask for them again.
fn permissions(advertiser: AdvertiserId, connection: Connection) -> AnyView {
    let text = text();
    let channel = connection.channel;
    let webhooks = if connection.webhook_fields.is_empty() {
        text.connection_not_subscribed().to_owned()
    } else {
        connection.webhook_fields.join(", ")
    };
    let (granted, absent): (Vec<_>, Vec<_>) = connection
        .permissions
        .into_iter()
        .partition(|it| it.standing == Standing::Granted);
    let is_lost = absent.iter().any(|it| it.standing == Standing::Lost);
    let is_required = absent.iter().any(|it| it.is_required);
    let warning = (!absent.is_empty()).then(|| {
        let title = match is_lost {
            true => text.connection_lost_title(),
            false => text.connect_attempt_missing_wanted_title(),
        };
        let tone = match is_required {
            true => Tone::Error,
            false => Tone::Warning,
        };
        view! {
            <Alert tone title>
                <Standings permissions=absent/>
                <May permission=Permission::ManageConnections>
                    <div class="mt-2">
                        <StartForm advertiser channel label=text.connect_attempt_ask_again() class="btn btn-sm"/>
                    </div>
                </May>
            </Alert>
        }
        .into_any()
    });
    view! {
        {warning}
        <details>
            <summary class="cursor-pointer py-1 text-sm text-muted">{text.connection_more()}</summary>
            <div class="space-y-3 pt-2 text-sm">
                <Standings permissions=granted/>
                <Facts>
                    <Fact name=text.connection_webhooks()>{webhooks}</Fact>
                </Facts>
            </div>
        </details>
    }
    .into_any()
}
