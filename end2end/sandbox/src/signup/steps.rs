//! The popup's steps as pages.

use super::{Ask, NONE, Progress, outcome::Outcome};
use crate::{
    html::{choice, escape, hidden, page},
    request::Call,
    state::State,
    world::{Business, Person, Waba},
};
use axum::{http::StatusCode, response::Response};

/// Errors that a person can report from within the popup.
pub(super) const ERRORS: &[(&str, &str)] = &[
    (
        "2655049",
        "This WhatsApp Business Account is already shared with another partner.",
    ),
    (
        "2494091",
        "The partner must complete business verification before assets can be shared.",
    ),
    ("2655082", "This phone number is linked to a Page."),
    ("3441041", "This phone number belongs to another business."),
    (
        "3441049",
        "This phone number is already registered. Disconnect it, wait 15 minutes, then try again.",
    ),
    ("2655089", "This WhatsApp Business Account is restricted."),
    ("1784028", "This business is not allowed to advertise."),
    ("2859009", "Two-factor authentication is needed."),
];

pub(super) fn show(state: &State, call: &Call, ask: &Ask<'_>, progress: &Progress<'_>) -> Response {
    match (
        progress.person,
        progress.business,
        progress.waba,
        progress.phone,
    ) {
        (Some(_), Some(business), Some(Some(waba)), None) => {
            phone(state, ask, progress, business, waba)
        }
        (Some(person), Some(business), Some(_), Some(_)) if !progress.is_complete(ask) => {
            further(state, ask, progress, person, business)
        }
        (Some(_), Some(_), Some(_), Some(_)) => permissions(state, call, ask, progress),
        (Some(_), Some(business), ..) => waba(state, ask, progress, business),
        (Some(person), None, ..) => which_business(state, ask, progress, person),
        (None, ..) => who(state, ask, progress),
    }
}

/// One step: a form with what was chosen so far, this step's fields, and the ways out.
fn step(
    state: &State,
    ask: &Ask<'_>,
    progress: &Progress<'_>,
    method: &str,
    title: &str,
    fields: &str,
    go: &str,
) -> Response {
    let mut carried = ask.carried() + &hidden("client_id", &state.shared().app_id);
    if let Some(person) = progress.person {
        carried += &hidden("person", &person.key);
    }
    if let Some(business) = progress.business {
        carried += &hidden("business", &business.key);
    }
    if let Some(waba) = progress.waba {
        carried += &hidden("waba", waba.map_or(NONE, |it| &it.id));
    }
    if let Some(phone) = progress.phone {
        carried += &hidden("phone", phone.map_or(NONE, |it| &it.id));
    }
    for (name, ids) in [
        ("page", &progress.pages),
        ("instagram", &progress.instagram),
        ("dataset", &progress.datasets),
    ] {
        for id in ids {
            carried += &hidden(name, id);
        }
    }
    if progress.further {
        carried += &hidden("further", "yes");
    }
    let errors: String = ERRORS
        .iter()
        .map(|(code, text)| format!("<option value=\"{code}\">{code}: {}</option>", escape(text)))
        .collect();
    let main = format!(
        "<form method=\"{method}\">{carried}{fields}<div class=\"actions\">\
         <button class=\"main\" name=\"answer\" value=\"continue\">{go}</button>\
         <button name=\"answer\" value=\"cancel\">Cancel</button></div>\
         <details><summary>Something went wrong?</summary><p><label>Error<br>\
         <select name=\"error\">{errors}</select></label></p>\
         <p><button name=\"answer\" value=\"report\">Report the problem</button></p></details></form>"
    );
    page(StatusCode::OK, title, "narrow", &main)
}

fn options<'a>(
    name: &str,
    legend: &str,
    rows: impl Iterator<Item = (&'a str, &'a str, String)>,
) -> String {
    let list: String = rows
        .enumerate()
        .map(|(at, (value, label, hint))| choice("radio", name, value, label, &hint, at == 0))
        .collect();
    format!("<fieldset><legend>{legend}</legend>{list}</fieldset>")
}

fn who(state: &State, ask: &Ask<'_>, progress: &Progress<'_>) -> Response {
    let rows = state
        .people()
        .map(|it| (it.key.as_str(), it.name.as_str(), it.about.clone()));
    let fields = options("person", "Who are you?", rows);
    step(
        state,
        ask,
        progress,
        "get",
        "Connect your account to Patchbay",
        &fields,
        "Continue",
    )
}

