//! One connection on its advertiser's page.

use domain::{
    AdvertiserId, Health, Permission,
    console::{Connection, Explanation, Moment},
};
use leptos::prelude::*;

use crate::{
    components::{
        Alert, ChannelMark, CopyButton, Fact, Facts, HealthBadge, Icon, May, Post, PostForm,
        Submit, Time, Tone,
    },
    preferences::text,
};

/// Connected as whom, where its events go, what it may, and the next step when it is not well.
#[component]
pub fn ConnectionCard(
    /// Whose.
    advertiser: AdvertiserId,
    /// The connection.
    connection: Connection,
    /// The server's now.
    now_ms: i64,
    /// Asks Meta again.
    recheck: Post,
) -> impl IntoView {
    let text = text();
    let health = connection.health;
    let repair = connection.explanation.clone().map(|explanation| {
        view! { <Repair advertiser explanation health parked=connection.parked/> }.into_any()
    });
    let id = connection.id;
    view! {
        <li class="card bg-base-100">
            <div class="card-body gap-4 p-5">
                <div class="flex flex-wrap items-start justify-between gap-2">
                    <div class="min-w-0">
                        <h3 class="break-words text-base font-semibold">{connection.asset.name.clone()}</h3>
                        <p class="text-muted"><ChannelMark channel=connection.channel/></p>
                    </div>
                    <div class="text-right">
                        <HealthBadge health/>
                        <p class="text-xs text-muted">{text.connection_since()} " " <Time moment=connection.health_since/></p>
                    </div>
                </div>
                {repair}
                {facts(connection.clone(), now_ms)}
                {permissions(connection)}
                <May permission=Permission::ManageConnections>
                    <PostForm to=recheck>
                        <input type="hidden" name="advertiser" value=advertiser.to_string()/>
                        <input type="hidden" name="connection" value=id.to_string()/>
                        <Submit label=text.connection_recheck() pending=recheck.pending() class="btn btn-sm"/>
                    </PostForm>
                </May>
            </div>
        </li>
    }
}

/// Cause, remedy, and the button that begins the repair.
#[component]
fn Repair(
    advertiser: AdvertiserId,
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
                    <a class="btn btn-sm btn-primary mt-1" href=format!("/advertisers/{advertiser}/connect")>
                        {Icon::Plug.view()} {text.words_reconnect()}
                    </a>
                </May>
            }.into_any())}
        </Alert>
    }
}

fn facts(connection: Connection, now_ms: i64) -> AnyView {
    let text = text();
    let when = move |moment: Option<Moment>| match moment {
        Some(moment) => view! { <Time moment now_ms/> }.into_any(),
        None => text.words_never().into_any(),
    };
    let Connection {
        asset,
        dataset,
        person_name,
        last_inbound,
        last_accepted,
        expires,
        ..
    } = connection;
    view! {
        <Facts>
            <Fact name=text.connection_person()>{person_name}</Fact>
            <Fact name=text.asset_kind(asset.kind)>
                <Id id=asset.meta_id/>
                {(!asset.business_name.is_empty()).then(|| view! { <span class="text-muted">{asset.business_name}</span> }.into_any())}
            </Fact>
            <Fact name=text.words_dataset()>
                {match dataset {
                    Some(dataset) => view! {
                        <Id id=dataset.meta_id/>
                        <p class="text-sm text-muted">
                            {if dataset.was_created { text.connection_dataset_created() } else { text.connection_dataset_existed() }}
                            " "
                            {if dataset.is_visible_to_advertiser {
                                text.connection_dataset_visible()
                            } else {
                                text.connection_dataset_hidden()
                            }}
                        </p>
                        <a class="link inline-flex items-center gap-1" href=dataset.events_manager_url rel="external noreferrer" target="_blank">
                            {text.words_events_manager()} {Icon::ExternalLink.sized("size-3.5")}
                        </a>
                    }
                    .into_any(),
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

/// An id of Meta's that people copy.
#[component]
fn Id(id: String) -> impl IntoView {
    let what = id.clone();
    view! { <span class="inline-flex items-center gap-1"><code class="break-all text-sm">{id.clone()}</code> <CopyButton value=id what/></span> " " }
}

/// Granted permissions behind a click; missing ones in plain sight.
fn permissions(connection: Connection) -> AnyView {
    let text = text();
    let list = |names: &[String]| names.join(", ");
    let missing = |names: &[String], title: &'static str, tone: Tone| {
        (!names.is_empty()).then(|| {
            let names = list(names);
            view! { <Alert tone title><p class="break-words font-mono text-sm">{names}</p></Alert> }
        })
    };
    let scopes = list(&connection.scopes);
    let webhooks = if connection.webhook_fields.is_empty() {
        text.connection_not_subscribed().to_owned()
    } else {
        list(&connection.webhook_fields)
    };
    let required = missing(
        &connection.missing_required,
        text.connection_missing_required(),
        Tone::Error,
    );
    let wanted = missing(
        &connection.missing_wanted,
        text.connection_missing_wanted(),
        Tone::Warning,
    );
    view! {
        {required}
        {wanted}
        <details>
            <summary class="cursor-pointer py-1 text-sm text-muted">{text.connection_more()}</summary>
            <div class="pt-2 text-sm">
                <Facts>
                    <Fact name=text.words_scopes()>{scopes}</Fact>
                    <Fact name=text.connection_webhooks()>{webhooks}</Fact>
                </Facts>
            </div>
        </details>
    }
    .into_any()
}
