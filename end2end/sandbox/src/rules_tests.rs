//! Every subcode of the rules, one case each, and what must pass.

use crate::{
    dataset::Dataset,
    rules::{Facts, Violation, check},
    state::Click,
    subcodes::ALL,
};
use serde_json::{Value, json};
use std::collections::HashSet;

const NOW: i64 = 1_790_000_000;

struct Case(Dataset);

impl Facts for Case {
    fn now(&self) -> i64 {
        NOW
    }

    fn dataset(&self) -> &Dataset {
        &self.0
    }

    fn is_apart(&self, account: &str) -> bool {
        account == "ig apart"
    }

    fn knows_psid(&self, page: &str, psid: &str) -> bool {
        page == "page" && psid == "psid"
    }

    fn knows_igsid(&self, account: &str, igsid: &str) -> bool {
        account == "ig" && igsid == "igsid"
    }

    fn click(&self, ctwa_clid: &str) -> Option<Click> {
        let click = |page: &str, waba: &str| Click {
            ctwa_clid: ctwa_clid.into(),
            page_id: Some(page.into()),
            waba_id: Some(waba.into()),
        };
        match ctwa_clid {
            "click" => Some(click("page", "waba")),
            "elsewhere" => Some(click("page 2", "waba 2")),
            _ => None,
        }
    }
}

fn linked(page: &str, instagram: &str, waba: &str) -> Case {
    let id = |text: &str| Some(text.to_owned()).filter(|it| !it.is_empty());
    Case(Dataset {
        id: "1".into(),
        name: "one".into(),
        made_for: None,
        page_id: id(page),
        instagram_id: id(instagram),
        waba_id: id(waba),
        business_id: None,
        created_at: NOW,
        test_code: "TEST1".into(),
    })
}

fn messenger(change: Value) -> Value {
    event(
        "messenger",
        json!({ "page_id": "page", "page_scoped_user_id": "psid" }),
        change,
    )
}

fn instagram(user: Value) -> Value {
    event("instagram", user, json!({}))
}

fn whatsapp(user: Value) -> Value {
    event("whatsapp", user, json!({}))
}

