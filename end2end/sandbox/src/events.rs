//! `POST /{dataset}/events`: who may, what they sent, and the ledger.

use crate::{
    dataset::{Dataset, Kind},
    dataset_edge,
    error::{GraphError, Result},
    faults::{self, Plan},
    graph,
    ledger::{Post, Verdict, text_of},
    request::Call,
    rules::{self, Facts, Violation},
    state::{Click, Memory, State},
    tokens::{self, Caller, Token},
    world::World,
};
use serde_json::{Value, json};

/// Meta's limit of one request.
const MOST: usize = 1_000;

pub(crate) fn post(
    state: &State,
    call: &Call,
    dataset: &str,
    plan: &Plan,
    fbtrace: &str,
) -> Result<Value> {
    match accept(state, call, dataset) {
        Ok(events) => {
            let counted = events.len().saturating_sub(plan.lost);
            let verdict = Verdict::Accepted {
                events_received: counted,
                answered: !plan.reset_after_accept,
            };
            note(state, call, fbtrace, verdict, &events[..counted]);
            Ok(
                json!({ "events_received": counted, "messages": plan.warnings, "fbtrace_id": fbtrace }),
            )
        }
        Err(error) => {
            note_refused(state, call, fbtrace, &error);
            Err(error)
        }
    }
}

fn accept(state: &State, call: &Call, id: &str) -> Result<Vec<Value>> {
    let (_, token) = graph::token(state, call)?;
    let world = state.world();
    let memory = state.memory();
    let dataset = memory
        .dataset(id)
        .ok_or_else(|| GraphError::no_object("post", id))?;
    authorise(&memory, world, &token, dataset)?;
    let events = read(call)?;
    if events.is_empty() {
        return Err(GraphError::parameter("The parameter data is required").blame_data());
    }
    if events.len() > MOST {
        return Err(GraphError::parameter(format!(
            "data holds {} events; at most {MOST} are allowed",
            events.len()
        ))
        .blame_data());
    }
    let known = Known {
        now: state.shared().clock.seconds(),
        dataset,
        memory: &memory,
        world,
    };
    for event in &events {
        rules::check(event, &known).map_err(refusal)?;
    }
    Ok(events)
}

impl GraphError {
    fn blame_data(self) -> Self {
        Self {
            blame: Some("data"),
            ..self
        }
    }
}

/// Graph does not say which event of the batch it was.
fn refusal(violation: Violation) -> GraphError {
    match violation {
        Violation::Invalid(why) => GraphError::parameter(why).blame_data(),
        Violation::Refused(refusal) => GraphError::new(400, 100, "Invalid parameter")
            .subcode(refusal.subcode)
            .for_people(refusal.title, refusal.message)
            .blame_data(),
    }
}

fn authorise(memory: &Memory, world: &World, token: &Token, dataset: &Dataset) -> Result<()> {
    let missing = || GraphError::no_object("post", &dataset.id);
    if let tokens::Kind::Events { dataset: own, .. } = &token.kind {
        return if *own == dataset.id {
            Ok(())
        } else {
            Err(missing())
        };
    }
    let Some(asset) = &dataset.made_for else {
        // A website's dataset belongs to the people of its portfolio.
        let owner = dataset
            .business_id
            .as_deref()
            .and_then(|it| world.business(it));
        return if owner.is_some_and(|it| it.people.contains(&token.person)) {
            Ok(())
        } else {
            Err(missing())
        };
    };
    let linked = [&dataset.page_id, &dataset.instagram_id, &dataset.waba_id];
    let assets: Vec<&String> = linked.into_iter().flatten().chain([asset]).collect();
    if !assets.iter().any(|it| memory.sees(world, token, it)) {
        return Err(missing());
    }
    // Sending needs the events permission of any asset that the dataset serves.
    let mut refused = missing();
    for asset in assets {
        let Some(permission) =
            Kind::of(world, asset).and_then(|it| dataset_edge::permissions(it).last())
        else {
            continue;
        };
        if memory.allows(token, permission, Some(asset)) {
            return Ok(());
        }
        refused = if faults::dropped_everywhere(&memory.faults, token, permission) {
            GraphError::new(
                403,
                10,
                "(#10) Application does not have permission for this action",
            )
        } else {
            GraphError::permission(&match *permission {
                "page_events" => "App does not have page_events permission on the Page".to_owned(),
                other => format!("Requires {other} permission to manage the object"),
            })
        };
    }
    Err(refused)
}

