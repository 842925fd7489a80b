//! Dialog, code, tokens, `debug_token`, `/me/accounts`.

use crate::{World, answer};
use chrono::Duration;
use serde_json::{Value, json};
use url::Url;

const CALLBACK: &str = "http://127.0.0.1:9/callback?x=1";
const SECRET: &str = "5a4db0c5eb0c4a5d9a7e61c7d1f0e2ab";
const APP: &str = "1203440000000001";
const SCOPES: &str = "pages_show_list,page_events,pages_messaging";

fn query(more: &[(&str, &str)]) -> String {
    let asked = [
        ("client_id", APP),
        ("redirect_uri", CALLBACK),
        ("state", "s & t"),
        ("scope", SCOPES),
    ];
    let pairs = asked
        .iter()
        .filter(|(name, _)| !more.iter().any(|(it, _)| it == name))
        .chain(more);
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

impl World {
    async fn dialog(&self, more: &[(&str, &str)]) -> String {
        let path = format!("/v26.0/dialog/oauth?{}", query(more));
        self.http
            .get(self.url(&path))
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("an answer")
    }

    /// Consents as Hana and answers where the browser is sent.
    async fn consent(&self, more: &[(&str, &str)]) -> Url {
        let form = query(more);
        let request = self.http.post(self.url("/v26.0/dialog/oauth"));
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 303);
        answer.headers()["location"]
            .to_str()
            .expect("an answer")
            .parse()
            .expect("an answer")
    }

    async fn exchange(&self, change: &[(&str, &str)]) -> (u16, Value) {
        let fields = [
            ("client_id", APP),
            ("client_secret", SECRET),
            ("redirect_uri", CALLBACK),
        ];
        let fields = fields
            .iter()
            .filter(|(name, _)| !change.iter().any(|(it, _)| it == name))
            .chain(change);
        let fields: Vec<_> = fields.collect();
        answer(
            self.http
                .get(self.url("/v26.0/oauth/access_token"))
                .query(&fields)
                .send()
                .await
                .expect("an answer"),
        )
        .await
    }
}

fn param(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(it, _)| it == name)
        .map(|(_, value)| value.into_owned())
}

fn florist(world: &World) -> Vec<(&'static str, String)> {
    vec![
        ("person", "hana".into()),
        ("business", "florist".into()),
        ("answer", "continue".into()),
        ("page", world.page("florist").id),
    ]
}

fn borrowed<'a>(pairs: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    pairs
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

#[tokio::test]
async fn a_person_signs_in_and_the_code_becomes_tokens() {
    let world = World::start().await;
    assert!(world.dialog(&[]).await.contains("Who are you?"));
    assert!(
        world
            .dialog(&[("person", "hana")])
            .await
            .contains("Which business portfolio?")
    );
    let review = world
        .dialog(&[("person", "hana"), ("business", "florist")])
        .await;
    assert!(review.contains("花の木フローリスト") && review.contains("page_events"));

    // The sandbox reads repeated fields of a list as one, parted by commas or not.
    let chosen = florist(&world);
    let mut chosen = borrowed(&chosen);
    chosen.push(("permission", "pages_show_list"));
    chosen.push(("permission", "page_events"));
    let back = world.consent(&chosen).await;
    assert!(
        back.as_str().starts_with(CALLBACK) && back.fragment() == Some("_=_"),
        "{back}"
    );
    assert_eq!(param(&back, "state").as_deref(), Some("s & t"));
    let code = param(&back, "code").unwrap();

    let (_, wrong) = world
        .exchange(&[
            ("code", &code),
            ("redirect_uri", "http://127.0.0.1:9/callback"),
        ])
        .await;
    assert_eq!(wrong["error"]["error_subcode"], 36008);
    let (status, token) = world.exchange(&[("code", &code)]).await;
    assert_eq!((status, &token["token_type"]), (200, &json!("bearer")));
    let short = token["access_token"].as_str().unwrap();
    assert!(token["expires_in"].as_i64().unwrap() <= 7_200 && short.starts_with("EAAB"));
    assert_eq!(
        world.exchange(&[("code", &code)]).await.1["error"]["error_subcode"],
        36009
    );

    let (_, long) = world
        .exchange(&[
            ("grant_type", "fb_exchange_token"),
            ("fb_exchange_token", short),
        ])
        .await;
    assert_eq!(long["expires_in"], 60 * 86_400);
    let long = long["access_token"].as_str().unwrap();
    let app = format!("{APP}|{SECRET}");
    let (_, debug) = world
        .get(&format!("/v26.0/debug_token?input_token={long}"), &app)
        .await;
    assert_eq!(
        debug["data"]["scopes"],
        json!(["page_events", "pages_show_list", "public_profile"])
    );
    assert_eq!(
        debug["data"]["granular_scopes"],
        json!([{ "scope": "page_events" }, { "scope": "pages_show_list" }])
    );
    let (_, permissions) = world.get("/v26.0/me/permissions", long).await;
    assert!(
        permissions["data"]
            .as_array()
            .unwrap()
            .contains(&json!({ "permission": "pages_messaging", "status": "declined" }))
    );

    let (_, pages) = world
        .get("/v26.0/me/accounts?fields=id,access_token", long)
        .await;
    let page = pages["data"][0]["access_token"].as_str().unwrap();
    let (_, debug) = world
        .get(&format!("/v26.0/debug_token?input_token={page}"), page)
        .await;
    assert_eq!(
        (&debug["data"]["type"], &debug["data"]["expires_at"]),
        (&json!("PAGE"), &json!(0))
    );
}

