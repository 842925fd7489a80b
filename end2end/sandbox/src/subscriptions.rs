//! `/{asset}/subscribed_apps`: whose messages the app is told of.

use crate::{
    dataset::Kind,
    error::{GraphError, Result},
    graph,
    request::Call,
    state::{Memory, State},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Webhook fields that a Page or account may be subscribed to.
const FIELDS: &[&str] = &[
    "messages",
    "messaging_postbacks",
    "messaging_referrals",
    "messaging_referral",
    "messaging_optins",
    "message_echoes",
    "message_deliveries",
    "message_reads",
    "message_edits",
    "message_reactions",
    "standby",
    "messaging_handovers",
    "feed",
];

pub(crate) fn subscribed_apps(state: &State, call: &Call, asset: &str) -> Result<Value> {
    let (_, token) = graph::token(state, call)?;
    let world = state.world();
    let missing = || GraphError::no_object(&call.method, asset);
    let kind = Kind::of(world, asset).ok_or_else(missing)?;
    let mut memory = state.memory();
    if !memory.sees(world, &token, asset) {
        return Err(missing());
    }
    if kind == Kind::Waba && !memory.allows(&token, "whatsapp_business_management", Some(asset)) {
        return Err(GraphError::permission(
            "Requires whatsapp_business_management permission to manage the object",
        ));
    }
    if kind == Kind::Page {
        if token.page() != Some(asset) {
            return Err(GraphError::new(
                403,
                210,
                "(#210) A page access token is required to request this resource.",
            ));
        }
        let may = memory.allows(&token, "pages_manage_metadata", Some(asset));
        let moderates = world
            .page(asset)
            .and_then(|it| it.role(&token.person))
            .is_some_and(|role| role.tasks.iter().any(|it| it == "MODERATE"));
        if !may || !moderates {
            return Err(GraphError::permission(
                "To subscribe to webhooks for this Page, the user needs to be able to perform the MODERATE task on it, \
                 and the app needs the pages_manage_metadata permission",
            ));
        }
    }
    match call.method.as_str() {
        "POST" => {
            let fields: BTreeSet<String> = call.list("subscribed_fields").into_iter().collect();
            if kind == Kind::Page && fields.is_empty() {
                return Err(GraphError::parameter(
                    "The parameter subscribed_fields is required.",
                ));
            }
            if let Some(unknown) = fields.iter().find(|it| !FIELDS.contains(&it.as_str())) {
                return Err(GraphError::parameter(format!(
                    "Param subscribed_fields[0] must be one of the page's fields; {unknown} is not"
                )));
            }
            // With Facebook Login the messages of an Instagram account come by a subscription of its Page.
            let of_instagram = |memory: &Memory| {
                world
                    .instagram_accounts
                    .iter()
                    .filter(|it| it.page_id == asset)
                    .any(|it| memory.allows(&token, "instagram_manage_messages", Some(&it.id)))
            };
            let about_messages = fields.iter().any(|it| it.starts_with("messag"));
            if kind == Kind::Page
                && about_messages
                && !memory.allows(&token, "pages_messaging", Some(asset))
                && !of_instagram(&memory)
            {
                return Err(GraphError::permission(
                    "To subscribe to the messages field, one of these permissions is needed: pages_messaging.",
                ));
            }
            memory.subscriptions.insert(asset.into(), fields);
            Ok(json!({ "success": true }))
        }
        "DELETE" => {
            memory.subscriptions.remove(asset);
            Ok(json!({ "success": true }))
        }
        _ => {
            let app = &state.shared().app_id;
            let apps: Vec<_> = memory
                .subscriptions
                .get(asset)
                .map(|fields| match kind {
                    Kind::Waba => json!({ "whatsapp_business_api_data": {
                        "id": app, "name": "Patchbay", "link": format!("{}/games/?app_id={app}", state.url()),
                    } }),
                    _ => json!({ "id": app, "name": "Patchbay", "category": "Business", "subscribed_fields": fields }),
                })
                .into_iter()
                .collect();
            Ok(json!({ "data": apps }))
        }
    }
}
