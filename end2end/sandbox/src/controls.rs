//! `/_sandbox/`: the controls for programs. A browser page from elsewhere must not drive them.

use crate::{
    Webhook, faults::Fault, ledger::Filter, state::State, tokens::TokenRequest, webhooks::Message,
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{self, Query, Request},
    http::{HeaderMap, HeaderName, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

pub(crate) fn router(state: &State) -> Router<State> {
    Router::new()
        .route("/_sandbox/world", get(world))
        .route("/_sandbox/events", get(events))
        .route(
            "/_sandbox/faults",
            get(faults)
                .put(set_faults)
                .post(add_fault)
                .delete(clear_faults),
        )
        .route("/_sandbox/messages", post(send_message))
        .route("/_sandbox/tokens", post(mint_token))
        .route("/_sandbox/clicks", post(click))
        .route("/_sandbox/webhook", put(set_webhook).delete(clear_webhook))
        .route("/_sandbox/clock", get(clock).put(set_clock))
        .route("/_sandbox/reset", post(reset))
        .layer(middleware::from_fn_with_state(state.clone(), guard))
}

/// Lets through programs (no `Origin`) and the sandbox's own pages, under a host name that is the sandbox's own.
pub(crate) async fn guard(
    extract::State(state): extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    if is_ours(&state, request.headers()) {
        next.run(request).await
    } else {
        refuse(
            StatusCode::FORBIDDEN,
            "the controls are not for pages of other origins",
        )
    }
}

fn is_ours(state: &State, headers: &HeaderMap) -> bool {
    let own = url::Url::parse(state.url()).ok();
    let local = |host: Option<&str>| {
        matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"))
            || host.is_some() && own.as_ref().and_then(|it| it.host_str()) == host
    };
    let text = |name: HeaderName| headers.get(name).and_then(|it| it.to_str().ok());
    let port = own.as_ref().and_then(url::Url::port_or_known_default);
    let own_origin = text(header::ORIGIN).is_none_or(|origin| {
        url::Url::parse(origin)
            .is_ok_and(|it| local(it.host_str()) && it.port_or_known_default() == port)
    });
    let own_host = text(header::HOST).is_none_or(|host| {
        url::Url::parse(&format!("http://{host}")).is_ok_and(|it| local(it.host_str()))
    });
    let cross_site = headers
        .get("sec-fetch-site")
        .is_some_and(|it| it == "cross-site");
    own_origin && own_host && !cross_site
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why }))).into_response()
}

/// The body as JSON, whatever its declared type; empty counts as `{}`.
fn body<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Response> {
    let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes)
        .map_err(|error| refuse(StatusCode::BAD_REQUEST, &error.to_string()))
}

fn answer<T: serde::Serialize>(result: Result<T, String>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(why) => refuse(StatusCode::UNPROCESSABLE_ENTITY, &why),
    }
}

/// The world, with the ids by which Pages and accounts know their customers, and what is linked and subscribed now.
async fn world(extract::State(state): extract::State<State>) -> Json<Value> {
    let world = state.world();
    let mut value = json!(world);
    for (page, node) in world
        .pages
        .iter()
        .zip(value["pages"].as_array_mut().into_iter().flatten())
    {
        let ids = world
            .customers
            .iter()
            .map(|it| (it.key.clone(), world.psid(&page.id, it).into()));
        node["psids"] = Value::Object(ids.collect());
    }
    let accounts = value["instagram_accounts"]
        .as_array_mut()
        .into_iter()
        .flatten();
    for (account, node) in world.instagram_accounts.iter().zip(accounts) {
        let ids = world
            .customers
            .iter()
            .map(|it| (it.key.clone(), world.igsid(&account.id, it).into()));
        node["igsids"] = Value::Object(ids.collect());
    }
    value["datasets"] = json!(state.datasets());
    value["subscriptions"] = json!(state.memory().subscriptions);
    value["app_id"] = state.shared().app_id.as_str().into();
    Json(value)
}

