//! Embedded Signup: the SDK, the popup's steps, what it tells its opener, and its codes.

use crate::{World, answer};
use chrono::Duration;
use serde_json::{Value, json};

const APP: &str = "1203440000000001";
const SECRET: &str = "5a4db0c5eb0c4a5d9a7e61c7d1f0e2ab";
const EVERY_CHANNEL: &str = "7700000000000011";

impl World {
    async fn popup(&self, post: bool, more: &[(&str, &str)]) -> (u16, String) {
        let asked = [
            ("client_id", APP),
            ("display", "popup"),
            ("channel", "c1"),
            ("origin", "http://127.0.0.1:9"),
            ("config_id", EVERY_CHANNEL),
            ("response_type", "code"),
            ("override_default_response_type", "true"),
        ];
        let asked = asked
            .iter()
            .filter(|(name, _)| !more.iter().any(|(it, _)| it == name));
        let fields: Vec<_> = asked.chain(more).collect();
        let url = self.url("/v26.0/dialog/oauth");
        let request = if post {
            self.http.post(url).form(&fields)
        } else {
            self.http.get(url).query(&fields)
        };
        let response = request.send().await.expect("an answer");
        assert!(
            !response
                .headers()
                .contains_key("cross-origin-opener-policy")
        );
        let status = response.status().as_u16();
        (status, response.text().await.expect("an answer"))
    }

    async fn exchange_code(&self, code: &str, more: &[(&str, &str)]) -> (u16, Value) {
        let fields = [
            ("client_id", APP),
            ("client_secret", SECRET),
            ("code", code),
        ];
        let fields: Vec<_> = fields.iter().chain(more).collect();
        let request = self.http.get(self.url("/v26.0/oauth/access_token"));
        answer(request.query(&fields).send().await.expect("an answer")).await
    }

    async fn sign_up(&self, body: &Value) -> (u16, Value) {
        let request = self.http.post(self.url("/_sandbox/signup")).json(body);
        answer(request.send().await.expect("an answer")).await
    }
}

/// What the last page posts to the opener, in order; the message is parsed.
fn told(page: &str) -> Vec<Value> {
    let (_, rest) = page.split_once("const messages = ").expect("a script");
    let (list, _) = rest.split_once(", origin = ").expect("a script");
    let list: Vec<Value> = serde_json::from_str(list).expect("JSON");
    list.into_iter()
        .map(|it| match it.as_str() {
            Some(text) => serde_json::from_str(text).expect("JSON"),
            None => it,
        })
        .collect()
}

#[tokio::test]
async fn the_popup_leads_step_by_step_to_a_code_for_what_was_chosen() {
    let world = World::start().await;
    let (page, account) = (world.page("garden").id, world.instagram("garden").id);
    let waba = world.waba("garden");
    let (waba, phone) = (waba.id, waba.phone_numbers[1].id.clone());
    let mut chosen: Vec<(&str, &str)> = Vec::new();
    for (asks, answers) in [
        ("Who are you?", vec![("person", "sora")]),
        ("Which business portfolio?", vec![("business", "garden")]),
        (
            "Which WhatsApp Business Account?",
            vec![("waba", waba.as_str())],
        ),
        ("Which phone number?", vec![("phone", phone.as_str())]),
        (
            "Which Pages?",
            vec![("further", "yes"), ("page", &page), ("instagram", &account)],
        ),
        ("How does this end?", vec![("answer", "continue")]),
    ] {
        let (status, text) = world.popup(false, &chosen).await;
        assert!(status == 200 && text.contains(asks), "{asks}: {text}");
        chosen.extend(answers);
    }
    let (_, last) = world.popup(true, &chosen).await;
    let told = told(&last);
    assert_eq!(
        told[0],
        json!({ "type": "WA_EMBEDDED_SIGNUP", "event": "FINISH", "version": 3, "data": {
            "business_id": world.business("garden"), "waba_id": waba, "phone_number_id": phone,
            "page_ids": [page], "instagram_account_ids": [account],
        } })
    );
    assert_eq!(told[1]["channel"], "c1");
    let code = told[1]["code"].as_str().unwrap();
    let with_uri = [("redirect_uri", "http://127.0.0.1:9/")];
    let (_, wrong) = world.exchange_code(code, &with_uri).await;
    assert_eq!(wrong["error"]["error_subcode"], 36008);
    let (status, token) = world.exchange_code(code, &[]).await;
    assert!(
        status == 200 && token.get("expires_in").is_none(),
        "{token}"
    );
    let (_, twice) = world.exchange_code(code, &[]).await;
    assert_eq!(twice["error"]["error_subcode"], 36009);

    let token = token["access_token"].as_str().unwrap();
    let path = format!("/v26.0/debug_token?input_token={token}");
    let (_, debug) = world.get(&path, &format!("{APP}|{SECRET}")).await;
    let granular = debug["data"]["granular_scopes"].as_array().unwrap();
    for (scope, id) in [
        ("whatsapp_business_management", &waba),
        ("page_events", &page),
        ("instagram_manage_events", &account),
    ] {
        let expected = json!({ "scope": scope, "target_ids": [id] });
        assert!(granular.contains(&expected), "{granular:?}");
    }
}

