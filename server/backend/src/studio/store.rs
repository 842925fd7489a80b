//! What the studio reads: where an event goes, and whether it is there already.

use domain::{
    AdvertiserId, AssetId, Channel, ConnectionId, DatasetId, DatasetKind, EventId, Why,
    console::StudioEvent,
};

use crate::{Error, Result, Tx, ingest::Route};

impl Tx {
    pub(super) async fn has_event(
        &mut self,
        advertiser: AdvertiserId,
        id: EventId,
    ) -> Result<bool> {
        let found = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM event WHERE advertiser_id = $1 AND id = $2) AS "exists!""#,
            advertiser.uuid(),
            id.uuid()
        );
        Ok(found.fetch_one(&mut **self).await?)
    }

    pub(super) async fn target(
        &mut self,
        advertiser: AdvertiserId,
        form: &StudioEvent,
    ) -> Result<Route> {
        let unknown = || Error::invalid("connection", Why::NotAChoice);
        let connection: ConnectionId = form.connection.parse().map_err(|_| unknown())?;
        sqlx::query_as!(
            Route,
            r#"SELECT connection.advertiser_id AS "advertiser: AdvertiserId", connection.id AS "connection: ConnectionId",
                      connection.channel AS "channel: Channel", asset.id AS "asset: AssetId",
                      asset.meta_id AS asset_meta_id, dataset.id AS "dataset: DatasetId",
                      asset.dataset_kind AS "kind!: DatasetKind"
               FROM connection
               JOIN asset ON asset.advertiser_id = connection.advertiser_id AND asset.id = connection.asset_id
               JOIN dataset ON dataset.advertiser_id = connection.advertiser_id AND dataset.id = asset.dataset_id
               WHERE connection.advertiser_id = $1 AND connection.id = $2"#,
            advertiser.uuid(),
            connection.uuid(),
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or_else(unknown)
    }
}
