//! `/{asset}/dataset`: who may read or make one.

use crate::{
    assets::pick,
    dataset::{Dataset, Kind},
    error::{GraphError, Result},
    graph,
    request::{Call, parse_fields},
    state::State,
    tokens::{self, Token},
};
use serde_json::{Value, json};

/// What the dataset edge of a kind of asset asks for.
pub(crate) fn permissions(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Page => &["page_events"],
        Kind::Instagram => &["instagram_manage_events"],
        Kind::Waba => &[
            "whatsapp_business_management",
            "whatsapp_business_manage_events",
        ],
    }
}

fn may_use_dataset(state: &State, call: &Call, asset: &str) -> Result<(Kind, Token)> {
    let (_, token) = graph::token(state, call)?;
    let missing = || GraphError::no_object(&call.method, asset);
    let kind = Kind::of(state.world(), asset).ok_or_else(missing)?;
    if matches!(token.kind, tokens::Kind::Events { .. }) {
        return Err(GraphError::permission(
            "You do not have permission to access this field",
        ));
    }
    let memory = state.memory();
    if !memory.sees(state.world(), &token, asset) {
        return Err(missing());
    }
    for permission in permissions(kind) {
        if !memory.allows(&token, permission, Some(asset)) {
            return Err(GraphError::permission(match kind {
                Kind::Page => "App does not have page_events permission on the Page",
                _ => "You do not have permission to access this field",
            }));
        }
    }
    Ok((kind, token))
}

/// The shapes differ on purpose, as they do live: a list for Pages and WhatsApp, a node for Instagram.
pub(crate) fn read(state: &State, call: &Call, asset: &str) -> Result<Value> {
    let (kind, _) = may_use_dataset(state, call, asset)?;
    let memory = state.memory();
    let fields = parse_fields(&call.text("fields").unwrap_or("id".into()));
    let node = |it: &Dataset| {
        pick(
            "Dataset",
            &json!({ "id": it.id, "name": it.name }),
            &fields,
            &[],
        )
    };
    match (kind, memory.dataset_of(asset)) {
        (Kind::Instagram, Some(dataset)) => node(dataset),
        (_, found) => {
            Ok(json!({ "data": found.map(node).transpose()?.into_iter().collect::<Vec<_>>() }))
        }
    }
}

pub(crate) fn make(state: &State, call: &Call, asset: &str) -> Result<Value> {
    let (kind, token) = may_use_dataset(state, call, asset)?;
    let world = state.world();
    let owner = match kind {
        Kind::Page => world.page(asset).and_then(|it| it.business_id.clone()),
        Kind::Waba => world.waba(asset).map(|it| it.business_id.clone()),
        Kind::Instagram => world.instagram(asset).and_then(|it| it.business_id.clone()),
    };
    let now = state.shared().clock.seconds();
    let mut memory = state.memory();
    let visible_in = owner.filter(|_| memory.allows(&token, "business_management", None));
    let dataset = memory.link_dataset(
        world,
        (kind, asset),
        call.text("dataset_name"),
        visible_in,
        now,
    );
    Ok(json!({ "id": dataset.id }))
}
