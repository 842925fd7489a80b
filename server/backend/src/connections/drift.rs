//! The dataset that Meta links to an asset today, against the one that is recorded here. People link datasets in Events
//! Manager, where no API tells us of it: somebody has to ask.

use domain::{AdvertiserId, AssetId, Channel, ConnectionId, Permission};
use graph::AccessToken;
use serde_json::json;

use crate::{Backend, Error, Result, Scope, Tx, datasets::NewDataset};

/// What Meta links to a connection's asset, compared with our record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DatasetLink {
    /// The dataset that is recorded.
    Recorded,
    /// Another one: events go where nobody looks, or are refused.
    Another(graph::Dataset),
    /// None at all.
    Missing,
}

impl DatasetLink {
    pub(crate) fn of(linked: Option<graph::Dataset>, recorded: Option<&str>) -> Self {
        match linked {
            None => Self::Missing,
            Some(linked) if Some(linked.id.as_str()) == recorded => Self::Recorded,
            Some(linked) => Self::Another(linked),
        }
    }

    /// Meta's id of the dataset that is linked; empty for none.
    fn linked_id<'a>(&'a self, recorded: Option<&'a str>) -> &'a str {
        match self {
            Self::Recorded => recorded.unwrap_or_default(),
            Self::Another(dataset) => &dataset.id,
            Self::Missing => "",
        }
    }
}

/// A connection as the question needs it.
struct Subject {
    channel: Channel,
    asset: AssetId,
    asset_meta_id: String,
    dataset_meta_id: Option<String>,
}

impl Backend {
    /// Asks Meta which dataset it links to a connection's asset today, and notes the answer beside the recorded one.
    /// Nothing else changes: neither health nor where events go.
    ///
    /// # Errors
    /// [`Error::Graph`] for what Meta refused; [`Error::NotFound`], also of the token, once it was dropped.
    pub(crate) async fn linked_dataset(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<DatasetLink> {
        let (subject, token) = self.drift_subject(scope, advertiser, connection).await?;
        let linked = self.graph().dataset(&token, &subject.asset_meta_id).await?;
        let link = DatasetLink::of(linked, subject.dataset_meta_id.as_deref());
        let mut tx = self.begin_for(scope, advertiser).await?;
        let linked = link.linked_id(subject.dataset_meta_id.as_deref());
        tx.note_link(advertiser, connection, linked).await?;
        tx.commit().await?;
        Ok(link)
    }

    /// *Check now*: the same, when a person asks.
    ///
    /// # Errors
    /// As `Backend::linked_dataset`.
    pub async fn check_dataset(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<()> {
        scope.require(Permission::ManageConnections)?;
        let link = self.linked_dataset(scope, advertiser, connection).await?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let detail = json!({ "as_recorded": link == DatasetLink::Recorded });
        tx.audit_with("dataset.checked", connection, detail).await?;
        tx.commit().await
    }

    /// Sends events to the dataset that Meta links today, and judges the connection anew: what was parked follows.
    ///
    /// # Errors
    /// As `Backend::linked_dataset`. Where Meta links none, nothing changes.
    pub async fn adopt_dataset(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<()> {
        scope.require(Permission::ManageConnections)?;
        if let DatasetLink::Another(dataset) =
            self.linked_dataset(scope, advertiser, connection).await?
        {
            let (subject, token) = self.drift_subject(scope, advertiser, connection).await?;
            // With messaging permissions alone Meta often keeps the name to itself.
            let details = self.graph().dataset_details(&token, &dataset.id).await.ok();
            let name = details.and_then(|it| it.name).or(dataset.name);
            let mut tx = self.begin_for(scope, advertiser).await?;
            let new = NewDataset {
                id: self.clock().mint(),
                asset: subject.asset,
                kind: subject.channel.dataset_kind(),
                meta_id: &dataset.id,
                name: name.as_deref().unwrap_or_default(),
                was_created: false,
            };
            let linked = tx.link_dataset(advertiser, &new).await?;
            let detail = json!({ "asset": subject.asset, "created": false });
            tx.audit_with("dataset.linked", linked, detail).await?;
            tx.commit().await?;
        }
        self.recheck_connection(scope, advertiser, connection)
            .await?;
        Ok(())
    }

    async fn drift_subject(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<(Subject, AccessToken)> {
        let mut tx = self.begin_for(scope, advertiser).await?;
        let subject = sqlx::query_as!(
            Subject,
            r#"SELECT connection.channel AS "channel: Channel", asset.id AS "asset: AssetId",
                      asset.meta_id AS asset_meta_id, dataset.meta_id AS "dataset_meta_id?"
               FROM connection
               JOIN asset ON asset.advertiser_id = $1 AND asset.id = connection.asset_id
               LEFT JOIN dataset ON dataset.advertiser_id = $1 AND dataset.id = asset.dataset_id
               WHERE connection.advertiser_id = $1 AND connection.id = $2"#,
            advertiser.uuid(),
            connection.uuid(),
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound("connection"))?;
        let credential = tx.credential_of(advertiser, connection).await?;
        let token = self
            .credential_token(&mut tx, advertiser, credential)
            .await?;
        Ok((subject, token))
    }
}

impl Tx {
    /// Notes which dataset Meta links to a connection's asset just now; empty for none.
    pub(crate) async fn note_link(
        &mut self,
        advertiser: AdvertiserId,
        connection: ConnectionId,
        linked: &str,
    ) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE asset SET linked_meta_id = $3, linked_at = $4 FROM connection
             WHERE asset.advertiser_id = $1 AND connection.advertiser_id = $1 AND connection.id = $2
               AND asset.id = connection.asset_id",
            advertiser.uuid(),
            connection.uuid(),
            linked,
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
