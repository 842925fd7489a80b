//! Before the login: what Meta will ask, what we do with it, and the one button that begins.

use domain::{Channel, console::Advertiser};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    picture::Questions,
    progress::{Progress, Stage},
    ways, words,
};
use crate::{
    api::connect::LoadAdvertiserToConnect,
    components::{Alert, Crumb, Icon, Loaded, PageHead, Tab, Tabs},
    preferences::text,
};

/// Explains, and leads to Meta. It also renews what is connected already.
#[component]
pub fn ConnectPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("advertiser").unwrap_or_default()));
    let loaded = Loaded::new(move || LoadAdvertiserToConnect {
        advertiser: id.get(),
    });
    let query = use_query_map();
    let channel = Memo::new(move |_| {
        let named = query.with(|query| query.get("channel").and_then(|name| name.parse().ok()));
        named.unwrap_or(Channel::Messenger)
    });
    loaded.page(3, move |advertiser| {
        let shown = move || {
            let (advertiser, channel) = (advertiser.clone(), channel.get());
            view! { <Explained advertiser channel/> }.into_any()
        };
        shown.into_any()
    })
}

#[component]
fn Explained(advertiser: Advertiser, channel: Channel) -> impl IntoView {
    let text = text();
    let (id, name) = (advertiser.id, advertiser.name.clone());
    let crumbs = vec![
        Crumb::new("/advertisers", text.words_advertisers()),
        Crumb::new(format!("/advertisers/{id}"), name),
    ];
    let begin = if advertiser.is_archived {
        view! { <Alert title=text.advertisers_archived_title()><p>{text.advertisers_archived_what()}</p></Alert> }.into_any()
    } else {
        ways::begin(&advertiser, channel)
    };
    let tabs = Channel::ALL.iter().map(|&one| Tab {
        href: format!("/advertisers/{id}/connect?channel={one}"),
        name: text.channel(one).to_owned(),
        is_open: one == channel,
    });
    let tabs = tabs.collect();
    let notes = (channel == Channel::Instagram).then(|| {
        view! {
            <Alert>
                <p>{text.connect_instagram_needs()}</p>
                <p>{text.connect_purchase_note()}</p>
            </Alert>
        }
        .into_any()
    });
    view! {
        <PageHead title=text.connect_title(text.channel(channel)) lead=words::lead(text, channel) crumbs/>
        <div class="max-w-4xl space-y-5">
            <Tabs label=text.connect_channel_label() tabs/>
            <Progress stage=Stage::Prepare/>
            <section class="card bg-base-100">
                <div class="card-body gap-5 p-5 text-base sm:p-8">
                    <h2 class="text-lg font-semibold">{text.connect_asks_title()}</h2>
                    <Questions channel/>
                    {notes}
                    {begin}
                </div>
            </section>
            <div class="grid items-start gap-5 md:grid-cols-2">
                <section class="card bg-base-100">
                    <div class="card-body gap-4 p-5">
                        <h2 class="text-base font-semibold">{text.connect_permissions_title()}</h2>
                        {asked(channel)}
                    </div>
                </section>
                <section class="card bg-base-100">
                    <div class="card-body gap-4 p-5">
                        <h2 class="text-base font-semibold">{text.connect_then_title()}</h2>
                        {promises(channel)}
                    </div>
                </section>
            </div>
        </div>
    }
}

/// Every permission that the dialog will name.
fn asked(channel: Channel) -> AnyView {
    let text = text();
    let required = channel
        .required_permissions()
        .iter()
        .map(|&one| (one, text.connect_permission_required()));
    let wanted = channel
        .wanted_permissions()
        .iter()
        .map(|&one| (one, text.connect_permission_wanted()));
    let items = required
        .chain(wanted)
        .map(|(permission, need)| {
            view! {
                <li>
                    <p class="flex flex-wrap items-baseline gap-x-2">
                        <code class="break-all font-semibold">{permission.as_str()}</code>
                        <span class="text-sm text-muted">{need}</span>
                    </p>
                    <p>{text.scope(permission)}</p>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ul class="space-y-3">{items}</ul> }.into_any()
}

/// What happens with them, and what never does.
fn promises(channel: Channel) -> AnyView {
    let text = text();
    let items = [
        (Icon::Check, text.connect_then_choose()),
        (Icon::Check, text.connect_then_dataset()),
        (Icon::Check, words::then_subscribe(text, channel)),
        (Icon::Refresh, text.connect_then_again()),
        (Icon::Ban, text.connect_then_never()),
    ]
    .into_iter()
    .map(|(icon, what)| view! {
        <li class="flex gap-2"><span class="mt-0.5 text-primary">{icon.view()}</span> <span class="min-w-0">{what}</span></li>
    }.into_any())
    .collect_view();
    view! { <ul class="space-y-3">{items}</ul> }.into_any()
}
