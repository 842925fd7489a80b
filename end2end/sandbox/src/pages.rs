//! Pages for people: what exists, who can write, and each dataset as Events Manager shows it.

use crate::{
    controls,
    dataset::Dataset,
    html::{escape, hidden, page},
    ledger::{Filter, Received},
    signup,
    state::State,
    webhooks::Message,
};
use axum::{
    Form, Router,
    extract::{self, Path, Query},
    http::StatusCode,
    middleware,
    response::{Redirect, Response},
    routing::{get, post},
};
use chrono::DateTime;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) fn router(state: &State) -> Router<State> {
    let write = Router::new()
        .route("/write", post(write))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            controls::guard,
        ));
    Router::new()
        .route("/", get(index))
        .route(
            "/en_US/sdk.js",
            get(async |extract::State(state): extract::State<State>| signup::sdk(&state)),
        )
        .route("/events_manager/{dataset}/overview", get(overview))
        .route("/events_manager/{dataset}/test_events", get(test_events))
        .merge(write)
}

#[derive(Default, Deserialize)]
struct Said {
    said: Option<String>,
}

async fn index(
    extract::State(state): extract::State<State>,
    Query(query): Query<Said>,
) -> Response {
    let world = state.world();
    let said = query
        .said
        .map(|it| format!("<p role=\"status\">{}</p>", escape(&it)))
        .unwrap_or_default();
    let rows: String = state
        .datasets()
        .iter()
        .map(|it| {
            let seen = it.business_id.as_deref().and_then(|id| world.business(id)).map_or("nobody", |it| &it.name);
            let events = state.events(&Filter::dataset(&it.id)).len();
            format!(
                "<tr><th scope=\"row\">{}</th><td><code>{id}</code></td><td>{}</td><td>{}</td><td>{events}</td>\
                 <td><a href=\"/events_manager/{id}/overview\">Overview of {name}</a><br>\
                 <a href=\"/events_manager/{id}/test_events\">Test events of {name}</a></td></tr>",
                escape(&it.name),
                escape(&links(&state, it)),
                escape(seen),
                id = it.id,
                name = escape(&it.name),
            )
        })
        .collect();
    let subscribed = state.memory().subscriptions.clone();
    let pages: String = world
        .pages
        .iter()
        .map(|it| {
            let note = if subscribed.contains_key(&it.id) {
                " (subscribed)"
            } else {
                ""
            };
            format!(
                "<option value=\"{}\">{}{note}</option>",
                it.id,
                escape(&it.name)
            )
        })
        .collect();
    let people: String = world
        .customers
        .iter()
        .map(|it| format!("<option value=\"{}\">{}</option>", it.key, escape(&it.name)))
        .collect();
    let main = format!(
        "{said}<h2>Datasets</h2><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Datasets\"><table><thead><tr>\
         <th scope=\"col\">Name</th><th scope=\"col\">ID</th><th scope=\"col\">Linked to</th><th scope=\"col\">Seen by</th>\
         <th scope=\"col\">Events</th><th scope=\"col\">Events Manager</th></tr></thead><tbody>{rows}</tbody></table></div>\
         <h2>Write to a Page</h2><form method=\"post\" action=\"/write\">\
         <p><label>Page<br><select name=\"page_id\">{pages}</select></label></p>\
         <p><label>Who writes<br><select name=\"person\">{people}</select></label></p>\
         <p><label>Message<br><input type=\"text\" name=\"text\" value=\"在庫はありますか?\"></label></p>\
         <p><label><input type=\"checkbox\" name=\"referral\" value=\"yes\"> Comes from an ad</label></p>\
         <p><button class=\"main\">Write to the Page</button></p></form>"
    );
    page(StatusCode::OK, "Simulated Meta", "", &main)
}

fn links(state: &State, dataset: &Dataset) -> String {
    let world = state.world();
    let page = dataset
        .page_id
        .as_deref()
        .and_then(|it| world.page(it))
        .map(|it| format!("Page {}", it.name));
    let account = dataset
        .instagram_id
        .as_deref()
        .and_then(|it| world.instagram(it))
        .map(|it| format!("Instagram {}", it.username));
    let waba = dataset
        .waba_id
        .as_deref()
        .and_then(|it| world.waba(it))
        .map(|it| format!("WhatsApp {}", it.name));
    let links: Vec<_> = [page, account, waba].into_iter().flatten().collect();
    if links.is_empty() {
        "nothing".into()
    } else {
        links.join(", ")
    }
}

#[derive(Deserialize)]
struct Written {
    page_id: String,
    person: String,
    text: String,
    referral: Option<String>,
}

