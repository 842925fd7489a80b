//! Business portfolios and what they own or were given.

use crate::{
    accounts,
    assets::{instagram_node, page_node, pick, waba_node},
    error::{GraphError, Result},
    graph,
    request::{Call, Field, parse_fields},
    state::State,
    tokens::{self, Token},
    world::Business,
};
use serde_json::{Value, json};

/// The portfolios that a token reaches: the person's, or the system user's own.
fn reached<'a>(state: &'a State, token: &'a Token) -> impl Iterator<Item = &'a Business> {
    let own = |it: &&Business| token.business().is_none_or(|id| it.id == id);
    state.world().businesses_of(&token.person).filter(own)
}

fn may_manage(state: &State, token: &Token) -> Result<()> {
    if state.memory().allows(token, "business_management", None) {
        return Ok(());
    }
    Err(GraphError::permission(
        "Requires business_management permission to manage the object",
    ))
}

fn business_node(business: &Business, fields: &[Field]) -> Result<Value> {
    let node = json!({
        "id": business.id, "name": business.name, "verification_status": "verified",
    });
    pick("Business", &node, fields, &[])
}

fn wanted(call: &Call) -> Vec<Field> {
    parse_fields(&call.text("fields").unwrap_or("id,name".into()))
}

/// `/me/businesses`.
pub(crate) fn of_user(state: &State, call: &Call, user: &str) -> Result<Value> {
    let (_, token) = accounts::own(state, call, user)?;
    may_manage(state, &token)?;
    let fields = wanted(call);
    let data = reached(state, &token)
        .map(|it| business_node(it, &fields))
        .collect::<Result<Vec<_>>>()?;
    Ok(json!({ "data": data }))
}

/// `/{business}`.
pub(crate) fn node(state: &State, token: &Token, id: &str, fields: &[Field]) -> Result<Value> {
    let business = reached(state, token)
        .find(|it| it.id == id)
        .ok_or_else(|| GraphError::no_object("get", id))?;
    may_manage(state, token)?;
    business_node(business, fields)
}

/// `/{business}/owned_pages` and the like: of the portfolio's assets those that the token sees.
pub(crate) fn assets(state: &State, call: &Call, id: &str, edge: &str) -> Result<Value> {
    let (secret, token) = graph::token(state, call)?;
    let business = reached(state, &token)
        .find(|it| it.id == id)
        .ok_or_else(|| GraphError::no_object(&call.method, id))?;
    may_manage(state, &token)?;
    let fields = wanted(call);
    let world = state.world();
    let own = business.id.as_str();
    let data: Vec<Value> = match edge {
        "owned_pages" | "client_pages" => tokens::pages(world, &token)
            .filter(|it| {
                it.is_in(own) && (it.business_id.as_deref() == Some(own)) == (edge == "owned_pages")
            })
            .filter(|it| state.memory().sees(world, &token, &it.id))
            .map(|it| page_node(state, &secret, &token, it, &fields))
            .collect::<Result<_>>()?,
        "owned_whatsapp_business_accounts" | "client_whatsapp_business_accounts" => {
            tokens::wabas(world, &token)
                .filter(|it| it.is_in(own) && (it.business_id == own) == edge.starts_with("owned"))
                .filter(|it| state.memory().sees(world, &token, &it.id))
                .map(|it| waba_node(state, &token, it, &fields))
                .collect::<Result<_>>()?
        }
        "instagram_business_accounts" | "owned_instagram_accounts" => {
            tokens::instagram(world, &token)
                .filter(|it| it.business_id.as_deref() == Some(own))
                .filter(|it| state.memory().sees(world, &token, &it.id))
                .map(|it| instagram_node(state, &token, it, &fields))
                .collect::<Result<_>>()?
        }
        _ => return Err(GraphError::no_object(&call.method, id)),
    };
    Ok(json!({ "data": data }))
}
