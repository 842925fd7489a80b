//! What somebody who came by a link has done, and the next thing to do.

use domain::{
    Channel, ConnectStep, ConnectWay,
    console::{LinkChannel, Welcome},
};
use leptos::prelude::*;

use super::own::EventsManagerSteps;
use crate::{
    api::links::LoadWelcome,
    components::{Alert, ChannelMark, Icon, Loaded, PageHead},
    pages::connect::StartForm,
    preferences::text,
};

/// A line for each channel; thanks, when all of them are connected.
#[component]
pub fn WelcomePage() -> impl IntoView {
    Loaded::new(|| LoadWelcome {}).page(4, |welcome| view! { <Standing welcome/> }.into_any())
}

#[component]
fn Standing(welcome: Welcome) -> impl IntoView {
    let text = text();
    let Welcome {
        partner_name,
        advertiser_name,
        advertiser_id,
        channels,
        has_window,
        is_done,
        is_confirmed_later,
    } = welcome;
    let (title, lead) = if is_done {
        (
            text.visitor_thanks_title().to_owned(),
            text.visitor_thanks_lead(&partner_name),
        )
    } else {
        (
            text.visitor_welcome_title(&advertiser_name),
            text.visitor_welcome_lead().to_owned(),
        )
    };
    let confirm = text.visitor_thanks_confirm(&partner_name);
    // One next thing: the first that is not connected has the loud button.
    let next = channels.iter().position(|channel| !is_connected(channel));
    let lines = channels
        .into_iter()
        .enumerate()
        .map(|(at, channel)| {
            let is_next = next == Some(at);
            view! { <Line advertiser=advertiser_id channel is_next has_window/> }.into_any()
        })
        .collect_view();
    view! {
        <PageHead title lead/>
        <div class="space-y-5 text-base">
            {(is_done && is_confirmed_later).then(|| view! {
                <Alert><p>{confirm}</p></Alert>
            }.into_any())}
            <ul class="space-y-3">{lines}</ul>
            {is_done.then(|| view! { <EventsManagerSteps/> }.into_any())}
        </div>
    }
}

fn is_connected(channel: &LinkChannel) -> bool {
    let attempt = channel.attempt.as_ref();
    attempt.is_some_and(|attempt| attempt.step == ConnectStep::Done)
}

#[component]
fn Line(
    advertiser: domain::AdvertiserId,
    channel: LinkChannel,
    is_next: bool,
    has_window: bool,
) -> impl IntoView {
    let text = text();
    let class = if is_next { "btn btn-primary" } else { "btn" };
    let is_connected = is_connected(&channel);
    let LinkChannel { channel, attempt } = channel;
    let (icon, colour, what) = match &attempt {
        None => (
            Icon::CircleDashed,
            "text-muted",
            text.visitor_line_ahead().to_owned(),
        ),
        Some(attempt) if is_connected => (
            Icon::CheckCircle,
            "text-success",
            text.visitor_line_connected(attempt.connected.join(", ")),
        ),
        Some(attempt) => match attempt.failure {
            Some(failure) => (
                Icon::CircleAlert,
                "text-warning",
                text.connect_failure(failure, channel).title.to_owned(),
            ),
            None => (
                Icon::Clock,
                "text-info",
                text.visitor_line_under_way().to_owned(),
            ),
        },
    };
    let action = match attempt {
        Some(attempt) if !is_connected => {
            let href = format!("/welcome/{advertiser}/{}", attempt.id);
            view! { <a class=class href=href>{text.visitor_continue()} {Icon::ArrowRight.view()}</a> }.into_any()
        }
        Some(_) => ().into_any(),
        // Meta's window also makes an account for who has none; whoever's browser opens no windows takes the full page.
        None if has_window && channel == Channel::Whatsapp => view! {
            <div class="flex flex-wrap items-center gap-2">
                <StartForm advertiser channel way=ConnectWay::EmbeddedSignup label=text.visitor_connect() class/>
                <StartForm advertiser channel label=text.signup_instead() class="btn btn-ghost btn-sm"/>
            </div>
        }
        .into_any(),
        None => {
            view! { <StartForm advertiser channel label=text.visitor_connect() class/> }.into_any()
        }
    };
    view! {
        <li class="card bg-base-100">
            <div class="card-body flex-row flex-wrap items-center justify-between gap-3 p-5">
                <div class="min-w-0">
                    <h2 class="text-base font-semibold"><ChannelMark channel/></h2>
                    <p class=format!("flex items-start gap-1.5 {colour}")>
                        <span class="mt-1">{icon.view()}</span> <span class="min-w-0 break-words">{what}</span>
                    </p>
                </div>
                {action}
            </div>
        </li>
    }
}
