//! What is behind a link, before anything is done: who asks, what Meta will ask, what we do with it. Plain forms alone,
//! so that it works wherever a mail is opened.

use domain::{Channel, LinkKind, LinkStanding, console::LinkShown};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    Error,
    api::links::LoadLink,
    components::{Alert, ChannelMark, Icon, Loaded, PageHead, Time, Tone},
    preferences::text,
};

/// The page behind a link.
#[component]
pub fn LinkPage() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()));
    let loaded = Loaded::new(move || LoadLink { token: token.get() });
    loaded.each(5, move |answer| match answer {
        Some(Ok(shown)) => view! { <Shown shown token=token.get_untracked()/> }.into_any(),
        Some(Err(Error::NotFound)) => view! { <Unknown/> }.into_any(),
        Some(Err(error)) => loaded.failed_page(error),
        None => ().into_any(),
    })
}

/// Never was, or was replaced by a newer one.
#[component]
fn Unknown() -> impl IntoView {
    let text = text();
    view! {
        <PageHead title=text.visitor_unknown_title()/>
        <Alert tone=Tone::Warning><p>{text.visitor_unknown()}</p></Alert>
    }
}

#[component]
fn Shown(shown: LinkShown, token: String) -> impl IntoView {
    let text = text();
    match shown.standing {
        LinkStanding::Open if shown.kind == LinkKind::Connect => invitation(shown, token),
        LinkStanding::Open => {
            let title = text.visitor_status_title(&shown.advertiser_name);
            view! {
                <PageHead title lead=text.visitor_status_lead(&shown.partner_name)/>
                <Begin token label=text.visitor_see()/>
            }
            .into_any()
        }
        over => ended(over, shown, token),
    }
}

fn invitation(shown: LinkShown, token: String) -> AnyView {
    let text = text();
    let LinkShown {
        partner_name,
        advertiser_name,
        channels,
        expires,
        ..
    } = shown;
    let marks = channels
        .iter()
        .map(|channel| view! { <li><ChannelMark channel=*channel/></li> }.into_any())
        .collect_view();
    let asks = channels
        .iter()
        .map(|channel| asked(*channel))
        .collect_view();
    let then = [
        (Icon::Check, text.visitor_then_choose()),
        (Icon::Check, text.visitor_then_report()),
        (Icon::Refresh, text.visitor_then_again()),
        (Icon::Ban, text.visitor_then_never()),
    ]
    .into_iter()
    .map(|(icon, what)| view! {
        <li class="flex gap-2"><span class="mt-0.5 text-primary">{icon.view()}</span> <span class="min-w-0">{what}</span></li>
    }.into_any())
    .collect_view();
    view! {
        <PageHead title=text.visitor_title(&partner_name) lead=text.visitor_lead(&advertiser_name, &partner_name)/>
        <div class="space-y-5 text-base">
            <section class="card bg-base-100">
                <div class="card-body gap-4 p-5 sm:p-8">
                    <h2 class="text-lg font-semibold">{text.visitor_channels()}</h2>
                    <ul class="flex flex-wrap gap-x-6 gap-y-2">{marks}</ul>
                    <Begin token label=text.visitor_start()/>
                    <p class="text-sm text-muted">{text.visitor_start_hint()} " " {text.visitor_until()} " " <Time moment=expires/></p>
                </div>
            </section>
            <section class="card bg-base-100">
                <div class="card-body gap-4 p-5 sm:p-8">
                    <h2 class="text-lg font-semibold">{text.visitor_asks()}</h2>
                    <ul class="space-y-3">{asks}</ul>
                </div>
            </section>
            <section class="card bg-base-100">
                <div class="card-body gap-4 p-5 sm:p-8">
                    <h2 class="text-lg font-semibold">{text.visitor_then()}</h2>
                    <ul class="space-y-3">{then}</ul>
                </div>
            </section>
        </div>
    }
    .into_any()
}

/// What Meta will ask for one channel, in words.
fn asked(channel: Channel) -> AnyView {
    let text = text();
    let what = match channel {
        Channel::Messenger => text.visitor_asks_messenger(),
        Channel::Instagram => text.visitor_asks_instagram(),
        Channel::Whatsapp => text.visitor_asks_whatsapp(),
    };
    view! {
        <li><p class="font-semibold"><ChannelMark channel/></p><p>{what}</p></li>
    }
    .into_any()
}

/// The button that begins.
#[component]
fn Begin(token: String, label: &'static str) -> impl IntoView {
    view! {
        <form method="post" action=format!("/c/{token}/start")>
            <button class="btn btn-primary" type="submit">{label} {Icon::ArrowRight.view()}</button>
        </form>
    }
}

/// A link that cannot be used: why, and how to get another.
fn ended(standing: LinkStanding, shown: LinkShown, token: String) -> AnyView {
    let text = text();
    let partner = &shown.partner_name;
    let (title, what) = match standing {
        LinkStanding::Done => (text.visitor_done_title(), text.visitor_done_what(partner)),
        LinkStanding::Revoked => (
            text.visitor_revoked_title(),
            text.visitor_revoked_what(partner),
        ),
        LinkStanding::Open | LinkStanding::Expired => (
            text.visitor_expired_title(),
            text.visitor_expired_what(partner),
        ),
    };
    let asked = text.visitor_asked(partner);
    let ask = if shown.is_asked {
        view! { <Alert tone=Tone::Success><p>{asked}</p></Alert> }.into_any()
    } else {
        view! {
            <form method="post" action=format!("/c/{token}/ask")>
                <button class="btn btn-primary" type="submit">{Icon::Send.view()} {text.visitor_ask()}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <PageHead title/>
        <div class="space-y-4 text-base"><p class="max-w-prose">{what}</p> {ask}</div>
    }
    .into_any()
}
