//! The popup's last page: a script that tells the opener, then closes the window.

use super::{
    Ask, Progress,
    outcome::{Chosen, Outcome},
    steps::ERRORS,
};
use crate::{html::page, ids, request::Call, state::State};
use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};

/// What is posted to the opener, in this order: a text (`WA_EMBEDDED_SIGNUP`) or what the SDK waits for.
fn tell(ask: &Ask<'_>, messages: &[Value]) -> Response {
    // Nothing in a script may end it.
    let safe = |value: Value| value.to_string().replace('<', "\\u003c");
    let script = format!(
        "<p>This window closes by itself.</p><script>(() => {{\
         const messages = {}, origin = {};\
         const next = () => {{\
         if (!messages.length) {{ window.close(); return; }}\
         if (window.opener) window.opener.postMessage(messages.shift(), origin); else messages.shift();\
         setTimeout(next, 250); }}; next(); }})();</script>",
        safe(json!(messages)),
        safe(json!(ask.origin)),
    );
    page(StatusCode::OK, "Finishing", "narrow", &script)
}

/// What the SDK waits for; without a code it calls back without `authResponse`.
fn answer(ask: &Ask<'_>, code: Option<&str>) -> Value {
    json!({ "channel": ask.channel, "code": code })
}

pub(super) fn finished(
    state: &State,
    call: &Call,
    ask: &Ask<'_>,
    progress: &Progress<'_>,
) -> Response {
    let (Some(person), Some(business)) = (progress.person, progress.business) else {
        return cancelled(ask, progress.step(ask));
    };
    let (waba, phone) = (progress.waba.flatten(), progress.phone.flatten());
    let world = state.world();
    let keep = |ids: &[String], known: &dyn Fn(&str) -> bool| -> Vec<String> {
        ids.iter().filter(|id| known(id)).cloned().collect()
    };
    let chosen = Chosen {
        configuration: ask.configuration,
        person,
        business,
        waba,
        phone,
        pages: keep(&progress.pages, &|id| {
            world.pages_of(&person.id).any(|it| it.id == id)
        }),
        instagram: keep(&progress.instagram, &|id| {
            world.instagram_of(&person.id).any(|it| it.id == id)
        }),
        datasets: keep(&progress.datasets, &|id| {
            state.memory().dataset(id).is_some()
        }),
    };
    let named = call.text("event").and_then(|it| Outcome::named(&it));
    let outcome = named.unwrap_or(Outcome::usual(waba, phone));
    let code = chosen.consent(state);
    let given = call.text("no_code").is_none().then_some(code.as_str());
    let message = Value::from(chosen.message(outcome).to_string());
    let mut messages = [message, answer(ask, given)];
    if call.text("late_message").is_some() {
        messages.reverse();
    }
    tell(ask, &messages)
}

pub(super) fn cancelled(ask: &Ask<'_>, step: &str) -> Response {
    let message = json!({
        "type": "WA_EMBEDDED_SIGNUP", "event": "CANCEL", "version": 3, "data": { "current_step": step },
    });
    tell(ask, &[message.to_string().into(), answer(ask, None)])
}

pub(super) fn reported(state: &State, ask: &Ask<'_>, code: Option<&str>) -> Response {
    let known = ERRORS.iter().find(|(it, _)| Some(*it) == code);
    let (code, text) = known.unwrap_or(&ERRORS[0]);
    let message = json!({
        "type": "WA_EMBEDDED_SIGNUP", "event": "CANCEL", "version": 3,
        "data": {
            "error_message": text,
            "error_code": code,
            "session_id": ids::opaque(20),
            "timestamp": state.shared().clock.seconds().to_string(),
        },
    });
    tell(ask, &[message.to_string().into(), answer(ask, None)])
}
