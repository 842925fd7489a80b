//! The pages that a token reaches, with their own tokens.

use crate::{AccessToken, Business, Client, Error, Result, tolerant};
use serde::Deserialize;

/// From everything that we can use to what any token may see: Meta refuses the whole call for one field.
const FIELDS: [&str; 3] = [
    "id,name,access_token,tasks,instagram_business_account{id,username},business{id,name}",
    "id,name,access_token,tasks,instagram_business_account{id,username}",
    "id,name,access_token,tasks",
];

/// A Facebook page.
#[derive(Clone, Debug, Deserialize)]
pub struct Page {
    /// Its id.
    #[serde(deserialize_with = "tolerant::id")]
    pub id: String,
    /// Its name; empty where the token may not see it.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub name: String,
    /// The page's own token.
    #[serde(default)]
    pub access_token: Option<AccessToken>,
    /// What the person may do there: `MESSAGING`, `MODERATE`, `MANAGE`, `ADVERTISE`, `ANALYZE`.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub tasks: Vec<String>,
    /// The Instagram professional account linked to it.
    #[serde(
        default,
        rename = "instagram_business_account",
        deserialize_with = "tolerant::lenient"
    )]
    pub instagram: Option<InstagramAccount>,
    /// The business that owns it, where the token may see that.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub business: Option<Business>,
}

/// An Instagram professional account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InstagramAccount {
    /// Its id, which events and webhooks use.
    #[serde(deserialize_with = "tolerant::id")]
    pub id: String,
    /// The name that people type.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub username: Option<String>,
    /// The name that people read, where it was asked for.
    #[serde(default, deserialize_with = "tolerant::lenient")]
    pub name: Option<String>,
}

impl Client {
    /// All pages that the token reaches: those of the person, or, where there are none, those assigned to the system
    /// user.
    pub async fn pages(&self, token: &AccessToken) -> Result<Vec<Page>> {
        let pages = self.pages_of(token, "accounts").await?;
        if !pages.is_empty() {
            return Ok(pages);
        }
        match self.pages_of(token, "assigned_pages").await {
            // A person has no such edge (Graph calls that a bad path, 2500), and then there really are no pages.
            Err(Error::Refused(error))
                if error.is_permission() || matches!(error.code, 100 | 2500) =>
            {
                Ok(pages)
            }
            assigned => assigned,
        }
    }

    /// The pages that a business owns or was given by another, each once. The token needs `business_management`.
    pub async fn business_pages(
        &self,
        token: &AccessToken,
        business_id: &str,
    ) -> Result<Vec<Page>> {
        let mut pages = self.pages_at(token, &[business_id, "owned_pages"]).await?;
        let shared = self.pages_at(token, &[business_id, "client_pages"]).await;
        for page in shared_or_none(shared)? {
            if pages.iter().all(|known| known.id != page.id) {
                pages.push(page);
            }
        }
        Ok(pages)
    }

    /// One Instagram professional account by its id.
    pub async fn instagram_account(
        &self,
        token: &AccessToken,
        id: &str,
    ) -> Result<InstagramAccount> {
        self.get(token, &[id], &[("fields", "id,username,name")])
            .await
    }

    /// One page.
    pub async fn page(&self, token: &AccessToken, id: &str) -> Result<Page> {
        let mut result = self.get(token, &[id], &[("fields", FIELDS[0])]).await;
        for fields in &FIELDS[1..] {
            if !result.as_ref().is_err_and(is_about_a_field) {
                break;
            }
            result = self.get(token, &[id], &[("fields", fields)]).await;
        }
        result
    }

    async fn pages_of(&self, token: &AccessToken, edge: &str) -> Result<Vec<Page>> {
        self.pages_at(token, &["me", edge]).await
    }

    async fn pages_at(&self, token: &AccessToken, path: &[&str]) -> Result<Vec<Page>> {
        let mut result = self.list(token, path, FIELDS[0]).await;
        for fields in &FIELDS[1..] {
            if !result.as_ref().is_err_and(is_about_a_field) {
                break;
            }
            result = self.list(token, path, fields).await;
        }
        result
    }
}

/// What others share with a business is an extra: not being allowed to see it hides nothing of the business's own.
pub(crate) fn shared_or_none<T>(shared: Result<Vec<T>>) -> Result<Vec<T>> {
    match shared {
        Err(error) if is_about_a_field(&error) => Ok(Vec::new()),
        shared => shared,
    }
}

