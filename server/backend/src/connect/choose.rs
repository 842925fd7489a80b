//! Which assets to connect: chosen by a person, among those that the token really reaches.

use domain::{
    AdvertiserId, AssetId, ConnectAttemptId, ConnectFailure, ConnectStep, Permission, Why,
};

use super::{
    attempt::position,
    failure::{Detail, Failure, Held, names},
};
use crate::{Backend, Error, Result, Scope, Tx, error::Conflict};

impl Backend {
    /// Chooses assets and sets them up: dataset, webhooks, connection. What Meta refuses on the way is recorded on the
    /// attempt. Choosing the same again goes on from where that stood.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `assets` for none and for one that the token does not reach; [`Conflict::AttemptMoved`] where
    /// there is nothing to choose.
    pub async fn choose_assets(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        meta_ids: &[String],
    ) -> Result<()> {
        scope.require(Permission::WalkConnect)?;
        let mut chosen = meta_ids.to_vec();
        chosen.sort();
        chosen.dedup();
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.active_advertiser(advertiser).await?;
        let row = tx.attempt(advertiser, attempt).await?;
        if position(row.step) >= position(ConnectStep::AssetsChosen)
            && tx.meta_ids(advertiser, &row.asset_ids).await? == chosen
        {
            drop(tx);
            return self.set_up(scope, advertiser, attempt).await;
        }
        let may_choose = matches!(row.step, ConnectStep::Verified | ConnectStep::AssetsChosen)
            || row.can_resume();
        let Some(credential) = row.credential_id.filter(|_| may_choose) else {
            return Err(Error::Conflict(Conflict::AttemptMoved));
        };
        if chosen.is_empty() {
            return Err(Error::invalid("assets", Why::Empty));
        }
        if row.step != ConnectStep::Verified {
            tx.advance(advertiser, attempt, row.step, ConnectStep::Verified)
                .await?;
        }
        let token = self
            .credential_token(&mut tx, advertiser, credential)
            .await?;
        tx.commit().await?;

        let reached = match self.reach(row.channel, &token).await {
            Ok(reached) => reached,
            Err(error) => {
                let failure = Failure::of(&error, ConnectFailure::MetaRefused);
                return self.stop_choice(scope, advertiser, attempt, &failure).await;
            }
        };
        let reached: Vec<_> = chosen
            .iter()
            .filter_map(|id| reached.iter().find(|asset| asset.meta_id == *id))
            .collect();
        if reached.len() < chosen.len() {
            return Err(Error::invalid("assets", Why::NotAChoice));
        }
        let mut tx = self.begin_for(scope, advertiser).await?;
        if !tx
            .advance(
                advertiser,
                attempt,
                ConnectStep::Verified,
                ConnectStep::AssetsChosen,
            )
            .await?
        {
            return Err(Error::Conflict(Conflict::AttemptMoved));
        }
        let (mut taken, mut held) = (Vec::new(), Vec::new());
        for asset in reached {
            match self.take_asset(&mut tx, advertiser, asset).await? {
                Some(asset) => taken.push(asset),
                None => held.push(Held {
                    meta_id: asset.meta_id.clone(),
                    name: asset.name.clone(),
                }),
            }
        }
        if !held.is_empty() {
            drop(tx);
            let detail = Detail {
                held,
                ..Detail::default()
            };
            let failure = Failure {
                reason: ConnectFailure::HeldElsewhere,
                detail,
            };
            return self.stop_choice(scope, advertiser, attempt, &failure).await;
        }
        tx.keep_choice(advertiser, attempt, &taken).await?;
        tx.audit_with(
            "connect.assets_chosen",
            attempt,
            serde_json::json!({ "assets": taken }),
        )
        .await?;
        tx.commit().await?;
        self.set_up(scope, advertiser, attempt).await
    }

    async fn stop_choice(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        failure: &Failure,
    ) -> Result<()> {
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.stop(advertiser, attempt, ConnectStep::Verified, failure)
            .await?;
        tx.commit().await?;
        self.note_held(scope, advertiser, names(&failure.detail.held))
            .await
    }
}

impl Tx {
    /// Meta's ids of these assets, sorted.
    async fn meta_ids(
        &mut self,
        advertiser: AdvertiserId,
        assets: &[AssetId],
    ) -> Result<Vec<String>> {
        let mut ids = sqlx::query_scalar!(
            "SELECT meta_id FROM asset WHERE advertiser_id = $1 AND id = ANY ($2)",
            advertiser.uuid(),
            &assets.iter().map(|id| id.uuid()).collect::<Vec<_>>()
        )
        .fetch_all(&mut **self)
        .await?;
        ids.sort();
        Ok(ids)
    }

    pub(super) async fn keep_choice(
        &mut self,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        assets: &[AssetId],
    ) -> Result<()> {
        sqlx::query!(
            "UPDATE connect_attempt SET asset_ids = $3, datasets_created = '{}' WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            attempt.uuid(),
            &assets.iter().map(|id| id.uuid()).collect::<Vec<_>>()
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