async fn write(
    extract::State(state): extract::State<State>,
    Form(form): Form<Written>,
) -> Redirect {
    let sent = state
        .send_message(Message {
            page_id: form.page_id,
            person: Some(form.person),
            text: Some(form.text),
            referral: form.referral.map(|_| Value::Bool(true)),
            ..Message::default()
        })
        .await;
    let said = match sent {
        Ok(it) if it.sent.delivered => "Written. The webhook was delivered.",
        Ok(it) if !it.subscribed => "Written. The Page is not subscribed, so no webhook was sent.",
        Ok(it) if it.sent.attempts == 0 => "Written. No webhook address is configured.",
        Ok(_) => "Written. The webhook was not accepted; it will be tried again.",
        Err(_) => "Nothing was written: there is no such Page or person.",
    };
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("said", said)
        .finish();
    Redirect::to(&format!("/?{query}"))
}

fn no_dataset() -> Response {
    let main = "<p><a href=\"/\">All datasets</a></p>";
    page(StatusCode::NOT_FOUND, "There is no such dataset", "", main)
}

fn tabs(dataset: &Dataset) -> String {
    format!(
        "<nav aria-label=\"Events Manager\"><p><a href=\"/\">All datasets</a> &middot; <a href=\"/events_manager/{id}/overview\">\
         Overview</a> &middot; <a href=\"/events_manager/{id}/test_events\">Test events</a></p></nav>\
         <p>Dataset <code>{id}</code></p>",
        id = dataset.id
    )
}

async fn overview(
    extract::State(state): extract::State<State>,
    Path(id): Path<String>,
) -> Response {
    let Some(dataset) = state.memory().dataset(&id).cloned() else {
        return no_dataset();
    };
    let events = state.events(&Filter::dataset(&id));
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for event in &events {
        *counts
            .entry((hour(event.received_at_ms), event.event_name.clone()))
            .or_default() += 1;
    }
    let rows: String = counts
        .iter()
        .rev()
        .map(|((hour, name), count)| {
            format!(
                "<tr><td>{hour}</td><td>{}</td><td>{count}</td></tr>",
                escape(name)
            )
        })
        .collect();
    let main = format!(
        "{}<h2>Events by hour</h2><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Events by hour\"><table><thead><tr>\
         <th scope=\"col\">Hour (UTC)</th><th scope=\"col\">Event</th><th scope=\"col\">Received</th></tr></thead>\
         <tbody>{rows}</tbody></table></div><h2>Recent events</h2>{}",
        tabs(&dataset),
        list("Recent events", events.iter().rev().take(100)),
    );
    page(
        StatusCode::OK,
        &format!("Overview: {}", dataset.name),
        "",
        &main,
    )
}

async fn test_events(
    extract::State(state): extract::State<State>,
    Path(id): Path<String>,
) -> Response {
    let Some(dataset) = state.memory().dataset(&id).cloned() else {
        return no_dataset();
    };
    let events = state.events(&Filter::dataset(&id));
    let mut by_code: BTreeMap<&str, Vec<&Received>> = BTreeMap::new();
    by_code.insert(&dataset.test_code, Vec::new());
    for event in events.iter().rev() {
        if let Some(code) = event.test_event_code.as_deref() {
            by_code.entry(code).or_default().push(event);
        }
    }
    let lists: String = by_code
        .into_iter()
        .map(|(code, events)| {
            format!(
                "<h2>Events with the code <code>{}</code></h2>{}",
                escape(code),
                list(&format!("Events with the code {code}"), events)
            )
        })
        .collect();
    let main = format!(
        "{}<p>To test messaging events, send them with the code <strong><code>{}</code></strong>. Test events count like any \
         other.</p><form>{}<button>Refresh</button></form>{lists}",
        tabs(&dataset),
        dataset.test_code,
        hidden("again", "1"),
    );
    page(
        StatusCode::OK,
        &format!("Test events: {}", dataset.name),
        "",
        &main,
    )
}

fn list<'a>(label: &str, events: impl IntoIterator<Item = &'a Received>) -> String {
    let rows: String = events
        .into_iter()
        .map(|it| {
            let channel = it.event["messaging_channel"].as_str().or(it.event["action_source"].as_str());
            let json = serde_json::to_string_pretty(&it.event).unwrap_or_default();
            format!(
                "<tr><td>{}</td><th scope=\"row\">{name}</th><td>{}</td><td><code>{}</code></td><td><details>\
                 <summary>Details of event {} ({name})</summary><pre>{}</pre></details></td></tr>",
                moment(it.received_at_ms),
                escape(channel.unwrap_or("")),
                escape(it.event_id.as_deref().unwrap_or("none")),
                it.number,
                escape(&json),
                name = escape(&it.event_name),
            )
        })
        .collect();
    if rows.is_empty() {
        return "<p>No events yet.</p>".into();
    }
    format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr><th scope=\"col\">Received (UTC)</th>\
         <th scope=\"col\">Event</th><th scope=\"col\">Channel</th><th scope=\"col\">Event ID</th><th scope=\"col\">Parameters</th>\
         </tr></thead><tbody>{rows}</tbody></table></div>",
        escape(label)
    )
}

fn moment(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .map(|it| it.format("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}

fn hour(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .map(|it| it.format("%Y-%m-%d %H:00").to_string())
        .unwrap_or_default()
}