#[tokio::test]
async fn a_declined_permission_is_asked_again_only_by_rerequest() {
    let world = World::start().await;
    let chosen = florist(&world);
    let mut chosen = borrowed(&chosen);
    chosen.push(("permission", "pages_show_list"));
    world.consent(&chosen).await;
    let who = [("person", "hana"), ("business", "florist")];
    assert!(!world.dialog(&who).await.contains("page_events\""));
    let again = [who[0], who[1], ("auth_type", "rerequest")];
    assert!(world.dialog(&again).await.contains("value=\"page_events\""));
}

#[tokio::test]
async fn choosing_some_pages_lists_them_as_targets() {
    let world = World::start().await;
    let page = world.page("language").id;
    let chosen = [
        ("person", "maria"),
        ("business", "language"),
        ("page", page.as_str()),
        ("permission", "page_events"),
    ];
    let code = param(&world.consent(&chosen).await, "code").unwrap();
    let (_, token) = world.exchange(&[("code", &code)]).await;
    let token = token["access_token"].as_str().unwrap();
    let (_, debug) = world
        .get(&format!("/debug_token?input_token={token}"), token)
        .await;
    assert_eq!(
        debug["data"]["granular_scopes"],
        json!([{ "scope": "page_events", "target_ids": [page] }])
    );
}

