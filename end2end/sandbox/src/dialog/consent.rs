//! The answer: back to the app with a code, or with a refusal.

use super::{
    Ask,
    offers::{KINDS, Offer, askable, choices, offers},
};
use crate::{
    grant::Choice,
    ids,
    request::Call,
    state::{Code, State},
    tokens::system_user,
    world::Person,
};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::collections::BTreeSet;

pub(super) fn consented(
    state: &State,
    call: &Call,
    ask: &Ask,
    person: &Person,
    business: &str,
) -> Response {
    let business = state.world().business(business);
    let business_id = business.map(|it| it.id.as_str());
    let permitted: BTreeSet<String> = call.list("permission").into_iter().collect();
    let now = state.shared().clock.seconds();
    let offered = offers(state, person, business_id);
    let holder = holder(ask, person, business_id);
    let mut memory = state.memory();
    let mut grant = memory.grants.get(&holder).cloned().unwrap_or_default();
    for scope in askable(ask, &grant) {
        // A system user's configuration is accepted whole or not at all.
        let granted = ask.system_user || permitted.contains(&scope);
        grant.permissions.insert(scope, granted);
    }
    grant.permissions.insert("public_profile".into(), true);
    let only = call.list("only");
    let chosen: Vec<Choice> = KINDS
        .iter()
        .zip(&offered)
        .zip(choices(&grant))
        .map(|(((name, _, prefix), offers), before)| {
            if !ask.scopes.iter().any(|it| it.starts_with(prefix)) {
                return before.clone();
            }
            let ticked = call.list(name);
            let within = |it: &&Offer| it.here || !ask.system_user;
            // A person's consent given to another portfolio's assets stands.
            let keep = |it: &&Offer| {
                if it.here {
                    ticked.iter().any(|id| id == it.id)
                } else {
                    before.has(it.id)
                }
            };
            let ids = offers
                .iter()
                .filter(within)
                .filter(keep)
                .map(|it| it.id.to_owned())
                .collect();
            if only.iter().any(|it| it == name) {
                return Choice::Only(ids);
            }
            Choice::of(ids, offers.iter().filter(within).map(|it| it.id))
        })
        .collect();
    if let Ok([pages, instagram, wabas]) = <[Choice; 3]>::try_from(chosen) {
        (grant.pages, grant.instagram, grant.wabas) = (pages, instagram, wabas);
    }
    let scopes = ask
        .scopes
        .iter()
        .filter(|it| grant.granted(it))
        .cloned()
        .chain(["public_profile".into()])
        .collect();
    memory.grants.insert(holder, grant);
    let code = format!("AQ{}", ids::opaque(180));
    memory.codes.insert(
        code.clone(),
        Code {
            redirect_uri: Some(ask.redirect_text.clone()),
            person: person.id.clone(),
            scopes,
            business: business_id.map(Into::into),
            system_user: ask.system_user,
            expires: ask.expires,
            issued_at: now,
            used: false,
        },
    );
    let mut target = ask.redirect_uri.clone();
    target.query_pairs_mut().append_pair("code", &code);
    if let Some(state) = &ask.state {
        target.query_pairs_mut().append_pair("state", state);
    }
    target.set_fragment(Some("_=_"));
    see_other(&target)
}

/// Whose consent it is: the person's, or that of the app's system user in the business.
pub(super) fn holder(ask: &Ask, person: &Person, business: Option<&str>) -> String {
    match business {
        Some(business) if ask.system_user => system_user(business),
        _ => person.id.clone(),
    }
}

pub(super) fn cancelled(ask: &Ask) -> Response {
    let mut target = ask.redirect_uri.clone();
    target
        .query_pairs_mut()
        .append_pair("error", "access_denied")
        .append_pair("error_code", "200")
        .append_pair("error_description", "Permissions error")
        .append_pair("error_reason", "user_denied");
    if let Some(state) = &ask.state {
        target.query_pairs_mut().append_pair("state", state);
    }
    see_other(&target)
}

fn see_other(target: &url::Url) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, target.as_str())]).into_response()
}
