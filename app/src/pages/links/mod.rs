//! The links of one advertiser: who was asked, how far they came, and a new one.

mod card;
mod form;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    api::links::{AddLink, LinkForm, LinkList, LinkWritten, ListLinks, ResendLink, RevokeLink},
    components::{
        Alert, CopyButton, Crumb, Empty, FormError, Icon, Loaded, PageHead, Post, Tone, failure_of,
        live, typed,
    },
    preferences::text,
    wire::read,
};
use card::LinkCard;
use form::NewLinkForm;

/// The three things that are done with links.
#[derive(Clone, Copy)]
pub struct Doing {
    add: Post,
    resend: Post,
    revoke: Post,
}

/// Links, newest first, below the form of a new one.
#[component]
pub fn LinksPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("advertiser").unwrap_or_default()));
    let doing = Doing {
        add: Post::to::<AddLink>(),
        resend: Post::to::<ResendLink>(),
        revoke: Post::to::<RevokeLink>(),
    };
    forget_after(doing.add, vec![doing.resend]);
    forget_after(doing.resend, vec![doing.add]);
    forget_after(doing.revoke, vec![doing.add, doing.resend]);
    let kept = typed(|| None::<LinkForm>);
    let loaded = Loaded::after([doing.add, doing.resend, doing.revoke], move || ListLinks {
        advertiser: id.get(),
    });
    loaded.page(5, move |list| {
        view! { <Listed list kept=kept.clone() doing/> }.into_any()
    })
}

/// Takes an address off the page once another was written or it may have been withdrawn: what stands there is copied.
fn forget_after(post: Post, written: Vec<Post>) {
    let version = post.version();
    Effect::new(move || {
        if version.get() > 0 {
            for post in &written {
                post.clear();
            }
        }
    });
}

#[component]
fn Listed(list: LinkList, kept: Option<LinkForm>, doing: Doing) -> impl IntoView {
    let text = text();
    let LinkList {
        advertiser,
        links,
        can_mail,
        contact_email,
        now_ms,
    } = list;
    let id = advertiser.id;
    let crumbs = vec![
        Crumb::new("/advertisers", text.words_advertisers()),
        Crumb::new(format!("/advertisers/{id}"), advertiser.name.clone()),
    ];
    let is_empty = links.is_empty();
    let cards = links
        .into_iter()
        .map(|link| view! { <LinkCard advertiser=id link now_ms doing/> }.into_any())
        .collect_view();
    view! {
        <PageHead title=text.links_title() lead=text.links_lead() crumbs/>
        <div class="max-w-4xl space-y-6">
            <Written post=doing.add/>
            <Written post=doing.resend/>
            <FormError failure=failure_of(doing.resend)/>
            <FormError failure=failure_of(doing.revoke)/>
            {(!advertiser.is_archived).then(|| view! {
                <NewLinkForm advertiser=id language=advertiser.language kept can_mail contact_email add=doing.add/>
            }.into_any())}
            <section class="space-y-3">
                <h2 class="text-lg font-semibold">{text.links_sent()}</h2>
                {if is_empty {
                    view! { <Empty icon=Icon::Send title=text.links_none_title() what=text.links_none()/> }.into_any()
                } else {
                    view! { <ul class="space-y-3">{cards}</ul> }.into_any()
                }}
            </section>
        </div>
    }
}

/// The address of a link that was just written, once: it is stored nowhere.
#[component]
fn Written(post: Post) -> impl IntoView {
    let text = text();
    let written = move || {
        let answer = post.answer().get()?.ok()?;
        read::<LinkWritten>(&answer).ok()
    };
    move || {
        written().map(|written| {
            let title = if written.is_mailed {
                text.links_mailed()
            } else {
                text.links_copy()
            };
            view! {
                <Alert tone=Tone::Success title>
                    <p>{text.links_once()}</p>
                    <p class="flex flex-wrap items-center gap-2">
                        <code class="min-w-0 break-all text-sm" data-testid="link">{written.url.clone()}</code>
                        <CopyButton value=written.url what=text.links_address()/>
                    </p>
                </Alert>
            }
            .into_any()
        })
    }
}

/// Says nothing until there is something to say.
fn said(what: impl Fn() -> Option<String> + Send + Sync + 'static) -> AnyView {
    live(what).into_any()
}
