//! The usage headers. The numbers are the sandbox's own count unless a knob says otherwise.

use crate::{faults::Plan, request::Call, state::State};
use serde_json::json;

/// So many calls would be 100 percent.
const CALLS_FOR_ALL: u64 = 100_000;

pub(crate) fn headers(
    state: &State,
    call: Option<&Call>,
    plan: &Plan,
) -> Vec<(&'static str, String)> {
    let counted = {
        let mut memory = state.memory();
        memory.calls += 1;
        (memory.calls * 100 / CALLS_FOR_ALL).min(99)
    };
    let usage = plan.usage.unwrap_or_default();
    let app = u64::from(usage.app.unwrap_or(0)).max(counted);
    let mut headers = vec![(
        "x-app-usage",
        json!({ "call_count": app, "total_time": app, "total_cputime": app }).to_string(),
    )];
    let node = call.and_then(|it| it.path.first());
    if let Some(business) = node.and_then(|node| business(state, node)) {
        let percent = u64::from(usage.business.unwrap_or(0)).max(counted);
        let kind = match call.and_then(|it| it.path.get(1)).map(String::as_str) {
            Some("events") => "ads_management",
            Some("subscribed_apps") => "messenger",
            _ => "pages",
        };
        headers.push((
            "x-business-use-case-usage",
            json!({ business: [{
                "type": kind,
                "call_count": percent,
                "total_cputime": percent,
                "total_time": percent,
                "estimated_time_to_regain_access": usage.minutes,
                "ads_api_access_tier": "standard_access",
            }] })
            .to_string(),
        ));
    }
    headers
}

/// The portfolio that a call is counted against: the asset's, or that of the asset that a dataset was made for.
fn business(state: &State, node: &str) -> Option<String> {
    let world = state.world();
    let made_for = state
        .memory()
        .dataset(node)
        .and_then(|it| it.made_for.clone());
    let asset = made_for.as_deref().unwrap_or(node);
    let page = world
        .instagram(asset)
        .map_or(asset, |it| it.page_id.as_str());
    match (world.page(page), world.waba(asset)) {
        (Some(page), _) => page.business_id.clone(),
        (None, Some(waba)) => Some(waba.business_id.clone()),
        (None, None) => None,
    }
}
