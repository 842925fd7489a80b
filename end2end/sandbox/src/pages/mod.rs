//! Pages for people: what exists, who can write, whom the app may act for, and Events Manager.

mod events_manager;
mod integrations;

use crate::{
    controls,
    dataset::Dataset,
    html::{escape, page},
    ledger::Filter,
    signup,
    state::State,
    webhooks::Message,
};
use axum::{
    Form, Router,
    extract::{self, Query},
    http::StatusCode,
    middleware,
    response::{Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::Value;

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
        .merge(events_manager::router(state))
        .merge(integrations::router(state))
        .merge(write)
}

/// What the last form did, told by the page that follows it.
#[derive(Default, Deserialize)]
struct Said {
    said: Option<String>,
}

fn said(Said { said }: Said) -> String {
    said.map(|it| format!("<p role=\"status\">{}</p>", escape(&it)))
        .unwrap_or_default()
}

/// To a page that says what was done.
fn back(path: &str, said: &str) -> Redirect {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("said", said)
        .finish();
    Redirect::to(&format!("{path}?{query}"))
}

async fn index(
    extract::State(state): extract::State<State>,
    Query(query): Query<Said>,
) -> Response {
    let world = state.world();
    let said = said(query);
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
    let note = |id: &String| {
        if subscribed.contains_key(id) {
            " (subscribed)"
        } else {
            ""
        }
    };
    let pages = world
        .pages
        .iter()
        .filter(|it| state.is_here(&it.key))
        .map(|it| {
            (
                format!("page {}", it.id),
                format!("{}{}", it.name, note(&it.id)),
            )
        });
    let accounts = world
        .instagram_accounts
        .iter()
        .filter(|it| state.is_here(&it.key))
        .map(|it| {
            let heard = note(&it.page_id);
            (
                format!("instagram {}", it.id),
                format!("Instagram {}{heard}", it.username),
            )
        });
    let wabas = world
        .whatsapp_accounts
        .iter()
        .filter(|it| state.is_here(&it.key))
        .map(|it| {
            let label = format!("WhatsApp {}{}", it.name, note(&it.id));
            (format!("waba {}", it.id), label)
        });
    let assets: String = pages
        .chain(accounts)
        .chain(wabas)
        .map(|(value, label)| format!("<option value=\"{value}\">{}</option>", escape(&label)))
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
         <p><a href=\"/integrations\">Business integrations</a></p><h2>Write a message</h2><form method=\"post\" action=\"/write\">\
         <p><label>Page, Instagram or WhatsApp<br><select name=\"to\">{assets}</select></label></p>\
         <p><label>Who writes<br><select name=\"person\">{people}</select></label></p>\
         <p><label>Message<br><input type=\"text\" name=\"text\" value=\"在庫はありますか?\"></label></p>\
         <p><label><input type=\"checkbox\" name=\"referral\" value=\"yes\"> Comes from an ad</label></p>\
         <p><button class=\"main\">Write</button></p></form>"
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
    /// `page`, `instagram` or `waba`, and the id.
    to: String,
    person: String,
    text: String,
    referral: Option<String>,
}

async fn write(
    extract::State(state): extract::State<State>,
    Form(form): Form<Written>,
) -> Redirect {
    let (kind, id) = form.to.split_once(' ').unwrap_or(("page", &form.to));
    let named = |it: &str| {
        if it == kind {
            id.to_owned()
        } else {
            String::new()
        }
    };
    let sent = state
        .send_message(Message {
            page_id: named("page"),
            instagram_id: named("instagram"),
            waba_id: named("waba"),
            person: Some(form.person),
            text: Some(form.text),
            referral: form.referral.map(|_| Value::Bool(true)),
            ..Message::default()
        })
        .await;
    let said = match sent {
        Ok(it) if it.sent.delivered => "Written. The webhook was delivered.",
        Ok(it) if !it.subscribed => {
            "Written. The app is not subscribed to it, so no webhook was sent."
        }
        Ok(it) if it.sent.attempts == 0 => "Written. No webhook address is configured.",
        Ok(_) => "Written. The webhook was not accepted; it will be tried again.",
        Err(_) => {
            "Nothing was written: there is no such asset or person, or the account has no number."
        }
    };
    back("/", said)
}