/// `data` is a list of objects or of JSON text, or JSON text of such a list.
fn read(call: &Call) -> Result<Vec<Value>> {
    let broken = || GraphError::parameter("param data must be an array.").blame_data();
    let items = match call.params.get("data") {
        Some(Value::Array(items)) => items.clone(),
        Some(Value::String(text)) => match serde_json::from_str(text) {
            Ok(Value::Array(items)) => items,
            _ => return Err(broken()),
        },
        None => return Ok(Vec::new()),
        Some(_) => return Err(broken()),
    };
    items
        .into_iter()
        .map(|item| match item {
            Value::String(text) => serde_json::from_str(&text).map_err(|_| broken()),
            other => Ok(other),
        })
        .collect()
}

/// Enters a post that was refused; calls of other edges are not for the ledger.
pub(crate) fn note_refused(state: &State, call: &Call, fbtrace: &str, error: &GraphError) {
    let verdict = Verdict::Refused {
        status: error.status,
        code: error.code,
        subcode: error.subcode,
        message: error.message.clone(),
    };
    note(state, call, fbtrace, verdict, &[]);
}

/// Enters a post that a knob kept from being processed.
pub(crate) fn note_failed(state: &State, call: &Call, fbtrace: &str, by: &str) {
    note(state, call, fbtrace, Verdict::Failed { by: by.into() }, &[]);
}

fn note(state: &State, call: &Call, fbtrace: &str, verdict: Verdict, accepted: &[Value]) {
    let [dataset, edge] = call.path.as_slice() else {
        return;
    };
    if edge != "events" || call.method != "POST" {
        return;
    }
    let person = match tokens::caller(state, call.token.as_deref()) {
        Ok(Caller::Token { token, .. }) => Some(token.person),
        _ => None,
    };
    let events = read(call).unwrap_or_default();
    let mut memory = state.memory();
    let post = Post {
        number: memory.ledger.next_post(),
        received_at_ms: state.shared().clock.millis(),
        dataset: dataset.clone(),
        person_id: person,
        events: events.len(),
        event_ids: events
            .iter()
            .filter_map(|it| it.get("event_id").and_then(text_of))
            .collect(),
        test_event_code: call.text("test_event_code"),
        partner_agent: call.text("partner_agent"),
        fbtrace_id: fbtrace.into(),
        verdict,
    };
    memory.ledger.record(post, accepted);
}

struct Known<'a> {
    now: i64,
    dataset: &'a Dataset,
    memory: &'a Memory,
    world: &'a World,
}

impl Facts for Known<'_> {
    fn now(&self) -> i64 {
        self.now
    }

    fn dataset(&self) -> &Dataset {
        self.dataset
    }

    fn is_apart(&self, account: &str) -> bool {
        let account = self.world.instagram(account);
        account.is_some_and(|it| self.world.is_apart_from_its_page(it))
    }

    fn knows_psid(&self, page: &str, psid: &str) -> bool {
        self.world.customer_by_psid(page, psid).is_some()
    }

    fn knows_igsid(&self, account: &str, igsid: &str) -> bool {
        self.world.customer_by_igsid(account, igsid).is_some()
    }

    fn click(&self, ctwa_clid: &str) -> Option<Click> {
        self.memory.clicks.get(ctwa_clid).cloned()
    }
}
