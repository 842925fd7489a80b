//! One link in the list: to whom, how far it has come, and what can be done.

use domain::{
    AdvertiserId, ConnectStep, LinkKind, LinkStanding,
    console::{Link, LinkChannel, Moment},
};
use leptos::prelude::*;

use super::Doing;
use crate::{
    components::{Alert, ChannelMark, Confirm, Fact, Facts, Icon, PostForm, Submit, Time, Tone},
    preferences::text,
};

/// One link.
#[component]
pub fn LinkCard(
    /// Whose.
    advertiser: AdvertiserId,
    /// The link.
    link: Link,
    /// The server's now.
    now_ms: i64,
    /// Sends it again and withdraws it.
    doing: Doing,
) -> impl IntoView {
    let text = text();
    let title = match (link.recipient.is_empty(), link.kind) {
        (false, _) => link.recipient.clone(),
        (true, LinkKind::Connect) => text.links_kind_connect().to_owned(),
        (true, LinkKind::Status) => text.links_kind_status().to_owned(),
    };
    let id = link.id.to_string();
    let is_revoked = link.standing == LinkStanding::Revoked;
    let channels = link
        .channels
        .clone()
        .into_iter()
        .map(|channel| progress(advertiser, channel, now_ms))
        .collect_view();
    let held = link.held.join(", ");
    let held = (!held.is_empty()).then(|| {
        view! { <Alert tone=Tone::Warning title=text.links_held()><p class="break-words">{held}</p></Alert> }
            .into_any()
    });
    let asked = (link.asked.is_some() && !is_revoked).then(|| {
        view! { <Alert tone=Tone::Warning title=text.links_asked()><p>{text.links_asked_next()}</p></Alert> }
            .into_any()
    });
    view! {
        <li class="card bg-base-100" data-testid="link-card">
            <div class="card-body gap-3 p-5">
                <div class="flex flex-wrap items-start justify-between gap-2">
                    <h3 class="min-w-0 break-all text-base font-semibold">{title}</h3>
                    {badge(link.standing)}
                </div>
                {asked}
                {held}
                {facts(link.clone(), now_ms)}
                {(link.kind == LinkKind::Connect).then(|| view! { <ul class="space-y-1">{channels}</ul> }.into_any())}
                {(!is_revoked).then(|| actions(advertiser, id, link.recipient.is_empty(), doing))}
            </div>
        </li>
    }
}

fn badge(standing: LinkStanding) -> AnyView {
    let text = text();
    let (icon, colour, word) = match standing {
        LinkStanding::Open => (Icon::Clock, "text-info", text.links_open()),
        LinkStanding::Done => (Icon::CheckCircle, "text-success", text.links_done()),
        LinkStanding::Expired => (Icon::Hourglass, "text-warning", text.links_expired()),
        LinkStanding::Revoked => (Icon::Ban, "text-muted", text.links_revoked()),
    };
    view! { <span class=format!("inline-flex items-center gap-1.5 font-medium {colour}")>{icon.view()} {word}</span> }
        .into_any()
}

fn facts(link: Link, now_ms: i64) -> AnyView {
    let text = text();
    let when = move |moment: Option<Moment>, otherwise: &'static str| match moment {
        Some(moment) => view! { <Time moment now_ms/> }.into_any(),
        None => otherwise.into_any(),
    };
    view! {
        <Facts>
            <Fact name=text.links_sent_at()>{when(link.sent, text.links_copied())}</Fact>
            <Fact name=text.links_opened_at()>{when(link.opened, text.links_not_yet())}</Fact>
            <Fact name=text.links_expires_at()><Time moment=link.expires/></Fact>
            <Fact name=text.words_language()>{link.language.own_name()}</Fact>
            {link.is_trusted.then(|| view! { <Fact name=text.links_confirmation()>{text.links_trusted_short()}</Fact> }.into_any())}
        </Facts>
    }
    .into_any()
}

/// How far one channel has come, and where and why it stopped.
fn progress(advertiser: AdvertiserId, channel: LinkChannel, now_ms: i64) -> AnyView {
    let text = text();
    let LinkChannel { channel, attempt } = channel;
    let state = match attempt {
        None => view! { <span class="text-muted">{text.links_not_begun()}</span> }.into_any(),
        Some(attempt) => {
            let href = format!("/advertisers/{advertiser}/connect/{}", attempt.id);
            let (what, colour) = match (attempt.step, attempt.failure) {
                (_, Some(failure)) => (
                    text.links_stopped(text.connect_failure(failure, channel).title),
                    "text-error",
                ),
                (ConnectStep::Done, None) => (
                    text.links_connected(attempt.connected.join(", ")),
                    "text-success",
                ),
                (step, None) => (text.connect_step(step).to_owned(), "text-info"),
            };
            view! {
                <a class=format!("link-hover min-w-0 break-words {colour}") href=href>{what}</a>
                " " <span class="text-sm text-muted"><Time moment=attempt.moved now_ms/></span>
            }
            .into_any()
        }
    };
    view! {
        <li class="flex flex-wrap items-baseline gap-x-3"><span class="w-32"><ChannelMark channel/></span> {state}</li>
    }
    .into_any()
}

fn actions(advertiser: AdvertiserId, id: String, is_copied: bool, doing: Doing) -> AnyView {
    let text = text();
    let label = if is_copied {
        text.links_copy_anew()
    } else {
        text.links_resend()
    };
    let fields = move |id: String| {
        view! {
            <input type="hidden" name="advertiser" value=advertiser.to_string()/>
            <input type="hidden" name="link" value=id/>
        }
        .into_any()
    };
    let Doing { resend, revoke, .. } = doing;
    let (again, withdrawn) = (fields(id.clone()), fields(id));
    view! {
        <div class="flex flex-wrap items-start gap-2">
            <PostForm to=resend>
                {again}
                <Submit label pending=resend.pending() class="btn btn-sm"/>
            </PostForm>
            <Confirm label=text.links_revoke() title=text.links_revoke_title() what=text.links_revoke_what()>
                <PostForm to=revoke>
                    {withdrawn}
                    <Submit label=text.links_revoke() pending=revoke.pending() class="btn btn-sm btn-error"/>
                </PostForm>
            </Confirm>
        </div>
    }
    .into_any()
}
