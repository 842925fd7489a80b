//! The dataset that Meta links to a page, an Instagram account or a WhatsApp Business Account.

use crate::{
    AccessToken, Business, Client, Error, Result,
    pages::is_about_a_field,
    tolerant::{seconds, text},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

/// Where events are sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// Its id.
    pub id: String,
    /// Its name, where Meta says it.
    pub name: Option<String>,
}

/// What a dataset says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetDetails {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// The business that owns it, where the token may see that: only there can the advertiser find it.
    pub owner: Option<Business>,
    /// When it last received anything.
    pub last_fired_at: Option<DateTime<Utc>>,
    /// Whether Meta has shut it.
    pub is_unavailable: bool,
}

impl Dataset {
    pub(crate) fn from_json(json: &Value) -> Option<Self> {
        let id = text(&json["id"]).filter(|id| !id.is_empty())?;
        Some(Self {
            id,
            name: json["name"].as_str().map(Into::into),
        })
    }

    /// Meta answers with the dataset itself, with a list of it, or with an empty list.
    fn from_any(json: &Value) -> Option<Self> {
        let inner = match &json["data"] {
            Value::Array(list) => list.first(),
            Value::Object(_) => json.get("data"),
            _ => Some(json),
        };
        inner.and_then(Self::from_json)
    }
}

impl Client {
    /// The dataset linked to an asset today.
    ///
    /// # Errors
    /// Some assets do not allow reading; creating is idempotent and answers for them too.
    pub async fn dataset(&self, token: &AccessToken, asset_id: &str) -> Result<Option<Dataset>> {
        let json: Value = self.get(token, &[asset_id, "dataset"], &[]).await?;
        Ok(Dataset::from_any(&json))
    }

    /// Creates the dataset of an asset, or gets the one that is linked already. The name is a wish: an existing dataset
    /// keeps its own.
    pub async fn create_dataset(
        &self,
        token: &AccessToken,
        asset_id: &str,
        name: Option<&str>,
    ) -> Result<Dataset> {
        let form: Vec<_> = name
            .map(|name| ("dataset_name", name))
            .into_iter()
            .collect();
        let json: Value = self.post(token, &[asset_id, "dataset"], &form).await?;
        if let Some(dataset) = Dataset::from_any(&json) {
            return Ok(dataset);
        }
        let linked = self.dataset(token, asset_id).await?;
        linked.ok_or(Error::Unexpected {
            status: 200,
            why: "Meta created a dataset and did not name it",
        })
    }

    /// A dataset by its own id. With messaging permissions alone Meta often refuses this, which says nothing of sending.
    pub async fn dataset_details(
        &self,
        token: &AccessToken,
        dataset_id: &str,
    ) -> Result<DatasetDetails> {
        const ALL: &str = "id,name,owner_business,last_fired_time,is_unavailable";
        let at = async |fields| -> Result<Value> {
            self.get(token, &[dataset_id], &[("fields", fields)]).await
        };
        let mut json = at(ALL).await;
        if json.as_ref().is_err_and(is_about_a_field) {
            json = at("id,name").await;
        }
        DatasetDetails::from_json(&json?).ok_or(Error::Unexpected {
            status: 200,
            why: "the dataset has no id",
        })
    }
}

impl DatasetDetails {
    fn from_json(json: &Value) -> Option<Self> {
        let Dataset { id, name } = Dataset::from_json(json)?;
        let fired = &json["last_fired_time"];
        let written = || DateTime::parse_from_str(fired.as_str()?, "%Y-%m-%dT%H:%M:%S%z").ok();
        Some(Self {
            id,
            name,
            owner: Business::deserialize(&json["owner_business"]).ok(),
            last_fired_at: seconds(fired).or_else(|| Some(written()?.to_utc())),
            is_unavailable: json["is_unavailable"].as_bool().unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Stub;
    use serde_json::json;

    #[tokio::test]
    async fn a_dataset_is_found_in_every_shape_that_meta_answers() {
        for (answer, id) in [
            (json!({"id": "88"}), Some("88")),
            (json!({"id": 88}), Some("88")),
            (json!({"data": [{"id": "88", "name": "Acme"}]}), Some("88")),
            (json!({"data": {"id": "88"}}), Some("88")),
            (json!({"data": []}), None),
            (json!({}), None),
        ] {
            let stub = Stub::answering(200, answer.clone()).await;
            let dataset = stub
                .client()
                .dataset(&AccessToken::new("t"), "55")
                .await
                .unwrap();
            assert_eq!(dataset.map(|dataset| dataset.id).as_deref(), id, "{answer}");
        }
    }

    #[tokio::test]
    async fn a_created_dataset_that_is_not_named_is_looked_up() {
        let stub = Stub::in_turn([
            (200, json!({"success": true})),
            (200, json!({"data": [{"id": "88"}]})),
        ])
        .await;
        let dataset = stub
            .client()
            .create_dataset(&AccessToken::new("t"), "55", Some("Acme & Co"))
            .await
            .unwrap();
        assert_eq!(dataset.id, "88");
        let [created, read] = stub.requests().try_into().unwrap();
        assert_eq!(
            (created.method.as_str(), created.body.as_str()),
            ("POST", "dataset_name=Acme+%26+Co")
        );
        assert!(
            created
                .uri
                .starts_with("/v26.0/55/dataset?appsecret_proof=")
        );
        assert_eq!(read.method, "GET");
    }

    #[tokio::test]
    async fn details_name_the_dataset_its_owner_and_its_last_event() {
        let stub = Stub::in_turn([
            (
                200,
                json!({"id": "88", "name": "Acme", "owner_business": {"id": 22, "name": "A"},
                "last_fired_time": "2026-11-22T10:00:00+0000", "is_unavailable": true}),
            ),
            (403, json!({"error": {"code": 100}})),
            (200, json!({"id": "88", "name": "Acme"})),
        ])
        .await;
        let token = AccessToken::new("t");
        let dataset = stub.client().dataset_details(&token, "88").await.unwrap();
        assert_eq!(dataset.name.as_deref(), Some("Acme"));
        assert_eq!(dataset.owner.unwrap().id, "22");
        assert_eq!(dataset.last_fired_at.unwrap().timestamp(), 1_795_341_600);
        assert!(dataset.is_unavailable);
        let dataset = stub.client().dataset_details(&token, "88").await.unwrap();
        assert_eq!(dataset.owner, None);
        assert!(!dataset.is_unavailable);
    }
}