/// Whether asking for less may help.
pub(crate) fn is_about_a_field(error: &Error) -> bool {
    error
        .refusal()
        .is_some_and(|error| error.is_permission() || error.code == 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Stub;
    use serde_json::json;

    fn token() -> AccessToken {
        AccessToken::new("EAAB-SENTINEL")
    }

    #[tokio::test]
    async fn pages_are_collected_over_all_cursors_without_following_metas_url() {
        let stub = Stub::in_turn([
            (200, json!({"data": [{"id": 55, "name": "Acme", "access_token": "page-SENTINEL", "tasks": ["MODERATE"],
                "instagram_business_account": {"id": "178", "username": "acme"}, "business": {"id": "22"}}],
                "paging": {"cursors": {"after": "A1"}, "next": "https://elsewhere.example/?after=A1"}})),
            (200, json!({"data": [{"id": "56"}], "paging": {"next": "https://elsewhere.example/?after=A2"}})),
            (200, json!({"data": [], "paging": {"cursors": {"after": "A2"}}})),
        ])
        .await;
        let pages = stub.client().pages(&token()).await.unwrap();
        assert_eq!(
            pages
                .iter()
                .map(|page| page.id.as_str())
                .collect::<Vec<_>>(),
            ["55", "56"]
        );
        assert_eq!(
            pages[0].access_token.as_ref().unwrap().expose(),
            "page-SENTINEL"
        );
        assert_eq!(
            pages[0].instagram.as_ref().unwrap().username.as_deref(),
            Some("acme")
        );
        assert_eq!(pages[0].business.as_ref().unwrap().id, "22");
        assert!(pages[1].access_token.is_none() && pages[1].tasks.is_empty());
        assert!(!format!("{pages:?}").contains("SENTINEL"));
        let requests = stub.requests();
        assert!(requests[1].uri.ends_with("&after=A1") && requests[2].uri.ends_with("&after=A2"));
    }

    #[tokio::test]
    async fn a_list_that_turns_in_a_circle_ends() {
        let part = json!({"data": [{"id": "55"}], "paging": {"cursors": {"after": "A"}, "next": "https://x.example/"}});
        let stub = Stub::answering(200, part).await;
        assert_eq!(stub.client().pages(&token()).await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn a_system_users_pages_are_found_where_they_are_assigned() {
        let stub = Stub::in_turn([
            (200, json!({"data": []})),
            (200, json!({"data": [{"id": "55"}]})),
        ])
        .await;
        assert_eq!(stub.client().pages(&token()).await.unwrap().len(), 1);
        assert!(
            stub.requests()[1]
                .uri
                .starts_with("/v26.0/me/assigned_pages?")
        );

        for code in [100, 2500] {
            let stub = Stub::in_turn([
                (200, json!({"data": []})),
                (400, json!({"error": {"code": code}})),
            ])
            .await;
            assert!(stub.client().pages(&token()).await.unwrap().is_empty());
        }

        let stub = Stub::in_turn([
            (200, json!({"data": []})),
            (400, json!({"error": {"code": 190}})),
        ])
        .await;
        assert!(
            stub.client()
                .pages(&token())
                .await
                .unwrap_err()
                .is_authentication()
        );
    }

    #[tokio::test]
    async fn a_businesss_pages_are_its_own_and_those_it_was_given_each_once() {
        let stub = Stub::in_turn([
            (200, json!({"data": [{"id": "55"}, {"id": "56"}]})),
            (200, json!({"data": [{"id": "56"}, {"id": "57"}]})),
        ])
        .await;
        let pages = stub.client().business_pages(&token(), "22").await.unwrap();
        let ids: Vec<_> = pages.iter().map(|page| page.id.as_str()).collect();
        assert_eq!(ids, ["55", "56", "57"]);
        let [owned, shared] = stub.requests().try_into().unwrap();
        assert!(owned.uri.starts_with("/v26.0/22/owned_pages?"));
        assert!(shared.uri.starts_with("/v26.0/22/client_pages?"));
    }

    #[tokio::test]
    async fn an_instagram_account_is_read_by_its_id() {
        let stub = Stub::answering(200, json!({"id": 178, "username": "acme"})).await;
        let account = stub
            .client()
            .instagram_account(&token(), "178")
            .await
            .unwrap();
        assert_eq!(
            (
                account.id.as_str(),
                account.username.as_deref(),
                account.name
            ),
            ("178", Some("acme"), None)
        );
    }

    #[tokio::test]
    async fn a_field_that_the_token_may_not_see_is_given_up() {
        let stub = Stub::in_turn([
            (
                400,
                json!({"error": {"code": 100, "message": "business needs business_management"}}),
            ),
            (
                200,
                json!({"id": "55", "instagram_business_account": {"id": 178}}),
            ),
        ])
        .await;
        let page = stub.client().page(&token(), "55").await.unwrap();
        assert_eq!(page.instagram.unwrap().id, "178");
        assert!(!stub.requests()[1].uri.contains("business%7B"));
    }
}
