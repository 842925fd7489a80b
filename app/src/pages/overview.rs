//! What leads the console: what needs somebody, and how the last day's events fared.

use domain::{
    StateGroup,
    console::{HourRow, Need, NeedKind, Overview},
};
use leptos::prelude::*;
use leptos_router::components::Redirect;

use crate::{
    Error,
    api::doctor::LoadOverview,
    components::{ChannelMark, Empty, HealthBadge, Icon, Loaded, PageHead, Table, Time},
    preferences::text,
};

/// What needs me, what happened.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let text = text();
    let loaded = Loaded::new(|| LoadOverview {});
    view! {
        <PageHead title=text.overview_page_title()/>
        {loaded.each(8, move |answer| match answer {
            Some(Ok(overview)) => show(overview),
            // An advertiser's people have a page of their own.
            Some(Err(Error::Forbidden)) => view! { <Redirect path="/status"/> }.into_any(),
            Some(Err(error)) => loaded.failed(error, text.overview_page_not_loaded()),
            None => ().into_any(),
        })}
    }
}

fn show(overview: Overview) -> AnyView {
    let text = text();
    let Overview {
        needs,
        has_more,
        hours,
        chart,
        arrived,
        events,
        share,
        oldest_waiting,
        now_ms,
    } = overview;
    let share = if share.is_empty() {
        text.overview_page_nothing_sent().to_owned()
    } else {
        text.overview_page_share(share)
    };
    let waiting = match oldest_waiting {
        Some(moment) => view! { <Time moment now_ms/> }.into_any(),
        None => text.overview_page_nothing_waits().into_any(),
    };
    view! {
        <div class="grid gap-6 xl:grid-cols-[3fr_2fr]">
            <section class="space-y-3" aria-labelledby="needs">
                <h2 class="text-lg font-semibold" id="needs">{text.overview_page_needs()}</h2>
                {needs_list(needs, now_ms)}
                {has_more.then(|| view! {
                    <a class="link" href="/doctor">{text.overview_page_more()}</a>
                }.into_any())}
            </section>
            <section class="space-y-3" aria-labelledby="events">
                <h2 class="text-lg font-semibold" id="events">{text.overview_page_events()}</h2>
                <div class="card bg-base-100">
                    <div class="card-body gap-3 p-4">
                        <dl class="grid grid-cols-2 gap-3">
                            {figure(text.overview_page_arrived(), share.into_any(), text.overview_page_of(arrived, events))}
                            {figure(text.overview_page_waiting(), waiting, String::new())}
                        </dl>
                        <div inner_html=chart></div>
                        {legend()}
                        <details>
                            <summary class="cursor-pointer py-1 text-sm text-muted">{text.overview_page_as_table()}</summary>
                            {table(hours)}
                        </details>
                    </div>
                </div>
            </section>
        </div>
    }
    .into_any()
}

fn figure(name: &'static str, value: AnyView, beside: String) -> AnyView {
    view! {
        <div>
            <dt class="text-sm text-muted">{name}</dt>
            <dd><span class="text-xl font-semibold tabular-nums">{value}</span> <span class="block text-sm text-muted">{beside}</span></dd>
        </div>
    }
    .into_any()
}

fn needs_list(needs: Vec<Need>, now_ms: i64) -> AnyView {
    let text = text();
    if needs.is_empty() {
        return view! {
            <Empty icon=Icon::CheckCircle title=text.overview_page_all_well() what=text.overview_page_all_well_what()/>
        }
        .into_any();
    }
    let rows = needs
        .into_iter()
        .map(|need| {
            let Need {
                kind,
                title,
                channel,
                health,
                what,
                since,
                href,
                action,
            } = need;
            let mark = match health {
                Some(health) => view! { <HealthBadge health/> }.into_any(),
                None => kind_badge(kind),
            };
            let spoken = format!("{action}: {title}");
            view! {
                <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 p-4">
                    <div class="min-w-0 flex-1 basis-64">
                        <p class="flex flex-wrap items-center gap-x-3">
                            <span class="font-semibold break-words">{title}</span>
                            {channel.map(|channel| view! { <ChannelMark channel/> }.into_any())}
                        </p>
                        <p class="text-sm">{what}</p>
                        <p class="flex flex-wrap gap-x-3 text-sm text-muted">{mark} <Time moment=since now_ms/></p>
                    </div>
                    <a class="btn btn-sm" href=href aria-label=spoken>{action}</a>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ul class="divide-y divide-base-content/10 rounded-box border border-base-content/10 bg-base-100">{rows}</ul> }
        .into_any()
}

fn kind_badge(kind: NeedKind) -> AnyView {
    let text = text();
    let (icon, colour) = match kind {
        NeedKind::Incident | NeedKind::Broken => (Icon::AlertTriangle, "text-error"),
        NeedKind::Degraded => (Icon::Activity, "text-warning"),
        NeedKind::Stuck => (Icon::Hourglass, "text-warning"),
        NeedKind::Unconfirmed => (Icon::CircleHelp, "text-warning"),
        NeedKind::Relay => (Icon::Send, "text-warning"),
    };
    view! {
        <span class=format!("inline-flex items-center gap-1.5 font-medium {colour}")>{icon.view()} {text.need_kind(kind)}</span>
    }
    .into_any()
}

fn legend() -> AnyView {
    let text = text();
    let entries = StateGroup::ALL
        .iter()
        .map(|group| {
            view! {
                <li class="inline-flex items-center gap-1.5">
                    <span class=format!("chart-{group} size-3 rounded-sm") aria-hidden="true"></span> {text.state_group(*group)}
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ul class="flex flex-wrap gap-x-4 gap-y-1 text-sm">{entries}</ul> }.into_any()
}

fn table(hours: Vec<HourRow>) -> AnyView {
    let text = text();
    let heads = StateGroup::ALL
        .iter()
        .map(|group| {
            view! { <th class="text-right" scope="col">{text.state_group(*group)}</th> }.into_any()
        })
        .collect_view();
    let rows = hours
        .into_iter()
        .rev()
        .map(|hour| {
            let cells = hour
                .counts
                .into_iter()
                .map(|count| view! { <td class="text-right tabular-nums">{count}</td> }.into_any())
                .collect_view();
            view! { <tr><th scope="row" class="font-normal"><Time moment=hour.at/></th> {cells}</tr> }
                .into_any()
        })
        .collect_view();
    view! {
        <Table caption=text.overview_page_events()>
            <thead><tr><th scope="col">{text.overview_page_hour()}</th> {heads}</tr></thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}