/// A good Purchase with the given keys replaced; null takes a key away.
fn event(channel: &str, user: Value, change: Value) -> Value {
    let mut event = json!({
        "event_name": "Purchase", "event_time": NOW - 60, "action_source": "business_messaging",
        "messaging_channel": channel, "user_data": user, "custom_data": { "currency": "JPY", "value": 4800 },
    });
    for (key, value) in change.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

fn subcode(event: &Value, case: &Case) -> Option<u32> {
    match check(event, case) {
        Ok(()) => None,
        Err(Violation::Refused(refusal)) => Some(refusal.subcode),
        Err(Violation::Invalid(why)) => panic!("no subcode: {why}"),
    }
}

#[test]
fn each_subcode_has_its_cause() {
    let page = || linked("page", "", "");
    let waba = || linked("", "", "waba");
    let user = |user: Value| messenger(json!({ "user_data": user }));
    let custom = |custom: Value| messenger(json!({ "custom_data": custom }));
    let table: Vec<(u32, Value, Case)> = vec![
        (
            2804003,
            messenger(json!({ "event_time": NOW - 7 * 86_400 - 1 })),
            page(),
        ),
        (
            2804004,
            messenger(json!({ "event_time": NOW + 61 })),
            page(),
        ),
        (
            2804008,
            custom(json!({ "value": 1, "currency": "JPY", "contents": [{ "quantity": 1 }] })),
            page(),
        ),
        (2804009, custom(json!({ "currency": "JPY" })), page()),
        (
            2804023,
            messenger(json!({ "event_name": "AddToCart", "custom_data": { "value": 1 } })),
            page(),
        ),
        (
            2804043,
            messenger(
                json!({ "action_source": "app", "app_data": { "extinfo": ["a2", "", "", "", ""] } }),
            ),
            page(),
        ),
        (2804050, user(json!({})), page()),
        (
            2804050,
            messenger(json!({ "action_source": "website", "user_data": null })),
            page(),
        ),
        (
            2804063,
            messenger(json!({ "messaging_channel": null })),
            page(),
        ),
        (
            2804064,
            user(
                json!({ "page_id": "page", "page_scoped_user_id": "psid", "client_ip_address": "::1" }),
            ),
            page(),
        ),
        (
            2804064,
            user(
                json!({ "page_id": "page", "page_scoped_user_id": "psid", "client_user_agent": "x" }),
            ),
            page(),
        ),
        (
            2804065,
            user(json!({ "page_id": "page 2", "page_scoped_user_id": "psid" })),
            page(),
        ),
        (2804066, messenger(json!({ "event_name": "Lead" })), page()),
        (
            2804066,
            messenger(json!({ "event_name": "purchase" })),
            page(),
        ),
        (
            2804069,
            user(json!({ "page_scoped_user_id": "psid" })),
            page(),
        ),
        (2804071, user(json!({ "page_id": "page" })), page()),
        (
            2804071,
            whatsapp(json!({ "whatsapp_business_account_id": "waba" })),
            waba(),
        ),
        (
            2804072,
            whatsapp(json!({ "page_id": "page", "ctwa_clid": "elsewhere" })),
            page(),
        ),
        (
            2804073,
            user(json!({ "page_id": "page", "page_scoped_user_id": "someone" })),
            page(),
        ),
        (
            2804075,
            instagram(json!({ "ig_account_id": "ig" })),
            linked("", "ig", ""),
        ),
        (
            2804079,
            instagram(json!({ "ig_sid": "igsid" })),
            linked("", "ig", ""),
        ),
        (2804081, custom(json!({ "value": 1 })), page()),
        (
            2804081,
            messenger(json!({ "event_name": "OrderCreated", "custom_data": null })),
            page(),
        ),
        (
            2804087,
            whatsapp(json!({ "whatsapp_business_account_id": "waba", "ctwa_clid": "invented" })),
            waba(),
        ),
        (2804116, whatsapp(json!({ "ctwa_clid": "click" })), waba()),
        (
            2804117,
            whatsapp(json!({ "whatsapp_business_account_id": "waba", "ctwa_clid": "elsewhere" })),
            waba(),
        ),
        (
            2804118,
            whatsapp(json!({ "whatsapp_business_account_id": "waba 2", "ctwa_clid": "click" })),
            waba(),
        ),
        (
            2804131,
            whatsapp(json!({ "page_id": "page", "ctwa_clid": "click" })),
            waba(),
        ),
        (2804131, messenger(json!({})), linked("", "", "")),
        (
            2804132,
            whatsapp(json!({ "whatsapp_business_account_id": "waba", "ctwa_clid": "click" })),
            linked("", "", ""),
        ),
        (
            2804133,
            instagram(json!({ "ig_account_id": "ig", "ig_sid": "igsid" })),
            page(),
        ),
    ];
    for (expected, event, case) in &table {
        assert_eq!(subcode(event, case), Some(*expected), "{event}");
    }
    let tested: HashSet<u32> = table.iter().map(|(subcode, ..)| *subcode).collect();
    let all: HashSet<u32> = ALL.iter().map(|refusal| refusal.subcode).collect();
    assert_eq!(
        tested, all,
        "a subcode without a case, or a case without a subcode"
    );
}

#[test]
fn each_kind_of_dataset_takes_its_own_identifiers() {
    let by_page = json!({ "page_id": "page", "ctwa_clid": "click" });
    let by_waba = json!({ "whatsapp_business_account_id": "waba", "ctwa_clid": "click" });
    for (event, case) in [
        (messenger(json!({})), linked("page", "", "")),
        (whatsapp(by_page), linked("page", "", "")),
        (whatsapp(by_waba), linked("", "", "waba")),
        (
            instagram(json!({ "ig_account_id": "ig", "ig_sid": "igsid" })),
            linked("page", "ig", ""),
        ),
        (
            instagram(json!({ "instagram_business_account_id": "ig", "ig_sid": "igsid" })),
            linked("", "ig", ""),
        ),
    ] {
        assert_eq!(subcode(&event, &case), None, "{event}");
    }
}

#[test]
fn what_is_allowed_passes() {
    let old = NOW - 30 * 86_400;
    for change in [
        json!({ "event_time": NOW - 7 * 86_400 }),
        json!({ "event_time": (NOW - 5).to_string() }),
        json!({ "custom_data": { "value": 0, "currency": "usd" } }),
        json!({ "event_name": "ViewContent", "custom_data": null }),
        json!({ "event_name": "ReviewProvided", "custom_data": { "contents": [{ "id": 7 }] } }),
        json!({ "action_source": "physical_store", "event_time": old }),
    ] {
        assert_eq!(
            subcode(&messenger(change.clone()), &linked("page", "", "")),
            None,
            "{change}"
        );
    }
}

#[test]
fn what_has_no_subcode_is_an_invalid_parameter() {
    for change in [
        json!({ "event_name": null }),
        json!({ "event_time": "soon" }),
        json!({ "event_time": 1.5 }),
        json!({ "action_source": null }),
        json!({ "action_source": "telepathy" }),
        json!({ "messaging_channel": "pigeon" }),
        json!({ "custom_data": { "value": -1, "currency": "JPY" } }),
        json!({ "custom_data": { "value": "a lot", "currency": "JPY" } }),
        json!({ "custom_data": { "value": 1, "currency": "yen!" } }),
    ] {
        let verdict = check(&messenger(change.clone()), &linked("page", "", ""));
        assert!(
            matches!(verdict, Err(Violation::Invalid(_))),
            "{change}: {verdict:?}"
        );
    }
}
