//! Businesses, Instagram and WhatsApp assets, what each kind of token sees of them, and the app itself.

use crate::{World, answer};
use sandbox::{Minting, TokenRequest};
use serde_json::{Value, json};

const APP: &str = "1203440000000001|5a4db0c5eb0c4a5d9a7e61c7d1f0e2ab";

impl World {
    pub(crate) fn mint(&self, request: TokenRequest) -> String {
        let minted = self.meta.state().mint_token(&request);
        minted.expect("what is asked for exists").access_token
    }

    fn system_token(&self, person: &str, business: &str) -> String {
        self.mint(TokenRequest {
            person: person.into(),
            kind: Minting::BusinessIntegration,
            business: Some(business.into()),
            ..TokenRequest::default()
        })
    }

    pub(crate) fn waba(&self, key: &str) -> sandbox::Waba {
        self.meta.state().world().waba(key).expect("a WABA").clone()
    }

    pub(crate) fn instagram(&self, key: &str) -> sandbox::Instagram {
        let state = self.meta.state();
        state.world().instagram(key).expect("an account").clone()
    }

    pub(crate) fn business(&self, key: &str) -> String {
        let state = self.meta.state();
        state.world().business(key).expect("a business").id.clone()
    }
}

fn names(list: &Value) -> Vec<&str> {
    let data = list["data"].as_array().expect("a list");
    data.iter()
        .map(|it| it["name"].as_str().expect("a name"))
        .collect()
}

#[tokio::test]
async fn portfolios_list_what_they_own_and_what_they_were_given() {
    let world = World::start().await;
    let token = world.user_token("sora");
    let (_, mine) = world.get("/v26.0/me/businesses", &token).await;
    assert_eq!(
        names(&mine),
        ["みうら園芸株式会社", "みうらグリーンズ合同会社"]
    );
    let garden = world.business("garden");
    let list = async |edge: &str| {
        let path = format!("/v26.0/{garden}/{edge}?fields=id,name");
        world.get(&path, &token).await.1
    };
    let owned = list("owned_whatsapp_business_accounts").await;
    assert_eq!(
        names(&owned),
        ["みうら園芸 お問い合わせ", "みうら園芸カフェ ご予約"]
    );
    let given = list("client_whatsapp_business_accounts").await;
    assert_eq!(names(&given), ["みうらグリーンズ"]);
    assert_eq!(
        names(&list("owned_pages").await),
        ["みうら園芸", "みうら園芸カフェ"]
    );
    assert_eq!(names(&list("client_pages").await), ["みうらグリーンズ"]);
    let stranger = world.user_token("hana");
    let path = format!("/v26.0/{garden}/owned_pages");
    assert_eq!(
        world.get(&path, &stranger).await.1["error"]["error_subcode"],
        33
    );
}

#[tokio::test]
async fn a_system_user_sees_its_own_portfolio_only() {
    let world = World::start().await;
    let token = world.system_token("sora", "greens");
    let (_, me) = world
        .get("/v26.0/me?fields=client_business_id", &token)
        .await;
    assert_eq!(me["client_business_id"], world.business("greens"));
    let (_, pages) = world.get("/v26.0/me/accounts?fields=name", &token).await;
    assert_eq!(names(&pages), ["みうらグリーンズ"]);
    assert_eq!(
        world
            .get("/v26.0/me/assigned_pages?fields=name", &token)
            .await
            .1["data"],
        pages["data"]
    );
    let garden = format!("/v26.0/{}", world.waba("garden").id);
    assert_eq!(
        world.get(&garden, &token).await.1["error"]["error_subcode"],
        33
    );
    let (_, debug) = world
        .get(&format!("/v26.0/debug_token?input_token={token}"), APP)
        .await;
    let data = &debug["data"];
    assert_eq!(
        (&data["type"], &data["expires_at"], &data["user_id"]),
        (&json!("SYSTEM_USER"), &json!(0), &me["id"])
    );
    // The same question kills nothing, but a person's token is told 190.
    let person = world.user_token("sora");
    let (status, refused) = world
        .get("/v26.0/me?fields=client_business_id", &person)
        .await;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!(190)));
    // No call takes a system user's token back.
    let path = world.url("/v26.0/me/permissions");
    let refused = world.http.delete(path).bearer_auth(&token).send().await;
    assert_eq!(refused.unwrap().status(), 400);
}