async fn events(
    extract::State(state): extract::State<State>,
    Query(filter): Query<Filter>,
) -> Json<Value> {
    Json(json!({ "events": state.events(&filter), "posts": state.posts(&filter) }))
}

#[derive(Deserialize)]
struct Faults {
    #[serde(default)]
    faults: Vec<Fault>,
}

async fn faults(extract::State(state): extract::State<State>) -> Json<Value> {
    Json(json!({ "faults": state.faults() }))
}

async fn set_faults(extract::State(state): extract::State<State>, bytes: Bytes) -> Response {
    let wanted: Faults = match body(&bytes) {
        Ok(wanted) => wanted,
        Err(response) => return response,
    };
    let applied = state.set_faults(wanted.faults);
    answer(applied.map(|applied| json!({ "faults": state.faults(), "applied": applied })))
}

async fn add_fault(extract::State(state): extract::State<State>, bytes: Bytes) -> Response {
    let fault: Fault = match body(&bytes) {
        Ok(fault) => fault,
        Err(response) => return response,
    };
    let applied = state.add_fault(fault);
    answer(applied.map(|applied| json!({ "faults": state.faults(), "applied": applied.into_iter().collect::<Vec<_>>() })))
}

async fn clear_faults(extract::State(state): extract::State<State>) -> Json<Value> {
    state.clear_faults();
    Json(json!({ "faults": [] }))
}

async fn send_message(extract::State(state): extract::State<State>, bytes: Bytes) -> Response {
    match body::<Message>(&bytes) {
        Ok(message) => answer(state.send_message(message).await),
        Err(response) => response,
    }
}

async fn mint_token(extract::State(state): extract::State<State>, bytes: Bytes) -> Response {
    match body::<TokenRequest>(&bytes) {
        Ok(request) => answer(state.mint_token(&request)),
        Err(response) => response,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ClickRequest {
    page_id: Option<String>,
    waba_id: Option<String>,
}

async fn click(extract::State(state): extract::State<State>, bytes: Bytes) -> Response {
    match body::<ClickRequest>(&bytes) {
        Ok(request) => answer(state.click(request.page_id.as_deref(), request.waba_id.as_deref())),
        Err(response) => response,
    }
}

async fn set_webhook(extract::State(state): extract::State<State>, bytes: Bytes) -> Response {
    let webhook: Webhook = match body(&bytes) {
        Ok(webhook) => webhook,
        Err(response) => return response,
    };
    state.set_webhook(Some(webhook));
    let verified = state.verify_webhook().await;
    Json(json!({ "verified": verified.is_ok(), "error": verified.err() })).into_response()
}

async fn clear_webhook(extract::State(state): extract::State<State>) -> Json<Value> {
    state.set_webhook(None);
    Json(json!({ "success": true }))
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ClockRequest {
    OffsetSeconds(i64),
    AdvanceSeconds(i64),
    Now(DateTime<Utc>),
}

async fn clock(extract::State(state): extract::State<State>) -> Json<Value> {
    let clock = state.clock();
    Json(json!({ "now": clock.now(), "offset_seconds": clock.offset().num_seconds() }))
}

async fn set_clock(extract::State(state): extract::State<State>, bytes: Bytes) -> Response {
    match body(&bytes) {
        Ok(ClockRequest::OffsetSeconds(offset)) => {
            state.clock().set_offset(Duration::seconds(offset))
        }
        Ok(ClockRequest::AdvanceSeconds(by)) => state.clock().advance(Duration::seconds(by)),
        Ok(ClockRequest::Now(now)) => state.clock().set(now),
        Err(response) => return response,
    }
    clock(extract::State(state)).await.into_response()
}

async fn reset(extract::State(state): extract::State<State>) -> Json<Value> {
    state.reset();
    Json(json!({ "success": true }))
}
