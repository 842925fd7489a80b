//! Fault knobs: what goes wrong, where, and how often.

use crate::{
    dataset,
    error::GraphError,
    events,
    request::Call,
    state::{Memory, State},
    tokens::Token,
};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One knob: an effect and the calls that it is for. What is left out does not restrict.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Fault {
    /// What happens.
    #[serde(flatten)]
    pub effect: Effect,
    /// Only calls on this dataset (id).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// Only calls on this Page (id or key) or on the dataset linked to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Only calls whose path ends so: `events`, `dataset`, `subscribed_apps`, `accounts`, `access_token`...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<String>,
    /// Only this HTTP method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only the next so many calls; `None`: until the knob is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// How many calls it has met. Ignored when a knob is set.
    #[serde(default, skip_deserializing)]
    pub met: u32,
    /// Tokens minted later are not concerned: signing in again heals.
    #[serde(skip)]
    spares_after: u64,
}

/// What a knob does.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// Answers late. Combines with the others.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// Never answers; nothing is processed.
    Hang,
    /// Resets the connection after reading the request; nothing is processed.
    Reset,
    /// Processes the request, then resets the connection instead of answering.
    ResetAfterAccept,
    /// Answers with a page instead of an envelope; nothing is processed.
    HttpError {
        /// The HTTP status.
        #[serde(default = "http_500")]
        status: u16,
        /// The body.
        #[serde(default = "sorry")]
        body: String,
    },
    /// Answers with this error envelope; nothing is processed.
    Error {
        /// Graph's error code.
        code: i64,
        /// Its subcode.
        #[serde(default)]
        subcode: Option<u32>,
        /// The HTTP status.
        #[serde(default = "http_400")]
        status: u16,
        /// The message for developers.
        #[serde(default)]
        message: Option<String>,
        /// The title for people.
        #[serde(default)]
        title: Option<String>,
        /// The message for people.
        #[serde(default)]
        user_message: Option<String>,
        /// Trying again may help.
        #[serde(default)]
        is_transient: bool,
    },
    /// Answers with a rate limit error and full usage headers; nothing is processed.
    RateLimit {
        /// 4, 17, 32, 613, 80004...
        #[serde(default = "app_limit")]
        code: i64,
        /// `estimated_time_to_regain_access`.
        #[serde(default)]
        minutes: u32,
    },
    /// Answers as usual, with these usage headers.
    Usage {
        /// Percent in `X-App-Usage`.
        #[serde(default)]
        app: Option<u32>,
        /// Percent in `X-Business-Use-Case-Usage`.
        #[serde(default)]
        business: Option<u32>,
        /// `estimated_time_to_regain_access`.
        #[serde(default)]
        minutes: u32,
    },
    /// Counts that many events fewer than were sent, and says so.
    ShortEventsReceived {
        /// How many are lost.
        #[serde(default = "one")]
        by: usize,
    },
    /// Accepts, with these warnings in `messages`.
    Warning {
        /// The warnings.
        messages: Vec<String>,
    },
    /// Tokens minted so far lose a permission: for `page`, or everywhere (then Graph says code 10).
    DropPermission {
        /// The permission.
        permission: String,
    },
    /// Acts once: kills the tokens minted so far of `person`, or of everyone who runs `page`.
    RevokeToken {
        /// The person's id or key.
        #[serde(default)]
        person: Option<String>,
        /// 458: the app was removed; 460: the password was changed.
        #[serde(default = "app_removed")]
        subcode: u32,
    },
    /// Acts once: takes `page` (or any asset's id given there) off its dataset, or every asset off `dataset`.
    UnlinkDataset,
}

/// What a knob that acts once has done.
#[derive(Clone, Debug, Serialize)]
pub struct Applied {
    /// The knob's name.
    pub kind: &'static str,
    /// Tokens killed or assets taken off.
    pub count: usize,
}

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
    pub(crate) lost: usize,
    pub(crate) warnings: Vec<String>,
}

fn http_500() -> u16 {
    500
}
fn http_400() -> u16 {
    400
}
fn app_limit() -> i64 {
    4
}
fn one() -> usize {
    1
}
fn app_removed() -> u32 {
    458
}
fn sorry() -> String {
    "<!doctype html><title>Error</title><p>Sorry, something went wrong.</p>".into()
}

impl Fault {
    /// An effect on every call.
    pub fn new(effect: Effect) -> Self {
        Self {
            effect,
            dataset: None,
            page: None,
            edge: None,
            method: None,
            times: None,
            met: 0,
            spares_after: 0,
        }
    }

    /// Only calls on this edge.
    pub fn edge(mut self, edge: &str) -> Self {
        self.edge = Some(edge.into());
        self
    }

    /// Only this Page (id or key) and its dataset.
    pub fn page(mut self, page: &str) -> Self {
        self.page = Some(page.into());
        self
    }

    /// Only this dataset.
    pub fn dataset(mut self, dataset: &str) -> Self {
        self.dataset = Some(dataset.into());
        self
    }