fn which_business(
    state: &State,
    ask: &Ask<'_>,
    progress: &Progress<'_>,
    person: &Person,
) -> Response {
    let world = state.world();
    let rows = world
        .businesses_of(&person.id)
        .map(|it| (it.key.as_str(), it.name.as_str(), String::new()));
    let mut fields = options("business", "Which business portfolio?", rows);
    if world.businesses_of(&person.id).next().is_none() {
        fields = "<p>You need a business portfolio to go on.</p>".into();
    }
    step(
        state,
        ask,
        progress,
        "get",
        &format!("Continue as {}", person.name),
        &fields,
        "Continue",
    )
}

fn waba(state: &State, ask: &Ask<'_>, progress: &Progress<'_>, business: &Business) -> Response {
    let accounts = state
        .world()
        .whatsapp_accounts
        .iter()
        .filter(|it| it.is_in(&business.id));
    let rows = accounts.map(|it| (it.id.as_str(), it.name.as_str(), format!("ID {}", it.id)));
    let none = ask
        .asks_for_more()
        .then(|| (NONE, "Go on without WhatsApp", String::new()));
    let fields = options("waba", "Which WhatsApp Business Account?", rows.chain(none));
    step(
        state,
        ask,
        progress,
        "get",
        &business.name,
        &fields,
        "Continue",
    )
}

fn phone(
    state: &State,
    ask: &Ask<'_>,
    progress: &Progress<'_>,
    business: &Business,
    waba: &Waba,
) -> Response {
    let labels: Vec<_> = waba
        .phone_numbers
        .iter()
        .map(|it| (&it.id, format!("+{}", it.number)))
        .collect();
    let rows = labels
        .iter()
        .map(|(id, number)| (id.as_str(), number.as_str(), format!("ID {id}")));
    let none = [(NONE, "Add a number later", String::new())];
    let fields = options("phone", "Which phone number?", rows.chain(none));
    step(
        state,
        ask,
        progress,
        "get",
        &business.name,
        &fields,
        "Continue",
    )
}

fn further(
    state: &State,
    ask: &Ask<'_>,
    progress: &Progress<'_>,
    person: &Person,
    business: &Business,
) -> Response {
    let world = state.world();
    let ticks = |name: &str, legend: &str, rows: Vec<(&String, &String)>| {
        let list: String = rows
            .into_iter()
            .map(|(id, label)| choice("checkbox", name, id, label, &format!("ID {id}"), true))
            .collect();
        let list = if list.is_empty() {
            "<p>There are none here.</p>".into()
        } else {
            list
        };
        format!("<fieldset><legend>{legend}</legend>{list}</fieldset>")
    };
    let pages = world
        .pages_of(&person.id)
        .filter(|it| it.is_in(&business.id));
    let accounts = world
        .instagram_of(&person.id)
        .filter(|it| it.business_id.as_ref() == Some(&business.id));
    let datasets = state.datasets();
    let datasets = datasets
        .iter()
        .filter(|it| it.business_id.as_ref() == Some(&business.id));
    let mut fields = hidden("further", "yes");
    if ask.configuration.asks_for("page") {
        fields += &ticks(
            "page",
            "Which Pages?",
            pages.map(|it| (&it.id, &it.name)).collect(),
        );
    }
    if ask.configuration.asks_for("instagram_") {
        let rows = accounts.map(|it| (&it.id, &it.username)).collect();
        fields += &ticks("instagram", "Which Instagram accounts?", rows);
    }
    fields += &ticks(
        "dataset",
        "Which datasets?",
        datasets.map(|it| (&it.id, &it.name)).collect(),
    );
    step(
        state,
        ask,
        progress,
        "get",
        &business.name,
        &fields,
        "Continue",
    )
}

fn permissions(state: &State, call: &Call, ask: &Ask<'_>, progress: &Progress<'_>) -> Response {
    let scopes: String = ask
        .configuration
        .scopes
        .iter()
        .map(|it| format!("<li>{it}</li>"))
        .collect();
    let usual = Outcome::usual(progress.waba.flatten(), progress.phone.flatten());
    let rows: String = Outcome::ALL
        .iter()
        .map(|it| {
            choice(
                "radio",
                "event",
                it.name(),
                it.name(),
                it.about(),
                *it == usual,
            )
        })
        .collect();
    let late = choice(
        "checkbox",
        "late_message",
        "yes",
        "The message comes after the callback",
        "",
        call.text("late_message").is_some(),
    );
    let no_code = choice(
        "checkbox",
        "no_code",
        "yes",
        "The callback brings no code",
        "",
        call.text("no_code").is_some(),
    );
    let fields = format!(
        "<fieldset><legend>What may Patchbay do?</legend><ul>{scopes}</ul></fieldset>\
         <fieldset><legend>How does this end? (simulation)</legend>{rows}{late}{no_code}</fieldset>"
    );
    step(
        state,
        ask,
        progress,
        "post",
        "Review what you share with Patchbay",
        &fields,
        "Finish",
    )
}
