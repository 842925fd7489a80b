//! Business portfolios, and what they own or were given.

use crate::{AccessToken, Business, Client, Dataset, Result};

impl Client {
    /// The businesses of whom the token speaks for. The token needs `business_management`.
    pub async fn businesses(&self, token: &AccessToken) -> Result<Vec<Business>> {
        self.list(token, &["me", "businesses"], "id,name").await
    }

    /// One business by its id.
    pub async fn business(&self, token: &AccessToken, id: &str) -> Result<Business> {
        self.get(token, &[id], &[("fields", "id,name")]).await
    }

    /// The datasets of a business, of every kind: which of them belongs to a page or account is the asset's to say.
    pub async fn business_datasets(
        &self,
        token: &AccessToken,
        business_id: &str,
    ) -> Result<Vec<Dataset>> {
        let datasets: Vec<serde_json::Value> = self
            .list(token, &[business_id, "ads_dataset"], "id,name")
            .await?;
        Ok(datasets.iter().filter_map(Dataset::from_json).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Stub;
    use serde_json::json;

    #[tokio::test]
    async fn businesses_and_their_datasets_are_listed() {
        let stub = Stub::in_turn([
            (
                200,
                json!({"data": [{"id": 22, "name": "Acme"}, {"id": "23"}]}),
            ),
            (200, json!({"id": "22", "name": "Acme"})),
            (
                200,
                json!({"data": [{"id": "88", "name": "Shop"}, {"name": "?"}]}),
            ),
        ])
        .await;
        let (client, token) = (stub.client(), AccessToken::new("t"));
        let businesses = client.businesses(&token).await.unwrap();
        assert_eq!(
            businesses
                .iter()
                .map(|it| it.id.as_str())
                .collect::<Vec<_>>(),
            ["22", "23"]
        );
        assert_eq!(client.business(&token, "22").await.unwrap(), businesses[0]);
        let datasets = client.business_datasets(&token, "22").await.unwrap();
        assert_eq!(
            datasets.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(),
            ["88"]
        );
        let asked: Vec<_> = stub.requests().into_iter().map(|asked| asked.uri).collect();
        assert!(asked[0].starts_with("/v26.0/me/businesses?"));
        assert!(asked[2].starts_with("/v26.0/22/ads_dataset?"));
    }
}
