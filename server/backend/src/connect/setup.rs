//! The server's part of connecting: datasets, webhooks, connections. Each step is recorded before the next begins, and
//! each may be done twice.

use domain::{
    AdvertiserId, AssetId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, ConnectionId,
    CredentialId, DatasetId, MetaPermission, Permission,
};
use graph::AccessToken;

use super::{
    attempt::{Attempt, before},
    failure::Failure,
};
use crate::{
    Backend, Error, Result, Scope, Tx, connections, datasets::NewDataset, error::Conflict,
};

/// What Messenger's conversations need.
const WEBHOOK_FIELDS: &[&str] = &["messages", "messaging_postbacks", "messaging_referrals"];
/// What subscribing a Page to them takes.
const WEBHOOK_PERMISSIONS: &[MetaPermission] = &[
    MetaPermission::PagesManageMetadata,
    MetaPermission::PagesMessaging,
];

/// Why a step was not done.
enum Stop {
    /// Meta's doing: recorded on the attempt, which can be taken up again.
    Failed(Failure),
    /// Ours.
    Broken(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Broken(error.into())
    }
}

/// What the steps work on.
struct Work {
    attempt: ConnectAttemptId,
    advertiser: AdvertiserId,
    channel: Channel,
    step: ConnectStep,
    credential: CredentialId,
    token: AccessToken,
    scopes: Vec<String>,
    assets: Vec<Asset>,
}

struct Asset {
    id: AssetId,
    meta_id: String,
    name: String,
    tasks: Vec<String>,
    token: Option<AccessToken>,
}

impl Backend {
    /// Takes up an attempt that stopped or was cut short after the login. Where the person has to choose anew, it only
    /// goes back to the choice.
    ///
    /// # Errors
    /// [`Conflict::AttemptMoved`] where another login is needed; [`Error::NotFound`].
    pub async fn resume_connect(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
    ) -> Result<()> {
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.active_advertiser(advertiser).await?;
        let row = tx.attempt(advertiser, attempt).await?;
        match row.step {
            ConnectStep::Failed if row.can_resume() => {
                tx.advance(advertiser, attempt, ConnectStep::Failed, resumed(&row))
                    .await?;
                tx.audit("connect.resumed", attempt).await?;
                tx.commit().await?;
            }
            ConnectStep::Created
            | ConnectStep::Opened
            | ConnectStep::Consented
            | ConnectStep::Exchanged
            | ConnectStep::Failed => {
                return Err(Error::Conflict(Conflict::AttemptMoved));
            }
            _ => drop(tx),
        }
        self.set_up(scope, advertiser, attempt).await
    }

    /// Does what is left to do without a person, step by step.
    pub(super) async fn set_up(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
    ) -> Result<()> {
        loop {
            let Some(work) = self.work(scope, advertiser, attempt).await? else {
                return Ok(());
            };
            let done = match work.step {
                ConnectStep::AssetsChosen => self.link_datasets(scope, &work).await,
                ConnectStep::DatasetReady => self.subscribe(scope, &work).await,
                _ => self.finish_setup(scope, &work).await,
            };
            match done {
                Ok(()) => {}
                Err(Stop::Broken(error)) => return Err(error),
                Err(Stop::Failed(failure)) => {
                    let mut tx = self.begin_for(scope, advertiser).await?;
                    tx.stop(advertiser, attempt, work.step, &failure).await?;
                    return tx.commit().await;
                }
            }
        }
    }

    /// None when nothing is left that the server could do alone.
    async fn work(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
    ) -> Result<Option<Work>> {
        let mut tx = self.begin_for(scope, advertiser).await?;
        let row = tx.attempt(advertiser, attempt).await?;
        let is_ours = matches!(
            row.step,
            ConnectStep::AssetsChosen | ConnectStep::DatasetReady | ConnectStep::WebhooksSubscribed
        );
        let Some(credential) = row.credential_id.filter(|_| is_ours) else {
            return Ok(None);
        };
        let token = self
            .credential_token(&mut tx, advertiser, credential)
            .await?;
        let scopes = sqlx::query_scalar!(
            "SELECT scopes FROM credential WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            credential.uuid()
        )
        .fetch_one(&mut *tx)
        .await?;
        let assets = sqlx::query!(
            r#"SELECT id AS "id: AssetId", meta_id, name, tasks, token_sealed FROM asset
               WHERE advertiser_id = $1 AND id = ANY ($2) ORDER BY id"#,
            advertiser.uuid(),
            &row.asset_ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()
        )
        .fetch_all(&mut *tx)
        .await?;
        let open = |id, sealed: Option<Vec<u8>>| {
            sealed
                .map(|sealed| self.open_page_token(advertiser, id, &sealed))
                .transpose()
        };
        let assets = assets.into_iter().map(|row| {
            let token = open(row.id, row.token_sealed)?;
            Ok(Asset {
                id: row.id,
                meta_id: row.meta_id,
                name: row.name,
                tasks: row.tasks,
                token,
            })
        });
        let assets = assets.collect::<Result<_>>()?;
        Ok(Some(Work {
            attempt,
            advertiser,
            channel: row.channel,
            step: row.step,
            credential,
            token,
            scopes,
            assets,
        }))
    }

    async fn link_datasets(&self, scope: &Scope, work: &Work) -> Result<(), Stop> {
        for asset in &work.assets {
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
            let mut tx = self.begin_for(scope, work.advertiser).await?;
            let fresh = self.clock().mint();
            let new = NewDataset {
                id: fresh,
                asset: asset.id,
                meta_id: &dataset.id,
                name: &name,
                was_created,
            };
            let linked = tx.link_dataset(work.advertiser, &new).await?;
            if was_created {
                tx.note_created(work, linked).await?;
            }
            tx.audit_with(
                "dataset.linked",
                linked,
                serde_json::json!({ "asset": asset.id, "created": was_created }),
            )
            .await?;
            tx.commit().await?;
        }
        self.move_on(scope, work, ConnectStep::DatasetReady).await
    }

