//! Pages, Instagram accounts, WhatsApp Business Accounts and datasets as nodes.

use crate::{
    accounts, businesses,
    dataset::Dataset,
    error::{GraphError, Result},
    graph,
    request::{Call, Field, parse_fields},
    state::State,
    tokens::{self, Token},
    world::{Instagram, Page, Waba},
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
            tokens::Kind::Page { .. } => secret.to_owned(),
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
    let fields = parse_fields(&call.text("fields").unwrap_or("id,name".into()));
    if token.holder() == id {
        return accounts::me(state, call);
    }
    let dataset = state.memory().dataset(id).cloned();
    if let Some(dataset) = dataset {
        return dataset_node(state, &token, &dataset, &fields);
    }
    if world.business(id).is_some() {
        return businesses::node(state, &token, id, &fields);
    }
    let phone = world
        .whatsapp_accounts
        .iter()
        .find(|waba| waba.phone_numbers.iter().any(|it| it.id == id));
    let asset = phone.map_or(id, |waba| waba.id.as_str());
    if !state.memory().sees(world, &token, asset) {
        return Err(GraphError::no_object("get", id));
    }
    if let Some(waba) = phone {
        return phone_node(waba, id, &fields);
    }
    if let Some(page) = world.page(id) {
        return page_node(state, &secret, &token, page, &fields);
    }
    if let Some(account) = world.instagram(id) {
        return instagram_node(state, &token, account, &fields);
    }
    let waba = world
        .waba(id)
        .ok_or_else(|| GraphError::no_object("get", id))?;
    waba_node(state, &token, waba, &fields)
}

fn dataset_node(
    state: &State,
    token: &Token,
    dataset: &Dataset,
    fields: &[Field],
) -> Result<Value> {
    let world = state.world();
    let memory = state.memory();
    let missing = || GraphError::no_object("get", &dataset.id);
    if let tokens::Kind::Events { dataset: own, .. } = &token.kind {
        if *own != dataset.id {
            return Err(missing());
        }
    } else if !dataset
        .assets()
        .any(|asset| memory.sees(world, token, asset))
    {
        return Err(missing());
    }
    let only_id = fields.iter().all(|(name, _)| name == "id");
    let may = ["business_management", "ads_read", "ads_management"]
        .iter()
        .any(|it| memory.allows(token, it, None));
    if !may && !only_id {
        return Err(GraphError::parameter("Missing Permission"));
    }
    let last = memory
        .ledger
        .events(&crate::ledger::Filter::dataset(&dataset.id))
        .last()
        .map(|it| it.received_at_ms / 1000);
    let mut node = json!({
        "id": dataset.id,
        "name": dataset.name,
        "creation_time": dataset.created_at,
        "is_unavailable": crate::faults::unavailable(&memory.faults, dataset),
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
    pick(
        "AdsPixel",
        &node,
        fields,
        &["owner_business", "last_fired_time"],
    )
}

/// An Instagram account is read with `instagram_basic`; without it there is only its id.
pub(crate) fn instagram_node(
    state: &State,
    token: &Token,
    account: &Instagram,
    fields: &[Field],
) -> Result<Value> {
    let memory = state.memory();
    let only_id = fields.iter().all(|(name, _)| name == "id");
    if !only_id && !memory.allows(token, "instagram_basic", Some(&account.id)) {
        return Err(GraphError::permission(
            "Requires instagram_basic permission to manage the object",
        ));
    }
    let node = json!({
        "id": account.id,
        "username": account.username,
        "name": account.username,
        "ig_id": account.id,
        "profile_picture_url": format!("{}/picture/{}", state.url(), account.id),
        "followers_count": 1_200,
    });
    pick("IGUser", &node, fields, &[])
}

pub(crate) fn waba_node(
    state: &State,
    token: &Token,
    waba: &Waba,
    fields: &[Field],
) -> Result<Value> {
    needs_whatsapp_management(state, token, waba)?;
    let owner = state
        .world()
        .business(&waba.business_id)
        .map(|it| json!({ "id": it.id, "name": it.name }));
    let node = json!({
        "id": waba.id,
        "name": waba.name,
        "currency": "JPY",
        "timezone_id": "66",
        "country": "JP",
        "account_review_status": "APPROVED",
        "ownership_type": "CLIENT_OWNED",
        "business_verification_status": "verified",
        "message_template_namespace": format!("{}_templates", waba.id),
        "owner_business_info": owner,
        "health_status": { "can_send_message": "AVAILABLE", "entities": [
            { "entity_type": "WABA", "id": waba.id, "can_send_message": "AVAILABLE" },
        ] },
    });
    pick("WhatsAppBusinessAccount", &node, fields, &[])
}

fn needs_whatsapp_management(state: &State, token: &Token, waba: &Waba) -> Result<()> {
    let memory = state.memory();
    if memory.allows(token, "whatsapp_business_management", Some(&waba.id)) {
        return Ok(());
    }
    Err(GraphError::permission(
        "Requires whatsapp_business_management permission to manage the object",
    ))
}

fn phone_node(waba: &Waba, id: &str, fields: &[Field]) -> Result<Value> {
    let phone = waba
        .phone_numbers
        .iter()
        .find(|it| it.id == id)
        .ok_or_else(|| GraphError::no_object("get", id))?;
    let (country, rest) = phone.number.split_at(2);
    let node = json!({
        "id": phone.id,
        "display_phone_number": format!("+{country} {rest}"),
        "verified_name": waba.name,
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "name_status": "APPROVED",
        "status": "CONNECTED",
    });
    pick("WhatsAppBusinessPhoneNumber", &node, fields, &[])
}

pub(crate) fn phone_numbers(state: &State, call: &Call, id: &str) -> Result<Value> {
    let (_, token) = graph::token(state, call)?;
    let missing = || GraphError::no_object(&call.method, id);
    let waba = state.world().waba(id).ok_or_else(missing)?;
    if !state.memory().sees(state.world(), &token, &waba.id) {
        return Err(missing());
    }
    needs_whatsapp_management(state, &token, waba)?;
    let fields = call
        .text("fields")
        .unwrap_or("id,display_phone_number,verified_name,quality_rating".into());
    let fields = parse_fields(&fields);
    let data = waba
        .phone_numbers
        .iter()
        .map(|it| phone_node(waba, &it.id, &fields))
        .collect::<Result<Vec<_>>>()?;
    Ok(json!({ "data": data }))
}

/// Registers a phone number for sending, which a partner that only reports conversions does not need.
pub(crate) fn register(state: &State, call: &Call, id: &str) -> Result<Value> {
    let (_, token) = graph::token(state, call)?;
    let missing = || GraphError::no_object(&call.method, id);
    let world = state.world();
    let waba = world
        .whatsapp_accounts
        .iter()
        .find(|waba| waba.phone_numbers.iter().any(|it| it.id == id))
        .ok_or_else(missing)?;
    if !state.memory().sees(world, &token, &waba.id) {
        return Err(missing());
    }
    if call.text("messaging_product").as_deref() != Some("whatsapp") {
        return Err(GraphError::parameter(
            "The parameter messaging_product is required.",
        ));
    }
    let pin = call.require("pin")?;
    if pin.len() != 6 || !pin.bytes().all(|it| it.is_ascii_digit()) {
        return Err(GraphError::parameter("Param pin must be six digits"));
    }
    Ok(json!({ "success": true }))
}
