//! What the knobs make of one call.

use super::Effect;
use crate::{error::GraphError, events, request::Call, state::State};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::time::Duration;

/// How far usage headers are turned up.
#[derive(Clone, Copy, Default)]
pub(crate) struct Usage {
    pub(crate) app: Option<u32>,
    pub(crate) business: Option<u32>,
    pub(crate) minutes: u32,
}

/// What the knobs make of one call.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) delay: Duration,
    pub(crate) hang: bool,
    pub(crate) reset: bool,
    pub(crate) http: Option<(u16, String)>,
    pub(crate) error: Option<GraphError>,
    pub(crate) reset_after_accept: bool,
    pub(crate) usage: Option<Usage>,
    /// Seconds by which the `Date` header is off.
    pub(crate) skew: i64,
    pub(crate) lost: usize,
    pub(crate) warnings: Vec<String>,
}

/// What the knobs make of this call; counts it against them.
pub(crate) fn plan(state: &State, call: &Call) -> Plan {
    let mut plan = Plan::default();
    let mut memory = state.memory();
    for at in 0..memory.faults.len() {
        if !memory.faults[at].meets(&memory, call) {
            continue;
        }
        // One knob decides how a call fails; others wait for the next call with their counts untouched.
        let decided = plan.hang || plan.reset || plan.http.is_some() || plan.error.is_some();
        let effect = memory.faults[at].effect.clone();
        match effect {
            Effect::Delay { ms } => plan.delay += Duration::from_millis(ms),
            Effect::Usage {
                app,
                business,
                minutes,
            } => {
                plan.usage = Some(Usage {
                    app,
                    business,
                    minutes,
                })
            }
            Effect::ClockSkew { seconds } => plan.skew += seconds,
            _ if decided => continue,
            Effect::Hang => plan.hang = true,
            Effect::Reset => plan.reset = true,
            Effect::HttpError { status, body } => plan.http = Some((status, body)),
            Effect::Error {
                code,
                subcode,
                status,
                message,
                title,
                user_message,
                is_transient,
            } => {
                plan.error = Some(GraphError {
                    status,
                    code,
                    subcode,
                    message: message
                        .unwrap_or_else(|| format!("(#{code}) An error set by a fault knob")),
                    title,
                    user_message,
                    is_transient,
                    blame: None,
                });
            }
            Effect::RateLimit { code, minutes } => {
                let of_business = code >= 80_000;
                plan.usage = Some(Usage {
                    app: (!of_business).then_some(100),
                    business: of_business.then_some(100),
                    minutes,
                });
                plan.error = Some(rate_limit(code));
            }
            Effect::ResetAfterAccept => plan.reset_after_accept = true,
            Effect::ShortEventsReceived { by } => plan.lost = by,
            Effect::Warning { messages } => plan.warnings.extend(messages),
            // States of the world rather than of a call: looked up where they matter.
            Effect::DropPermission { .. }
            | Effect::InvalidToken { .. }
            | Effect::OtherApp { .. }
            | Effect::TokenExpiry { .. }
            | Effect::HideAsset
            | Effect::HideDataset
            | Effect::DatasetUnavailable
            | Effect::RetireVersion { .. }
            | Effect::RevokeToken { .. }
            | Effect::UnlinkDataset => continue,
        }
        memory.faults[at].met += 1;
    }
    plan
}

fn rate_limit(code: i64) -> GraphError {
    let message = match code {
        4 => "(#4) Application request limit reached".into(),
        17 => "(#17) User request limit reached".into(),
        32 => "(#32) Page request limit reached".into(),
        613 => "(#613) Calls to this api have exceeded the rate limit.".into(),
        _ => format!(
            "(#{code}) There have been too many calls to this account. Wait a bit and try again."
        ),
    };
    GraphError::new(400, code, message)
}

/// What must happen before anything is processed: delays, and failures that answer nothing sensible.
pub(crate) async fn before(
    state: &State,
    call: &Call,
    plan: &Plan,
    fbtrace: &str,
) -> Option<Response> {
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    if plan.hang {
        events::note_failed(state, call, fbtrace, "hang");
        std::future::pending::<()>().await;
    }
    if plan.reset {
        events::note_failed(state, call, fbtrace, "reset");
        if let Some(switch) = &call.switch {
            switch.reset().await;
        }
    }
    let (status, body) = plan.http.clone()?;
    events::note_failed(state, call, fbtrace, "http_error");
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Some(
        (
            status,
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            body,
        )
            .into_response(),
    )
}
