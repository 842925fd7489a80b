//! The right side of the studio: the exact request, and what Meta answers.

use std::time::Duration;

use domain::{
    Permission, Problem, StateGroup,
    console::{StudioAnswer, StudioAttempt, StudioResult},
};
use leptos::prelude::*;

use super::{bench::Bench, check::curl};
use crate::{
    Error,
    api::studio::LoadStudioResult,
    components::{Alert, CopyButton, Fact, Facts, Icon, Json, Loaded, May, StateBadge, Tone, live},
    pages::{
        event::{Held, latency},
        follow::follow,
    },
    preferences::text,
};

/// How often the answer is looked for, and how many times: half a minute in all.
const EVERY: Duration = Duration::from_millis(700);
const ROUNDS: u32 = 43;

/// What would be sent: the body, and the same as a command.
#[component]
pub fn Preview(
    /// The form.
    bench: Bench,
) -> impl IntoView {
    let text = text();
    let request = Memo::new(move |_| bench.checked.with(|checked| checked.request.clone()));
    let command = Memo::new(move |_| {
        bench.studio.with_value(|studio| {
            bench
                .connection
                .with(|connection| request.with(|request| curl(studio, connection, request)))
        })
    });
    view! {
        <section class="space-y-3" aria-label=text.studio_preview()>
            <Json label=text.studio_preview() json=request/>
            <p class="text-sm text-muted" hidden=Signal::derive(move || bench.checked.with(|checked| checked.unreadable.is_empty()))>
                {text.studio_preview_unreadable()}
            </p>
            <details>
                <summary class="cursor-pointer py-1 text-sm font-medium">{text.studio_curl()}</summary>
                <p class="pb-2 text-sm text-muted">{text.studio_curl_lead()}</p>
                <Json label=text.studio_curl() json=command/>
            </details>
        </section>
    }
}

/// Loads the event of that id, and follows it until it has arrived somewhere.
pub fn sent_event(sent: Memo<String>) -> Loaded<StudioResult> {
    let loaded = Loaded::maybe(move || {
        let event = sent.get();
        (!event.is_empty()).then_some(LoadStudioResult { event })
    });
    follow(loaded, sent, EVERY, ROUNDS, is_moving);
    loaded
}

/// What became of the form: refused by the rules, or the event that the URL names.
#[component]
pub fn Answer(
    /// The form.
    bench: Bench,
    /// The event that was sent last.
    event: Loaded<StudioResult>,
) -> impl IntoView {
    let text = text();
    let refused = move || match bench.answer()? {
        StudioAnswer::Refused(problems) => Some(problems),
        StudioAnswer::Accepted(_) => None,
    };
    view! {
        <section class="space-y-3" id="answer" tabindex="-1" aria-live="polite">
            <h2 class="text-lg font-semibold">{text.studio_answer()}</h2>
            {live(move || {
                if bench.send.pending().get() {
                    view! { <p class="text-muted">{text.words_sending()}</p> }.into_any()
                } else if let Some(problems) = refused() {
                    view! { <Refused problems/> }.into_any()
                } else {
                    event.each(2, move |became| match became {
                        None => view! { <p class="text-muted">{text.studio_answer_waits()}</p> }.into_any(),
                        Some(Ok(event)) => view! { <Became event/> }.into_any(),
                        Some(Err(error)) => event.failed(error, text.studio_event_not_loaded()),
                    })
                }
            })}
        </section>
    }
}

#[component]
fn Refused(problems: Vec<Problem>) -> impl IntoView {
    let text = text();
    let errors: Vec<_> = problems
        .into_iter()
        .filter(|problem| problem.is_error())
        .collect();
    let count = errors.len();
    let lines = errors
        .into_iter()
        .map(|problem| {
            view! { <li><b>{text.field(problem.field)}</b> " — " {text.problem(problem)}</li> }
                .into_any()
        })
        .collect_view();
    view! {
        <Alert tone=Tone::Error title=text.studio_refused_title()>
            <p>{text.studio_refused(count)}</p>
            <ul class="list-disc space-y-1 pl-5">{lines}</ul>
        </Alert>
    }
}

/// Whether it will change by itself; an answer that did not come is asked for again.
fn is_moving(event: &Result<StudioResult, Error>) -> bool {
    event
        .as_ref()
        .map_or_else(Error::is_worth_repeating, |event| {
            event.state.group() == StateGroup::OnItsWay
        })
}

#[component]
fn Became(event: StudioResult) -> impl IntoView {
    let text = text();
    let StudioResult {
        id,
        state,
        explanation,
        reconnect,
        due,
        last,
        now_ms,
    } = event;
    let href = format!("/events/{id}");
    view! {
        <div class="space-y-3 rounded-box border border-base-content/10 bg-base-100 p-4">
            <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <StateBadge state/> <span>{text.state_meaning(state)}</span>
            </p>
            <Held state explanation reconnect due now_ms/>
            {match last {
                Some(attempt) => view! { <LastAttempt attempt/> }.into_any(),
                None => view! { <p class="text-muted">{text.studio_accepted()}</p> }.into_any(),
            }}
            <May permission=Permission::ViewEvents>
                <a class="btn btn-sm" href=href.clone()>{text.studio_open_event()} {Icon::ArrowRight.view()}</a>
            </May>
        </div>
    }
}

#[component]
fn LastAttempt(attempt: StudioAttempt) -> impl IntoView {
    let text = text();
    let StudioAttempt {
        http_status,
        latency_ms,
        is_under_way,
        codes,
        fbtrace_id: trace,
        answer,
    } = attempt;
    let codes: Vec<_> = codes.iter().map(ToString::to_string).collect();
    view! {
        <Facts>
            <Fact name=text.words_state()>{latency(http_status, is_under_way, latency_ms)}</Fact>
            {(!codes.is_empty()).then(|| view! { <Fact name=text.event_page_code()>{codes.join(" / ")}</Fact> }.into_any())}
            {(!trace.is_empty()).then(|| view! {
                <Fact name=text.event_page_trace()>
                    <code class="break-all text-sm">{trace.clone()}</code> " "
                    <CopyButton value=trace what=text.event_page_trace()/>
                </Fact>
            }.into_any())}
        </Facts>
        {if answer.is_empty() {
            view! { <p class="text-muted">{text.studio_no_answer_yet()}</p> }.into_any()
        } else {
            view! { <Json label=text.studio_answer() json=Signal::stored(answer)/> }.into_any()
        }}
    }
}
