//! The login dialog: who you are, which business, which assets and permissions; then back with a code.
//!
//! Every step is a form without script. What was chosen travels on in the query, so *Back* works.

mod consent;
mod offers;
mod steps;

use crate::{
    html::{escape, hidden, page},
    request::Call,
    signup,
    state::State,
    tokens::PERMISSIONS,
    world::Person,
};
use axum::{http::StatusCode, response::Response};

/// What the app has asked for.
struct Ask {
    redirect_uri: url::Url,
    /// As it was sent: the exchange must name the very same.
    redirect_text: String,
    state: Option<String>,
    scopes: Vec<String>,
    system_user: bool,
    /// A system user's token is to end after 60 days.
    expires: bool,
    rerequest: bool,
    /// The fields that every step hands on.
    carried: String,
}

pub(crate) fn serve(state: &State, call: &Call) -> Response {
    if call.text("display").as_deref() == Some("popup") {
        return signup::serve(state, call);
    }
    let ask = match read(state, call) {
        Ok(ask) => ask,
        Err(why) => {
            let text = format!(
                "<p>{}</p><p>The app that sent you here has to be changed; you cannot go on.</p>",
                escape(&why)
            );
            return page(
                StatusCode::BAD_REQUEST,
                "This login cannot be used",
                "narrow",
                &text,
            );
        }
    };
    if call.text("answer").as_deref() == Some("cancel") {
        return consent::cancelled(&ask);
    }
    let person = call
        .text("person")
        .and_then(|key| state.world().person(&key));
    // A system user is made in a portfolio of the person's; there is none for what lies outside.
    let business = call.text("business").filter(|name| {
        let mine = |person: &Person| {
            let world = state.world();
            world
                .businesses_of(&person.id)
                .any(|it| it.key == *name || it.id == *name)
        };
        !ask.system_user || person.is_some_and(mine)
    });
    match (person, business, call.method.as_str()) {
        (None, ..) => steps::who(state, &ask),
        (Some(person), None, _) => steps::which_business(state, &ask, person),
        (Some(person), Some(business), "POST") => {
            consent::consented(state, call, &ask, person, &business)
        }
        (Some(person), Some(business), _) => steps::which_assets(state, &ask, person, &business),
    }
}

fn read(state: &State, call: &Call) -> Result<Ask, String> {
    let shared = state.shared();
    if call.text("client_id").as_ref() != Some(&shared.app_id) {
        return Err("The parameter client_id does not name an app that exists here.".into());
    }
    let redirect_text = call
        .text("redirect_uri")
        .ok_or("The parameter redirect_uri is required.")?;
    let redirect_uri =
        url::Url::parse(&redirect_text).map_err(|_| "The redirect_uri is not an address.")?;
    let loopback = matches!(
        redirect_uri.host_str(),
        Some("localhost" | "127.0.0.1" | "[::1]")
    );
    let allowed = if shared.valid_redirect_uris.is_empty() {
        loopback && matches!(redirect_uri.scheme(), "http" | "https")
    } else {
        shared.valid_redirect_uris.contains(&redirect_text)
    };
    if !allowed {
        return Err(
            "URL blocked: this redirect_uri is not among the app's Valid OAuth Redirect URIs."
                .into(),
        );
    }
    if call.text("response_type").is_some_and(|it| it != "code") {
        return Err("Only response_type=code is supported.".into());
    }
    let mut scopes = call.list("scope");
    let (mut system_user, mut expires) = (false, false);
    if let Some(id) = call.text("config_id") {
        let configuration = state
            .world()
            .configuration(&id)
            .ok_or("The config_id does not name a login configuration of this app.")?;
        scopes.clone_from(&configuration.scopes);
        if scopes.iter().any(|it| !PERMISSIONS.contains(&it.as_str())) {
            return Err("Sorry, something went wrong.".into());
        }
        (system_user, expires) = (configuration.system_user, configuration.expires);
    }
    if let Some(unknown) = scopes.iter().find(|it| !PERMISSIONS.contains(&it.as_str())) {
        return Err(format!("Invalid Scopes: {unknown}."));
    }
    let rerequest = call
        .text("auth_type")
        .is_some_and(|it| it.split(',').any(|it| it == "rerequest"));
    let names = [
        "client_id",
        "redirect_uri",
        "state",
        "scope",
        "config_id",
        "auth_type",
        "response_type",
        "override_default_response_type",
    ];
    let carried = names
        .iter()
        .filter_map(|name| call.text(name).map(|value| hidden(name, &value)))
        .collect();
    Ok(Ask {
        redirect_uri,
        redirect_text,
        state: call.text("state"),
        scopes,
        system_user,
        expires,
        rerequest,
        carried,
    })
}
