//! The simulated Meta, spoken to over loopback as a client speaks to the real one.

mod assets;
mod browser;
mod configurations;
mod controls;
mod delivery;
mod faults;
mod guide;
mod login;
mod probes;
mod restart;
mod signup;
mod webhooks;

use reqwest::{Client, Response, redirect::Policy};
use sandbox::{Config, Page, Sandbox, TokenRequest};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};

/// A sandbox of one test, and a client that follows no redirect.
pub(crate) struct World {
    pub(crate) meta: Sandbox,
    pub(crate) http: Client,
}

impl World {
    pub(crate) async fn start() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let meta = Sandbox::start(Config::default(), any)
            .await
            .expect("a free port");
        let http = Client::builder()
            .redirect(Policy::none())
            .build()
            .expect("a client");
        Self { meta, http }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.meta.url())
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> (u16, Value) {
        let request = self.http.get(self.url(path)).bearer_auth(token);
        answer(request.send().await.expect("an answer")).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let request = self.http.post(self.url(path)).bearer_auth(token).json(body);
        answer(request.send().await.expect("an answer")).await
    }

    pub(crate) fn page(&self, key: &str) -> Page {
        self.meta
            .state()
            .world()
            .page(key)
            .expect("a Page of the world")
            .clone()
    }

    /// A long-lived user token with every permission and every asset.
    pub(crate) fn user_token(&self, person: &str) -> String {
        let request = TokenRequest {
            person: person.into(),
            ..TokenRequest::default()
        };
        self.meta
            .state()
            .mint_token(&request)
            .expect("a person of the world")
            .access_token
    }

    pub(crate) async fn page_token(&self, person: &str, page: &str) -> String {
        let path = format!("/v26.0/{}?fields=access_token", self.page(page).id);
        let (_, page) = self.get(&path, &self.user_token(person)).await;
        page["access_token"].as_str().expect("a Page token").into()
    }

    /// Hana's florist: Page token and dataset.
    pub(crate) async fn florist(&self) -> (String, String) {
        let token = self.page_token("hana", "florist").await;
        let path = format!("/v26.0/{}/dataset", self.page("florist").id);
        let (status, dataset) = self.post(&path, &token, &json!({})).await;
        assert_eq!(status, 200, "{dataset}");
        (token, dataset["id"].as_str().expect("an id").into())
    }

    /// A good Messenger purchase at the florist's.
    pub(crate) fn purchase(&self, event_id: &str) -> Value {
        let state = self.meta.state();
        let page = self.page("florist");
        let psid = state.world().psid(&page.id, &state.world().customers[0]);
        json!({
            "event_name": "Purchase", "event_time": state.clock().now().timestamp() - 5, "event_id": event_id,
            "action_source": "business_messaging", "messaging_channel": "messenger",
            "user_data": { "page_id": page.id, "page_scoped_user_id": psid },
            "custom_data": { "currency": "JPY", "value": 4800 },
        })
    }

    pub(crate) async fn send(&self, dataset: &str, token: &str, events: &[Value]) -> (u16, Value) {
        self.post(
            &format!("/v26.0/{dataset}/events"),
            token,
            &json!({ "data": events }),
        )
        .await
    }
}

async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.expect("JSON"))
}
