//! Embedded Signup: Meta's JavaScript SDK, and the popup that it opens.
//!
//! The SDK is at `/en_US/sdk.js`. `FB.login` opens `/vNN.0/dialog/oauth?display=popup`; a configuration that is for
//! signup leads through who, portfolio, account, number, further assets and permissions, each step a form without
//! script. The last screen lets the one who looks choose what the popup tells its opener: which event, in which order
//! with the code, and whether there is a code at all. Then a page with a script posts to the opener and closes.

mod ending;
mod outcome;
mod steps;

pub(crate) use outcome::sign_up;
pub use outcome::{Outcome, SignupRequest, SignupResult};

use crate::{
    html::{escape, hidden, page},
    request::Call,
    state::State,
    tokens::PERMISSIONS,
    world::{Business, Configuration, Person, Phone, Waba},
};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// The SDK, which knows the address of the popup.
pub(crate) fn sdk(state: &State) -> Response {
    let script = include_str!("sdk.js").replace("@ORIGIN@", state.url());
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/javascript; charset=utf-8",
        ),
        (header::CACHE_CONTROL, "public,max-age=1200"),
    ];
    (headers, script).into_response()
}

/// What the opener has asked for.
struct Ask<'a> {
    configuration: &'a Configuration,
    /// Ties the popup's answer to the call of `FB.login`.
    channel: String,
    /// The only origin that is told anything.
    origin: String,
}

/// How far the person has come; every step hands on what was chosen in its query.
#[derive(Default)]
struct Progress<'a> {
    person: Option<&'a Person>,
    business: Option<&'a Business>,
    /// `Some(None)`: goes on without one.
    waba: Option<Option<&'a Waba>>,
    phone: Option<Option<&'a Phone>>,
    pages: Vec<String>,
    instagram: Vec<String>,
    datasets: Vec<String>,
    /// The step with the further assets was passed.
    further: bool,
}

const NONE: &str = "none";

pub(crate) fn serve(state: &State, call: &Call) -> Response {
    let ask = match read(state, call) {
        Ok(ask) => ask,
        Err(why) => {
            let text = format!("<p>{}</p>", escape(&why));
            let title = "Sorry, something went wrong";
            return page(StatusCode::BAD_REQUEST, title, "narrow", &text);
        }
    };
    let progress = Progress::read(state, call);
    match call.text("answer").as_deref() {
        Some("cancel") => return ending::cancelled(&ask, progress.step(&ask)),
        Some("report") => return ending::reported(state, &ask, call.text("error").as_deref()),
        _ => {}
    }
    if call.method == "POST" && progress.is_complete(&ask) {
        return ending::finished(state, call, &ask, &progress);
    }
    steps::show(state, call, &ask, &progress)
}

fn read<'a>(state: &'a State, call: &Call) -> Result<Ask<'a>, String> {
    if call.text("client_id").as_ref() != Some(&state.shared().app_id) {
        return Err("The parameter client_id does not name an app that exists here.".into());
    }
    let origin = call.text("origin").unwrap_or_default();
    let host = url::Url::parse(&origin).ok();
    let host = host.as_ref().and_then(url::Url::host_str);
    if !matches!(host, Some("localhost" | "127.0.0.1" | "[::1]")) {
        return Err("JSSDK Unknown Host domain: this page's domain is not among the Allowed Domains for the JavaScript SDK.".into());
    }
    let configuration = call
        .text("config_id")
        .and_then(|id| state.world().configuration(&id))
        .ok_or("The config_id does not name a login configuration of this app.")?;
    let known = |it: &String| PERMISSIONS.contains(&it.as_str());
    if !configuration.signup || !configuration.scopes.iter().all(known) {
        return Err("This login configuration is not for Embedded Signup.".into());
    }
    let overrides = call.text("override_default_response_type").as_deref() == Some("true");
    if call.text("response_type").as_deref() != Some("code") || !overrides {
        return Err(
            "A system user's token needs response_type=code with override_default_response_type."
                .into(),
        );
    }
    Ok(Ask {
        configuration,
        channel: call.text("channel").unwrap_or_default(),
        origin,
    })
}

impl<'a> Progress<'a> {
    fn read(state: &'a State, call: &Call) -> Self {
        let world = state.world();
        let person = call.text("person").and_then(|key| world.person(&key));
        let business = person.and_then(|person| {
            let chosen = call.text("business")?;
            world.businesses_of(&person.id).find(|it| it.key == chosen)
        });
        let waba = business.and_then(|business| {
            let chosen = call.text("waba")?;
            if chosen == NONE {
                return Some(None);
            }
            let waba = world.waba(&chosen).filter(|it| it.is_in(&business.id));
            waba.map(Some)
        });
        let phone = match waba {
            // Nothing to choose from.
            Some(None) => Some(None),
            Some(Some(waba)) if waba.phone_numbers.is_empty() => Some(None),
            Some(Some(waba)) => call.text("phone").and_then(|chosen| {
                if chosen == NONE {
                    return Some(None);
                }
                let phone = waba.phone_numbers.iter().find(|it| it.id == chosen);
                phone.map(Some)
            }),
            None => None,
        };
        Self {
            person,
            business,
            waba,
            phone,
            pages: call.list("page"),
            instagram: call.list("instagram"),
            datasets: call.list("dataset"),
            further: call.text("further").is_some(),
        }
    }

    /// Nothing but the permissions is left to decide.
    fn is_complete(&self, ask: &Ask<'_>) -> bool {
        self.phone.is_some() && (self.further || !ask.asks_for_more())
    }

    /// Meta's name of the step that the person is at.
    fn step(&self, ask: &Ask<'_>) -> &'static str {
        match (self.business, self.waba, self.phone) {
            (None, ..) => "BUSINESS_ACCOUNT_SELECTION",
            (_, None, _) => "WABA_PHONE_PROFILE_PICKER",
            (.., None) => "PHONE_NUMBER_SETUP",
            _ if !self.is_complete(ask) => "WHATSAPP_BUSINESS_PROFILE_SETUP",
            _ => "PERMISSIONS",
        }
    }
}

impl Ask<'_> {
    /// Pages, Instagram accounts and datasets are asked for, too.
    fn asks_for_more(&self) -> bool {
        self.configuration.asks_for("page") || self.configuration.asks_for("instagram_")
    }

    /// The fields that every step hands on.
    fn carried(&self) -> String {
        hidden("display", "popup")
            + &hidden("channel", &self.channel)
            + &hidden("origin", &self.origin)
            + &hidden("config_id", &self.configuration.id)
            + &hidden("response_type", "code")
            + &hidden("override_default_response_type", "true")
    }
}
