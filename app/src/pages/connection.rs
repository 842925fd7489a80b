//! One connection, to be cut or moved: what nobody does every day, apart from the advertiser's page.

use domain::{Health, LeftAtMeta, Permission, console::Connection};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    api::undo::{Disconnect, LoadConnection, ManagedConnection, MoveAsset},
    components::{
        Alert, ChannelMark, Confirm, Crumb, FormError, HealthBadge, Loaded, May, PageHead, Post,
        PostForm, Submit, Tone, failure_of,
    },
    preferences::text,
};

/// A connection with what ends it.
#[component]
pub fn ConnectionPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let param = move |name: &str| params.with(|params| params.get(name).unwrap_or_default());
    let disconnect = Post::to::<Disconnect>();
    let relocate = Post::to::<MoveAsset>();
    let loaded = Loaded::after([disconnect], move || LoadConnection {
        advertiser: param("advertiser"),
        connection: param("connection"),
        search: query.with(|query| query.get("q").unwrap_or_default()),
    });
    loaded.page(4, move |managed| {
        view! { <Managed managed disconnect relocate/> }.into_any()
    })
}

#[component]
fn Managed(managed: ManagedConnection, disconnect: Post, relocate: Post) -> impl IntoView {
    let text = text();
    let connection = managed.connection.clone();
    let crumbs = vec![
        Crumb::new("/advertisers", text.words_advertisers()),
        Crumb::new(
            format!("/advertisers/{}", managed.advertiser.id),
            managed.advertiser.name.clone(),
        ),
    ];
    let is_cut = connection.health == Health::Disconnected;
    let is_moved = connection.asset.is_moved;
    let (advertiser, id) = (managed.advertiser.id.to_string(), connection.id.to_string());
    view! {
        <PageHead title=connection.asset.name.clone() crumbs/>
        <div class="max-w-2xl space-y-8">
            <p class="flex flex-wrap items-center gap-3">
                <ChannelMark channel=connection.channel/> <HealthBadge health=connection.health/>
            </p>
            <FormError failure=failure_of(disconnect)/>
            <FormError failure=failure_of(relocate)/>
            {if is_cut {
                view! { <CutOff connection=connection.clone() advertiser=advertiser.clone()/> }.into_any()
            } else {
                cut(&connection, advertiser.clone(), id.clone(), disconnect)
            }}
            {(!is_moved).then(|| view! {
                <May permission=Permission::MoveAssets>
                    {relocation(managed.clone(), relocate)}
                </May>
            }.into_any())}
        </div>
    }
}

/// What is over, what stays, and what is left to do at Meta.
#[component]
fn CutOff(connection: Connection, advertiser: String) -> impl IntoView {
    let text = text();
    let left = match connection.left_at_meta {
        Some(LeftAtMeta::ConnectedApp) => Some(text.undo_left_connected_app()),
        Some(LeftAtMeta::BusinessIntegration) => Some(text.undo_left_business_integration()),
        Some(LeftAtMeta::Nothing) | None => None,
    };
    let (title, what) = if connection.asset.is_moved {
        (text.undo_moved_title(), text.undo_moved())
    } else {
        (
            text.undo_cut_title(),
            text.health_sentence(Health::Disconnected),
        )
    };
    let can_connect = !connection.asset.is_moved;
    let channel = connection.channel;
    view! {
        <Alert title>
            <p>{what}</p>
            {can_connect.then(|| view! {
                <May permission=Permission::ManageConnections>
                    <a class="btn btn-sm mt-1" href=format!("/advertisers/{advertiser}/connect?channel={channel}")>{text.undo_connect_again()}</a>
                </May>
            }.into_any())}
        </Alert>
        {left.map(|left| view! {
            <Alert tone=Tone::Warning title=text.undo_left_title()><p>{left}</p></Alert>
        }.into_any())}
    }
}

fn cut(connection: &Connection, advertiser: String, id: String, disconnect: Post) -> AnyView {
    let text = text();
    let what = if connection.parked > 0 {
        format!(
            "{} {}",
            text.undo_disconnect_what(),
            text.undo_disconnect_parked(connection.parked)
        )
    } else {
        text.undo_disconnect_what().to_owned()
    };
    view! {
        <section class="space-y-3">
            <h2 class="text-lg font-semibold">{text.undo_disconnect_title()}</h2>
            <p class="text-muted">{text.undo_disconnect_lead()}</p>
            <May permission=Permission::ManageConnections>
                {cut_form(what.clone(), advertiser.clone(), id.clone(), disconnect)}
            </May>
        </section>
    }
    .into_any()
}

fn cut_form(what: String, advertiser: String, id: String, disconnect: Post) -> AnyView {
    let text = text();
    view! {
        <Confirm label=text.undo_disconnect() title=text.undo_disconnect_question() what>
            <PostForm to=disconnect>
                <input type="hidden" name="advertiser" value=advertiser/>
                <input type="hidden" name="connection" value=id/>
                <Submit label=text.undo_disconnect() pending=disconnect.pending() class="btn btn-sm btn-error"/>
            </PostForm>
        </Confirm>
    }
    .into_any()
}

/// Finding the other advertiser, and moving there.
fn relocation(managed: ManagedConnection, relocate: Post) -> AnyView {
    let text = text();
    let (advertiser, id) = (
        managed.advertiser.id.to_string(),
        managed.connection.id.to_string(),
    );
    let name = managed.connection.asset.name.clone();
    let choices = managed
        .targets
        .iter()
        .enumerate()
        .map(|(index, target)| {
            let (id, name) = (target.id.to_string(), target.name.clone());
            view! {
                <label class="flex items-center gap-3 py-1.5">
                    <input type="radio" class="radio radio-sm" name="to" value=id required checked={index == 0}/>
                    <span class="min-w-0 break-words">{name}</span>
                </label>
            }
            .into_any()
        })
        .collect_view();
    let found = if managed.targets.is_empty() {
        view! { <p class="text-muted">{text.undo_nobody_found()}</p> }.into_any()
    } else {
        view! {
            <Confirm label=text.undo_move() title=text.undo_move_question(&name) what=text.undo_move_what()>
                <PostForm to=relocate>
                    <input type="hidden" name="advertiser" value=advertiser.clone()/>
                    <input type="hidden" name="connection" value=id/>
                    <fieldset class="mb-3">
                        <legend class="font-medium">{text.undo_move_to()}</legend>
                        {choices}
                    </fieldset>
                    <Submit label=text.undo_move() pending=relocate.pending() class="btn btn-sm btn-error"/>
                </PostForm>
            </Confirm>
        }
        .into_any()
    };
    view! {
        <section class="space-y-3">
            <h2 class="text-lg font-semibold">{text.undo_move_title()}</h2>
            <p class="text-muted">{text.undo_move_lead()}</p>
            <form method="get" class="flex flex-wrap items-end gap-2">
                <label class="grow space-y-1.5">
                    <span class="font-medium">{text.undo_search()}</span>
                    <input class="input w-full text-base" type="search" name="q" value=managed.search/>
                </label>
                <button class="btn" type="submit">{text.words_search()}</button>
            </form>
            {found}
        </section>
    }
    .into_any()
}
