//! The app itself: `/{app}`, the permissions that it was approved for, and its webhook subscriptions per object.

use crate::{
    assets::pick,
    error::{GraphError, Result},
    request::{Call, parse_fields},
    state::State,
    tokens::{self, Caller, PERMISSIONS},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the app's dashboard holds.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct App {
    /// The permissions with advanced access.
    pub(crate) approved: BTreeSet<String>,
    /// Webhook fields by object.
    pub(crate) subscriptions: BTreeMap<String, BTreeSet<String>>,
}

/// Webhook fields by object, as the dashboard offers them.
const OBJECTS: &[(&str, &[&str])] = &[
    (
        "page",
        &[
            "messages",
            "messaging_postbacks",
            "messaging_referrals",
            "message_echoes",
            "standby",
            "feed",
        ],
    ),
    (
        "instagram",
        &[
            "messages",
            "messaging_postbacks",
            "messaging_referral",
            "message_echoes",
            "standby",
        ],
    ),
    (
        "whatsapp_business_account",
        &[
            "messages",
            "account_update",
            "account_review_update",
            "automatic_events",
            "phone_number_quality_update",
        ],
    ),
];

/// What an app that was set up with care is subscribed to.
const USUAL: &[(&str, &[&str])] = &[
    (
        "page",
        &["messages", "messaging_postbacks", "messaging_referrals"],
    ),
    (
        "instagram",
        &["messages", "messaging_postbacks", "messaging_referral"],
    ),
    ("whatsapp_business_account", &["messages", "account_update"]),
];

impl Default for App {
    fn default() -> Self {
        Self {
            approved: PERMISSIONS.iter().map(|it| (*it).into()).collect(),
            subscriptions: USUAL
                .iter()
                .map(|(object, fields)| {
                    let fields = fields.iter().map(|it| (*it).into()).collect();
                    ((*object).into(), fields)
                })
                .collect(),
        }
    }
}

impl App {
    /// The app is told of this field of this object.
    pub(crate) fn hears(&self, object: &str, field: &str) -> bool {
        self.subscriptions
            .get(object)
            .is_some_and(|it| it.contains(field))
    }
}

/// Answers what lies below the app's id; only its own token may ask.
pub(crate) fn answer(state: &State, call: &Call, rest: &[&str]) -> Result<Value> {
    let Caller::App = tokens::caller(state, call.token.as_deref())? else {
        return Err(GraphError::parameter(
            "This method must be called with an app access_token.",
        ));
    };
    match (call.method.as_str(), rest) {
        ("GET", []) => node(state, call),
        ("GET", ["permissions"]) => Ok(permissions(state)),
        ("GET", ["subscriptions"]) => Ok(subscriptions(state)),
        ("POST", ["subscriptions"]) => subscribe(state, call),
        ("DELETE", ["subscriptions"]) => unsubscribe(state, call),
        _ => Err(GraphError::unknown_path(&call.path.join("/"))),
    }
}

fn node(state: &State, call: &Call) -> Result<Value> {
    let shared = state.shared();
    let node = json!({
        "id": shared.app_id,
        "name": "Patchbay",
        "namespace": "patchbay",
        "category": "Business and pages",
        "link": format!("{}/games/?app_id={}", state.url(), shared.app_id),
    });
    let fields = call
        .text("fields")
        .unwrap_or("category,link,name,id".into());
    pick("Application", &node, &parse_fields(&fields), &[])
}

/// Lists what was approved; what is not here has standard access at most.
fn permissions(state: &State) -> Value {
    let approved = state.memory().app.approved.clone();
    let data: Vec<_> = approved
        .iter()
        .map(|it| json!({ "permission": it, "status": "live" }))
        .collect();
    json!({ "data": data })
}

fn subscriptions(state: &State) -> Value {
    let memory = state.memory();
    let callback = memory.webhook.as_ref().map(|it| it.url.as_str());
    let data: Vec<_> = memory
        .app
        .subscriptions
        .iter()
        .map(|(object, fields)| {
            let fields: Vec<_> = fields
                .iter()
                .map(|it| json!({ "name": it, "version": "v26.0" }))
                .collect();
            json!({
                "object": object,
                "callback_url": callback.unwrap_or_default(),
                "active": callback.is_some(),
                "fields": fields,
            })
        })
        .collect();
    json!({ "data": data })
}

/// Replaces the fields of an object. The callback's address stays the one that the controls set.
fn subscribe(state: &State, call: &Call) -> Result<Value> {
    let object = call.require("object")?;
    let (_, known) = OBJECTS
        .iter()
        .find(|(name, _)| *name == object)
        .ok_or_else(|| {
            GraphError::parameter(
                "Param object must be one of {page, instagram, whatsapp_business_account}",
            )
        })?;
    let fields: BTreeSet<String> = call.list("fields").into_iter().collect();
    if let Some(unknown) = fields.iter().find(|it| !known.contains(&it.as_str())) {
        return Err(GraphError::parameter(format!(
            "{unknown} is not a field of {object}"
        )));
    }
    state.memory().app.subscriptions.insert(object, fields);
    Ok(json!({ "success": true }))
}

fn unsubscribe(state: &State, call: &Call) -> Result<Value> {
    let mut memory = state.memory();
    match call.text("object") {
        None => memory.app.subscriptions.clear(),
        Some(object) => {
            let dropped = call.list("fields");
            let fields = memory.app.subscriptions.entry(object.clone()).or_default();
            fields.retain(|it| !dropped.is_empty() && !dropped.contains(it));
            if fields.is_empty() {
                memory.app.subscriptions.remove(&object);
            }
        }
    }
    Ok(json!({ "success": true }))
}
