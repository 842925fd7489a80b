//! Datasets: where an asset's events go.

use domain::{AdvertiserId, AssetId, DatasetId};

use crate::{Result, Tx};

/// A dataset as Meta named it for a Page.
pub(crate) struct NewDataset<'a> {
    /// Ours, should it be new to us.
    pub id: DatasetId,
    pub asset: AssetId,
    pub meta_id: &'a str,
    /// Empty where Meta does not say it.
    pub name: &'a str,
    /// Made just now; else it existed.
    pub was_created: bool,
}

impl Tx {
    /// Links a Page to its dataset, which may be known already: one dataset may serve several assets.
    pub(crate) async fn link_dataset(
        &mut self,
        advertiser: AdvertiserId,
        new: &NewDataset<'_>,
    ) -> Result<DatasetId> {
        let now = self.now();
        let id = sqlx::query_scalar!(
            r#"INSERT INTO dataset (advertiser_id, id, meta_id, name, kind, was_created, created_at)
               VALUES ($1, $2, $3, $4, 'page', $5, $6)
               ON CONFLICT ON CONSTRAINT dataset_meta_id_once
               DO UPDATE SET name = coalesce(nullif(excluded.name, ''), dataset.name)
               RETURNING id AS "id: DatasetId""#,
            advertiser.uuid(),
            new.id.uuid(),
            new.meta_id,
            new.name,
            new.was_created,
            now,
        )
        .fetch_one(&mut **self)
        .await?;
        sqlx::query!(
            "UPDATE asset SET dataset_id = $3 WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            new.asset.uuid(),
            id.uuid()
        )
        .execute(&mut **self)
        .await?;
        Ok(id)
    }
}
