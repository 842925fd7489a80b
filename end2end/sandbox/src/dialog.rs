//! The login dialog: who you are, which business, which assets and permissions; then back with a code.
//!
//! Every step is a form without script. What was chosen travels on in the query, so *Back* works.

use crate::{
    grant::{Choice, Grant},
    html::{choice, escape, hidden, page},
    ids,
    request::Call,
    state::{Code, State},
    tokens::PERMISSIONS,
    world::Person,
};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::collections::BTreeSet;

/// What the app has asked for.
struct Ask {
    redirect_uri: url::Url,
    /// As it was sent: the exchange must name the very same.
    redirect_text: String,
    state: Option<String>,
    scopes: Vec<String>,
    system_user: bool,
    rerequest: bool,
    /// The fields that every step hands on.
    carried: String,
}

pub(crate) fn serve(state: &State, call: &Call) -> Response {
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
        return cancelled(&ask);
    }
    let person = call
        .text("person")
        .and_then(|key| state.world().person(&key));
    let business = call.text("business");
    match (person, business, call.method.as_str()) {
        (None, ..) => who(state, &ask),
        (Some(person), None, _) => which_business(state, &ask, person),
        (Some(person), Some(business), "POST") => consented(state, call, &ask, person, &business),
        (Some(person), Some(business), _) => which_assets(state, &ask, person, &business),
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
    let mut system_user = false;
    if let Some(id) = call.text("config_id") {
        let known = state.world().configurations.iter().find(|it| it.id == id);
        let configuration =
            known.ok_or("The config_id does not name a login configuration of this app.")?;
        scopes.clone_from(&configuration.scopes);
        system_user = configuration.system_user;
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
        rerequest,
        carried,
    })
}

fn form(ask: &Ask, method: &str, carried: &str, fields: &str, go: &str) -> String {
    format!(
        "<form method=\"{method}\">{}{carried}{fields}<div class=\"actions\">\
         <button class=\"main\" name=\"answer\" value=\"continue\">{go}</button>\
         <button name=\"answer\" value=\"cancel\">Cancel</button></div></form>",
        ask.carried
    )
}

fn who(state: &State, ask: &Ask) -> Response {
    let people: String = state
        .world()
        .people
        .iter()
        .enumerate()
        .map(|(at, it)| choice("radio", "person", &it.key, &it.name, &it.about, at == 0))
        .collect();
    let fields = format!("<fieldset><legend>Who are you?</legend>{people}</fieldset>");
    page(
        StatusCode::OK,
        "Log in to continue to Patchbay",
        "narrow",
        &form(ask, "get", "", &fields, "Continue"),
    )
}

fn which_business(state: &State, ask: &Ask, person: &Person) -> Response {
    let world = state.world();
    let mut options: Vec<(&str, &str)> = world
        .businesses_of(&person.id)
        .map(|it| (it.key.as_str(), it.name.as_str()))
        .collect();
    let elsewhere = |id: Option<&str>| {
        !world
            .businesses_of(&person.id)
            .any(|it| Some(it.id.as_str()) == id)
    };
    if options.is_empty()
        || world
            .pages_of(&person.id)
            .any(|page| elsewhere(page.business_id.as_deref()))
    {
        options.push(("none", "Pages outside of a business portfolio"));
    }
    let list: String = options
        .iter()
        .enumerate()
        .map(|(at, (key, name))| choice("radio", "business", key, name, "", at == 0))
        .collect();
    let fields = format!("<fieldset><legend>Which business portfolio?</legend>{list}</fieldset>");
    let carried = hidden("person", &person.key);
    page(
        StatusCode::OK,
        &format!("Continue as {}", person.name),
        "narrow",
        &form(ask, "get", &carried, &fields, "Continue"),
    )
}

/// An asset that the dialog offers: its id and name, and whether it lies in the business that was chosen.
struct Offer<'a> {
    id: &'a str,
    name: &'a str,
    here: bool,
}

/// The person's Pages, Instagram accounts and WhatsApp accounts, in this order.
fn offers<'a>(state: &'a State, person: &Person, business: &str) -> [Vec<Offer<'a>>; 3] {
    let world = state.world();
    let chosen = world.business(business).map(|it| it.id.as_str());
    let mine: Vec<&str> = world
        .businesses_of(&person.id)
        .map(|it| it.id.as_str())
        .collect();
    let here = |owner: Option<&str>| owner.filter(|it| mine.contains(it)) == chosen;
    let owner = |page: &str| world.page(page).and_then(|it| it.business_id.as_deref());
    [
        world
            .pages_of(&person.id)
            .map(|it| Offer {
                id: &it.id,
                name: &it.name,
                here: here(it.business_id.as_deref()),
            })
            .collect(),
        world
            .instagram_of(&person.id)
            .map(|it| Offer {
                id: &it.id,
                name: &it.username,
                here: here(owner(&it.page_id)),
            })
            .collect(),
        world
            .wabas_of(&person.id)
            .map(|it| Offer {
                id: &it.id,
                name: &it.name,
                here: here(Some(&it.business_id)),
            })
            .collect(),
    ]
}

