//! A program that sends events for an advertiser whose Page is connected.

use axum::{
    body::Body,
    http::{Request, header},
};
use backend::{KeyDraft, Scope};
use domain::{AdvertiserId, ConnectionId, KeyScope};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::test_app::{Answer, TestApp};

/// The Page's id at Meta, and its dataset's.
pub const PAGE: &str = "10001";
pub const DATASET: &str = "8800000000000001";
/// Somebody who writes to it.
pub const PSID: &str = "7123456789012345";

pub struct Sender<'a> {
    pub app: &'a TestApp,
    pub advertiser: AdvertiserId,
    pub connection: ConnectionId,
    pub key: String,
}

impl<'a> Sender<'a> {
    /// An advertiser, its Page, and a key that may do everything.
    pub async fn new(app: &'a TestApp) -> Self {
        let advertiser = app.db.advertiser("florist").await;
        let connection = app.db.connected_page(advertiser, PAGE, DATASET).await;
        let key = Self::key_for(app, Some(advertiser), KeyScope::ALL).await;
        Self {
            app,
            advertiser,
            connection,
            key,
        }
    }

    pub async fn key_for(
        app: &TestApp,
        advertiser: Option<AdvertiserId>,
        scopes: &[KeyScope],
    ) -> String {
        let draft = KeyDraft {
            name: "Shop backend".parse().expect("a name"),
            scopes: scopes.iter().copied().collect(),
            days: None,
        };
        let key = app
            .db
            .backend
            .add_api_key(&Scope::command(), advertiser, &draft)
            .await;
        key.expect("a key is made").expose().to_owned()
    }

    /// A purchase that keeps every rule, in Meta's shape.
    pub fn purchase(&self, event_id: &str) -> Value {
        json!({
            "event_name": "Purchase",
            "event_time": self.app.db.backend.clock().now().timestamp(),
            "event_id": event_id,
            "action_source": "business_messaging",
            "messaging_channel": "messenger",
            "user_data": { "page_id": PAGE, "page_scoped_user_id": PSID },
            "custom_data": { "value": 4800, "currency": "JPY", "order_id": "A-1007" },
        })
    }

    /// Meta delivers a message of theirs; nobody has read it yet.
    pub async fn somebody_writes(&self) {
        let at = self.app.db.backend.clock().now().timestamp_millis();
        let body = json!({ "object": "page", "entry": [{ "id": PAGE, "time": at, "messaging": [{
            "sender": { "id": PSID }, "recipient": { "id": PAGE }, "timestamp": at,
            "message": { "mid": "m_1", "text": "hi" },
        }] }] })
        .to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(b"0123456789abcdef0123456789abcdef")
            .expect("HMAC takes any key");
        mac.update(body.as_bytes());
        let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        let request = Request::post("/webhooks/meta")
            .header("x-hub-signature-256", signature)
            .body(Body::from(body))
            .expect("a request");
        assert_eq!(self.app.send(request).await.status, 200);
    }

    /// Sends JSON with the key in the header.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_with(&self.key, path, body).await
    }

    pub async fn post_with(&self, key: &str, path: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request");
        self.app.send(request).await
    }

    /// Sends a table.
    pub async fn csv(&self, path: &str, table: &str) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(header::CONTENT_TYPE, "text/csv")
            .body(Body::from(table.to_owned()))
            .expect("a request");
        self.app.send(request).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .body(Body::empty())
            .expect("a request");
        self.app.send(request).await
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("JSON: {}", self.body))
    }
}
