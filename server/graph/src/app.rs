//! Our own app as Meta knows it, and what can be learned without any token.

use crate::{
    Client, Error, Result,
    client::below,
    tolerant::{self, text, texts},
};
use chrono::{DateTime, Utc};
use reqwest::Method;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::time::{Duration, Instant};

/// A permission that the app has asked Meta for, and how that stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AppPermission {
    /// The permission.
    pub permission: String,
    /// `live` once it is granted for everybody's assets; other words are Meta's own.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub status: String,
}

/// Which webhooks the app receives of one kind of object, wherever it is subscribed to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppSubscription {
    /// `page`, `instagram`, `whatsapp_business_account` and others.
    pub object: String,
    /// Where Meta sends them.
    pub callback_url: String,
    /// Whether Meta sends them at all.
    pub is_active: bool,
    /// The fields.
    pub fields: Vec<String>,
}

/// What a call without a token shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionProbe {
    /// Whether the version that was asked for exists.
    pub is_served: bool,
    /// The version that really answered, where Meta says so.
    pub version_used: Option<String>,
    /// Meta's own time when it answered, to the second: compare with the clock for its skew, within `round_trip`.
    pub server_time: Option<DateTime<Utc>>,
    /// From the question to its answer.
    pub round_trip: Duration,
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

impl Client {
    /// The app's permissions. Our sources do not promise this call to apps of partners: where it is refused nothing is
    /// known, and nothing is wrong.
    pub async fn app_permissions(&self) -> Result<Vec<AppPermission>> {
        let List { data } = self.of_app("permissions").await?;
        Ok(data)
    }

    /// The app's own webhook subscriptions: a page's or WABA's subscription brings nothing without one.
    pub async fn app_subscriptions(&self) -> Result<Vec<AppSubscription>> {
        let List { data } = self.of_app::<Value>("subscriptions").await?;
        Ok(data.iter().filter_map(AppSubscription::from_json).collect())
    }

    async fn of_app<T: DeserializeOwned>(&self, edge: &str) -> Result<List<T>> {
        self.get(&self.app_token(), &[&self.config.app_id, edge], &[])
            .await
    }

    /// Asks without a token whether a version of the Graph API, such as `v26.0`, exists. Meta serves an expired version as
    /// the oldest usable one, without saying so in the body.
    pub async fn probe_version(&self, version: &str) -> Result<VersionProbe> {
        let is_version = |byte: u8| byte.is_ascii_digit() || byte == b'v' || byte == b'.';
        if version.is_empty() || !version.bytes().all(is_version) {
            return Err(Error::Invalid("a Graph version looks like v26.0"));
        }
        let url = below(&self.config.graph_url, version, &["me"]);
        let started = Instant::now();
        let answer = self
            .exchange(self.http.request(Method::GET, url), None)
            .await?;
        let round_trip = started.elapsed();
        let status = answer.status;
        let refusal = answer
            .refusal(&self.secrets(&[]))
            .ok_or(Error::Unexpected {
                status,
                why: "a call without a token was not refused",
            })?;
        if refusal.is_rate_limit() || refusal.is_transient() {
            return Err(Error::Refused(refusal));
        }
        Ok(VersionProbe {
            // Both answers have code 2500: the text is all that tells them apart.
            is_served: !refusal.message.starts_with("Unknown path components"),
            version_used: answer.version,
            server_time: answer.date,
            round_trip,
        })
    }
}

impl AppSubscription {
    fn from_json(json: &Value) -> Option<Self> {
        let mut fields = texts(&json["fields"]);
        let objects = json["fields"].as_array().into_iter().flatten();
        fields.extend(objects.filter_map(|field| text(field.get("name")?)));
        Some(Self {
            object: text(&json["object"])?,
            callback_url: text(&json["callback_url"]).unwrap_or_default(),
            is_active: json["active"].as_bool().unwrap_or(true),
            fields,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Stub;
    use axum::http::HeaderMap;
    use serde_json::json;

    #[tokio::test]
    async fn a_version_exists_when_meta_only_misses_the_token() {
        for (message, is_served) in [
            (
                "An active access token must be used to query information about the current user.",
                true,
            ),
            ("Unknown path components: /me", false),
        ] {
            let headers = HeaderMap::from_iter([
                (
                    "date".parse().unwrap(),
                    "Sun, 22 Nov 2026 13:57:45 GMT".parse().unwrap(),
                ),
                (
                    "facebook-api-version".parse().unwrap(),
                    "v26.0".parse().unwrap(),
                ),
            ]);
            let body = json!({"error": {"code": 2500, "message": message}}).to_string();
            let stub = Stub::with_headers([(400, headers, body)]).await;
            let probe = stub.client().probe_version("v26.0").await.unwrap();
            assert_eq!(
                (probe.is_served, probe.version_used.as_deref()),
                (is_served, Some("v26.0"))
            );
            assert_eq!(
                probe.server_time.unwrap().to_rfc3339(),
                "2026-11-22T13:57:45+00:00"
            );
            let asked = &stub.requests()[0];
            assert_eq!(
                (asked.uri.as_str(), asked.authorization.as_str()),
                ("/v26.0/me", "")
            );
        }
        let client = crate::testing::client("http://127.0.0.1:1");
        for version in ["", "../x", "26/0"] {
            let refused = client.probe_version(version).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{version}");
        }
    }

    #[tokio::test]
    async fn what_says_nothing_of_the_version_is_no_verdict() {
        for (status, answer) in [
            (400, json!({"error": {"code": 4, "message": "limit"}})),
            (503, json!("down")),
            (200, json!({"id": "1"})),
        ] {
            let stub = Stub::answering(status, answer.clone()).await;
            assert!(
                stub.client().probe_version("v26.0").await.is_err(),
                "{answer}"
            );
        }
    }

    #[tokio::test]
    async fn the_apps_own_facts_are_asked_with_its_own_token() {
        let subscription = json!({"object": "page", "callback_url": "https://p.example/webhooks/meta", "active": true,
            "fields": [{"name": "messages", "version": "v26.0"}, "standby"]});
        let stub = Stub::in_turn([
            (200, json!({"data": [subscription]})),
            (
                200,
                json!({"data": [{"permission": "page_events", "status": "live"}]}),
            ),
        ])
        .await;
        let subscriptions = stub.client().app_subscriptions().await.unwrap();
        assert_eq!(subscriptions[0].object, "page");
        assert_eq!(subscriptions[0].fields, ["standby", "messages"]);
        let permissions = stub.client().app_permissions().await.unwrap();
        assert_eq!(permissions[0].status, "live");
        let asked = stub.requests();
        assert!(asked[0].uri.starts_with("/v26.0/1200/subscriptions?"));
        assert_eq!(asked[0].authorization, "Bearer 1200|app-SENTINEL");
    }
}
