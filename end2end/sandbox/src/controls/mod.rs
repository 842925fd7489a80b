//! `/_sandbox/`: the controls for programs. A browser page from elsewhere must not drive them.
//!
//! Bodies and answers are JSON. Whatever is called a key (`hana`, `florist`) may be an id as well.
//!
//! | call | body | does |
//! |---|---|---|
//! | `GET world` | | people, portfolios, assets, customers with their PSIDs and IGSIDs, login configurations, datasets, subscriptions, the app |
//! | `GET events?dataset=&event_id=` | | what was accepted (`events`) and every post with its verdict (`posts`) |
//! | `GET`/`DELETE faults` | | the knobs that are set; all knobs off |
//! | `POST faults` | one knob | adds it |
//! | `PUT faults` | `{"faults": [knob…]}` | replaces them all |
//! | `POST messages` | `{"page_id"}`, `{"instagram_id"}` or `{"waba_id"}` with `person`, `text`, `referral` ([`crate::Message`]) | someone writes; the signed webhook goes out before the answer, which names `mid`, `sender_id` (PSID, IGSID, telephone number), `asset_id`, `ctwa_clid`, `subscribed`, `delivered`, `attempts`, `status`. `"referral": true` comes from an ad (WhatsApp: with a fresh `ctwa_clid`) |
//! | `POST account-updates` | `{"waba", "event"}`, `ban_state` ([`crate::AccountUpdate`]) | an `account_update` webhook: `PARTNER_APP_INSTALLED`, `PARTNER_APP_UNINSTALLED`… with `waba_info`; changes nothing else |
//! | `POST automatic-events` | `{"waba"}`, `event_name`, `ctwa_clid`, `value`, `currency` ([`crate::AutomaticEvent`]) | an `automatic_events` webhook: Meta saw a conversion by itself. The app must be subscribed to the field: `PUT app` |
//! | `PUT`/`DELETE callbacks` | `{"deauthorize_url", "data_deletion_url"}` | where signed requests go |
//! | `POST people` | | somebody arrives of whom nobody has heard: answers their `key`, and the ids of their `business`, `page`, `instagram` and `waba` ([`crate::Newcomer`]) |
//! | `POST people/{person}/deauthorize` | | the person removes the app: their tokens die, the callback is called; answers its `status` |
//! | `POST people/{person}/delete-data` | | the person wants their data deleted; answers `status` and the callback's `answer` |
//! | `POST businesses/{business}/remove-app` | | the business removes the app from *Connected apps*: its system user's tokens die, `PARTNER_APP_UNINSTALLED` goes out for each of its accounts |
//! | `POST tokens` | [`crate::TokenRequest`] | a token without the dialog: `{"person": "hana"}` for a user token; `kind` `system_user`, `business_integration` (with `business`), or `events_manager` with `dataset`; `scopes`, `pages`, `instagram`, `wabas`, `expires_in`, `other_app` |
//! | `POST signup` | `{"person"}` and, if not the first, `business`, `waba`, `phone`; `pages`, `instagram`, `datasets`, `config_id`, `event` ([`crate::SignupRequest`]) | Embedded Signup without the popup: answers the `code` (30 s, once, no redirect URI) and the `message` that the opener would have heard |
//! | `POST clicks` | `{"page_id"}` or `{"waba_id"}` | someone taps an ad that leads to WhatsApp: answers the `ctwa_clid` |
//! | `PUT`/`DELETE webhook` | `{"url", "verify_token"}` | where webhooks go; verified at once |
//! | `GET`/`PUT clock` | `{"offset_seconds"}`, `{"advance_seconds"}` or `{"now"}` | the sandbox's clock |
//! | `PUT links` | `{"asset", "dataset"}` | links an asset (id, or a Page's key) to an existing dataset as a person does in Events Manager; `"dataset": null` takes it off |
//! | `PUT subscriptions` | `{"asset", "fields": […]}` | the webhook fields of an asset; `null`: not subscribed |
//! | `PUT app` | `{"approved": […], "subscriptions": {"page": […]…}}` | permissions with advanced access, webhook fields by object; what is left out stays |
//! | `POST reset` | | forgets tokens, grants, datasets, subscriptions, faults, the app's settings and the ledger |
//!
//! A knob is `{"kind": …}` with its arguments and, to restrict it, `dataset`, `page` (a Page's key, or any asset's
//! id), `edge`, `method`, `times`; [`crate::Effect`] lists them all. What a connection can suffer from, and its knob:
//!
//! | ailment | breaks | mends |
//! |---|---|---|
//! | token refused | `{"kind": "invalid_token", "person", "subcode": 460}` | `DELETE faults` |
//! | token of another app | `{"kind": "other_app", "person"}` | `DELETE faults` |
//! | token ends soon, has ended | `{"kind": "token_expiry", "person", "in_seconds": 86400}`, `-1` | `DELETE faults` |
//! | permission lost | `{"kind": "drop_permission", "permission", "page"}`: without `page` for all assets | `DELETE faults`, or a new login |
//! | asset out of reach | `{"kind": "hide_asset", "page": id}` | `DELETE faults` |
//! | dataset gone | `{"kind": "hide_dataset", "dataset"}` or `page` | `DELETE faults` |
//! | dataset unavailable | `{"kind": "dataset_unavailable", "dataset"}` or `page` | `DELETE faults` |
//! | dataset linked elsewhere | `PUT links {"asset", "dataset"}` | the same with the old dataset |
//! | webhook unsubscribed, field missing | `PUT subscriptions {"asset", "fields": null}`; for the app `PUT app` | the same with the fields |
//! | clocks differ | `{"kind": "clock_skew", "seconds": 400}` | `DELETE faults` |
//! | Graph version retired | `{"kind": "retire_version", "version": 26}` | `DELETE faults` |
//!
//! `invalid_token`, `other_app`, `token_expiry`, `hide_*` and `retire_version` last while they are set, for tokens
//! minted later too; `revoke_token` and `unlink_dataset` act once and stay.

