//! The left side of the studio: what to send.

use domain::{
    EventName, Field,
    console::{ContactChoice, StudioConnection},
    time::relative,
};
use leptos::prelude::*;

use super::{
    bench::Bench,
    control::{Control, Kind},
};
use crate::{
    components::{Alert, FormError, Icon, PostForm, Submit, Tone, live},
    pages::test_codes::at,
    preferences::text,
};

/// The currencies that are suggested; any other may be typed.
const CURRENCIES: [&str; 8] = ["JPY", "USD", "EUR", "GBP", "KRW", "TWD", "THB", "BRL"];

/// All fields, the warning that the event counts, and the button. `renew` makes the same form send another event.
#[component]
pub fn EventForm(
    /// The form.
    bench: Bench,
    /// Gets a new id for the next event.
    renew: Callback<()>,
) -> impl IntoView {
    let text = text();
    let (advertiser, zone, now_ms) = bench.studio.with_value(|studio| {
        (
            studio.advertiser.id.to_string(),
            studio.advertiser.time_zone.clone(),
            studio.now.ms,
        )
    });
    let names = EventName::ALL
        .iter()
        .map(|name| {
            (
                name.to_string(),
                text.studio_name_choice(text.event_name(*name), name),
            )
        })
        .collect();
    let person = move || {
        let page = bench
            .connection
            .with(|connection| connection.asset_name.clone());
        let nobody = (String::new(), text.studio_person_choose().to_owned());
        let people = bench
            .contacts()
            .into_iter()
            .map(|contact| person_choice(contact, now_ms));
        let choices = std::iter::once(nobody).chain(people).collect();
        view! {
            <Control
                bench
                field=Field::Identity
                name="contact"
                pick=|form| &mut form.contact
                label=text.field(Field::Identity)
                hint=text.studio_person_hint(page)
                kind=Kind::Choice(choices)
            />
        }
    };
    view! {
        <PostForm to=bench.send>
            <input type="hidden" name="advertiser" value=advertiser.clone()/>
            <input type="hidden" name="connection" value=Signal::derive(move || bench.connection.with(|connection| connection.id.to_string()))/>
            <input type="hidden" name="draft_id" value=Signal::derive(move || bench.form.with(|form| form.draft_id.clone()))/>
            <div class="space-y-5 text-base">
                <FormError failure=bench.failure/>
                <Stale bench renew/>
                <div class="space-y-1.5">
                    {person}
                    <p class="text-sm" hidden=Signal::derive(move || !bench.alive.get() || bench.form.with(|form| form.contact.is_empty()))>
                        <a class="link" href=move || bench.form.with(|form| {
                            format!("/events?advertiser={advertiser}&contact={}", form.contact)
                        })>{text.studio_person_events()}</a>
                    </p>
                </div>
                <Control
                    bench
                    field=Field::Name
                    name="event_name"
                    pick=|form| &mut form.name
                    label=text.field(Field::Name)
                    kind=Kind::Choice(names)
                />
                <div class="grid gap-5 sm:grid-cols-2">
                    <Control
                        bench
                        field=Field::Value
                        name="value"
                        pick=|form| &mut form.value
                        label=text.field(Field::Value)
                        hint=text.studio_value_hint()
                        kind=Kind::Line { kind: "text", inputmode: "decimal", list: "" }
                    />
                    <Control
                        bench
                        field=Field::Currency
                        name="currency"
                        pick=|form| &mut form.currency
                        label=text.field(Field::Currency)
                        hint=text.studio_currency_hint()
                        kind=Kind::Line { kind: "text", inputmode: "", list: "currencies" }
                    />
                </div>
                <datalist id="currencies">
                    {CURRENCIES.map(|code| view! { <option value=code></option> }.into_any()).into_iter().collect_view()}
                </datalist>
                <Control
                    bench
                    field=Field::OrderId
                    name="order_id"
                    pick=|form| &mut form.order_id
                    label=text.field(Field::OrderId)
                    optional=true
                />
                <Control
                    bench
                    field=Field::Contents
                    name="contents"
                    pick=|form| &mut form.contents
                    label=text.field(Field::Contents)
                    hint=text.studio_contents_hint()
                    optional=true
                    kind=Kind::Lines
                />
                <Control
                    bench
                    field=Field::Time
                    name="event_time"
                    pick=|form| &mut form.event_time
                    label=text.field(Field::Time)
                    hint=text.studio_time_hint(zone)
                    optional=true
                    kind=Kind::Line { kind: "datetime-local", inputmode: "", list: "" }
                />
                <Control
                    bench
                    field=Field::EventId
                    name="event_id"
                    pick=|form| &mut form.event_id
                    label=text.field(Field::EventId)
                    hint=text.studio_event_id_hint()
                    optional=true
                />
                <Control
                    bench
                    field=Field::TestCode
                    name="test_event_code"
                    pick=|form| &mut form.test_code
                    label=text.field(Field::TestCode)
                    hint=text.studio_test_code_hint()
                    optional=true
                    kind=Kind::Line { kind: "text", inputmode: "", list: "test-codes" }
                />
                <datalist id="test-codes">{live(move || offered(bench))}</datalist>
                <p class="text-sm empty:hidden" aria-live="polite">{live(move || holds(bench))}</p>
                <Counts bench/>
                <div class="flex flex-wrap gap-2">
                    {live(move || if bench.is_sent() {
                        view! {
                            <button class="btn btn-primary" type="button" on:click=move |_| renew.run(())>
                                {Icon::Plus.view()} {text.studio_send_another()}
                            </button>
                        }
                        .into_any()
                    } else {
                        let label = if bench.alive.get() && bench.is_live() { text.studio_send_live() } else { text.studio_send_test() };
                        view! { <Submit label pending=bench.send.pending()/> }.into_any()
                    })}
                </div>
            </div>
        </PostForm>
    }
}

