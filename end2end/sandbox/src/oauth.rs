//! Codes and tokens: the exchange, the long-lived exchange, and `debug_token`.

use crate::{
    error::{GraphError, Result},
    grant::{Choice, Grant},
    request::Call,
    state::{Memory, State},
    tokens::{self, Caller, DATA_ACCESS, Kind, LONG, SHORT, Token},
};
use serde_json::{Value, json};

/// A code from the full-page dialog is good for ten minutes.
const CODE_LIFE: i64 = 600;

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
    if now - code.issued_at > CODE_LIFE {
        return Err(refused(36007, "This authorization code has expired."));
    }
    if call.text("redirect_uri").as_deref() != Some(code.redirect_uri.as_str()) {
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
        let secret = memory.mint(Kind::System(business), &person, scopes, now, None);
        return Ok(json!({ "access_token": secret, "token_type": "bearer" }));
    }
    let secret = memory.mint(Kind::User, &person, scopes, now, Some(now + SHORT));
    Ok(json!({ "access_token": secret, "token_type": "bearer", "expires_in": SHORT }))
}

fn lengthen(state: &State, call: &Call) -> Result<Value> {
    let given = call.require("fb_exchange_token")?;
    let Caller::Token { token, .. } = tokens::caller(state, Some(&given))? else {
        return Err(tokens::unreadable());
    };
    if token.kind != Kind::User {
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
    match tokens::caller(state, call.token.as_deref())? {
        Caller::App => {}
        Caller::Token { secret, .. } if secret == input => {}
        Caller::Token { .. } => {
            return Err(GraphError::parameter(
                "You must provide an app access token, or a user access token that is an owner or developer of the app",
            ));
        }
    }
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
    let mut data = describe(&memory, token, &shared.app_id);
    if let Some((subcode, message)) = token.complaint(shared.clock.seconds()) {
        data["is_valid"] = false.into();
        data["error"] = json!({ "code": 190, "message": message, "subcode": subcode });
    }
    Ok(json!({ "data": data }))
}

fn describe(memory: &Memory, token: &Token, app_id: &str) -> Value {
    let nobody = Grant::default();
    let grant = memory.grants.get(&token.person).unwrap_or(&nobody);
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
                Choice::Only(ids) => json!({ "scope": scope, "target_ids": ids }),
            })
        })
        .collect();
    let (kind, data_access) = match token.kind {
        Kind::User => ("USER", token.issued_at + DATA_ACCESS),
        Kind::System(_) => ("SYSTEM_USER", 0),
        Kind::Page(_) => ("PAGE", token.issued_at + DATA_ACCESS),
    };
    let mut data = json!({
        "app_id": app_id,
        "type": kind,
        "application": "Patchbay",
        "is_valid": true,
        "issued_at": token.issued_at,
        "expires_at": token.expires_at.unwrap_or(0),
        "data_access_expires_at": data_access,
        "user_id": token.person,
        "scopes": scopes,
        "granular_scopes": granular,
    });
    if let Kind::Page(page) = &token.kind {
        data["profile_id"] = page.as_str().into();
    }
    data
}