mod settings;

use crate::{
    faults::Fault,
    ledger::Filter,
    state::State,
    webhooks::{Callbacks, Leaving},
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{self, Path, Query, Request},
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
        .route("/_sandbox/signup", post(sign_up))
        .route("/_sandbox/clicks", post(click))
        .route("/_sandbox/webhook", put(set_webhook).delete(clear_webhook))
        .route("/_sandbox/clock", get(clock).put(set_clock))
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/account-updates", post(update_account))
        .route("/_sandbox/automatic-events", post(see_conversion))
        .route(
            "/_sandbox/callbacks",
            put(set_callbacks).delete(clear_callbacks),
        )
        .route("/_sandbox/people", post(arrive))
        .route("/_sandbox/people/{person}/deauthorize", post(deauthorize))
        .route("/_sandbox/people/{person}/delete-data", post(delete_data))
        .route(
            "/_sandbox/businesses/{business}/remove-app",
            post(remove_app),
        )
        .route("/_sandbox/links", put(settings::link))
        .route("/_sandbox/subscriptions", put(settings::subscribe))
        .route("/_sandbox/app", put(settings::app))
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
        let why = "the controls are not for pages of other origins";
        Refused(StatusCode::FORBIDDEN, why.into()).into_response()
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

/// Why a control does nothing.
struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<String> for Refused {
    fn from(why: String) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, why)
    }
}

type Answer = Result<Json<Value>, Refused>;

/// The body as JSON, whatever its declared type; empty counts as `{}`.
fn body<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Refused> {
    let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes)
        .map_err(|error| Refused(StatusCode::BAD_REQUEST, error.to_string()))
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
    value["app"] = json!(state.memory().app);
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

async fn set_faults(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    let wanted: Faults = body(&bytes)?;
    let applied = state.set_faults(wanted.faults)?;
    Ok(Json(
        json!({ "faults": state.faults(), "applied": applied }),
    ))
}

async fn add_fault(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    let applied: Vec<_> = state.add_fault(body(&bytes)?)?.into_iter().collect();
    Ok(Json(
        json!({ "faults": state.faults(), "applied": applied }),
    ))
}

async fn clear_faults(extract::State(state): extract::State<State>) -> Json<Value> {
    state.clear_faults();
    Json(json!({ "faults": [] }))
}

async fn send_message(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    Ok(Json(json!(state.send_message(body(&bytes)?).await?)))
}

async fn mint_token(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    Ok(Json(json!(state.mint_token(&body(&bytes)?)?)))
}

async fn sign_up(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    Ok(Json(json!(state.sign_up(&body(&bytes)?)?)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ClickRequest {
    page_id: Option<String>,
    waba_id: Option<String>,
}

async fn click(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    let request: ClickRequest = body(&bytes)?;
    let click = state.click(request.page_id.as_deref(), request.waba_id.as_deref())?;
    Ok(Json(json!(click)))
}

async fn set_webhook(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    state.set_webhook(Some(body(&bytes)?));
    let verified = state.verify_webhook().await;
    Ok(Json(
        json!({ "verified": verified.is_ok(), "error": verified.err() }),
    ))
}

async fn update_account(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    Ok(Json(json!(state.update_account(&body(&bytes)?).await?)))
}

async fn see_conversion(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    Ok(Json(json!(state.see_conversion(&body(&bytes)?).await?)))
}

async fn set_callbacks(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    state.set_callbacks(body(&bytes)?);
    Ok(Json(json!({ "success": true })))
}

async fn clear_callbacks(extract::State(state): extract::State<State>) -> Json<Value> {
    state.set_callbacks(Callbacks::default());
    Json(json!({ "success": true }))
}

async fn arrive(extract::State(state): extract::State<State>) -> Answer {
    Ok(Json(json!(state.arrive()?)))
}

async fn deauthorize(
    extract::State(state): extract::State<State>,
    Path(person): Path<String>,
) -> Answer {
    Ok(Json(json!(
        state.leave(&person, Leaving::Deauthorize).await?
    )))
}

async fn delete_data(
    extract::State(state): extract::State<State>,
    Path(person): Path<String>,
) -> Answer {
    Ok(Json(json!(
        state.leave(&person, Leaving::DeleteData).await?
    )))
}

async fn remove_app(
    extract::State(state): extract::State<State>,
    Path(business): Path<String>,
) -> Answer {
    let wabas = state.disconnect_business(&business).await?;
    Ok(Json(json!({ "whatsapp_accounts": wabas })))
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

async fn set_clock(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    match body(&bytes)? {
        ClockRequest::OffsetSeconds(offset) => state.clock().set_offset(Duration::seconds(offset)),
        ClockRequest::AdvanceSeconds(by) => state.clock().advance(Duration::seconds(by)),
        ClockRequest::Now(now) => state.clock().set(now),
    }
    Ok(clock(extract::State(state)).await)
}

async fn reset(extract::State(state): extract::State<State>) -> Json<Value> {
    state.reset();
    Json(json!({ "success": true }))
}
