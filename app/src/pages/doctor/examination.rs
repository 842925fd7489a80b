//! One connection before the doctor: every probe's answer, and what was answered before.

use domain::{
    Health, Permission,
    console::{Examination, Explanation, ProbeChange, ProbeResult},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{super::subscribe_again::SubscribeAgainForm, outcome::outcome_badge};
use crate::{
    api::{
        connections::{RecheckConnection, SubscribeAgain},
        doctor::LoadExamination,
    },
    components::{
        Alert, ChannelMark, Crumb, Empty, FormError, HealthBadge, Icon, Loaded, May, PageHead,
        Post, PostForm, Submit, Table, Time, Tone, failure_of,
    },
    preferences::text,
};

/// The list, a button that asks again, and the history.
#[component]
pub fn ExaminationPage() -> impl IntoView {
    let params = use_params_map();
    let recheck = Post::to::<RecheckConnection>();
    let subscribe = Post::to::<SubscribeAgain>();
    let loaded = Loaded::after([recheck, subscribe], move || {
        params.with(|params| LoadExamination {
            advertiser: params.get("advertiser").unwrap_or_default(),
            connection: params.get("connection").unwrap_or_default(),
        })
    });
    loaded.page(10, move |examination| show(examination, recheck, subscribe))
}

fn show(examination: Examination, recheck: Post, subscribe: Post) -> AnyView {
    let text = text();
    let Examination {
        advertiser,
        advertiser_name,
        connection,
        channel,
        asset_name,
        health,
        health_since,
        explanation,
        needs_subscription,
        parked,
        checked,
        next_check,
        results,
        history,
        now_ms,
    } = examination;
    let crumbs = vec![
        Crumb::new("/advertisers", text.words_advertisers()),
        Crumb::new(format!("/advertisers/{advertiser}"), advertiser_name),
    ];
    let asked = checked.map(|moment| {
        view! { <span>{text.doctor_checked()} " " <Time moment now_ms/></span> }.into_any()
    });
    let next = next_check.map(|moment| {
        view! { <span>{text.doctor_next_check()} " " <Time moment now_ms/></span> }.into_any()
    });
    let reconnect = (health == Health::Reconnect)
        .then(|| format!("/advertisers/{advertiser}/connect?channel={channel}"));
    view! {
        <PageHead title=text.doctor_of(&asset_name) crumbs>
            <May permission=Permission::ManageConnections>
                <PostForm to=recheck>
                    <input type="hidden" name="advertiser" value=advertiser.to_string()/>
                    <input type="hidden" name="connection" value=connection.to_string()/>
                    <Submit label=text.connection_recheck() pending=recheck.pending() class="btn btn-sm btn-primary"/>
                </PostForm>
            </May>
        </PageHead>
        <FormError failure=failure_of(recheck)/>
        <FormError failure=failure_of(subscribe)/>
        <div class="space-y-6">
            <div class="space-y-3" aria-live="polite">
                <p class="flex flex-wrap items-center gap-x-4 gap-y-1">
                    <ChannelMark channel/> <HealthBadge health/>
                    <span class="text-sm text-muted">{text.connection_since()} " " <Time moment=health_since now_ms/></span>
                </p>
                {explanation.map(|explanation| cause(explanation, health, parked, reconnect))}
                {needs_subscription.then(|| view! { <SubscribeAgainForm advertiser connection to=subscribe/> }.into_any())}
            </div>
            <section class="space-y-3" aria-labelledby="probes">
                <h2 class="text-lg font-semibold" id="probes">{text.doctor_probes()}</h2>
                <p class="flex flex-wrap gap-x-4 text-sm text-muted">{asked} {next}</p>
                {answers(results, now_ms)}
            </section>
            <section class="space-y-3" aria-labelledby="history">
                <h2 class="text-lg font-semibold" id="history">{text.doctor_history()}</h2>
                {before(history)}
            </section>
        </div>
    }
    .into_any()
}

fn cause(
    explanation: Explanation,
    health: Health,
    parked: i64,
    reconnect: Option<String>,
) -> AnyView {
    let text = text();
    let tone = if health == Health::Degraded {
        Tone::Warning
    } else {
        Tone::Error
    };
    view! {
        <Alert tone title=explanation.cause>
            <p>{explanation.remedy}</p>
            <p class="text-sm text-muted">{explanation.actor}</p>
            {(parked > 0).then(|| view! { <p>{text.connection_parked(parked)}</p> }.into_any())}
            {reconnect.map(|href| view! {
                <May permission=Permission::ManageConnections>
                    <a class="btn btn-sm btn-primary mt-1" href=href.clone()>{Icon::Plug.view()} {text.words_reconnect()}</a>
                </May>
            }.into_any())}
        </Alert>
    }
    .into_any()
}

fn answers(results: Vec<ProbeResult>, now_ms: i64) -> AnyView {
    let text = text();
    if results.is_empty() {
        return view! { <Empty icon=Icon::Clock title=text.doctor_unasked_title() what=text.doctor_unasked()/> }
            .into_any();
    }
    let rows = results
        .into_iter()
        .map(|result| {
            let ProbeResult {
                probe,
                subject,
                outcome,
                what,
                next,
                began,
            } = result;
            view! {
                <tr>
                    <th class="min-w-40 font-normal" scope="row">{text.probe(probe)} {scope(subject)}</th>
                    <td>{outcome_badge(outcome)}</td>
                    <td class="min-w-48"><p class="break-words">{what}</p> <p class="text-muted">{next}</p></td>
                    <td class="hidden sm:table-cell"><Time moment=began now_ms/></td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <Table caption=text.doctor_probes()>
            <thead>
                <tr>
                    <th scope="col">{text.doctor_probe()}</th>
                    <th scope="col">{text.doctor_answer()}</th>
                    <th scope="col">{text.doctor_found()}</th>
                    <th class="hidden sm:table-cell" scope="col">{text.doctor_from()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

/// The permission that a probe was about.
fn scope(subject: String) -> AnyView {
    if subject.is_empty() {
        return ().into_any();
    }
    view! { <code class="block text-xs break-all text-muted">{subject}</code> }.into_any()
}

fn before(history: Vec<ProbeChange>) -> AnyView {
    let text = text();
    if history.is_empty() {
        return view! { <p class="text-muted">{text.doctor_no_history()}</p> }.into_any();
    }
    let rows = history
        .into_iter()
        .map(|change| {
            let ended = match change.ended {
                Some(moment) => view! { <Time moment/> }.into_any(),
                None => text.doctor_lasts().into_any(),
            };
            view! {
                <tr>
                    <th class="min-w-40 font-normal" scope="row">{text.probe(change.probe)} {scope(change.subject)}</th>
                    <td>{outcome_badge(change.outcome)}</td>
                    <td class="hidden min-w-48 md:table-cell">{change.what}</td>
                    <td><Time moment=change.began/></td>
                    <td>{ended}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <Table caption=text.doctor_history()>
            <thead>
                <tr>
                    <th scope="col">{text.doctor_probe()}</th>
                    <th scope="col">{text.doctor_answer()}</th>
                    <th class="hidden md:table-cell" scope="col">{text.doctor_found()}</th>
                    <th scope="col">{text.doctor_from()}</th>
                    <th scope="col">{text.doctor_until()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}