    /// Looks first, so that what was there is told from what we made. Some assets do not let themselves be read; for
    /// those creating answers too, and nobody can say that the dataset is new.
    async fn create_or_link(
        &self,
        work: &Work,
        asset: &Asset,
    ) -> Result<(graph::Dataset, bool), Failure> {
        let failed = |error: graph::Error| Failure::of(&error, ConnectFailure::DatasetFailed);
        let is_new = match self.graph().dataset(&work.token, &asset.meta_id).await {
            Ok(Some(dataset)) => return Ok((dataset, false)),
            Ok(None) => true,
            Err(error)
                if error.is_transient() || error.is_authentication() || error.is_rate_limit() =>
            {
                return Err(failed(error));
            }
            Err(_) => false,
        };
        let created = self
            .graph()
            .create_dataset(&work.token, &asset.meta_id, Some(&asset.name))
            .await;
        created.map(|dataset| (dataset, is_new)).map_err(failed)
    }

    /// A Page whose webhooks we may not have is connected without them: events go out, but nobody who writes is seen.
    async fn subscribe(&self, scope: &Scope, work: &Work) -> Result<(), Stop> {
        let has = |permission: &MetaPermission| {
            work.scopes.iter().any(|scope| scope == permission.as_str())
        };
        let may = WEBHOOK_PERMISSIONS.iter().all(has);
        for asset in &work.assets {
            let moderates = asset.tasks.iter().any(|task| task == "MODERATE");
            let mut fields: &[&str] = &[];
            if let Some(token) = asset.token.as_ref().filter(|_| may && moderates) {
                match self
                    .graph()
                    .subscribe_page(token, &asset.meta_id, WEBHOOK_FIELDS)
                    .await
                {
                    Ok(()) => fields = WEBHOOK_FIELDS,
                    Err(error) if error.is_permission() => {}
                    Err(error) => {
                        return Err(Stop::Failed(Failure::of(
                            &error,
                            ConnectFailure::SubscribeFailed,
                        )));
                    }
                }
            }
            let mut tx = self.begin_for(scope, work.advertiser).await?;
            let fresh = self.clock().mint();
            tx.put_connection(work, asset, fresh, fields).await?;
            tx.commit().await?;
        }
        self.move_on(scope, work, ConnectStep::WebhooksSubscribed)
            .await
    }

    async fn finish_setup(&self, scope: &Scope, work: &Work) -> Result<(), Stop> {
        let mut tx = self.begin_for(scope, work.advertiser).await?;
        if !tx
            .advance(work.advertiser, work.attempt, work.step, ConnectStep::Done)
            .await?
        {
            return Ok(());
        }
        let mut released = 0;
        for asset in &work.assets {
            let connection = sqlx::query_scalar!(
                r#"SELECT id AS "id: ConnectionId" FROM connection
                   WHERE advertiser_id = $1 AND asset_id = $2 AND channel = $3"#,
                work.advertiser.uuid(),
                asset.id.uuid(),
                work.channel.as_str()
            )
            .fetch_one(&mut *tx)
            .await?;
            released += connections::heal(&mut tx, work.advertiser, connection).await?;
        }
        sqlx::query!(
            "UPDATE connect_attempt SET released = $3 WHERE advertiser_id = $1 AND id = $2",
            work.advertiser.uuid(),
            work.attempt.uuid(),
            released
        )
        .execute(&mut *tx)
        .await?;
        tx.drop_unused_credentials(work.advertiser).await?;
        tx.audit_with(
            "connect.done",
            work.attempt,
            serde_json::json!({ "released": released }),
        )
        .await?;
        tx.commit().await?;
        self.0.due.notify_one();
        Ok(())
    }

    async fn move_on(&self, scope: &Scope, work: &Work, to: ConnectStep) -> Result<(), Stop> {
        let mut tx = self.begin_for(scope, work.advertiser).await?;
        tx.advance(work.advertiser, work.attempt, work.step, to)
            .await?;
        Ok(tx.commit().await?)
    }
}

/// Where a stopped attempt goes on: before the step that could not be reached, or at the choice.
fn resumed(attempt: &Attempt) -> ConnectStep {
    let before = attempt.failed_at.map_or(ConnectStep::Verified, before);
    if ConnectStep::Failed.may_become(before) {
        before
    } else {
        ConnectStep::Verified
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

    /// Connecting again keeps the connection, its history and its health, which heals at the end.
    async fn put_connection(
        &mut self,
        work: &Work,
        asset: &Asset,
        fresh: ConnectionId,
        fields: &[&str],
    ) -> Result<()> {
        let now = self.now();
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        let id = sqlx::query_scalar!(
            r#"INSERT INTO connection (advertiser_id, id, channel, asset_id, credential_id, health, health_since,
                                       webhook_fields, created_at)
               VALUES ($1, $2, $3, $4, $5, 'healthy', $6, $7, $6)
               ON CONFLICT ON CONSTRAINT connection_asset_once
               DO UPDATE SET credential_id = excluded.credential_id, webhook_fields = excluded.webhook_fields
               RETURNING id AS "id: ConnectionId""#,
            work.advertiser.uuid(),
            fresh.uuid(),
            work.channel.as_str(),
            asset.id.uuid(),
            work.credential.uuid(),
            now,
            &fields,
        )
        .fetch_one(&mut **self)
        .await?;
        let action = if id == fresh {
            "connection.created"
        } else {
            "connection.renewed"
        };
        self.audit_with(action, id, serde_json::json!({ "webhook_fields": fields }))
            .await
    }
}
