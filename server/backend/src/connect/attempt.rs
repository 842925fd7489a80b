//! The row of a connect attempt: read, moved from step to step, stopped.

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, AssetId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, CredentialId,
    DatasetId,
};

use super::failure::Failure;
use crate::{Error, Result, Tx};

/// A connect attempt as it is stored.
pub(super) struct Attempt {
    pub channel: Channel,
    pub step: ConnectStep,
    /// The step that could not be reached.
    pub failed_at: Option<ConnectStep>,
    pub failure: Option<ConnectFailure>,
    pub failure_detail: serde_json::Value,
    pub credential_id: Option<CredentialId>,
    pub asset_ids: Vec<AssetId>,
    pub datasets_created: Vec<DatasetId>,
    pub released: i64,
    pub updated_at: DateTime<Utc>,
}

impl Attempt {
    /// Stopped where its token is still good: the server can go on without another login.
    pub(super) fn can_resume(&self) -> bool {
        self.step == ConnectStep::Failed
            && self.credential_id.is_some()
            && self
                .failure
                .is_some_and(|failure| failure != ConnectFailure::MetaRefused)
            && self
                .failed_at
                .is_some_and(|step| position(step) > position(ConnectStep::Verified))
    }
}

/// How far along the way a step is.
pub(super) fn position(step: ConnectStep) -> Option<usize> {
    ConnectStep::HAPPY_PATH
        .iter()
        .position(|&other| other == step)
}

/// The step that comes next.
fn next(step: ConnectStep) -> ConnectStep {
    let next = position(step).and_then(|at| ConnectStep::HAPPY_PATH.get(at + 1));
    next.copied().unwrap_or(step)
}

/// The last step that was reached before the one that could not be.
pub(super) fn before(step: ConnectStep) -> ConnectStep {
    let before = position(step).and_then(|at| ConnectStep::HAPPY_PATH.get(at.checked_sub(1)?));
    before.copied().unwrap_or(ConnectStep::Created)
}

impl Tx {
    pub(super) async fn attempt(
        &mut self,
        advertiser: AdvertiserId,
        id: ConnectAttemptId,
    ) -> Result<Attempt> {
        sqlx::query_as!(
            Attempt,
            r#"SELECT channel AS "channel: Channel", step AS "step: ConnectStep", failed_at AS "failed_at: ConnectStep",
                      failure AS "failure: ConnectFailure", failure_detail, credential_id AS "credential_id: CredentialId",
                      asset_ids AS "asset_ids: Vec<AssetId>", datasets_created AS "datasets_created: Vec<DatasetId>",
                      released, updated_at
               FROM connect_attempt WHERE advertiser_id = $1 AND id = $2"#,
            advertiser.uuid(),
            id.uuid()
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("connect attempt"))
    }

    /// Moves an attempt on; false when it is no longer where it was.
    pub(super) async fn advance(
        &mut self,
        advertiser: AdvertiserId,
        id: ConnectAttemptId,
        from: ConnectStep,
        to: ConnectStep,
    ) -> Result<bool> {
        debug_assert!(from.may_become(to), "{from} to {to}");
        let now = self.now();
        let moved = sqlx::query!(
            "UPDATE connect_attempt
             SET step = $4, failed_at = NULL, failure = NULL, failure_detail = '{}', updated_at = $5
             WHERE advertiser_id = $1 AND id = $2 AND step = $3",
            advertiser.uuid(),
            id.uuid(),
            from.as_str(),
            to.as_str(),
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(moved.rows_affected() == 1)
    }

    /// Stops an attempt that stands at `from`; one that has moved on stays as it is.
    pub(super) async fn stop(
        &mut self,
        advertiser: AdvertiserId,
        id: ConnectAttemptId,
        from: ConnectStep,
        failure: &Failure,
    ) -> Result<()> {
        debug_assert!(from.may_become(ConnectStep::Failed), "{from}");
        let now = self.now();
        let stopped = sqlx::query!(
            "UPDATE connect_attempt
             SET step = 'failed', failed_at = $4, failure = $5, failure_detail = $6, updated_at = $7
             WHERE advertiser_id = $1 AND id = $2 AND step = $3",
            advertiser.uuid(),
            id.uuid(),
            from.as_str(),
            next(from).as_str(),
            failure.reason.as_str(),
            failure.detail.to_json(),
            now,
        )
        .execute(&mut **self)
        .await?;
        if stopped.rows_affected() == 1 {
            let detail = serde_json::json!({ "reached": from, "failure": failure.reason });
            self.audit_with("connect.failed", id, detail).await?;
        }
        Ok(())
    }
}
