//! Whether the partner's own app may do at Meta what Patchbay does with it.

use domain::{
    Channel, Permission, Requirement,
    console::{AccessBar, AccessMeter, Readiness, ReadinessState, RequirementStatus},
    time,
};
use leptos::prelude::*;

use crate::{
    api::readiness::{LoadReadiness, ReadinessNow, TickRequirement},
    components::{
        Alert, ChannelMark, CopyButton, FormError, Icon, Loaded, May, PageHead, Post, PostForm,
        Submit, Table, Time, Tone, failure_of,
    },
    preferences::text,
};

/// The requirements by what they concern, and the meter of the app's calls.
#[component]
pub fn ReadinessPage() -> impl IntoView {
    let text = text();
    let tick = Post::to::<TickRequirement>();
    let loaded = Loaded::after([tick], || LoadReadiness {});
    view! {
        <PageHead title=text.words_app_readiness() lead=text.readiness_lead()/>
        <FormError failure=failure_of(tick)/>
        {loaded.part(10, text.readiness_not_loaded(), move |now| show(now, tick))}
    }
}

fn show(now: ReadinessNow, tick: Post) -> AnyView {
    let text = text();
    let ReadinessNow { readiness, now_ms } = now;
    let Readiness {
        requirements,
        has_answered,
        meter,
    } = readiness;
    let open = requirements
        .iter()
        .filter(|status| status.state != ReadinessState::Met)
        .count();
    let (tone, sentence) = if open == 0 {
        (Tone::Success, text.readiness_ready().to_owned())
    } else {
        (Tone::Warning, text.readiness_open(open))
    };
    let (whole, by_channel): (Vec<_>, Vec<_>) = requirements
        .into_iter()
        .partition(|status| status.requirement.channels().len() == Channel::ALL.len());
    let channels = Channel::ALL
        .iter()
        .map(|channel| {
            let own: Vec<_> = by_channel
                .iter()
                .filter(|status| status.requirement.channels().contains(channel))
                .cloned()
                .collect();
            let heading = view! { <ChannelMark channel=*channel/> }.into_any();
            section(heading, own, now_ms, tick)
        })
        .collect_view();
    view! {
        <div class="max-w-4xl space-y-8">
            <div class="space-y-3">
                <Alert tone><p>{sentence}</p></Alert>
                {(!has_answered).then(|| view! {
                    <Alert tone=Tone::Info title=text.readiness_silent_title()><p>{text.readiness_silent()}</p></Alert>
                }.into_any())}
            </div>
            {section(text.readiness_whole_app().into_any(), whole, now_ms, tick)}
            {channels}
            {calls(meter)}
        </div>
    }
    .into_any()
}