/// The dataset's test codes that hold, newest first.
fn offered(bench: Bench) -> AnyView {
    let text = text();
    bench
        .test_codes()
        .into_iter()
        .filter(|code| !code.has_ended)
        .map(|code| {
            view! { <option value=code.code>{text.test_codes_until(at(code.until))}</option> }
                .into_any()
        })
        .collect_view()
        .into_any()
}

/// Until when the typed test code holds, or would if it were sent now.
fn holds(bench: Bench) -> Option<String> {
    let text = text();
    let typed = bench.form.with(|form| form.test_code.trim().to_owned());
    if typed.is_empty() {
        return None;
    }
    let known = bench.test_codes().into_iter().find(|it| it.code == typed);
    let until = bench.studio.with_value(|studio| at(studio.test_code_until));
    Some(match known {
        Some(code) if code.has_ended => text.studio_test_code_ended(at(code.until), until),
        Some(code) => text.studio_test_code_holds(at(code.until)),
        None => text.studio_test_code_new(until),
    })
}

fn instant(ms: i64) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

fn person_choice(contact: ContactChoice, now_ms: i64) -> (String, String) {
    let text = text();
    let when = text.relative(relative(instant(contact.last_seen.ms), instant(now_ms)));
    let words = if contact.from_ad {
        text.studio_person_ad(contact.hint, when)
    } else {
        text.studio_person(contact.hint, when)
    };
    (contact.id.to_string(), words)
}

/// The event will count: with a test code, and all the more without one.
#[component]
fn Counts(bench: Bench) -> impl IntoView {
    let text = text();
    move || {
        let is_live = bench.is_live();
        let page = bench
            .connection
            .with(|StudioConnection { asset_name, .. }| asset_name.clone());
        view! {
            <Alert tone=Tone::Warning title=text.studio_counts_title()><p>{text.studio_counts()}</p></Alert>
            {is_live.then(|| view! {
                <Alert tone=Tone::Error title=text.studio_live_title()><p>{text.studio_live(page)}</p></Alert>
            }.into_any())}
        }
    }
}

/// A form that lay open for so long that its id is no longer taken.
#[component]
fn Stale(bench: Bench, renew: Callback<()>) -> impl IntoView {
    let text = text();
    move || {
        let is_stale = bench.failure.with(|failure| {
            failure
                .as_ref()
                .is_some_and(|failure| failure.beside("draft_id", text).is_some())
        });
        is_stale.then(|| {
            view! {
                <Alert tone=Tone::Warning title=text.studio_stale_title()>
                    <p>{text.studio_stale()}</p>
                    <button class="btn btn-sm" type="button" on:click=move |_| renew.run(())>
                        {Icon::Refresh.view()} {text.studio_renew()}
                    </button>
                </Alert>
            }
            .into_any()
        })
    }
}
