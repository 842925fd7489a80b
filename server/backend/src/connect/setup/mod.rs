//! The server's part of connecting: datasets, webhooks, connections. Each step is recorded before the next begins, and
//! each may be done twice.

mod datasets;
mod finish;
mod webhooks;

use domain::{
    AdvertiserId, AssetId, Channel, ConnectAttemptId, ConnectStep, CredentialId, MetaPermission,
    Permission,
};
use futures::{StreamExt, stream};
use graph::AccessToken;

use super::{
    AT_ONCE,
    attempt::{Attempt, before},
    failure::Failure,
};
use crate::{Backend, Error, Result, Scope, error::Conflict};

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
    /// The Page of an Instagram account.
    parent_meta_id: String,
    name: String,
    tasks: Vec<String>,
    token: Option<AccessToken>,
}

impl Work {
    fn has(&self, permission: MetaPermission) -> bool {
        self.scopes.iter().any(|scope| scope == permission.as_str())
    }
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
        scope.require(Permission::WalkConnect)?;
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
            r#"SELECT id AS "id: AssetId", meta_id, parent_meta_id, name, tasks, token_sealed FROM asset
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
                parent_meta_id: row.parent_meta_id,
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

    async fn move_on(&self, scope: &Scope, work: &Work, to: ConnectStep) -> Result<(), Stop> {
        let mut tx = self.begin_for(scope, work.advertiser).await?;
        tx.advance(work.advertiser, work.attempt, work.step, to)
            .await?;
        Ok(tx.commit().await?)
    }
}

/// Does the same for every asset, several at a time. One that fails keeps none of the others from being done.
async fn at_once(each: Vec<impl Future<Output = Result<(), Stop>>>) -> Result<(), Stop> {
    let done: Vec<_> = stream::iter(each).buffer_unordered(AT_ONCE).collect().await;
    done.into_iter().collect()
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
