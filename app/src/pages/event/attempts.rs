//! Every request that carried an event, with what was answered.

use domain::console::{Attempt, EventDetail};
use leptos::prelude::*;

use crate::{
    components::{CopyButton, Fact, Facts, Json, Time},
    preferences::text,
};

/// `HTTP 200 · 143 ms`, or what is there instead of an answer.
pub fn latency(http_status: Option<i32>, is_under_way: bool, latency_ms: Option<i32>) -> String {
    let text = text();
    let status = match http_status {
        Some(status) => text.event_page_status(status),
        None if is_under_way => text.event_page_under_way().to_owned(),
        None => text.event_page_no_answer().to_owned(),
    };
    match latency_ms {
        Some(ms) => format!(
            "{status} · {}",
            text.event_page_latency(domain::money::count(ms.unsigned_abs().into()))
        ),
        None => status,
    }
}

/// The same of an attempt.
pub(super) fn summary(attempt: &Attempt) -> String {
    latency(
        attempt.http_status,
        attempt.outcome.is_none(),
        attempt.latency_ms,
    )
}

/// The attempts, the latest first and open.
#[component]
pub fn AttemptList(
    /// Oldest first.
    attempts: Vec<Attempt>,
    /// Now.
    now_ms: i64,
) -> impl IntoView {
    let text = text();
    let count = attempts.len();
    let shown = attempts
        .into_iter()
        .enumerate()
        .rev()
        .map(|(index, attempt)| {
            view! { <One attempt number=index + 1 is_open=index + 1 == count now_ms/> }.into_any()
        })
        .collect_view();
    view! {
        <section class="space-y-3" aria-labelledby="event-attempts">
            <h2 class="text-lg font-semibold" id="event-attempts">{text.event_page_attempts()}</h2>
            {if count == 0 {
                view! { <p class="text-muted">{text.event_page_no_attempts()}</p> }.into_any()
            } else {
                shown.into_any()
            }}
        </section>
    }
}

#[component]
fn One(attempt: Attempt, number: usize, is_open: bool, now_ms: i64) -> impl IntoView {
    let text = text();
    let events = attempt.events;
    let summary = summary(&attempt);
    view! {
        <details
            class="rounded-box border border-base-content/10 bg-base-100"
            id=format!("attempt-{number}")
            open=is_open
        >
            <summary class="flex cursor-pointer flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-3">
                <span class="font-semibold">{text.event_page_attempt_title(number)}</span>
                <span>{summary}</span>
                <span class="text-sm text-muted"><Time moment=attempt.started now_ms/></span>
            </summary>
            <div class="space-y-4 px-4 pb-4">
                {(events > 1).then(|| view! { <p class="text-sm text-muted">{text.event_page_shared(events)}</p> }.into_any())}
                {attempt.is_limited.then(|| view! { <p class="text-sm text-muted">{text.event_page_limited()}</p> }.into_any())}
                {codes(&attempt)}
                {attempt.explanation.map(|explanation| view! {
                    <p>{explanation.cause} " " {explanation.remedy}</p>
                }.into_any())}
                <div class="grid items-start gap-4 lg:grid-cols-2">
                    {if attempt.request.is_empty() {
                        view! { <p class="text-muted">{text.event_page_erased()}</p> }.into_any()
                    } else {
                        view! { <Json label=text.event_page_request() json=Signal::stored(attempt.request)/> }.into_any()
                    }}
                    {if attempt.answer.is_empty() {
                        view! { <p class="text-muted">{text.event_page_no_answer_body()}</p> }.into_any()
                    } else {
                        view! { <Json label=text.event_page_answer() json=Signal::stored(attempt.answer)/> }.into_any()
                    }}
                </div>
            </div>
        </details>
    }
}

fn codes(attempt: &Attempt) -> AnyView {
    let text = text();
    let trace = attempt.fbtrace_id.clone();
    let version = attempt.graph_version.clone();
    let (code, subcode) = (attempt.code, attempt.subcode);
    view! {
        <Facts>
            {code.map(|code| view! { <Fact name=text.event_page_code()>{code.to_string()}</Fact> }.into_any())}
            {subcode.map(|code| view! { <Fact name=text.event_page_subcode()>{code.to_string()}</Fact> }.into_any())}
            {(!trace.is_empty()).then(|| view! {
                <Fact name=text.event_page_trace()>
                    <code class="break-all text-sm">{trace.clone()}</code> " "
                    <CopyButton value=trace what=text.event_page_trace()/>
                </Fact>
            }.into_any())}
            {(!version.is_empty()).then(|| view! { <Fact name=text.event_page_version()>{version}</Fact> }.into_any())}
        </Facts>
    }
    .into_any()
}

/// What will be sent, while nothing was.
#[component]
pub fn Payload(
    /// The event.
    event: EventDetail,
) -> impl IntoView {
    let text = text();
    let payload = event.payload;
    let is_waiting = event.attempts.is_empty() && !payload.is_empty();
    is_waiting.then(|| {
        view! { <Json label=text.event_page_payload() json=Signal::stored(payload)/> }.into_any()
    })
}
