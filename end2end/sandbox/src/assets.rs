//! Pages, Instagram accounts, WhatsApp Business Accounts and datasets as nodes.

use crate::{
    error::{GraphError, Result},
    graph,
    request::{Call, Field, parse_fields},
    state::State,
    tokens::{self, Token},
    world::Page,
};
use serde_json::{Map, Value, json};

/// The chosen fields of a node. `absent` are fields that exist although this node has no value for them.
pub(crate) fn pick(kind: &str, node: &Value, fields: &[Field], absent: &[&str]) -> Result<Value> {
    let mut picked = Map::new();
    for (name, nested) in fields {
        let Some(value) = node.get(name) else {
            if absent.contains(&name.as_str()) {
                continue;
            }
            return Err(GraphError::parameter(format!(
                "Tried accessing nonexisting field ({name}) on node type ({kind})"
            )));
        };
        let value = match value {
            Value::Object(object) => {
                let wanted = |key: &str| key == "id" || nested.iter().any(|it| it == key);
                let whole = nested.is_empty() && name != "instagram_business_account";
                object
                    .iter()
                    .filter(|(key, _)| whole || wanted(key))
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect()
            }
            other => other.clone(),
        };
        picked.insert(name.clone(), value);
    }
    picked.insert("id".into(), node["id"].clone());
    Ok(Value::Object(picked))
}

pub(crate) fn page_node(
    state: &State,
    secret: &str,
    token: &Token,
    page: &Page,
    fields: &[Field],
) -> Result<Value> {
    let world = state.world();
    let mut node = json!({
        "id": page.id,
        "name": page.name,
        "category": page.category,
        "category_list": [{ "id": "2500", "name": page.category }],
        "link": format!("https://www.facebook.com/{}", page.id),
    });
    if let Some(role) = page.role(&token.person) {
        node["tasks"] = json!(role.tasks);
    }
    let mut memory = state.memory();
    if memory.sees(world, token, &page.id) {
        let page_token = match token.kind {
            tokens::Kind::Page(_) => secret.to_owned(),
            _ => memory.page_token(secret, &page.id, state.shared().clock.seconds()),
        };
        node["access_token"] = page_token.into();
    }
    if let Some(account) = world
        .instagram_accounts
        .iter()
        .find(|it| it.page_id == page.id)
        && (memory.allows(token, "instagram_basic", Some(&account.id))
            || memory.allows(token, "pages_read_engagement", Some(&page.id)))
    {
        node["instagram_business_account"] =
            json!({ "id": account.id, "username": account.username });
    }
    if let Some(business) = page
        .business_id
        .as_deref()
        .and_then(|id| world.business(id))
        && memory.allows(token, "business_management", None)
    {
        node["business"] = json!({ "id": business.id, "name": business.name });
    }
    pick(
        "Page",
        &node,
        fields,
        &[
            "access_token",
            "tasks",
            "instagram_business_account",
            "business",
        ],
    )
}

/// A single node, whatever it is.
pub(crate) fn node(state: &State, call: &Call, id: &str) -> Result<Value> {
    let world = state.world();
    if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(GraphError::unknown_path(id));
    }
    let (secret, token) = graph::token(state, call)?;
    let dataset = state.memory().dataset(id).cloned();
    let asset = dataset
        .as_ref()
        .and_then(|it| it.made_for.as_deref())
        .unwrap_or(id);
    if token.person == id {
        let person = world
            .person(id)
            .ok_or_else(|| GraphError::no_object("get", id))?;
        let fields = parse_fields(&call.text("fields").unwrap_or("id,name".into()));
        return pick(
            "User",
            &json!({ "id": person.id, "name": person.name }),
            &fields,
            &[],
        );
    }
    if !state.memory().sees(world, &token, asset) {
        return Err(GraphError::no_object("get", id));
    }
    let fields = parse_fields(&call.text("fields").unwrap_or("id,name".into()));
    if let Some(dataset) = dataset {
        let only_id = fields.iter().all(|(name, _)| name == "id");
        let memory = state.memory();
        let may = ["business_management", "ads_read", "ads_management"]
            .iter()
            .any(|it| memory.allows(&token, it, None));
        if !may && !only_id {
            return Err(GraphError::parameter("Missing Permission"));
        }
        let last = memory
            .ledger
            .events(&crate::ledger::Filter::dataset(id))
            .last()
            .map(|it| it.received_at_ms / 1000);
        let mut node = json!({
            "id": dataset.id, "name": dataset.name, "creation_time": dataset.created_at, "is_unavailable": false,
        });
        if let Some(business) = dataset
            .business_id
            .as_deref()
            .and_then(|it| world.business(it))
        {
            node["owner_business"] = json!({ "id": business.id, "name": business.name });
        }
        if let Some(last) = last {
            node["last_fired_time"] = last.into();
        }
        return pick(
            "AdsPixel",
            &node,
            &fields,
            &["owner_business", "last_fired_time"],
        );
    }
    if let Some(page) = world.page(id) {
        return page_node(state, &secret, &token, page, &fields);
    }
    if let Some(account) = world.instagram(id) {
        let node =
            json!({ "id": account.id, "username": account.username, "name": account.username });
        return pick("IGUser", &node, &fields, &[]);
    }
    let waba = world
        .waba(id)
        .ok_or_else(|| GraphError::no_object("get", id))?;
    let owner = world
        .business(&waba.business_id)
        .map(|it| json!({ "id": it.id, "name": it.name }));
    let node = json!({
        "id": waba.id, "name": waba.name, "currency": "JPY", "timezone_id": "1",
        "business_verification_status": "verified", "owner_business_info": owner,
    });
    pick("WhatsAppBusinessAccount", &node, &fields, &[])
}

pub(crate) fn phone_numbers(state: &State, call: &Call, id: &str) -> Result<Value> {
    let (_, token) = graph::token(state, call)?;
    let missing = || GraphError::no_object(&call.method, id);
    let waba = state.world().waba(id).ok_or_else(missing)?;
    if !state.memory().sees(state.world(), &token, id) {
        return Err(missing());
    }
    Ok(json!({ "data": [{
        "id": waba.phone_number_id,
        "display_phone_number": format!("+{}", waba.phone_number),
        "verified_name": waba.name,
        "quality_rating": "GREEN",
    }] }))
}