#[tokio::test]
async fn cancelling_says_so_and_a_foreign_address_gets_nothing() {
    let world = World::start().await;
    let back = world.consent(&[("answer", "cancel")]).await;
    assert_eq!(param(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(param(&back, "error_reason").as_deref(), Some("user_denied"));
    assert_eq!(param(&back, "state").as_deref(), Some("s & t"));
    for bad in ["https://evil.example/", "javascript:alert(1)"] {
        assert!(
            world
                .dialog(&[("redirect_uri", bad)])
                .await
                .contains("This login cannot be used")
        );
    }
    assert!(
        world
            .dialog(&[("scope", "no_such_scope")])
            .await
            .contains("Invalid Scopes")
    );
}

#[tokio::test]
async fn codes_and_clients_that_are_wrong_are_told_apart() {
    let world = World::start().await;
    let chosen = florist(&world);
    let code = param(&world.consent(&borrowed(&chosen)).await, "code").unwrap();
    assert_eq!(
        world.exchange(&[("code", "AQnonsense")]).await.1["error"]["error_subcode"],
        36007
    );
    assert_eq!(
        world
            .exchange(&[("code", &code), ("client_secret", "x")])
            .await
            .1["error"]["code"],
        101
    );
    assert_eq!(
        world
            .exchange(&[("code", &code), ("client_id", "1")])
            .await
            .1["error"]["code"],
        101
    );
    world.meta.state().clock().advance(Duration::minutes(11));
    assert_eq!(
        world.exchange(&[("code", &code)]).await.1["error"]["error_subcode"],
        36007
    );
}

#[tokio::test]
async fn more_than_25_pages_come_by_cursor() {
    let world = World::start().await;
    let token = world.user_token("mei");
    let (_, first) = world.get("/v26.0/me/accounts?fields=id,name", &token).await;
    assert_eq!(first["data"].as_array().unwrap().len(), 25);
    let after = first["paging"]["cursors"]["after"].as_str().unwrap();
    let (_, second) = world
        .get(
            &format!("/v26.0/me/accounts?fields=id,name&after={after}"),
            &token,
        )
        .await;
    assert_eq!(second["data"].as_array().unwrap().len(), 6);
    assert!(second["paging"].get("next").is_none());
    let next = first["paging"]["next"].as_str().unwrap();
    let (_, same) = answer(world.http.get(next).send().await.unwrap()).await;
    assert_eq!(same["data"], second["data"]);
    assert_eq!(
        world.get("/me/accounts", &world.user_token("liam")).await.1,
        json!({ "data": [] })
    );
}

#[tokio::test]
async fn dead_and_missing_tokens_are_explained() {
    let world = World::start().await;
    let token = world.user_token("hana");
    assert_eq!(
        world.get("/v26.0/me", "EAABunknown").await.1["error"]["code"],
        190
    );
    let bare = answer(world.http.get(world.url("/v26.0/me")).send().await.unwrap()).await;
    assert_eq!((bare.0, &bare.1["error"]["code"]), (400, &json!(2500)));
    let (_, gone) = world.get("/v99.0/me", &token).await;
    assert_eq!(gone["error"]["message"], "Unknown path components: /me");
    let proof = world.get("/v26.0/me?appsecret_proof=00", &token).await;
    assert_eq!((proof.0, &proof.1["error"]["code"]), (400, &json!(100)));
    world.meta.state().clock().advance(Duration::days(61));
    let (status, expired) = world.get("/v26.0/me", &token).await;
    assert_eq!(
        (status, &expired["error"]["error_subcode"]),
        (401, &json!(463))
    );
    let (status, debug) = world
        .get(
            &format!("/v26.0/debug_token?input_token={token}"),
            &format!("{APP}|{SECRET}"),
        )
        .await;
    assert_eq!(
        (
            status,
            &debug["data"]["is_valid"],
            &debug["data"]["error"]["subcode"]
        ),
        (200, &json!(false), &json!(463))
    );
}

#[tokio::test]
async fn versions_are_answered_as_the_calendar_says() {
    let world = World::start().await;
    world
        .meta
        .state()
        .clock()
        .set("2026-11-22T00:00:00Z".parse().unwrap());
    let token = world.user_token("hana");
    for (path, version) in [
        ("/v26.0/me", "v26.0"),
        ("/v16.0/me", "v21.0"),
        ("/me", "v21.0"),
    ] {
        let answer = world
            .http
            .get(world.url(path))
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.headers()["facebook-api-version"], version);
        assert!(
            answer.headers()["x-app-usage"]
                .to_str()
                .unwrap()
                .contains("call_count")
        );
    }
}

#[tokio::test]
async fn withdrawing_everything_kills_the_tokens() {
    let world = World::start().await;
    let token = world.user_token("hana");
    let id = &world
        .meta
        .state()
        .world()
        .person("hana")
        .unwrap()
        .id
        .clone();
    let path = world.url(&format!("/v26.0/{id}/permissions"));
    let (_, done) = answer(
        world
            .http
            .delete(path)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(done, json!({ "success": true }));
    assert_eq!(
        world.get("/v26.0/me", &token).await.1["error"]["error_subcode"],
        458
    );
}
