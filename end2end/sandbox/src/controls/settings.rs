//! What a person changes in Meta's own tools: links in Events Manager, subscriptions, the app's dashboard.

use super::{Answer, body};
use crate::{dataset::Kind, state::State};
use axum::{Json, body::Bytes, extract};
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// An asset of any kind by id, or a Page by key.
fn asset(state: &State, name: &str) -> Result<(Kind, String), String> {
    let world = state.world();
    let id = world.page(name).map_or(name, |it| it.id.as_str());
    let kind = Kind::of(world, id).ok_or_else(|| format!("there is no asset {name}"))?;
    Ok((kind, id.into()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Link {
    asset: String,
    dataset: Option<String>,
}

pub(super) async fn link(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    let Link {
        asset: name,
        dataset,
    } = body(&bytes)?;
    let (_, id) = asset(&state, &name)?;
    state.link_dataset(&id, dataset.as_deref())?;
    Ok(Json(json!({ "datasets": state.datasets() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subscription {
    asset: String,
    fields: Option<BTreeSet<String>>,
}

pub(super) async fn subscribe(
    extract::State(state): extract::State<State>,
    bytes: Bytes,
) -> Answer {
    let wanted: Subscription = body(&bytes)?;
    let (_, id) = asset(&state, &wanted.asset)?;
    let mut memory = state.memory();
    match wanted.fields {
        Some(fields) => memory.subscriptions.insert(id, fields),
        None => memory.subscriptions.remove(&id),
    };
    Ok(Json(json!({ "subscriptions": memory.subscriptions })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dashboard {
    approved: Option<BTreeSet<String>>,
    subscriptions: Option<BTreeMap<String, BTreeSet<String>>>,
}

pub(super) async fn app(extract::State(state): extract::State<State>, bytes: Bytes) -> Answer {
    let wanted: Dashboard = body(&bytes)?;
    let mut memory = state.memory();
    if let Some(approved) = wanted.approved {
        memory.app.approved = approved;
    }
    if let Some(subscriptions) = wanted.subscriptions {
        memory.app.subscriptions = subscriptions;
    }
    Ok(Json(json!({ "app": memory.app })))
}