#[tokio::test]
async fn a_whatsapp_account_has_fields_numbers_a_dataset_and_a_subscription() {
    let world = World::start().await;
    let token = world.system_token("sora", "garden");
    let waba = world.waba("garden");
    let path = format!(
        "/v26.0/{}?fields=id,name,currency,timezone_id,business_verification_status,owner_business_info,health_status",
        waba.id
    );
    let (_, node) = world.get(&path, &token).await;
    assert_eq!(node["owner_business_info"]["id"], world.business("garden"));
    let path = format!("/v26.0/{}/phone_numbers", waba.id);
    let (_, numbers) = world.get(&path, &token).await;
    assert_eq!(numbers["data"].as_array().unwrap().len(), 2);
    let phone = &waba.phone_numbers[0].id;
    let register = json!({ "messaging_product": "whatsapp", "pin": "123456" });
    let path = format!("/v26.0/{phone}/register");
    assert_eq!(world.post(&path, &token, &register).await.0, 200);

    let path = format!("/v26.0/{}/dataset", waba.id);
    assert_eq!(world.get(&path, &token).await.1, json!({ "data": [] }));
    let (_, made) = world.post(&path, &token, &json!({})).await;
    assert_eq!(
        world.get(&path, &token).await.1["data"],
        json!([{ "id": made["id"] }])
    );

    let path = format!("/v26.0/{}/subscribed_apps", waba.id);
    assert_eq!(world.get(&path, &token).await.1, json!({ "data": [] }));
    assert_eq!(world.post(&path, &token, &json!({})).await.0, 200);
    let (_, apps) = world.get(&path, &token).await;
    assert_eq!(
        apps["data"][0]["whatsapp_business_api_data"]["id"],
        "1203440000000001"
    );
    let gone = world.http.delete(world.url(&path)).bearer_auth(&token);
    assert_eq!(gone.send().await.unwrap().status(), 200);
    assert_eq!(world.get(&path, &token).await.1, json!({ "data": [] }));
}

#[tokio::test]
async fn chosen_accounts_are_targets_and_one_scope_may_be_recorded_elsewhere() {
    let world = World::start().await;
    let airline = world.waba("airline");
    let token = world.mint(TokenRequest {
        person: "takumi".into(),
        kind: Minting::BusinessIntegration,
        wabas: Some(vec!["airline".into()]),
        scopes: vec![
            "whatsapp_business_management".into(),
            "whatsapp_business_manage_events".into(),
        ],
        ..TokenRequest::default()
    });
    let path = format!("/v26.0/debug_token?input_token={token}");
    let (_, debug) = world.get(&path, APP).await;
    assert_eq!(
        debug["data"]["granular_scopes"],
        json!([
            { "scope": "whatsapp_business_manage_events", "target_ids": [world.business("airline")] },
            { "scope": "whatsapp_business_management", "target_ids": [airline.id] },
        ])
    );
    let path = format!("/v26.0/{}/dataset", airline.id);
    assert_eq!(world.post(&path, &token, &json!({})).await.0, 200);
}

#[tokio::test]
async fn an_account_apart_from_its_page_takes_no_events() {
    let world = World::start().await;
    let state = world.meta.state();
    let customer = &state.world().customers[0];
    for (person, key, subcode) in [
        ("lena", "optik", json!(2_804_133)),
        ("sora", "garden-cafe", Value::Null),
    ] {
        let token = world.user_token(person);
        let account = world.instagram(key);
        let path = format!("/v26.0/{}/dataset", account.id);
        let (_, dataset) = world.post(&path, &token, &json!({})).await;
        let event = json!({
            "event_name": "LeadSubmitted", "event_time": state.clock().now().timestamp(), "event_id": "1",
            "action_source": "business_messaging", "messaging_channel": "instagram",
            "user_data": { "ig_account_id": account.id, "ig_sid": state.world().igsid(&account.id, customer) },
        });
        let (_, sent) = world
            .send(dataset["id"].as_str().unwrap(), &token, &[event])
            .await;
        assert_eq!(sent["error"]["error_subcode"], subcode, "{sent}");
    }
    let token = world.user_token("lena");
    let path = format!("/v26.0/{}?fields=id,username", world.instagram("optik").id);
    assert_eq!(
        world.get(&path, &token).await.1["username"],
        "nordlicht.optik"
    );
}

#[tokio::test]
async fn the_app_tells_its_approvals_and_subscriptions_to_itself_only() {
    let world = World::start().await;
    let app = "/v26.0/1203440000000001";
    assert_eq!(world.get(app, APP).await.1["name"], "Patchbay");
    let (_, permissions) = world.get(&format!("{app}/permissions"), APP).await;
    let live = json!({ "permission": "page_events", "status": "live" });
    assert!(permissions["data"].as_array().unwrap().contains(&live));
    let (_, subscriptions) = world.get(&format!("{app}/subscriptions"), APP).await;
    assert!(subscriptions.to_string().contains("account_update"));
    let person = world.user_token("hana");
    assert_eq!(world.get(app, &person).await.0, 400);

    let request = world.http.put(world.url("/_sandbox/app")).json(
        &json!({ "approved": ["public_profile"], "subscriptions": { "page": ["messages"] } }),
    );
    assert_eq!(answer(request.send().await.unwrap()).await.0, 200);
    let (_, permissions) = world.get(&format!("{app}/permissions"), APP).await;
    assert_eq!(permissions["data"].as_array().unwrap().len(), 1);
    let change = json!({ "object": "whatsapp_business_account", "fields": "account_update" });
    let (status, _) = world
        .post(&format!("{app}/subscriptions"), APP, &change)
        .await;
    assert_eq!(status, 200);
    let (_, subscriptions) = world.get(&format!("{app}/subscriptions"), APP).await;
    assert_eq!(subscriptions["data"].as_array().unwrap().len(), 2);
}
