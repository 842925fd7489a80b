//! The three channels of an advertiser, each with what is connected there and the next step.

use domain::{
    Channel, ConnectStep, Permission,
    console::{Advertiser, Connection, WaitingAttempt},
};
use leptos::prelude::*;

use super::connection_card::{Acts, ConnectionCard};
use crate::{
    api::connections::ConnectionList,
    components::{ChannelMark, Icon, May},
    preferences::text,
};

/// A section for each channel, connected or not.
#[component]
pub fn ChannelCards(
    /// Whose.
    advertiser: Advertiser,
    /// What is connected, and what waits.
    list: ConnectionList,
    /// What can be done with each connection.
    acts: Acts,
) -> impl IntoView {
    let ConnectionList {
        connections,
        held,
        waiting,
        now_ms,
    } = list;
    let sections = Channel::ALL
        .iter()
        .map(|&channel| {
            let here = connections.iter().filter(|it| it.channel == channel);
            let waiting = waiting.iter().find(|it| it.channel == channel).copied();
            let here = here.cloned().collect();
            let held: Vec<_> = held
                .iter()
                .filter(|it| it.kind == channel.asset_kind())
                .map(|it| it.name.clone())
                .collect();
            let held = (!held.is_empty()).then(|| text().advertiser_held(held.join(", ")));
            section(&advertiser, channel, (here, held), waiting, now_ms, acts)
        })
        .collect_view();
    view! { <div class="space-y-6">{sections}</div> }
}

fn section(
    advertiser: &Advertiser,
    channel: Channel,
    (connections, held): (Vec<Connection>, Option<String>),
    waiting: Option<WaitingAttempt>,
    now_ms: i64,
    acts: Acts,
) -> AnyView {
    let text = text();
    let id = advertiser.id;
    let href = format!("/advertisers/{id}/connect?channel={channel}");
    let is_connected = !connections.is_empty();
    let (label, class) = if is_connected {
        (text.advertiser_connect_more_of().to_owned(), "btn btn-sm")
    } else {
        let label = text.advertiser_connect_channel(text.channel(channel));
        (label, "btn btn-sm btn-primary")
    };
    let connect = (!advertiser.is_archived).then(|| {
        view! {
            <May permission=Permission::ManageConnections>
                <a class=class href=href.clone()>{Icon::Plug.view()} {label.clone()}</a>
            </May>
        }
        .into_any()
    });
    let nothing = match channel {
        Channel::Messenger => text.advertiser_not_connected_messenger(),
        Channel::Instagram => text.advertiser_not_connected_instagram(),
        Channel::Whatsapp => text.advertiser_not_connected_whatsapp(),
    };
    let note = (is_connected && !channel.has_purchase_optimisation()).then(|| {
        view! { <p class="text-sm text-muted">{text.connection_purchase_note()}</p> }.into_any()
    });
    let cards = connections
        .into_iter()
        .map(|connection| {
            view! { <ConnectionCard advertiser=id connection now_ms acts/> }.into_any()
        })
        .collect_view();
    let body = if is_connected {
        view! { <ul class="grid gap-4 xl:grid-cols-2">{cards}</ul> }.into_any()
    } else {
        view! { <p class="max-w-prose text-muted">{nothing}</p> }.into_any()
    };
    let heading = format!("channel-{channel}");
    view! {
        <section class="space-y-3" aria-labelledby=heading.clone()>
            <div class="flex flex-wrap items-center justify-between gap-2">
                <h2 class="text-lg font-semibold" id=heading.clone()><ChannelMark channel/></h2>
                {connect}
            </div>
            {note}
            {held.map(|words| view! { <p class="max-w-prose">{words}</p> }.into_any())}
            {waiting.map(|attempt| standing(advertiser, attempt))}
            {body}
        </section>
    }
    .into_any()
}

/// An attempt that has not come to its end: where it stands, and the way back to it.
fn standing(advertiser: &Advertiser, attempt: WaitingAttempt) -> AnyView {
    let text = text();
    let words = match (attempt.step, attempt.failure) {
        (ConnectStep::Failed, Some(failure)) => {
            text.connect_failure(failure, attempt.channel).title
        }
        (step, _) => text.connect_step(step),
    };
    let href = format!("/advertisers/{}/connect/{}", advertiser.id, attempt.id);
    view! {
        <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span class="text-warning">{Icon::AlertTriangle.view()}</span>
            <span class="text-muted">{text.advertiser_waiting()}</span>
            <span class="min-w-0 break-words">{words}</span>
            <May permission=Permission::ManageConnections>
                <a class="link" href=href.clone()>{text.advertiser_go_on()}</a>
            </May>
        </p>
    }
    .into_any()
}
