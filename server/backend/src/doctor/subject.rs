//! What the doctor is asked about: a connection with what it hangs on.

use chrono::{DateTime, Utc};
use domain::{AdvertiserId, AssetId, AssetKind, Channel, ConnectionId, CredentialId};
use graph::AccessToken;

use super::silence::Inbound;
use crate::{Backend, Error, Result, Scope};

/// A connection, with its tokens open.
pub(super) struct Subject {
    pub advertiser: AdvertiserId,
    pub connection: ConnectionId,
    pub channel: Channel,
    pub credential: CredentialId,
    /// None once it was dropped.
    pub token: Option<AccessToken>,
    /// The Page's own, where the asset is one or hangs on one.
    pub page_token: Option<AccessToken>,
    pub asset_kind: AssetKind,
    pub asset: String,
    /// Where its messages are subscribed: the Page itself, or the one that the account hangs on.
    pub page: String,
    /// Meta's id of the dataset that events go to.
    pub dataset: Option<String>,
    pub last_inbound_at: Option<DateTime<Utc>>,
    pub inbound: Inbound,
    pub last_accepted_at: Option<DateTime<Utc>>,
}

impl Backend {
    /// [`Error::NotFound`] for another tenant's; an archived advertiser's is not looked at.
    pub(super) async fn subject(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<Subject> {
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.active_advertiser(advertiser).await?;
        let row = sqlx::query!(
            r#"SELECT connection.channel AS "channel: Channel",
                      credential_id AS "credential: CredentialId", last_inbound_at, last_accepted_at,
                      asset.id AS "asset: AssetId", asset.kind AS "asset_kind: AssetKind", asset.meta_id, parent_meta_id,
                      asset.token_sealed, dataset.meta_id AS "dataset?"
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
        let token = match self
            .credential_token(&mut tx, advertiser, row.credential)
            .await
        {
            Err(Error::NotFound(_)) => None,
            token => Some(token?),
        };
        let page_token = row
            .token_sealed
            .map(|sealed| self.open_page_token(advertiser, row.asset, &sealed))
            .transpose()?;
        Ok(Subject {
            advertiser,
            connection,
            channel: row.channel,
            credential: row.credential,
            token,
            page_token,
            asset_kind: row.asset_kind,
            page: if row.parent_meta_id.is_empty() {
                row.meta_id.clone()
            } else {
                row.parent_meta_id
            },
            asset: row.meta_id,
            dataset: row.dataset,
            last_inbound_at: row.last_inbound_at,
            inbound: tx.inbound(advertiser, row.asset).await?,
            last_accepted_at: row.last_accepted_at,
        })
    }
}