const KINDS: [(&str, &str, &str); 3] = [
    ("page", "Which Pages?", "page"),
    ("instagram", "Which Instagram accounts?", "instagram_"),
    ("waba", "Which WhatsApp Business Accounts?", "whatsapp_"),
];

fn choices(grant: &Grant) -> [&Choice; 3] {
    [&grant.pages, &grant.instagram, &grant.wabas]
}

/// What the person is asked for: a permission declined before is asked again only with `auth_type=rerequest`.
fn askable(ask: &Ask, grant: &Grant) -> Vec<String> {
    let asked =
        |it: &&String| it.as_str() != "public_profile" && (ask.rerequest || !grant.declined(it));
    ask.scopes.iter().filter(asked).cloned().collect()
}

fn which_assets(state: &State, ask: &Ask, person: &Person, business: &str) -> Response {
    let grant = state.memory().grants.get(&person.id).cloned();
    let known = grant.is_some();
    let grant = grant.unwrap_or_default();
    let asked = askable(ask, &grant);
    let mut fields = String::new();
    let offered = offers(state, person, business);
    for (((name, legend, prefix), offers), before) in
        KINDS.iter().zip(&offered).zip(choices(&grant))
    {
        if !asked.iter().any(|it| it.starts_with(prefix)) {
            continue;
        }
        let here = || offers.iter().filter(|it| it.here);
        let anew = !known || !here().any(|it| before.has(it.id));
        let list: String = here()
            .map(|it| {
                choice(
                    "checkbox",
                    name,
                    it.id,
                    it.name,
                    &format!("ID {}", it.id),
                    anew || before.has(it.id),
                )
            })
            .collect();
        let list = if list.is_empty() {
            "<p>There are none here.</p>".into()
        } else {
            list
        };
        fields.push_str(&format!(
            "<fieldset><legend>{legend}</legend>{list}</fieldset>"
        ));
    }
    let list: String = asked
        .iter()
        .map(|it| choice("checkbox", "permission", it, it, about(it), true))
        .collect();
    fields.push_str(&format!(
        "<fieldset><legend>What may Patchbay do?</legend><p>It always receives your name and picture.</p>{list}</fieldset>"
    ));
    let carried = hidden("person", &person.key) + &hidden("business", business);
    page(
        StatusCode::OK,
        "Review what you share with Patchbay",
        "narrow",
        &form(ask, "post", &carried, &fields, "Continue"),
    )
}

fn consented(state: &State, call: &Call, ask: &Ask, person: &Person, business: &str) -> Response {
    let world = state.world();
    let permitted: BTreeSet<String> = call.list("permission").into_iter().collect();
    let now = state.shared().clock.seconds();
    let offered = offers(state, person, business);
    let mut memory = state.memory();
    let mut grant = memory.grants.get(&person.id).cloned().unwrap_or_default();
    for scope in askable(ask, &grant) {
        // A system user's configuration is accepted whole or not at all.
        let granted = ask.system_user || permitted.contains(&scope);
        grant.permissions.insert(scope, granted);
    }
    grant.permissions.insert("public_profile".into(), true);
    let chosen: Vec<Choice> = KINDS
        .iter()
        .zip(&offered)
        .zip(choices(&grant))
        .map(|(((name, _, prefix), offers), before)| {
            if !ask.scopes.iter().any(|it| it.starts_with(prefix)) {
                return before.clone();
            }
            // Consent given to another portfolio's assets stands.
            let ticked = call.list(name);
            let keep = |it: &&Offer| {
                if it.here {
                    ticked.iter().any(|id| id == it.id)
                } else {
                    before.has(it.id)
                }
            };
            let ids = offers
                .iter()
                .filter(keep)
                .map(|it| it.id.to_owned())
                .collect();
            Choice::of(ids, offers.iter().map(|it| it.id))
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
    memory.grants.insert(person.id.clone(), grant);
    let code = format!("AQ{}", ids::opaque(180));
    memory.codes.insert(
        code.clone(),
        Code {
            redirect_uri: ask.redirect_text.clone(),
            person: person.id.clone(),
            scopes,
            business: world.business(business).map(|it| it.id.clone()),
            system_user: ask.system_user,
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

fn cancelled(ask: &Ask) -> Response {
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

fn about(permission: &str) -> &'static str {
    match permission {
        "pages_show_list" => "Show a list of the Pages you manage",
        "page_events" => "Log events on behalf of Pages you administrate",
        "pages_messaging" => "Manage and access Page conversations in Messenger",
        "pages_manage_metadata" => "Manage accounts, settings and webhooks for a Page",
        "pages_read_engagement" => "Read content posted on the Page",
        "business_management" => "Manage your business portfolio",
        "ads_read" => "Access your ads and related stats",
        "ads_management" => "Manage your ads",
        "instagram_basic" => "Access profile and posts of the Instagram account",
        "instagram_manage_messages" => "Manage and access Instagram conversations",
        "instagram_manage_events" => "Log events on behalf of the Instagram account",
        "whatsapp_business_management" => "Manage your WhatsApp Business Accounts",
        "whatsapp_business_messaging" => "Send and receive WhatsApp messages",
        "whatsapp_business_manage_events" => {
            "Log events on behalf of the WhatsApp Business Account"
        }
        _ => "",
    }
}