    /// Only the next so many calls.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    fn meets(&self, memory: &Memory, call: &Call) -> bool {
        let node = call.path.first().map(String::as_str);
        let dataset = node.and_then(|node| memory.dataset(node));
        let on_page =
            |page: &str| node == Some(page) || dataset.is_some_and(|it| it.linked_to(page));
        self.times.is_none_or(|times| self.met < times)
            && self
                .edge
                .as_deref()
                .is_none_or(|edge| call.path.last().is_some_and(|it| it == edge))
            && self
                .method
                .as_deref()
                .is_none_or(|method| method.eq_ignore_ascii_case(&call.method))
            && self.dataset.as_deref().is_none_or(|id| node == Some(id))
            && self.page.as_deref().is_none_or(on_page)
    }
}

/// A dropped permission concerns this token, and this asset or every one.
pub(crate) fn drops(
    faults: &[Fault],
    token: &Token,
    permission: &str,
    asset: Option<&str>,
) -> bool {
    faults.iter().any(|fault| {
        matches!(&fault.effect, Effect::DropPermission { permission: dropped } if dropped == permission)
            && token.number <= fault.spares_after
            && (fault.page.is_none() || fault.page.as_deref() == asset)
    })
}

/// The permission was dropped for the whole app, not for one Page.
pub(crate) fn dropped_everywhere(faults: &[Fault], token: &Token, permission: &str) -> bool {
    drops(faults, token, permission, None)
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
            Effect::DropPermission { .. } | Effect::RevokeToken { .. } | Effect::UnlinkDataset => {
                continue;
            }
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

pub(crate) fn set(state: &State, faults: Vec<Fault>) -> Result<Vec<Applied>, String> {
    let faults = faults
        .into_iter()
        .map(|it| known(state, it))
        .collect::<Result<Vec<_>, _>>()?;
    state.memory().faults.clear();
    Ok(faults
        .into_iter()
        .filter_map(|fault| apply(state, fault))
        .collect())
}

pub(crate) fn add(state: &State, fault: Fault) -> Result<Option<Applied>, String> {
    Ok(apply(state, known(state, fault)?))
}

/// Turns keys into ids and refuses what does not exist, before anything is changed.
fn known(state: &State, mut fault: Fault) -> Result<Fault, String> {
    let world = state.world();
    if let Some(name) = &fault.page {
        let page = world.page(name).map(|it| it.id.clone());
        let asset = || dataset::Kind::of(world, name).map(|_| name.clone());
        fault.page = Some(
            page.or_else(asset)
                .ok_or_else(|| format!("there is no Page {name}"))?,
        );
    }
    if let Effect::RevokeToken { person, .. } = &mut fault.effect {
        if let Some(name) = person {
            *name = world
                .person(name)
                .ok_or_else(|| format!("there is no person {name}"))?
                .id
                .clone();
        } else if fault.page.is_none() {
            return Err("revoke_token needs person or page".into());
        }
    }
    if matches!(fault.effect, Effect::UnlinkDataset)
        && fault.page.is_none()
        && fault.dataset.is_none()
    {
        return Err("unlink_dataset needs page or dataset".into());
    }
    Ok(fault)
}

fn apply(state: &State, mut fault: Fault) -> Option<Applied> {
    let world = state.world();
    let mut memory = state.memory();
    match &fault.effect {
        Effect::RevokeToken { person, subcode } => {
            let page = fault.page.as_deref().and_then(|it| world.page(it));
            let concerned = |id: &str| match person {
                Some(person) => person == id,
                None => page.is_some_and(|page| page.role(id).is_some()),
            };
            if *subcode == 458 {
                memory.grants.retain(|id, _| !concerned(id));
            }
            let count = memory.revoke(*subcode, |token| concerned(&token.person));
            Some(Applied {
                kind: "revoke_token",
                count,
            })
        }
        Effect::UnlinkDataset => {
            let assets: Vec<String> = match (&fault.page, &fault.dataset) {
                (Some(page), _) => vec![page.clone()],
                (None, Some(id)) => memory
                    .dataset(id)
                    .map(|it| {
                        [&it.page_id, &it.instagram_id, &it.waba_id]
                            .into_iter()
                            .flatten()
                            .cloned()
                            .collect()
                    })
                    .unwrap_or_default(),
                (None, None) => Vec::new(),
            };
            let count = assets
                .iter()
                .filter_map(|asset| memory.unlink(asset))
                .count();
            Some(Applied {
                kind: "unlink_dataset",
                count,
            })
        }
        _ => {
            fault.met = 0;
            fault.spares_after = memory.minted;
            memory.faults.push(fault);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knobs_read_from_flat_json_with_defaults() {
        let fault: Fault =
            serde_json::from_str(r#"{"kind":"http_error","edge":"events","times":2}"#).unwrap();
        assert!(matches!(
            fault.effect,
            Effect::HttpError { status: 500, .. }
        ));
        assert_eq!(
            (fault.edge.as_deref(), fault.times),
            (Some("events"), Some(2))
        );
        let fault: Fault =
            serde_json::from_str(r#"{"kind":"rate_limit","code":80004,"minutes":7}"#).unwrap();
        assert!(matches!(
            fault.effect,
            Effect::RateLimit {
                code: 80_004,
                minutes: 7
            }
        ));
        assert!(serde_json::from_str::<Fault>(r#"{"kind":"earthquake"}"#).is_err());
    }
}
