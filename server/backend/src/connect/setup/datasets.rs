//! A dataset for every chosen asset: the one that Meta links already, or a new one.

use domain::{Channel, ConnectStep, DatasetId};
use serde_json::json;

use super::{Asset, Stop, Work, at_once};
use crate::{
    Backend, Result, Scope, Tx,
    assets::{Parent, Reached},
    connect::failure::Failure,
    datasets::NewDataset,
};

impl Backend {
    /// Several assets at a time: a business with thirty Pages is done within one request.
    pub(super) async fn link_datasets(&self, scope: &Scope, work: &Work) -> Result<(), Stop> {
        let each = work
            .assets
            .iter()
            .map(|asset| self.link_dataset_of(scope, work, asset));
        at_once(each.collect()).await?;
        self.move_on(scope, work, ConnectStep::DatasetReady).await
    }

    async fn link_dataset_of(&self, scope: &Scope, work: &Work, asset: &Asset) -> Result<(), Stop> {
        let (dataset, was_created) = self
            .create_or_link(work, asset)
            .await
            .map_err(Stop::Failed)?;
        // With messaging permissions alone Meta often keeps the name to itself.
        let details = self
            .graph()
            .dataset_details(&work.token, &dataset.id)
            .await
            .ok();
        let name = details
            .and_then(|details| details.name)
            .or(dataset.name)
            .unwrap_or_default();
        let phones = self.phone_numbers_of(work, asset).await;
        let mut tx = self.begin_for(scope, work.advertiser).await?;
        for phone in &phones {
            // One that another advertiser holds stays there: it carries no events of its own.
            self.take_asset(&mut tx, work.advertiser, phone).await?;
        }
        let new = NewDataset {
            id: self.clock().mint(),
            asset: asset.id,
            kind: work.channel.dataset_kind(),
            meta_id: &dataset.id,
            name: &name,
            was_created,
        };
        let linked = tx.link_dataset(work.advertiser, &new).await?;
        if was_created {
            tx.note_created(work, linked).await?;
        }
        let detail = json!({ "asset": asset.id, "created": was_created });
        tx.audit_with("dataset.linked", linked, detail).await?;
        Ok(tx.commit().await?)
    }

    /// The numbers of a WhatsApp Business Account, for people to know it by: without them it is connected all the same.
    async fn phone_numbers_of(&self, work: &Work, asset: &Asset) -> Vec<Reached> {
        if work.channel != Channel::Whatsapp {
            return Vec::new();
        }
        let waba = Parent {
            meta_id: asset.meta_id.clone(),
            name: asset.name.clone(),
        };
        match self.graph().phone_numbers(&work.token, &waba.meta_id).await {
            Ok(phones) => phones
                .into_iter()
                .map(|phone| Reached::phone_number(phone, waba.clone()))
                .collect(),
            Err(error) => {
                tracing::info!(%error, "an account's phone numbers are not known");
                Vec::new()
            }
        }
    }

    /// Looks first, so that what was there is told from what we made. Some assets do not let themselves be read; for
    /// those creating answers too, and nobody can say that the dataset is new.
    async fn create_or_link(
        &self,
        work: &Work,
        asset: &Asset,
    ) -> Result<(graph::Dataset, bool), Failure> {
        let is_new = match self.graph().dataset(&work.token, &asset.meta_id).await {
            Ok(Some(dataset)) => return Ok((dataset, false)),
            Ok(None) => true,
            Err(error)
                if error.is_transient() || error.is_authentication() || error.is_rate_limit() =>
            {
                return Err(Failure::of_dataset(&error));
            }
            Err(_) => false,
        };
        let created = self
            .graph()
            .create_dataset(&work.token, &asset.meta_id, Some(&asset.name))
            .await;
        created
            .map(|dataset| (dataset, is_new))
            .map_err(|error| Failure::of_dataset(&error))
    }
}

impl Tx {
    async fn note_created(&mut self, work: &Work, dataset: DatasetId) -> Result<()> {
        sqlx::query!(
            "UPDATE connect_attempt SET datasets_created = array_append(datasets_created, $3)
             WHERE advertiser_id = $1 AND id = $2",
            work.advertiser.uuid(),
            work.attempt.uuid(),
            dataset.uuid()
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