fn section(heading: AnyView, statuses: Vec<RequirementStatus>, now_ms: i64, tick: Post) -> AnyView {
    let rows = statuses
        .into_iter()
        .map(|status| row(status, now_ms, tick))
        .collect_view();
    view! {
        <section class="space-y-3">
            <h2 class="text-lg font-semibold">{heading}</h2>
            <ul class="divide-y divide-base-content/10 rounded-box border border-base-content/10 bg-base-100">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(status: RequirementStatus, now_ms: i64, tick: Post) -> AnyView {
    let text = text();
    let RequirementStatus {
        requirement,
        state,
        said,
        without,
        tick: ticked,
        may_tick,
        href,
        paste,
    } = status;
    let comes_with = requirement
        .comes_with()
        .map(|permission| text.readiness_comes_with(permission));
    let said = said.map(|said| text.readiness_said(said));
    let without = (!without.is_empty()).then(|| {
        let channels: Vec<_> = without
            .iter()
            .map(|channel| text.channel(*channel))
            .collect();
        text.readiness_without(channels.join(", "))
    });
    let paste = paste
        .into_iter()
        .map(|value| {
            let what = value.clone();
            view! {
                <p class="flex flex-wrap items-center gap-1 text-sm">
                    <span class="text-muted">{text.readiness_enter()}</span>
                    <code class="break-all">{value.clone()}</code>
                    <CopyButton value what/>
                </p>
            }
            .into_any()
        })
        .collect_view();
    let by = ticked.as_ref().map(|ticked| {
        let (by, at) = (text.readiness_ticked_by(&ticked.by), ticked.at);
        view! { <p class="text-sm text-muted">{by} " " <Time moment=at now_ms/></p> }.into_any()
    });
    let is_ticked = ticked.is_some();
    let label = if is_ticked {
        text.readiness_untick()
    } else {
        text.readiness_tick()
    };
    let form = may_tick.then(|| {
        view! {
            <May permission=Permission::ManageSettings>
                <PostForm to=tick>
                    <input type="hidden" name="requirement" value=requirement.as_str()/>
                    <input type="hidden" name="is_met" value=(!is_ticked).to_string()/>
                    <Submit label pending=tick.pending() class="btn btn-sm"/>
                </PostForm>
            </May>
        }
        .into_any()
    });
    view! {
        <li class="flex flex-wrap items-start justify-between gap-3 px-4 py-3">
            <div class="min-w-0 flex-1 basis-80 space-y-1">
                <p class="flex flex-wrap items-center gap-x-3 gap-y-1">{badge(state)} {title(requirement)}</p>
                <p class="text-sm">{text.requirement_why(requirement)}</p>
                {comes_with.map(|words| view! { <p class="text-sm text-muted">{words}</p> }.into_any())}
                {said.map(|words| view! { <p class="text-sm text-muted">{words}</p> }.into_any())}
                {without.map(|words| view! { <p class="text-sm text-muted">{words}</p> }.into_any())}
                {paste}
                {by}
            </div>
            <div class="flex flex-wrap items-center gap-2">
                <a class="btn btn-sm btn-ghost" href=href rel="external noreferrer" target="_blank">
                    {text.readiness_open_meta()} {Icon::ExternalLink.sized("size-3.5")}
                </a>
                {form}
            </div>
        </li>
    }
    .into_any()
}

/// A permission by Meta's name for it, anything else in words.
fn title(requirement: Requirement) -> AnyView {
    match requirement.proof() {
        domain::Proof::Permission(permission) => {
            view! { <code class="font-medium">{permission.as_str()}</code> }.into_any()
        }
        _ => {
            view! { <span class="font-medium">{text().requirement(requirement)}</span> }.into_any()
        }
    }
}

fn badge(state: ReadinessState) -> AnyView {
    let text = text();
    let (icon, colour, word) = match state {
        ReadinessState::Met => (Icon::CheckCircle, "text-success", text.readiness_met()),
        ReadinessState::Unknown => (Icon::CircleHelp, "text-warning", text.readiness_unknown()),
        ReadinessState::Missing => (Icon::CircleX, "text-error", text.readiness_missing()),
    };
    view! {
        <span class=format!("inline-flex items-center gap-1.5 font-medium whitespace-nowrap {colour}")>
            {icon.view()} {word}
        </span>
    }
    .into_any()
}

/// The app's own calls against the bars, by day.
fn calls(meter: AccessMeter) -> AnyView {
    let text = text();
    let bars = [
        (text.readiness_bar_meta(), meter.bar),
        (text.readiness_bar_guide(), meter.guide),
    ]
    .into_iter()
    .filter_map(|(name, asked)| Some(bar(name, asked?, &meter)))
    .collect_view();
    let language = text.language();
    let day = move |ms: i64| {
        let at = chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default();
        time::date(at, 0, language)
    };
    let rows = meter
        .days
        .iter()
        .map(|counted| {
            view! {
                <tr>
                    <th class="font-normal" scope="row">{day(counted.day.ms)}</th>
                    <td class="text-right tabular-nums">{counted.calls.to_string()}</td>
                    <td class="text-right tabular-nums">{counted.errors.to_string()}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let summary = text.readiness_summary(meter.calls(), percent(meter.error_permille()));
    view! {
        <section class="space-y-3">
            <h2 class="text-lg font-semibold">{text.readiness_calls()}</h2>
            <p>{text.readiness_calls_lead()}</p>
            <p class="font-medium">{summary}</p>
            <div class="grid gap-3 sm:grid-cols-2">{bars}</div>
            {chart(&meter)}
            <details>
                <summary class="cursor-pointer py-1 text-sm text-muted">{text.readiness_as_table()}</summary>
                <div class="max-w-md pt-2">
                    <Table caption=text.readiness_calls()>
                        <thead>
                            <tr>
                                <th scope="col">{text.readiness_day()}</th>
                                <th class="text-right" scope="col">{text.readiness_count()}</th>
                                <th class="text-right" scope="col">{text.readiness_errors()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </Table>
                </div>
            </details>
        </section>
    }
    .into_any()
}

fn percent(permille: u64) -> String {
    format!("{}.{}", permille / 10, permille % 10)
}

fn bar(name: &'static str, asked: AccessBar, meter: &AccessMeter) -> AnyView {
    let text = text();
    let state = if meter.passes(asked) {
        ReadinessState::Met
    } else {
        ReadinessState::Missing
    };
    let calls = text.readiness_bar_calls(asked.calls, meter.calls());
    let errors = text.readiness_bar_errors(asked.error_percent, percent(meter.error_permille()));
    view! {
        <div class="card bg-base-100">
            <div class="card-body gap-2 p-4">
                <div class="flex flex-wrap items-center justify-between gap-2">
                    <h3 class="font-medium">{name}</h3> {badge(state)}
                </div>
                <progress
                    class="progress w-full"
                    value=meter.calls().min(asked.calls).to_string()
                    max=asked.calls.to_string()
                    aria-label=calls.clone()
                ></progress>
                <p class="text-sm tabular-nums">{calls}</p>
                <p class="text-sm tabular-nums">{errors}</p>
            </div>
        </div>
    }
    .into_any()
}

/// A column for each day, its failed calls in the colour of what is broken. The table below says the same.
fn chart(meter: &AccessMeter) -> AnyView {
    const HEIGHT: u64 = 80;
    let most = meter
        .days
        .iter()
        .map(|day| day.calls)
        .max()
        .unwrap_or(0)
        .max(1);
    let columns = (0_u64..)
        .step_by(20)
        .zip(&meter.days)
        .map(|(x, day)| {
            let (all, errors) = (day.calls * HEIGHT / most, day.errors * HEIGHT / most);
            view! {
                <rect class="fill-info" x=x.to_string() y=(HEIGHT - all).to_string() width="14" height=all.to_string()></rect>
                <rect class="fill-error" x=x.to_string() y=(HEIGHT - errors).to_string() width="14" height=errors.to_string()></rect>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <svg class="h-24 w-full max-w-xl" viewBox="0 0 294 80" preserveAspectRatio="none" role="img" aria-label=text().readiness_calls()>
            {columns}
        </svg>
    }
    .into_any()
}
