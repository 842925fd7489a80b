//! The row of a connect attempt: read, moved from step to step, stopped.

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, AssetId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, ConnectWay,
    CredentialId, DatasetId,
};

use super::failure::Failure;
use crate::{Error, Result, Scope, SecretToken, Tx};

/// A connect attempt as it is stored.
pub(super) struct Attempt {
    pub channel: Channel,
    pub way: ConnectWay,
    pub step: ConnectStep,
    /// The step that could not be reached.
    pub failed_at: Option<ConnectStep>,
    pub failure: Option<ConnectFailure>,
    pub failure_detail: serde_json::Value,
    pub credential_id: Option<CredentialId>,
    pub asset_ids: Vec<AssetId>,
    pub datasets_created: Vec<DatasetId>,
    pub released: i64,
    pub also: serde_json::Value,
    /// What Meta's signup window said.
    pub signup: Option<serde_json::Value>,
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

/// An attempt as it begins.
pub(crate) struct NewAttempt<'a> {
    pub channel: Channel,
    pub way: ConnectWay,
    /// Where it begins: `opened` for a login, `verified` where the token is there already.
    pub step: ConnectStep,
    /// Finds it again when Meta answers.
    pub state: &'a SecretToken,
    /// Binds it to the browser that began it.
    pub browser: &'a SecretToken,
    /// Where Meta's dialog returns to; empty where none is opened by a redirect.
    pub redirect_uri: &'a str,
    /// The token, where it is there already.
    pub credential: Option<CredentialId>,
}

impl Tx {
    /// Begins an attempt in the name of whoever asks.
    pub(crate) async fn open_attempt(
        &mut self,
        scope: &Scope,
        advertiser: AdvertiserId,
        new: &NewAttempt<'_>,
    ) -> Result<ConnectAttemptId> {
        let (id, now): (ConnectAttemptId, _) = (self.mint(), self.now());
        let link = self.link_id().map(|link| link.uuid());
        sqlx::query!(
            "INSERT INTO connect_attempt (advertiser_id, id, channel, way, step, state_hash, browser_hash, redirect_uri,
                                          started_by, credential_id, created_at, updated_at, link_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)",
            advertiser.uuid(),
            id.uuid(),
            new.channel.as_str(),
            new.way.as_str(),
            new.step.as_str(),
            new.state.hash(),
            new.browser.hash(),
            new.redirect_uri,
            scope.staff_id().map(|id| id.uuid()),
            new.credential.map(CredentialId::uuid),
            now,
            link,
        )
        .execute(&mut **self)
        .await?;
        let detail = serde_json::json!({ "channel": new.channel, "way": new.way });
        self.audit_with("connect.opened", id, detail).await?;
        Ok(id)
    }

    pub(super) async fn attempt(
        &mut self,
        advertiser: AdvertiserId,
        id: ConnectAttemptId,
    ) -> Result<Attempt> {
        let link = self.link_id().map(|link| link.uuid());
        sqlx::query_as!(
            Attempt,
            r#"SELECT channel AS "channel: Channel", way AS "way: ConnectWay", step AS "step: ConnectStep", failed_at AS "failed_at: ConnectStep",
                      failure AS "failure: ConnectFailure", failure_detail, credential_id AS "credential_id: CredentialId",
                      asset_ids AS "asset_ids: Vec<AssetId>", datasets_created AS "datasets_created: Vec<DatasetId>",
                      released, also, signup, updated_at
               FROM connect_attempt WHERE advertiser_id = $1 AND id = $2 AND ($3::uuid IS NULL OR link_id = $3)"#,
            advertiser.uuid(),
            id.uuid(),
            link,
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
