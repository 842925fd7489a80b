//! Connections as programs list them.

use chrono::{DateTime, Utc};
use domain::{AdvertiserId, CauseKey, Channel, ConnectionId, DatasetKind, Health, Permission};

use crate::{Backend, Result, Scope};

/// Rows of one page.
const PAGE: i64 = 100;

/// A connection with the ids by which Meta knows its parts.
#[derive(Clone, Debug)]
pub struct ListedConnection {
    /// Which.
    pub id: ConnectionId,
    /// Whose.
    pub advertiser: AdvertiserId,
    /// The channel.
    pub channel: Channel,
    /// What the Page or account is called.
    pub asset_name: String,
    /// Its id at Meta.
    pub asset_id: String,
    /// The dataset's id at Meta; none where there is none yet.
    pub dataset_id: Option<String>,
    /// What the dataset is linked to.
    pub dataset_kind: Option<DatasetKind>,
    /// How well it is.
    pub health: Health,
    /// Why it is not healthy.
    pub cause: Option<CauseKey>,
    /// When somebody last wrote.
    pub last_inbound_at: Option<DateTime<Utc>>,
    /// When Meta last counted an event.
    pub last_accepted_at: Option<DateTime<Utc>>,
}

impl Backend {
    /// A page of the connections that the scope may see, newest first, and where the next one begins.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for another tenant's advertiser.
    pub async fn list_connections(
        &self,
        scope: &Scope,
        advertiser: Option<AdvertiserId>,
        after: Option<ConnectionId>,
    ) -> Result<(Vec<ListedConnection>, Option<ConnectionId>)> {
        scope.require(Permission::ViewAdvertisers)?;
        let only = advertiser.or(scope.only());
        let mut tx = match only {
            Some(advertiser) => self.begin_for(scope, advertiser).await?,
            None => self.begin_list(scope).await?,
        };
        let mut rows = sqlx::query_as!(
            ListedConnection,
            r#"SELECT connection.id AS "id: ConnectionId", connection.advertiser_id AS "advertiser: AdvertiserId",
                      connection.channel AS "channel: Channel", asset.name AS asset_name, asset.meta_id AS asset_id,
                      dataset.meta_id AS "dataset_id?", asset.dataset_kind AS "dataset_kind: DatasetKind",
                      connection.health AS "health: Health", connection.cause AS "cause: CauseKey", last_inbound_at,
                      last_accepted_at
               FROM connection
               JOIN asset ON asset.advertiser_id = connection.advertiser_id AND asset.id = connection.asset_id
               LEFT JOIN dataset ON dataset.advertiser_id = asset.advertiser_id AND dataset.id = asset.dataset_id
               WHERE ($1::uuid IS NULL OR connection.advertiser_id = $1) AND ($2::uuid IS NULL OR connection.id < $2)
               ORDER BY connection.id DESC LIMIT $3"#,
            only.map(AdvertiserId::uuid),
            after.map(ConnectionId::uuid),
            PAGE + 1,
        )
        .fetch_all(&mut *tx)
        .await?;
        let more = rows.len() > PAGE as usize;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        Ok((rows, next))
    }
}
