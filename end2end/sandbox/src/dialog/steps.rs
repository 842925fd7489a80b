//! The three steps as pages.

use super::{
    Ask,
    consent::holder,
    offers::{KINDS, askable, choices, offers},
};
use crate::{
    html::{choice, hidden, page},
    state::State,
    world::Person,
};
use axum::{http::StatusCode, response::Response};

fn form(ask: &Ask, method: &str, carried: &str, fields: &str, go: &str) -> String {
    format!(
        "<form method=\"{method}\">{}{carried}{fields}<div class=\"actions\">\
         <button class=\"main\" name=\"answer\" value=\"continue\">{go}</button>\
         <button name=\"answer\" value=\"cancel\">Cancel</button></div></form>",
        ask.carried
    )
}

pub(super) fn who(state: &State, ask: &Ask) -> Response {
    let people: String = state
        .people()
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

pub(super) fn which_business(state: &State, ask: &Ask, person: &Person) -> Response {
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
    if ask.system_user && options.is_empty() {
        let why = "<p>You need a business portfolio to go on. Create one at business.facebook.com, then come back.</p>";
        return page(
            StatusCode::OK,
            "A business portfolio is needed",
            "narrow",
            &form(ask, "get", "", why, "Choose another person"),
        );
    }
    let outside = options.is_empty()
        || world
            .pages_of(&person.id)
            .any(|page| elsewhere(page.business_id.as_deref()));
    if outside && !ask.system_user {
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

pub(super) fn which_assets(state: &State, ask: &Ask, person: &Person, business: &str) -> Response {
    let business_id = state.world().business(business).map(|it| it.id.as_str());
    let holder = holder(ask, person, business_id);
    let grant = state.memory().grants.get(&holder).cloned();
    let known = grant.is_some();
    let grant = grant.unwrap_or_default();
    let asked = askable(ask, &grant);
    let mut fields = String::new();
    let offered = offers(state, person, business_id);
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
            list + &choice(
                "checkbox",
                "only",
                name,
                "Only the ticked ones, none that come later",
                "",
                false,
            )
        };
        fields.push_str(&format!(
            "<fieldset><legend>{legend}</legend>{list}</fieldset>"
        ));
    }
    let list: String = asked
        .iter()
        .map(|it| {
            if ask.system_user {
                format!("<p>{it}<small>{}</small></p>", about(it))
            } else {
                choice("checkbox", "permission", it, it, about(it), true)
            }
        })
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
