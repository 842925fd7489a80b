//! The advertiser's own page: for each channel one light, one sentence, at most one button; the week's counts; the way
//! to Events Manager. No ids, no codes.

use domain::{
    Health,
    console::{OwnChannel, OwnPage as Own},
};
use leptos::prelude::*;

use crate::{
    api::links::LoadOwnPage,
    components::{Alert, ChannelMark, Icon, Loaded, PageHead, Time},
    preferences::text,
};

/// How it goes.
#[component]
pub fn OwnPage() -> impl IntoView {
    Loaded::new(|| LoadOwnPage {}).page(5, |own| view! { <Shown own/> }.into_any())
}

#[component]
fn Shown(own: Own) -> impl IntoView {
    let text = text();
    let Own {
        partner_name,
        advertiser_name,
        channels,
        arrived,
        on_their_way,
        waiting,
        not_counted,
        events_manager_url,
        reconnect_at,
        is_visitor,
        is_asked,
    } = own;
    let nothing = channels.is_empty().then(|| {
        let what = text.own_nothing(&partner_name);
        view! { <Alert><p>{what}</p></Alert> }.into_any()
    });
    let lights = channels
        .into_iter()
        .map(|channel| light(channel, &partner_name, &reconnect_at, is_visitor, is_asked))
        .collect_view();
    let counts = [
        (text.own_arrived(), arrived),
        (text.own_on_their_way(), on_their_way),
        (text.own_waiting(), waiting),
        (text.own_not_counted(), not_counted),
    ]
    .into_iter()
    .map(|(name, count)| {
        view! {
            <div class="flex items-baseline justify-between gap-4 py-2">
                <dt>{name}</dt>
                <dd class="text-lg font-semibold tabular-nums">{counted(count)}</dd>
            </div>
        }
        .into_any()
    })
    .collect_view();
    view! {
        <PageHead title=text.own_title(&advertiser_name) lead=text.own_lead(&partner_name)/>
        <div class="space-y-6 text-base">
            {nothing}
            <ul class="space-y-3">{lights}</ul>
            <section class="card bg-base-100">
                <div class="card-body gap-2 p-5">
                    <h2 class="text-lg font-semibold">{text.own_week()}</h2>
                    <dl class="divide-y divide-base-content/10">{counts}</dl>
                    <p class="text-sm text-muted">{text.own_week_hint()}</p>
                </div>
            </section>
            <EventsManagerSteps url=events_manager_url/>
        </div>
    }
}

/// Thousands are grouped; from where counting stops, it says so.
fn counted(count: i64) -> String {
    let mut grouped = domain::money::count(count.unsigned_abs());
    if count >= 100_000 {
        grouped.push('+');
    }
    grouped
}

/// One light, one sentence, at most one button.
fn light(
    channel: OwnChannel,
    partner: &str,
    reconnect_at: &str,
    is_visitor: bool,
    is_asked: bool,
) -> AnyView {
    let text = text();
    let OwnChannel {
        channel,
        names,
        health,
        awaits_confirmation,
        last_accepted,
        ..
    } = channel;
    let (icon, colour, word, sentence) = match health {
        Health::Healthy if awaits_confirmation => (
            Icon::Hourglass,
            "text-info",
            text.own_light_confirm(),
            text.own_confirm(partner),
        ),
        Health::Healthy => (
            Icon::CheckCircle,
            "text-success",
            text.own_light_healthy(),
            text.own_healthy().to_owned(),
        ),
        Health::Degraded => (
            Icon::Activity,
            "text-warning",
            text.own_light_degraded(),
            text.own_degraded().to_owned(),
        ),
        Health::Reconnect => (
            Icon::Unplug,
            "text-error",
            text.own_light_reconnect(),
            text.own_reconnect().to_owned(),
        ),
        Health::Disconnected => (
            Icon::Unplug,
            "text-muted",
            text.own_light_disconnected(),
            text.own_disconnected(partner),
        ),
        Health::Misconfigured => (
            Icon::Wrench,
            "text-error",
            text.own_light_misconfigured(),
            text.own_misconfigured(partner),
        ),
    };
    let button = match health {
        Health::Reconnect if !reconnect_at.is_empty() => view! {
            <a class="btn btn-primary" href=reconnect_at.to_owned()>{Icon::Plug.view()} {text.words_reconnect()}</a>
        }
        .into_any(),
        Health::Reconnect if is_asked => {
            view! { <p class="text-sm text-muted">{text.visitor_asked(partner)}</p> }.into_any()
        }
        Health::Reconnect if is_visitor => view! {
            <form method="post" action="/status/ask">
                <button class="btn btn-primary" type="submit">{Icon::Send.view()} {text.own_ask()}</button>
            </form>
        }
        .into_any(),
        _ => ().into_any(),
    };
    let last = last_accepted.map(|moment| {
        view! { <p class="text-sm text-muted">{text.own_last()} " " <Time moment/></p> }.into_any()
    });
    view! {
        <li class="card bg-base-100">
            <div class="card-body gap-2 p-5">
                <div class="flex flex-wrap items-center justify-between gap-2">
                    <h2 class="text-base font-semibold"><ChannelMark channel/></h2>
                    <p class=format!("inline-flex items-center gap-1.5 font-semibold {colour}")>{icon.view()} {word}</p>
                </div>
                <p class="break-words text-muted">{names.join(", ")}</p>
                <p>{sentence}</p>
                {last}
                {button}
            </div>
        </li>
    }
    .into_any()
}

/// *See it in Events Manager*, step by step.
#[component]
pub fn EventsManagerSteps(
    /// Where it is; empty: as everybody knows it.
    #[prop(optional, into)]
    url: String,
) -> impl IntoView {
    let text = text();
    let steps = [
        text.own_see_open(),
        text.own_see_choose(),
        text.own_see_overview(),
        text.own_see_wait(),
    ]
    .into_iter()
    .map(|step| view! { <li>{step}</li> }.into_any())
    .collect_view();
    view! {
        <section class="card bg-base-100">
            <div class="card-body gap-3 p-5">
                <h2 class="text-lg font-semibold">{text.own_see()}</h2>
                <ol class="list-decimal space-y-2 pl-6">{steps}</ol>
                {(!url.is_empty()).then(|| view! {
                    <p>
                        <a class="link inline-flex items-center gap-1" href=url rel="external noreferrer" target="_blank">
                            {text.words_events_manager()} {Icon::ExternalLink.sized("size-3.5")}
                        </a>
                    </p>
                }.into_any())}
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn counts_are_grouped_and_say_where_counting_stopped() {
        for (count, shown) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (99_999, "99,999"),
            (100_000, "100,000+"),
        ] {
            assert_eq!(counted(count), shown);
        }
    }
}
