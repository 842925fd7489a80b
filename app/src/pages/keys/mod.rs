//! API keys: those of one advertiser, and those of the partner that reach every advertiser. One list for both.

mod form;
mod row;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::advertiser_tabs::{AdvertiserTab, advertiser_tabs};
use crate::{
    api::keys::{AddApiKey, KeyForm, KeyList, KeyMade, ListApiKeys, RevokeApiKey, RotateApiKey},
    components::{
        Alert, CopyButton, Crumb, Empty, FormError, Icon, Loaded, PageHead, Post, Tone, failure_of,
        typed,
    },
    preferences::text,
    wire::read,
};
use form::new_key;
use row::key_row;

/// The three things that are done with keys.
#[derive(Clone, Copy)]
struct Doing {
    add: Post,
    rotate: Post,
    revoke: Post,
}

/// Keys, newest first, below the form of a new one. Without an advertiser in the address, the partner's own.
#[component]
pub fn KeysPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("advertiser").unwrap_or_default()));
    let doing = Doing {
        add: Post::to::<AddApiKey>(),
        rotate: Post::to::<RotateApiKey>(),
        revoke: Post::to::<RevokeApiKey>(),
    };
    let kept = typed(|| None::<KeyForm>);
    let loaded = Loaded::after([doing.add, doing.rotate, doing.revoke], move || {
        ListApiKeys {
            advertiser: id.get(),
        }
    });
    loaded.page(5, move |list| listed(list, kept.clone(), doing))
}

fn listed(list: KeyList, kept: Option<KeyForm>, doing: Doing) -> AnyView {
    let text = text();
    let KeyList {
        advertiser,
        keys,
        now_ms,
    } = list;
    let (crumbs, lead, tabs) = match &advertiser {
        Some(advertiser) => (
            vec![
                Crumb::new("/advertisers", text.words_advertisers()),
                Crumb::new(
                    format!("/advertisers/{}", advertiser.id),
                    advertiser.name.clone(),
                ),
            ],
            text.keys_lead(),
            Some(advertiser_tabs(advertiser.id, AdvertiserTab::Keys)),
        ),
        None => (
            vec![Crumb::new("/settings", text.words_settings())],
            text.keys_partner_lead(),
            None,
        ),
    };
    let is_archived = advertiser
        .as_ref()
        .is_some_and(|advertiser| advertiser.is_archived);
    let whose = advertiser
        .map(|advertiser| advertiser.id.to_string())
        .unwrap_or_default();
    let is_empty = keys.is_empty();
    let of = whose.clone();
    let rows = keys
        .into_iter()
        .map(|key| key_row(&of, key, now_ms, doing))
        .collect_view();
    view! {
        <PageHead title=text.keys_title() lead crumbs/>
        {tabs}
        <div class="max-w-4xl space-y-6">
            <p><a class="link" href="/developers">{text.keys_manual()}</a></p>
            {answered(doing.add)}
            {answered(doing.rotate)}
            <FormError failure=failure_of(doing.rotate)/>
            <FormError failure=failure_of(doing.revoke)/>
            {(!is_archived).then(|| new_key(whose, kept, doing.add))}
            <section class="space-y-3">
                <h2 class="text-lg font-semibold">{text.keys_so_far()}</h2>
                {if is_empty {
                    view! { <Empty icon=Icon::Plug title=text.keys_none_title() what=text.keys_none()/> }.into_any()
                } else {
                    view! { <ul class="space-y-3">{rows}</ul> }.into_any()
                }}
            </section>
        </div>
    }
    .into_any()
}

/// The key that a form has just made, once.
fn answered(post: Post) -> AnyView {
    let made = move || {
        let answer = post.answer().get()?.ok()?;
        read::<KeyMade>(&answer).ok()
    };
    (move || made().map(|made| told(made.key))).into_any()
}

fn told(key: String) -> AnyView {
    let text = text();
    view! {
        <Alert tone=Tone::Success title=text.keys_copy()>
            <p>{text.keys_once()}</p>
            <p class="flex flex-wrap items-center gap-2">
                <code class="min-w-0 break-all text-sm" data-testid="key">{key.clone()}</code>
                <CopyButton value=key what=text.keys_the_key()/>
            </p>
        </Alert>
    }
    .into_any()
}
