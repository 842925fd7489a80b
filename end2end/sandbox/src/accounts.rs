//! The person behind a token: `/me`, their Pages, their permissions.

use crate::{
    assets::{page_node, pick},
    error::{GraphError, Result},
    graph,
    request::{Call, parse_fields},
    state::State,
    tokens::{self, Caller, Kind, Token},
};
use serde_json::{Value, json};

pub(crate) fn me(state: &State, call: &Call) -> Result<Value> {
    let (_, token) = graph::token(state, call)?;
    let world = state.world();
    let fields = parse_fields(&call.text("fields").unwrap_or("id,name".into()));
    let node = match &token.kind {
        Kind::Page { page, .. } => {
            let page = world.page(page).ok_or_else(GraphError::no_token)?;
            json!({ "id": page.id, "name": page.name })
        }
        Kind::User => {
            // Live, the field is refused like a dead token although the token is fine.
            if fields.iter().any(|(name, _)| name == "client_business_id") {
                return Err(GraphError::new(
                    400,
                    190,
                    "This field is only available to system user access tokens",
                ));
            }
            let person = world
                .person(&token.person)
                .ok_or_else(GraphError::no_token)?;
            json!({ "id": person.id, "name": person.name })
        }
        Kind::System {
            business,
            integration,
        } => {
            let mut node = json!({ "id": token.holder(), "name": "Patchbay System User" });
            if *integration {
                node["client_business_id"] = business.as_str().into();
            }
            node
        }
        Kind::Events { .. } => {
            json!({ "id": token.holder(), "name": "Conversions API System User" })
        }
    };
    pick("User", &node, &fields, &["client_business_id"])
}

/// The user that a path names must be the caller.
pub(crate) fn own(state: &State, call: &Call, user: &str) -> Result<(String, Token)> {
    let (secret, token) = graph::token(state, call)?;
    if token.page().is_some() || (user != "me" && user != token.holder()) {
        return Err(GraphError::no_object(&call.method, user));
    }
    Ok((secret, token))
}

pub(crate) fn accounts(state: &State, call: &Call, user: &str) -> Result<Value> {
    let (secret, token) = own(state, call, user)?;
    let world = state.world();
    let limit = match call.text("limit") {
        Some(text) => text.parse().ok().filter(|it| (1..=100).contains(it)),
        None => Some(25),
    };
    let limit: usize =
        limit.ok_or_else(|| GraphError::parameter("limit must be between 1 and 100"))?;
    let wanted = call
        .text("fields")
        .unwrap_or("access_token,category,name,id,tasks".into());
    let fields = parse_fields(&wanted);

    let pages: Vec<_> = {
        let memory = state.memory();
        let shown = |id: &str| memory.allows(&token, "pages_show_list", Some(id));
        tokens::pages(world, &token)
            .filter(|page| shown(&page.id))
            .collect()
    };
    let start = match (call.text("after"), call.text("before")) {
        (Some(cursor), _) => position(&cursor)? + 1,
        (None, Some(cursor)) => position(&cursor)?.saturating_sub(limit),
        (None, None) => 0,
    };
    let end = pages.len().min(start + limit);
    let shown = pages.get(start..end).unwrap_or_default();
    let data = shown
        .iter()
        .map(|page| page_node(state, &secret, &token, page, &fields))
        .collect::<Result<Vec<_>>>()?;
    if shown.is_empty() {
        return Ok(json!({ "data": [] }));
    }
    let (before, after) = (cursor(start), cursor(end - 1));
    let mut paging = json!({ "cursors": { "before": before, "after": after } });
    let link = |direction: &str, cursor: &str| {
        let version = call
            .version
            .map(|(major, minor)| format!("v{major}.{minor}/"))
            .unwrap_or_default();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("access_token", &secret)
            .append_pair("fields", &wanted)
            .append_pair("limit", &limit.to_string())
            .append_pair(direction, cursor)
            .finish();
        let edge = call.path.last().map_or("accounts", String::as_str);
        format!("{}/{version}{}/{edge}?{query}", state.url(), token.holder())
    };
    if end < pages.len() {
        paging["next"] = link("after", &after).into();
    }
    if start > 0 {
        paging["previous"] = link("before", &before).into();
    }
    Ok(json!({ "data": data, "paging": paging }))
}

fn cursor(at: usize) -> String {
    hex::encode(format!("QVFI{at}"))
}

fn position(cursor: &str) -> Result<usize> {
    let text = hex::decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    text.as_deref()
        .and_then(|text| text.strip_prefix("QVFI"))
        .and_then(|at| at.parse().ok())
        .ok_or_else(|| GraphError::parameter("Invalid cursors values"))
}

pub(crate) fn permissions(state: &State, call: &Call, user: &str) -> Result<Value> {
    let (_, token) = own(state, call, user)?;
    let memory = state.memory();
    let permissions = memory
        .grants
        .get(&token.holder())
        .map(|it| it.permissions.clone())
        .unwrap_or_default();
    let data: Vec<_> = permissions
        .iter()
        .map(|(permission, granted)| {
            json!({ "permission": permission, "status": if *granted { "granted" } else { "declined" } })
        })
        .collect();
    Ok(json!({ "data": data }))
}

/// Withdraws one permission, or all of them, which removes the app: its tokens of this person die.
pub(crate) fn remove_permission(
    state: &State,
    call: &Call,
    user: &str,
    permission: Option<&str>,
) -> Result<Value> {
    let person = match tokens::caller(state, call.token.as_deref())? {
        Caller::App => {
            let person = state.world().people.iter().find(|it| it.id == user);
            person
                .ok_or_else(|| GraphError::no_object(&call.method, user))?
                .id
                .clone()
        }
        Caller::Token { .. } => {
            let (_, token) = own(state, call, user)?;
            // No call is known that takes a system user's token back: the business removes the app.
            if token.kind != Kind::User {
                return Err(GraphError::no_object(&call.method, user));
            }
            token.person
        }
    };
    let mut memory = state.memory();
    match permission {
        Some(permission) => {
            let grant = memory.grants.entry(person).or_default();
            grant.permissions.remove(permission);
        }
        None => {
            memory.remove_app(&person);
        }
    }
    Ok(json!({ "success": true }))
}
