//! A dataset as Events Manager shows it: what arrived, what came with a test code, and what it is linked to.

use super::said;
use crate::{
    controls,
    dataset::Dataset,
    html::{escape, hidden, page},
    ledger::{Filter, Received},
    state::State,
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
use std::collections::BTreeMap;

pub(super) fn router(state: &State) -> Router<State> {
    let connect = Router::new()
        .route("/events_manager/{dataset}/connect", post(connect))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            controls::guard,
        ));
    Router::new()
        .route("/events_manager/{dataset}/overview", get(overview))
        .route("/events_manager/{dataset}/test_events", get(test_events))
        .route("/events_manager/{dataset}/settings", get(settings))
        .merge(connect)
}

fn no_dataset() -> Response {
    let main = "<p><a href=\"/\">All datasets</a></p>";
    page(StatusCode::NOT_FOUND, "There is no such dataset", "", main)
}

fn tabs(dataset: &Dataset) -> String {
    format!(
        "<nav aria-label=\"Events Manager\"><p><a href=\"/\">All datasets</a> &middot; <a href=\"/events_manager/{id}/overview\">\
         Overview</a> &middot; <a href=\"/events_manager/{id}/test_events\">Test events</a> &middot; \
         <a href=\"/events_manager/{id}/settings\">Settings</a></p></nav>\
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

/// *Connect data*: link another asset to this dataset.
async fn settings(
    extract::State(state): extract::State<State>,
    Path(id): Path<String>,
    Query(query): Query<super::Said>,
) -> Response {
    let Some(dataset) = state.memory().dataset(&id).cloned() else {
        return no_dataset();
    };
    let world = state.world();
    let pages = world
        .pages
        .iter()
        .map(|it| (&it.id, format!("Page {}", it.name)));
    let accounts = world
        .instagram_accounts
        .iter()
        .map(|it| (&it.id, format!("Instagram {}", it.username)));
    let wabas = world
        .whatsapp_accounts
        .iter()
        .map(|it| (&it.id, format!("WhatsApp {}", it.name)));
    let options: String = pages
        .chain(accounts)
        .chain(wabas)
        .map(|(id, label)| format!("<option value=\"{id}\">{}</option>", escape(&label)))
        .collect();
    let main = format!(
        "{}{}<h2>Connect data</h2><p>Linked to {}.</p><form method=\"post\" action=\"/events_manager/{id}/connect\">\
         <p><label>Messaging asset<br><select name=\"asset\">{options}</select></label></p>\
         <p><button class=\"main\">Connect</button></p></form>",
        tabs(&dataset),
        said(query),
        escape(&super::links(&state, &dataset)),
    );
    let title = format!("Settings: {}", dataset.name);
    page(StatusCode::OK, &title, "", &main)
}

#[derive(Deserialize)]
struct Connect {
    asset: String,
}

async fn connect(
    extract::State(state): extract::State<State>,
    Path(id): Path<String>,
    Form(form): Form<Connect>,
) -> Redirect {
    let why = match state.link_dataset(&form.asset, Some(&id)) {
        Ok(()) => "Connected.".into(),
        Err(why) => format!("Not connected: {why}."),
    };
    super::back(&format!("/events_manager/{id}/settings"), &why)
}
