//! Which webhooks a page or a WABA sends to our app. An Instagram account's come with those of its page.

use crate::{
    AccessToken, Client, Result,
    tokens::Done,
    tolerant::{text, texts},
};
use serde::Deserialize;
use serde_json::Value;

/// An app that receives the webhooks of a page or a WABA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscribedApp {
    /// The app's id: compare with ours.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// The fields that it receives; none for a WABA, where they are decided for the whole app.
    pub fields: Vec<String>,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Value>,
}

impl Client {
    /// Subscribes our app to fields of a page, with the page's own token. Naming a field again is harmless.
    pub async fn subscribe_page(
        &self,
        page_token: &AccessToken,
        page_id: &str,
        fields: &[&str],
    ) -> Result<()> {
        let form = [("subscribed_fields", fields.join(","))];
        let form = form.each_ref().map(|(key, value)| (*key, value.as_str()));
        self.post::<Done>(page_token, &[page_id, "subscribed_apps"], &form)
            .await?
            .check()
    }

    /// The apps that receive the webhooks of a page (asked with its own token) or of a WABA.
    pub async fn subscribed_apps(
        &self,
        token: &AccessToken,
        asset_id: &str,
    ) -> Result<Vec<SubscribedApp>> {
        let List { data } = self.get(token, &[asset_id, "subscribed_apps"], &[]).await?;
        Ok(data.iter().filter_map(SubscribedApp::from_json).collect())
    }

    /// Ends our app's subscription to a page.
    pub async fn unsubscribe_page(&self, page_token: &AccessToken, page_id: &str) -> Result<()> {
        self.delete::<Done>(page_token, &[page_id, "subscribed_apps"])
            .await?
            .check()
    }
}

impl SubscribedApp {
    fn from_json(json: &Value) -> Option<Self> {
        // A WABA's apps are wrapped once more.
        let json = json.get("whatsapp_business_api_data").unwrap_or(json);
        Some(Self {
            id: text(&json["id"])?,
            name: json["name"].as_str().map(Into::into),
            fields: texts(&json["subscribed_fields"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, testing::Stub};
    use serde_json::json;

    #[tokio::test]
    async fn subscribing_names_the_fields_and_believes_only_a_success() {
        let token = AccessToken::new("t");
        for (answer, is_done) in [
            (json!({"success": true}), true),
            (json!(true), true),
            (json!({"success": false}), false),
        ] {
            let stub = Stub::answering(200, answer).await;
            let result = stub
                .client()
                .subscribe_page(&token, "55", &["messages", "messaging_referrals"])
                .await;
            assert_eq!(result.is_ok(), is_done);
            assert_eq!(
                stub.requests()[0].body,
                "subscribed_fields=messages%2Cmessaging_referrals"
            );
        }
        let stub = Stub::answering(200, json!({"success": true})).await;
        stub.client().unsubscribe_page(&token, "55").await.unwrap();
        assert_eq!(stub.requests()[0].method, "DELETE");
        assert!(matches!(
            stub.client().unsubscribe_page(&token, "5/5").await,
            Err(Error::Invalid(_))
        ));
    }

    #[tokio::test]
    async fn subscribed_apps_are_listed_with_their_fields() {
        let app =
            json!({"id": 1200, "name": "Bot", "link": "x", "subscribed_fields": ["messages"]});
        let stub = Stub::answering(200, json!({"data": [app, {"id": "7"}]})).await;
        let apps = stub
            .client()
            .subscribed_apps(&AccessToken::new("t"), "55")
            .await
            .unwrap();
        assert_eq!(
            (apps[0].id.as_str(), apps[0].fields.as_slice()),
            ("1200", ["messages".to_owned()].as_slice())
        );
        assert!(apps[1].fields.is_empty());
    }
}
