//! The login dialog by configuration: which products it asks for, what kind of token it yields, and whose consent it is.

use crate::World;
use serde_json::{Value, json};
use url::Url;

const APP: &str = "1203440000000001";
const SECRET: &str = "5a4db0c5eb0c4a5d9a7e61c7d1f0e2ab";
const CALLBACK: &str = "http://127.0.0.1:9/callback";
const EVERY_CHANNEL: &str = "7700000000000008";

impl World {
    async fn ask(&self, config: &str, chosen: &[(&str, &str)]) -> (u16, String) {
        let asked = [
            ("client_id", APP),
            ("redirect_uri", CALLBACK),
            ("config_id", config),
        ];
        let fields: Vec<_> = asked.iter().chain(chosen).collect();
        let request = self.http.get(self.url("/v26.0/dialog/oauth"));
        let answer = request.query(&fields).send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("an answer"))
    }

    /// Consents, and exchanges the code.
    async fn log_in(&self, config: &str, chosen: &[(&str, &str)]) -> Value {
        let asked = [
            ("client_id", APP),
            ("redirect_uri", CALLBACK),
            ("config_id", config),
        ];
        let fields: Vec<_> = asked.iter().chain(chosen).collect();
        let request = self.http.post(self.url("/v26.0/dialog/oauth"));
        let answer = request.form(&fields).send().await.expect("an answer");
        let back: Url = answer.headers()["location"]
            .to_str()
            .expect("text")
            .parse()
            .expect("an address");
        let (_, code) = back
            .query_pairs()
            .find(|(it, _)| it == "code")
            .expect("a code");
        let fields = [
            ("client_id", APP),
            ("client_secret", SECRET),
            ("redirect_uri", CALLBACK),
            ("code", &code),
        ];
        let request = self.http.get(self.url("/v26.0/oauth/access_token"));
        let answer = request.query(&fields).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    async fn described(&self, token: &Value) -> Value {
        let token = token["access_token"].as_str().expect("a token");
        let path = format!("/v26.0/debug_token?input_token={token}");
        let app = format!("{APP}|{SECRET}");
        self.get(&path, &app).await.1["data"].clone()
    }
}

#[tokio::test]
async fn a_system_users_login_is_of_one_portfolio_and_of_every_permission() {
    let world = World::start().await;
    let garden = [("person", "sora"), ("business", "garden")];
    let (_, review) = world.ask(EVERY_CHANNEL, &garden).await;
    for asset in ["みうら園芸カフェ", "miura_cafe", "みうら園芸 お問い合わせ"] {
        assert!(review.contains(asset), "{asset}");
    }
    assert!(!review.contains("name=\"permission\""));
    let (page, account, waba) = (
        world.page("garden").id,
        world.instagram("garden").id,
        world.waba("garden").id,
    );
    let chosen = [
        garden[0],
        garden[1],
        ("page", page.as_str()),
        ("instagram", &account),
        ("waba", &waba),
    ];
    let token = world.log_in(EVERY_CHANNEL, &chosen).await;
    assert!(token.get("expires_in").is_none());
    let debug = world.described(&token).await;
    assert_eq!(debug["type"], "SYSTEM_USER");
    let granular = debug["granular_scopes"].as_array().unwrap();
    for (scope, id) in [
        ("page_events", &page),
        ("instagram_manage_events", &account),
        ("whatsapp_business_management", &waba),
    ] {
        assert!(granular.contains(&json!({ "scope": scope, "target_ids": [id] })));
    }
    // The person's own consent is another matter.
    let person = world
        .meta
        .state()
        .world()
        .person("sora")
        .unwrap()
        .id
        .clone();
    assert_ne!(debug["user_id"], person.as_str());
}

#[tokio::test]
async fn all_of_a_portfolio_is_named_only_where_that_is_wanted() {
    let world = World::start().await;
    let waba = world.waba("sushi").id;
    let all = [
        ("person", "kenji"),
        ("business", "sushi"),
        ("waba", waba.as_str()),
    ];
    let of_all = world.log_in("7700000000000005", &all).await;
    let only = [all[0], all[1], all[2], ("only", "waba")];
    let of_all = world.described(&of_all).await;
    assert!(!of_all["granular_scopes"].to_string().contains("target_ids"));
    let of_one = world.log_in("7700000000000005", &only).await;
    let of_one = world.described(&of_one).await;
    assert!(of_one["granular_scopes"].to_string().contains(&waba));
}

#[tokio::test]
async fn a_configuration_may_end_after_sixty_days_or_not_work_at_all() {
    let world = World::start().await;
    let page = world.page("florist").id;
    let chosen = [
        ("person", "hana"),
        ("business", "florist"),
        ("page", page.as_str()),
    ];
    let token = world.log_in("7700000000000007", &chosen).await;
    assert_eq!(token["expires_in"], 60 * 86_400);
    let (status, unknown) = world.ask("1", &[]).await;
    assert!(status == 400 && unknown.contains("does not name a login configuration"));
    let (status, forbidden) = world.ask("7700000000000099", &[]).await;
    assert!(status == 400 && forbidden.contains("Sorry, something went wrong."));
    // A system user needs a portfolio to live in.
    let (_, none) = world.ask(EVERY_CHANNEL, &[("person", "liam")]).await;
    assert!(none.contains("A business portfolio is needed"));
    let strangers = [("person", "hana"), ("business", "sushi")];
    let (_, back) = world.ask(EVERY_CHANNEL, &strangers).await;
    assert!(back.contains("Which business portfolio?"));
}