#[tokio::test]
async fn the_last_screen_decides_what_the_opener_hears() {
    let world = World::start().await;
    let waba = world.waba("sushi").id;
    let chosen = [
        ("config_id", "7700000000000010"),
        ("person", "kenji"),
        ("business", "sushi"),
        ("waba", waba.as_str()),
        ("phone", "none"),
    ];
    let end = async |more: &[(&str, &str)]| {
        let fields: Vec<_> = chosen.iter().chain(more).copied().collect();
        told(&world.popup(true, &fields).await.1)
    };
    assert_eq!(end(&[]).await[0]["event"], "FINISH_ONLY_WABA");
    for event in [
        "FINISH",
        "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
        "FINISH_OBO_MIGRATION",
        "FINISH_GRANT_ONLY_API_ACCESS",
        "FINISH_X",
    ] {
        assert_eq!(end(&[("event", event)]).await[0]["event"], event);
    }
    let late = end(&[("late_message", "yes")]).await;
    assert!(late[0]["code"].is_string() && late[1]["event"] == "FINISH_ONLY_WABA");
    assert_eq!(end(&[("no_code", "yes")]).await[1]["code"], Value::Null);

    let cancelled = end(&[("answer", "cancel")]).await;
    assert_eq!(
        (
            &cancelled[0]["event"],
            &cancelled[0]["data"]["current_step"]
        ),
        (&json!("CANCEL"), &json!("PERMISSIONS"))
    );
    assert_eq!(cancelled[1]["code"], Value::Null);
    let (_, early) = world.popup(false, &[("answer", "cancel")]).await;
    assert_eq!(
        told(&early)[0]["data"]["current_step"],
        "BUSINESS_ACCOUNT_SELECTION"
    );
    let reported = end(&[("answer", "report"), ("error", "3441049")]).await;
    assert_eq!(reported[0]["event"], "CANCEL");
    assert_eq!(reported[0]["data"]["error_code"], "3441049");
    assert!(reported[0]["data"]["session_id"].is_string());
}

#[tokio::test]
async fn the_popup_refuses_what_the_app_got_wrong() {
    let world = World::start().await;
    for wrong in [
        ("config_id", "7700000000000001"),
        ("config_id", "1"),
        ("override_default_response_type", "false"),
        ("origin", "https://evil.example"),
        ("client_id", "1"),
    ] {
        let (status, text) = world.popup(false, &[wrong]).await;
        assert!(
            status == 400 && text.contains("Sorry, something went wrong"),
            "{wrong:?}"
        );
    }
}

#[tokio::test]
async fn programs_sign_up_and_the_code_lives_for_half_a_minute() {
    let world = World::start().await;
    let (status, signup) = world
        .sign_up(&json!({ "person": "sora", "waba": "garden-cafe" }))
        .await;
    assert_eq!(status, 200);
    let message: Value = serde_json::from_str(signup["message"].as_str().unwrap()).unwrap();
    assert_eq!(message["event"], "FINISH_ONLY_WABA");
    assert_eq!(message["data"]["waba_id"], world.waba("garden-cafe").id);
    world.meta.state().clock().advance(Duration::seconds(31));
    let (_, late) = world
        .exchange_code(signup["code"].as_str().unwrap(), &[])
        .await;
    assert_eq!(late["error"]["error_subcode"], 36007);

    let sixty = json!({ "person": "sora", "config_id": "7700000000000012", "event": "FINISH_OBO_MIGRATION" });
    let (_, signup) = world.sign_up(&sixty).await;
    let (_, token) = world
        .exchange_code(signup["code"].as_str().unwrap(), &[])
        .await;
    assert_eq!(token["expires_in"], 60 * 86_400);
    assert_eq!(
        world
            .sign_up(&json!({ "person": "sora", "waba": "sushi" }))
            .await
            .0,
        422
    );
}

#[tokio::test]
async fn the_sdk_names_the_sandboxs_own_address() {
    let world = World::start().await;
    let response = world
        .http
        .get(world.url("/en_US/sdk.js"))
        .send()
        .await
        .unwrap();
    let kind = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(kind.starts_with("application/javascript"));
    let script = response.text().await.unwrap();
    assert!(script.contains(&format!("\"{}\"", world.meta.url())));
}
