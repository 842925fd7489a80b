//! What a token is worth: whose it is, what it may do, until when; and how to give it back.

use crate::{
    AccessToken, Client, Error, GraphError, Person, Result,
    tolerant::{self, seconds, text, texts},
};
use chrono::{DateTime, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// What Meta knows of a token. Its `Debug` does not say whose it is.
#[derive(Clone, PartialEq)]
pub struct TokenInfo {
    /// The app that it was given to: compare with ours.
    pub app_id: String,
    /// Who it speaks for; absent where Meta names a kind that we do not know.
    pub kind: Option<TokenKind>,
    /// Whether calls with it are answered.
    pub is_valid: bool,
    /// When it ends; none means never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When the person's consent to read data ends; none means never.
    pub data_access_expires_at: Option<DateTime<Utc>>,
    /// The app-scoped id of the person or system user.
    pub user_id: Option<String>,
    /// The permissions.
    pub scopes: Vec<String>,
    /// The permissions with the assets that they are limited to.
    pub granular_scopes: Vec<GranularScope>,
    /// Why it is not valid.
    pub error: Option<Box<GraphError>>,
}

/// Who a token speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A person.
    User,
    /// A page.
    Page,
    /// An app.
    App,
    /// A system user of a business.
    SystemUser,
}

/// One permission and the assets that it reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GranularScope {
    /// The permission.
    pub scope: String,
    /// The assets; none means all, present and future.
    pub target_ids: Option<Vec<String>>,
}

/// One permission as the person answered for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GrantedPermission {
    /// The permission.
    pub permission: String,
    /// The answer.
    pub status: PermissionStatus,
}

/// How a person answered for a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PermissionStatus {
    /// Yes.
    Granted,
    /// No.
    Declined,
    /// Yes, but too long ago.
    Expired,
    /// An answer that we do not know.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

impl Client {
    /// Asks Meta about a token: with the app's own token, or with the token itself where it is of another app.
    pub async fn debug_token(&self, token: &AccessToken) -> Result<TokenInfo> {
        let caller = if token.is_limited() {
            token.clone()
        } else {
            self.app_token()
        };
        let request = self.signed(Method::GET, &caller, self.graph(&["debug_token"])?);
        let answer = self
            .exchange(
                request.query(&[("input_token", token.expose())]),
                Some(&caller),
            )
            .await?;
        let secrets = self.secrets(&[token.expose(), caller.expose()]);
        let Data { data } = answer.decode::<Data<Value>>(&secrets)?;
        if !data.is_object() {
            return Err(Error::Unexpected {
                status: answer.status,
                why: "nothing is said of the token",
            });
        }
        Ok(TokenInfo::from_json(&data, answer.status, &secrets))
    }

    /// Who the token speaks for.
    pub async fn me(&self, token: &AccessToken) -> Result<Person> {
        self.get(token, &["me"], &[("fields", "id,name")]).await
    }

    /// Which permissions the person granted and declined.
    pub async fn permissions(&self, token: &AccessToken) -> Result<Vec<GrantedPermission>> {
        let Data { data } = self.get(token, &["me", "permissions"], &[]).await?;
        Ok(data)
    }

    /// The business that a system user's token was made in. Asks nothing else and proves nothing else: Meta answers a
    /// person's token with code 190 although that token is fine, so this is never a test of life.
    pub async fn client_business_id(&self, token: &AccessToken) -> Result<Option<String>> {
        let json: Value = self
            .get(token, &["me"], &[("fields", "client_business_id")])
            .await?;
        Ok(text(&json["client_business_id"]).filter(|id| !id.is_empty()))
    }

    /// Gives all permissions of the person back, which ends their tokens. There is no such call for a system user.
    pub async fn revoke(&self, token: &AccessToken, user_id: &str) -> Result<()> {
        self.delete::<Done>(token, &[user_id, "permissions"])
            .await?
            .check()
    }
}

impl TokenInfo {
    fn from_json(data: &Value, status: u16, secrets: &[&str]) -> Self {
        let error = data
            .get("error")
            .filter(|error| error.is_object())
            .map(|error| {
                let mut error = GraphError::from_json(error, status);
                error.message = tolerant::redact(error.message, secrets);
                Box::new(error)
            });
        Self {
            app_id: text(&data["app_id"]).unwrap_or_default(),
            kind: data["type"].as_str().and_then(TokenKind::from_name),
            is_valid: data["is_valid"].as_bool().unwrap_or_default(),
            expires_at: seconds(&data["expires_at"]),
            data_access_expires_at: seconds(&data["data_access_expires_at"]),
            user_id: text(&data["user_id"]),
            scopes: texts(&data["scopes"]),
            granular_scopes: data["granular_scopes"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(GranularScope::from_json)
                .collect(),
            error,
        }
    }
}

impl TokenKind {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "USER" => Some(Self::User),
            "PAGE" => Some(Self::Page),
            "APP" => Some(Self::App),
            "SYSTEM_USER" => Some(Self::SystemUser),
            _ => None,
        }
    }
}

