//! Erasing an advertiser: what goes, and its name typed before it goes.

use domain::{Health, console::Advertiser};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    api::{
        advertisers::LoadAdvertiser,
        connections::{ConnectionList, ListConnections},
        undo::EraseAdvertiser,
    },
    components::{
        Alert, Crumb, Field, FormError, Loaded, PageHead, Post, PostForm, Submit, Tone, failure_of,
    },
    preferences::text,
};

/// The question, with everything that goes.
#[component]
pub fn EraseAdvertiserPage() -> impl IntoView {
    let params = use_params_map();
    let advertiser = move || params.with(|params| params.get("advertiser").unwrap_or_default());
    let connections = Loaded::new(move || ListConnections {
        advertiser: advertiser(),
    });
    let loaded = Loaded::new(move || LoadAdvertiser {
        advertiser: advertiser(),
    });
    let erase = Post::to::<EraseAdvertiser>();
    loaded.page(4, move |advertiser| {
        view! { <Question advertiser connections erase/> }.into_any()
    })
}

#[component]
fn Question(
    advertiser: Advertiser,
    connections: Loaded<ConnectionList>,
    erase: Post,
) -> impl IntoView {
    let text = text();
    let failure = failure_of(erase);
    let id = advertiser.id.to_string();
    let crumbs = vec![
        Crumb::new("/advertisers", text.words_advertisers()),
        Crumb::new(format!("/advertisers/{id}"), advertiser.name.clone()),
    ];
    view! {
        <PageHead title=text.erase_title(&advertiser.name) crumbs/>
        <div class="max-w-2xl space-y-6">
            <Alert tone=Tone::Error title=text.erase_for_good()>
                <ul class="list-disc space-y-1 pl-5">
                    <li>{text.erase_goes_connections()}</li>
                    <li>{text.erase_goes_events()}</li>
                    <li>{text.erase_goes_people()}</li>
                    <li>{text.erase_stays()}</li>
                </ul>
            </Alert>
            {connections.part(2, text.erase_connections_unknown(), listed)}
            <PostForm to=erase>
                <input type="hidden" name="advertiser" value=id.clone()/>
                <div class="space-y-4">
                    <FormError failure/>
                    <Field name="name" label=text.erase_type_name(&advertiser.name) failure/>
                    <div class="flex flex-wrap gap-2">
                        <Submit label=text.erase_button() pending=erase.pending() class="btn btn-error"/>
                        <a class="btn btn-ghost" href=format!("/advertisers/{id}")>{text.words_cancel()}</a>
                    </div>
                </div>
            </PostForm>
        </div>
    }
}

/// What is connected now, by name.
fn listed(list: ConnectionList) -> AnyView {
    let text = text();
    let live: Vec<_> = list
        .connections
        .into_iter()
        .filter(|connection| connection.health != Health::Disconnected)
        .map(|connection| {
            let channel = text.channel(connection.channel);
            view! { <li>{connection.asset.name} " (" {channel} ")"</li> }.into_any()
        })
        .collect();
    if live.is_empty() {
        return view! { <p class="text-muted">{text.erase_nothing_connected()}</p> }.into_any();
    }
    view! {
        <section>
            <h2 class="font-semibold">{text.erase_connected()}</h2>
            <ul class="list-disc pl-5">{live}</ul>
        </section>
    }
    .into_any()
}
