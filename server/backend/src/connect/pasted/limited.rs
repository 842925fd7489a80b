//! A token of another app: it sends events and may ask for nothing, so a person names the asset and its dataset.

use domain::{
    AdvertiserId, ConnectAttemptId, ConnectFailure, ConnectStep, MetaId, Permission, Why,
};

use crate::{
    Backend, Error, Result, Scope, Tx,
    assets::Reached,
    connect::failure::{Detail, Failure, Held},
    datasets::NewDataset,
    error::Conflict,
};

/// What a person names for a limited token.
#[derive(Clone, Debug)]
pub struct LimitedAsset {
    /// Meta's id of the Page, Instagram account or WhatsApp Business Account.
    pub asset: MetaId,
    /// What it is called here.
    pub name: String,
    /// Meta's id of the dataset that is linked to it.
    pub dataset: MetaId,
}

impl Backend {
    /// Connects what a person names with the limited token of an attempt. Whether Meta takes its events shows with the
    /// first one.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `asset` for one that is connected with a token of our own app already, on `name` for none;
    /// [`Conflict::AttemptMoved`] where nothing is to be named; [`Error::NotFound`].
    pub async fn name_limited_asset(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        named: &LimitedAsset,
    ) -> Result<()> {
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.active_advertiser(advertiser).await?;
        let row = tx.attempt(advertiser, attempt).await?;
        let credential = match row.credential_id {
            Some(credential) if tx.is_limited(advertiser, credential).await? => credential,
            _ => return Err(Error::Conflict(Conflict::AttemptMoved)),
        };
        // Named anew after another advertiser turned out to hold it.
        if row.step == ConnectStep::Failed && row.can_resume() {
            tx.advance(
                advertiser,
                attempt,
                ConnectStep::Failed,
                ConnectStep::Verified,
            )
            .await?;
        }
        let (from, to) = (ConnectStep::Verified, ConnectStep::AssetsChosen);
        if !tx.advance(advertiser, attempt, from, to).await? {
            return Err(Error::Conflict(Conflict::AttemptMoved));
        }
        let reached = Reached {
            kind: row.channel.asset_kind(),
            meta_id: named.asset.to_string(),
            name: named.name.clone(),
            business_name: String::new(),
            tasks: Vec::new(),
            parent: None,
            token: None,
        };
        if tx
            .speaks_with_our_token(advertiser, &reached, credential)
            .await?
        {
            return Err(Error::invalid("asset", Why::NotAChoice));
        }
        let Some(asset) = self.take_asset(&mut tx, advertiser, &reached).await? else {
            drop(tx);
            return self.stop_named(scope, advertiser, attempt, reached).await;
        };
        let dataset = NewDataset {
            id: self.clock().mint(),
            asset,
            kind: row.channel.dataset_kind(),
            meta_id: named.dataset.as_str(),
            name: "",
            was_created: false,
        };
        let dataset = tx.link_dataset(advertiser, &dataset).await?;
        tx.keep_choice(advertiser, attempt, &[asset]).await?;
        let (from, to) = (ConnectStep::AssetsChosen, ConnectStep::DatasetReady);
        tx.advance(advertiser, attempt, from, to).await?;
        tx.audit_with(
            "connect.assets_named",
            attempt,
            serde_json::json!({ "asset": asset, "dataset": dataset }),
        )
        .await?;
        tx.commit().await?;
        self.set_up(scope, advertiser, attempt).await
    }

    async fn stop_named(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        held: Reached,
    ) -> Result<()> {
        let failure = Failure {
            reason: ConnectFailure::HeldElsewhere,
            detail: Detail {
                held: vec![Held {
                    meta_id: held.meta_id,
                    name: held.name,
                }],
                ..Detail::default()
            },
        };
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.stop(advertiser, attempt, ConnectStep::Verified, &failure)
            .await?;
        tx.commit().await
    }
}

impl Tx {
    /// Whether an asset is connected with a living token of our own app, which does more than a limited one.
    async fn speaks_with_our_token(
        &mut self,
        advertiser: AdvertiserId,
        asset: &Reached,
        credential: domain::CredentialId,
    ) -> Result<bool> {
        let speaks = sqlx::query_scalar!(
            r#"SELECT EXISTS (
                   SELECT FROM connection
                   JOIN asset ON asset.advertiser_id = $1 AND asset.id = connection.asset_id
                   JOIN credential ON credential.advertiser_id = $1 AND credential.id = connection.credential_id
                   WHERE connection.advertiser_id = $1 AND asset.kind = $2 AND asset.meta_id = $3
                     AND credential.id <> $4 AND NOT credential.is_limited AND credential.token_sealed IS NOT NULL
                     AND connection.health <> 'reconnect') AS "speaks!""#,
            advertiser.uuid(),
            asset.kind.as_str(),
            asset.meta_id,
            credential.uuid(),
        )
        .fetch_one(&mut **self)
        .await?;
        Ok(speaks)
    }
}
