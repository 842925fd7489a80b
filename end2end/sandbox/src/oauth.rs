//! Codes and tokens: the exchange, the long-lived exchange, and `debug_token`.

use crate::{
    error::{GraphError, Result},
    grant::{Choice, Grant},
    request::Call,
    state::{Memory, Shared, State},
    tokens::{self, Caller, DATA_ACCESS, Kind, LONG, OTHER_APP, SHORT, Token},
    world::World,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A code from the full-page dialog is good for ten minutes.
const CODE_LIFE: i64 = 600;
/// A code from the popup of the JavaScript SDK is good for half a minute.
const POPUP_CODE_LIFE: i64 = 30;

pub(crate) fn access_token(state: &State, call: &Call) -> Result<Value> {
    let shared = state.shared();
    if call.require("client_id")? != shared.app_id {
        return Err(GraphError::new(
            400,
            101,
            "Error validating application. Cannot get application info due to a system error.",
        ));
    }
    if call.require("client_secret")? != shared.app_secret {
        return Err(GraphError::new(400, 101, "Error validating client secret."));
    }
    match call.text("grant_type").as_deref() {
        Some("fb_exchange_token") => lengthen(state, call),
        Some("client_credentials") => Ok(json!({
            "access_token": format!("{}|{}", shared.app_id, shared.app_secret),
            "token_type": "bearer",
        })),
        None | Some("authorization_code") => exchange(state, call),
        Some(_) => Err(GraphError::parameter("Unsupported grant_type")),
    }
}

fn exchange(state: &State, call: &Call) -> Result<Value> {
    let refused = |subcode, message: &str| GraphError::new(400, 100, message).subcode(subcode);
    let now = state.shared().clock.seconds();
    let mut memory = state.memory();
    let code = call
        .text("code")
        .and_then(|code| memory.codes.get_mut(&code))
        .ok_or_else(|| refused(36007, "Invalid verification code format."))?;
    if code.used {
        return Err(refused(36009, "This authorization code has been used."));
    }
    let life = match code.redirect_uri {
        Some(_) => CODE_LIFE,
        None => POPUP_CODE_LIFE,
    };
    if now - code.issued_at > life {
        return Err(refused(36007, "This authorization code has expired."));
    }
    if call.text("redirect_uri") != code.redirect_uri {
        return Err(refused(
            36008,
            "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request",
        ));
    }
    code.used = true;
    let (person, scopes) = (code.person.clone(), code.scopes.clone());
    if code.system_user
        && let Some(business) = code.business.clone()
    {
        let end = code.expires.then_some(now + LONG);
        let kind = Kind::System {
            business,
            integration: true,
        };
        let secret = memory.mint(kind, &person, scopes, now, end);
        let mut answer = json!({ "access_token": secret, "token_type": "bearer" });
        if end.is_some() {
            answer["expires_in"] = LONG.into();
        }
        return Ok(answer);
    }
    let secret = memory.mint(Kind::User, &person, scopes, now, Some(now + SHORT));
    Ok(json!({ "access_token": secret, "token_type": "bearer", "expires_in": SHORT }))
}

fn lengthen(state: &State, call: &Call) -> Result<Value> {
    let given = call.require("fb_exchange_token")?;
    let Caller::Token { token, .. } = tokens::caller(state, Some(&given))? else {
        return Err(tokens::unreadable());
    };
    if token.kind != Kind::User || token.foreign {
        return Err(GraphError::parameter(
            "Only a user access token can be exchanged",
        ));
    }
    let now = state.shared().clock.seconds();
    let secret = state.memory().mint(
        Kind::User,
        &token.person,
        token.scopes,
        now,
        Some(now + LONG),
    );
    Ok(json!({ "access_token": secret, "token_type": "bearer", "expires_in": LONG }))
}

pub(crate) fn debug_token(state: &State, call: &Call) -> Result<Value> {
    let input = call.require("input_token")?;
    // Only the app, or the token itself while it is good, may ask.
    let input_is_foreign_to_caller = match tokens::caller(state, call.token.as_deref())? {
        Caller::App => true,
        Caller::Token { secret, .. } if secret == input => false,
        Caller::Token { .. } => {
            return Err(GraphError::parameter(
                "You must provide an app access token, or a user access token that is an owner or developer of the app",
            ));
        }
    };
    let shared = state.shared();
    if input == format!("{}|{}", shared.app_id, shared.app_secret) {
        return Ok(json!({ "data": {
            "app_id": shared.app_id, "type": "APP", "application": "Patchbay", "is_valid": true, "scopes": [],
        } }));
    }
    let memory = state.memory();
    let Some(token) = memory.tokens.get(&input) else {
        return Ok(json!({ "data": {
            "is_valid": false,
            "error": { "code": 190, "message": "Malformed access token" },
            "scopes": [],
        } }));
    };
    if token.foreign && input_is_foreign_to_caller {
        return Err(GraphError::parameter(
            "The App_id in the input_token did not match the Viewing App",
        ));
    }
    let mut data = describe(&memory, state.world(), token, app(shared, token));
    if crate::faults::other_app(&memory.faults, token) {
        data["app_id"] = OTHER_APP.0.into();
        data["application"] = OTHER_APP.1.into();
    }
    if let Some((subcode, message)) = memory.complaint(token, shared.clock.seconds()) {
        data["is_valid"] = false.into();
        data["error"] = json!({ "code": 190, "message": message, "subcode": subcode });
    }
    Ok(json!({ "data": data }))
}

/// The app that a token was made for: id and name.
fn app<'a>(shared: &'a Shared, token: &Token) -> (&'a str, &'a str) {
    if token.foreign {
        OTHER_APP
    } else {
        (&shared.app_id, "Patchbay")
    }
}

fn describe(memory: &Memory, world: &World, token: &Token, app: (&str, &str)) -> Value {
    let nobody = Grant::default();
    let grant = memory.grants.get(&token.holder()).unwrap_or(&nobody);
    let scopes: Vec<_> = token
        .scopes
        .iter()
        .filter(|it| memory.allows(token, it, None))
        .collect();
    let granular: Vec<_> = scopes
        .iter()
        .filter_map(|scope| {
            Some(match grant.choice(scope)? {
                Choice::All => json!({ "scope": scope }),
                Choice::Only(ids) => {
                    let ids: BTreeSet<_> =
                        ids.iter().map(|id| recorded(world, scope, id)).collect();
                    json!({ "scope": scope, "target_ids": ids })
                }
            })
        })
        .collect();
    let (kind, data_access) = match token.kind {
        Kind::User => ("USER", token.issued_at + DATA_ACCESS),
        Kind::System { .. } | Kind::Events { .. } => ("SYSTEM_USER", 0),
        Kind::Page { .. } => ("PAGE", token.issued_at + DATA_ACCESS),
    };
    let mut data = json!({
        "app_id": app.0,
        "type": kind,
        "application": app.1,
        "is_valid": true,
        "issued_at": token.issued_at,
        "expires_at": memory.expiry(token).unwrap_or(0),
        "data_access_expires_at": data_access,
        "user_id": token.holder(),
        "scopes": scopes,
        "granular_scopes": granular,
    });
    if let Some(page) = token.page() {
        data["profile_id"] = page.into();
    }
    data
}

/// The id on which a permission for an asset is recorded: seldom another one than the asset's.
fn recorded<'a>(world: &'a World, scope: &str, id: &'a str) -> &'a str {
    match world.waba(id) {
        Some(waba) if scope == "whatsapp_business_manage_events" => &waba.events_recorded_on,
        _ => id,
    }
}
