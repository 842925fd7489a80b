//! The Graph host: takes a call apart, lets the fault knobs have their way, finds who answers it, and puts on the
//! headers that Graph puts on.

use crate::{
    accounts, app, assets, businesses, dataset_edge, dialog,
    error::{GraphError, Result},
    events,
    faults::{self, Plan},
    ids, oauth,
    request::Call,
    state::State,
    subscriptions,
    tokens::{self, Caller},
    usage, versions,
};
use axum::{
    Json,
    body::Body,
    extract,
    http::{HeaderMap, HeaderValue, Request, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::Value;

/// Everything that is not a page or a control of the sandbox itself.
pub(crate) async fn serve(
    extract::State(state): extract::State<State>,
    request: Request<Body>,
) -> Response {
    let call = match Call::read(request).await {
        Ok(call) => call,
        Err(error) => {
            return respond(
                &state,
                None,
                None,
                &Plan::default(),
                &ids::fbtrace(),
                Err(error),
            );
        }
    };
    if call.path == ["dialog", "oauth"] {
        return dialog::serve(&state, &call);
    }
    let fbtrace = ids::fbtrace();
    let retired = faults::retired(&state.peek().faults);
    let version = versions::served(call.version, state.shared().clock.now(), retired);
    if version.is_none() {
        let error = GraphError::unknown_path(&call.path.join("/"));
        return respond(
            &state,
            Some(&call),
            None,
            &Plan::default(),
            &fbtrace,
            Err(error),
        );
    }
    let plan = faults::plan(&state, &call);
    if let Some(response) = faults::before(&state, &call, &plan, &fbtrace).await {
        return response;
    }
    let answer = match &plan.error {
        Some(error) => {
            events::note_refused(&state, &call, &fbtrace, error);
            Err(error.clone())
        }
        None => answer(&state, &call, &plan, &fbtrace),
    };
    if plan.reset_after_accept
        && answer.is_ok()
        && let Some(switch) = &call.switch
    {
        switch.reset().await;
    }
    respond(&state, Some(&call), version, &plan, &fbtrace, answer)
}

fn answer(state: &State, call: &Call, plan: &Plan, fbtrace: &str) -> Result<Value> {
    check_proof(state, call)?;
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (call.method.as_str(), path.as_slice()) {
        ("GET" | "POST", ["oauth", "access_token"]) => oauth::access_token(state, call),
        ("GET", ["debug_token"]) => oauth::debug_token(state, call),
        ("GET", ["me"]) => accounts::me(state, call),
        ("GET" | "POST" | "DELETE", [id, ..]) if *id == state.shared().app_id || *id == "app" => {
            app::answer(state, call, &path[1..])
        }
        ("GET", [user, "accounts" | "assigned_pages"]) => accounts::accounts(state, call, user),
        ("GET", [user, "businesses"]) => businesses::of_user(state, call, user),
        ("GET", [user, "permissions"]) => accounts::permissions(state, call, user),
        ("DELETE", [user, "permissions"]) => accounts::remove_permission(state, call, user, None),
        ("DELETE", [user, "permissions", permission]) => {
            accounts::remove_permission(state, call, user, Some(permission))
        }
        ("GET", [asset, "dataset"]) => dataset_edge::read(state, call, asset),
        ("POST", [asset, "dataset"]) => dataset_edge::make(state, call, asset),
        ("GET" | "POST" | "DELETE", [asset, "subscribed_apps"]) => {
            subscriptions::subscribed_apps(state, call, asset)
        }
        ("GET", [waba, "phone_numbers"]) => assets::phone_numbers(state, call, waba),
        ("POST", [phone, "register"]) => assets::register(state, call, phone),
        ("GET", [business, edge]) if state.world().business(business).is_some() => {
            businesses::assets(state, call, business, edge)
        }
        ("POST", [dataset, "events"]) => events::post(state, call, dataset, plan, fbtrace),
        ("GET", [node]) => assets::node(state, call, node),
        (method, [node, ..]) if node.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(GraphError::no_object(method, node))
        }
        _ => Err(GraphError::unknown_path(&call.path.join("/"))),
    }
}

/// A proof that is sent must be right: HMAC of the very token of this call.
fn check_proof(state: &State, call: &Call) -> Result<()> {
    let (Some(proof), Some(token)) = (call.text("appsecret_proof"), &call.token) else {
        return Ok(());
    };
    // The secret of another app is known to nobody here.
    let foreign = state.peek().tokens.get(token).is_some_and(|it| it.foreign);
    if !foreign && proof == ids::hmac_hex(&state.shared().app_secret, token.as_bytes()) {
        Ok(())
    } else {
        Err(GraphError::new(
            400,
            100,
            "Invalid appsecret_proof provided in the API argument",
        ))
    }
}

/// The token of a call that only a person, a system user or a Page may make.
pub(crate) fn token(state: &State, call: &Call) -> Result<(String, tokens::Token)> {
    match tokens::caller(state, call.token.as_deref())? {
        Caller::Token { secret, token } => Ok((secret, token)),
        Caller::App => Err(GraphError::no_token()),
    }
}

fn respond(
    state: &State,
    call: Option<&Call>,
    version: Option<u32>,
    plan: &Plan,
    fbtrace: &str,
    answer: Result<Value>,
) -> Response {
    let mut headers = HeaderMap::new();
    let mut put = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    };
    put("x-fb-trace-id", fbtrace.into());
    put("cache-control", "no-store".into());
    let date = state.shared().clock.now() + chrono::Duration::seconds(plan.skew);
    put("date", date.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
    if let Some(version) = version {
        put("facebook-api-version", format!("v{version}.0"));
    }
    for (name, value) in usage::headers(state, call, plan) {
        put(name, value);
    }
    match answer {
        Ok(value) => (headers, Json(value)).into_response(),
        Err(error) => {
            if error.status == 401 {
                headers.insert(
                    "www-authenticate",
                    HeaderValue::from_static("OAuth \"Facebook Platform\""),
                );
            }
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
            (status, headers, Json(error.envelope(fbtrace))).into_response()
        }
    }
}