impl GranularScope {
    fn from_json(json: &Value) -> Option<Self> {
        let target_ids = texts(&json["target_ids"]);
        Some(Self {
            scope: json["scope"].as_str()?.into(),
            target_ids: (!target_ids.is_empty()).then_some(target_ids),
        })
    }
}

impl fmt::Debug for TokenInfo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenInfo")
            .field("app_id", &self.app_id)
            .field("kind", &self.kind)
            .field("is_valid", &self.is_valid)
            .field("expires_at", &self.expires_at)
            .field("data_access_expires_at", &self.data_access_expires_at)
            .field("scopes", &self.scopes)
            .field("granular_scopes", &self.granular_scopes)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// Meta's *done*: `{"success": true}`, or a bare `true`.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Done {
    Bare(bool),
    Object { success: bool },
}

impl Done {
    pub(crate) fn check(self) -> Result<()> {
        match self {
            Self::Bare(true) | Self::Object { success: true } => Ok(()),
            _ => Err(Error::Unexpected {
                status: 200,
                why: "Meta did not do it and did not say why",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Stub;
    use serde_json::json;

    #[tokio::test]
    async fn a_valid_token_is_read_with_its_assets_and_its_end() {
        let stub = Stub::answering(
            200,
            json!({"data": {"app_id": 1200, "type": "SYSTEM_USER", "is_valid": true, "expires_at": 0,
                "data_access_expires_at": 1790000000, "user_id": 122, "scopes": ["page_events"],
                "granular_scopes": [{"scope": "a", "target_ids": ["33", 34]}, {"scope": "b"}, {"scope": "c", "target_ids": []}]}}),
        )
        .await;
        let info = stub
            .client()
            .debug_token(&AccessToken::new("EAAB"))
            .await
            .unwrap();
        assert_eq!(
            (info.app_id.as_str(), info.kind, info.is_valid),
            ("1200", Some(TokenKind::SystemUser), true)
        );
        assert_eq!(
            (
                info.expires_at,
                info.data_access_expires_at.unwrap().timestamp()
            ),
            (None, 1_790_000_000)
        );
        assert_eq!(
            info.granular_scopes[0].target_ids.as_deref(),
            Some(["33".to_owned(), "34".to_owned()].as_slice())
        );
        assert!(
            info.granular_scopes[1..]
                .iter()
                .all(|granular| granular.target_ids.is_none())
        );
        assert!(!format!("{info:?}").contains("122"));
    }

    #[tokio::test]
    async fn the_app_asks_about_its_tokens_and_a_token_of_another_app_about_itself() {
        let stub = Stub::answering(200, json!({"data": {}})).await;
        stub.client()
            .debug_token(&AccessToken::new("EAAB"))
            .await
            .unwrap();
        stub.client()
            .debug_token(&AccessToken::limited("EAAB"))
            .await
            .unwrap();
        let [ours, limited] = stub.requests().try_into().unwrap();
        assert_eq!(ours.authorization, "Bearer 1200|app-SENTINEL");
        assert_eq!(
            (limited.authorization.as_str(), limited.uri.as_str()),
            ("Bearer EAAB", "/v26.0/debug_token?input_token=EAAB")
        );
    }

    #[tokio::test]
    async fn a_dead_token_says_why_without_showing_itself() {
        let error = json!({"code": 190, "subcode": 460, "message": "EAAB-SENTINEL is no session"});
        let stub = Stub::answering(
            200,
            json!({"data": {"is_valid": false, "error": error, "scopes": null}}),
        )
        .await;
        let info = stub
            .client()
            .debug_token(&AccessToken::new("EAAB-SENTINEL"))
            .await
            .unwrap();
        assert!(!info.is_valid && info.scopes.is_empty());
        let error = info.error.clone().unwrap();
        assert!(error.is_authentication() && error.subcode == Some(460));
        assert!(!format!("{info:?} {error}").contains("SENTINEL"));
    }

    #[tokio::test]
    async fn a_system_users_business_is_named() {
        let stub = Stub::in_turn([
            (200, json!({"client_business_id": 22, "id": "1000"})),
            (200, json!({"id": "1000"})),
        ])
        .await;
        let token = AccessToken::new("t");
        let business = stub.client().client_business_id(&token).await.unwrap();
        assert_eq!(business.as_deref(), Some("22"));
        let business = stub.client().client_business_id(&token).await.unwrap();
        assert_eq!(business, None);
    }

    #[tokio::test]
    async fn permissions_are_listed_and_given_back() {
        let data = json!({"data": [{"permission": "page_events", "status": "declined"}, {"permission": "x", "status": "?"}]});
        let stub = Stub::in_turn([(200, data), (200, json!(true))]).await;
        let permissions = stub
            .client()
            .permissions(&AccessToken::new("t"))
            .await
            .unwrap();
        let statuses = permissions
            .iter()
            .map(|permission| permission.status)
            .collect::<Vec<_>>();
        assert_eq!(
            statuses,
            [PermissionStatus::Declined, PermissionStatus::Other]
        );
        stub.client()
            .revoke(&AccessToken::new("t"), "122")
            .await
            .unwrap();
        assert!(
            stub.requests()[1]
                .uri
                .starts_with("/v26.0/122/permissions?")
        );
    }
}
