//! One message: what it was, what came of it, and taking its webhook apart again.

use domain::{
    Permission,
    console::{InboxMessage, InboxRow, Relayed, Replayed},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{asset, yielded};
use crate::{
    api::inbox::{LoadInboxMessage, ReplayUnrouted, ReplayWebhook},
    components::{
        Alert, ChannelMark, Crumb, Fact, Facts, FormError, Loaded, May, PageHead, Post, PostForm,
        Submit, Time, Tone, failure_of,
    },
    preferences::text,
    wire::read,
};

/// Everything known of one message.
#[component]
pub fn InboxMessagePage() -> impl IntoView {
    let text = text();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("message").unwrap_or_default()));
    let (replay, all) = (Post::to::<ReplayWebhook>(), Post::to::<ReplayUnrouted>());
    let loaded = Loaded::after([replay, all], move || LoadInboxMessage {
        message: id.get(),
    });
    view! {
        <PageHead title=text.inbox_message() crumbs=vec![Crumb::new("/inbox", text.inbox_title())]/>
        <div class="max-w-3xl space-y-6">
            <FormError failure=failure_of(replay)/>
            <FormError failure=failure_of(all)/>
            {done(replay)}
            {done(all)}
            {loaded.part(6, text.inbox_title(), move |message| shown(message, replay, all))}
        </div>
    }
}

/// What came of taking it apart again.
fn done(post: Post) -> impl IntoView {
    let text = text();
    move || {
        let answer = post.answer().get()?.ok()?;
        let replayed: Replayed = read(&answer).ok()?;
        let what = if replayed.messages == 0 {
            text.inbox_replayed_none().to_owned()
        } else {
            text.inbox_replayed(replayed.messages, replayed.found)
        };
        let more = replayed.is_more.then(|| text.inbox_replayed_more());
        let view = view! {
            <div role="status"><Alert tone=Tone::Success><p>{what} " " {more}</p></Alert></div>
        };
        Some(view.into_any())
    }
}

fn shown(message: InboxMessage, replay: Post, all: Post) -> AnyView {
    let is_open = message.unrouted > 0;
    view! {
        {facts(message.row.clone(), message.relays.clone())}
        {is_open.then(|| unrouted(&message, all))}
        {again(&message, replay)}
    }
    .into_any()
}

/// How it fared at an address that webhooks are handed on to.
fn handed_on(relay: Relayed) -> AnyView {
    let text = text();
    view! {
        <Fact name=text.relay_handed_on()>
            {relay.host} ": " {text.relay_state(relay.state)} " · " <Time moment=relay.at/> " " {relay.answer}
        </Fact>
    }
    .into_any()
}

fn facts(row: InboxRow, relays: Vec<Relayed>) -> AnyView {
    let text = text();
    let hint = row.contact_hint.clone();
    let person = row.contact.map(|contact| {
        let advertiser = row.advertiser.as_ref().map(|(id, _)| {
            view! {
                " · "
                <a class="link" href=format!("/studio/{id}")>{text.inbox_write_test()}</a>
            }
            .into_any()
        });
        view! {
            <Fact name=text.inbox_contact()>
                <code class="text-sm">{hint}</code>
                " · "
                <a class="link" href=format!("/inbox?contact={contact}")>{text.inbox_their_messages()}</a>
                " · "
                <a class="link" href=format!("/events?contact={contact}")>{text.inbox_their_events()}</a>
                {advertiser}
            </Fact>
        }
        .into_any()
    });
    let (result, held, why) = (yielded(&row), asset(&row), row.why);
    let (has_name, id) = (!row.asset_name.is_empty(), row.asset_meta_id);
    let meta_id = (has_name && !id.is_empty()).then(|| {
        view! { <Fact name=text.inbox_meta_id()><code class="text-sm">{id}</code></Fact> }
            .into_any()
    });
    let channel = row
        .channel
        .map(|channel| view! { <ChannelMark channel/> }.into_any());
    view! {
        <section class="card bg-base-100">
            <div class="card-body gap-4 p-5">
                <div>{result}<p class="text-muted">{why}</p></div>
                <Facts>
                    <Fact name=text.inbox_kind()>
                        <span class="flex flex-wrap items-center gap-x-3">{channel} <span>{text.message_kind(row.kind)}</span></span>
                    </Fact>
                    <Fact name=text.inbox_asset()>{held}</Fact>
                    {meta_id}
                    {person}
                    <Fact name=text.inbox_sent()><Time moment=row.sent/></Fact>
                    <Fact name=text.inbox_received()><Time moment=row.received/></Fact>
                    {relays.into_iter().map(handed_on).collect_view()}
                </Facts>
            </div>
        </section>
    }
    .into_any()
}

/// Messages that found nobody: where to connect the asset, or taking them all apart again.
fn unrouted(message: &InboxMessage, all: Post) -> AnyView {
    let text = text();
    let (id, is_held, count) = (message.row.id, message.is_held, message.unrouted);
    let what = if is_held {
        text.inbox_unrouted_held()
    } else {
        text.inbox_unrouted()
    };
    let action = if is_held {
        view! {
            <PostForm to=all>
                <input type="hidden" name="message" value=id.to_string()/>
                <Submit label=text.inbox_replay_all() pending=all.pending() class="btn btn-sm btn-primary mt-2"/>
            </PostForm>
        }
        .into_any()
    } else {
        view! { <a class="btn btn-sm mt-2" href="/advertisers">{text.inbox_connect()}</a> }
            .into_any()
    };
    let title = if is_held {
        ""
    } else {
        text.inbox_unrouted_title()
    };
    view! {
        <Alert tone=Tone::Warning title>
            <p>{what}</p>
            <p>{text.inbox_unrouted_here(count)}</p>
            {action}
        </Alert>
    }
    .into_any()
}

fn again(message: &InboxMessage, replay: Post) -> AnyView {
    let text = text();
    let (id, is_kept) = (message.row.id, message.is_kept);
    view! {
        <May permission=Permission::ReplayWebhooks>
            {if is_kept {
                view! {
                    <div class="space-y-2">
                        <p class="text-sm text-muted">{text.inbox_replay_lead()}</p>
                        <PostForm to=replay>
                            <input type="hidden" name="message" value=id.to_string()/>
                            <Submit label=text.inbox_replay() pending=replay.pending() class="btn btn-sm"/>
                        </PostForm>
                    </div>
                }
                .into_any()
            } else {
                view! { <p class="text-sm text-muted">{text.inbox_replay_gone()}</p> }.into_any()
            }}
        </May>
    }
    .into_any()
}
