//! The pages that a token reaches, with their own tokens.

use crate::{AccessToken, Business, Client, Error, Result, tolerant};
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::HashSet;
use url::Url;

/// From everything that we can use to what any token may see: Meta refuses the whole call for one field.
const FIELDS: [&str; 3] = [
    "id,name,access_token,tasks,instagram_business_account{id,username},business{id,name}",
    "id,name,access_token,tasks,instagram_business_account{id,username}",
    "id,name,access_token,tasks",
];

/// No one has ten thousand pages; a list that goes on for ever is broken.
const MOST_ANSWERS: usize = 100;

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
}

/// One part of a list.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Part<T> {
    data: Vec<T>,
    #[serde(default, deserialize_with = "tolerant::lenient")]
    paging: Paging,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Paging {
    cursors: Cursors,
    next: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cursors {
    after: Option<String>,
}

impl Paging {
    /// Where to go on. Meta's own `next` is never followed: it has the token in it.
    fn after(self) -> Option<String> {
        let next = self.next?;
        self.cursors.after.or_else(|| {
            let next = Url::parse(&next).ok()?;
            next.query_pairs()
                .find(|(key, _)| key == "after")
                .map(|(_, after)| after.into_owned())
        })
    }
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
            // A person has no such edge, and then there really are no pages.
            Err(Error::Refused(error)) if error.is_permission() || error.code == 100 => Ok(pages),
            assigned => assigned,
        }
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
        let mut result = self.list(token, &["me", edge], FIELDS[0]).await;
        for fields in &FIELDS[1..] {
            if !result.as_ref().is_err_and(is_about_a_field) {
                break;
            }
            result = self.list(token, &["me", edge], fields).await;
        }
        result
    }

    /// A whole list, cursor by cursor.
    async fn list<T: DeserializeOwned>(
        &self,
        token: &AccessToken,
        path: &[&str],
        fields: &str,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        let mut seen = HashSet::new();
        let mut after = String::new();
        for _ in 0..MOST_ANSWERS {
            let mut query = vec![("fields", fields), ("limit", "100")];
            if !after.is_empty() {
                query.push(("after", &after));
            }
            let part: Part<T> = self.get(token, path, &query).await?;
            all.extend(part.data);
            match part.paging.after() {
                Some(next) if !next.is_empty() && seen.insert(next.clone()) => after = next,
                _ => return Ok(all),
            }
        }
        tracing::warn!(
            edge = path.last(),
            "a list of Graph's did not end and was cut"
        );
        Ok(all)
    }
}

/// Whether asking for less may help.
fn is_about_a_field(error: &Error) -> bool {
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

        let stub = Stub::in_turn([
            (200, json!({"data": []})),
            (400, json!({"error": {"code": 100}})),
        ])
        .await;
        assert!(stub.client().pages(&token()).await.unwrap().is_empty());

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
