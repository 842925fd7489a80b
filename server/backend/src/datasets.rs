//! Datasets: where an asset's events go.

use domain::{AdvertiserId, AssetId, DatasetId, DatasetKind};

use crate::{Result, Tx};

/// A dataset as Meta named it for an asset.
pub(crate) struct NewDataset<'a> {
    /// Ours, should it be new to us.
    pub id: DatasetId,
    pub asset: AssetId,
    /// Decides the identity keys of this asset's events.
    pub kind: DatasetKind,
    pub meta_id: &'a str,
    /// Empty where Meta does not say it.
    pub name: &'a str,
    /// Made just now; else it existed.
    pub was_created: bool,
}

impl Tx {
    /// Links an asset to its dataset, which may be known already: one dataset may serve several assets.
    pub(crate) async fn link_dataset(
        &mut self,
        advertiser: AdvertiserId,
        new: &NewDataset<'_>,
    ) -> Result<DatasetId> {
        let now = self.now();
        let id = sqlx::query_scalar!(
            r#"INSERT INTO dataset (advertiser_id, id, meta_id, name, was_created, created_at)
               VALUES ($1, $2, $3, $4, $5, $6)
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
            "UPDATE asset SET dataset_id = $3, dataset_kind = $4, linked_meta_id = $5, linked_at = $6
             WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            new.asset.uuid(),
            id.uuid(),
            new.kind.as_str(),
            new.meta_id,
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(id)
    }
}
