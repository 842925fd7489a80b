//! Asking Meta how well a connection is, when a person wants to know.

use domain::{
    AdvertiserId, CauseKey, Channel, ConnectionId, CredentialId, Health, Permission, classify,
    missing,
};
use graph::{AccessToken, TokenInfo};

use super::{heal, set_health};
use crate::{Backend, Error, Result, Scope};

/// What is asked about.
struct Subject {
    channel: Channel,
    health: Health,
    credential: CredentialId,
    asset_meta_id: String,
    dataset_meta_id: Option<String>,
}

/// What Meta's answers come to.
enum Finding {
    Well,
    Wrong(CauseKey),
    /// Meta could not answer.
    Doubtful(CauseKey),
    /// Meta answered something that is not about the connection: too many calls, say.
    Nothing,
}

impl Backend {
    /// Asks Meta about the token, its permissions and the dataset that is linked to the asset today, and sets the
    /// connection's health by the answers. A connection that is well sends what was parked.
    ///
    /// # Errors
    /// [`Error::NotFound`]; whatever Meta answers is a finding, not an error.
    pub async fn recheck_connection(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<Health> {
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.active_advertiser(advertiser).await?;
        let subject = sqlx::query_as!(
            Subject,
            r#"SELECT connection.channel AS "channel: Channel", health AS "health: Health", credential_id AS "credential: CredentialId",
                      asset.meta_id AS asset_meta_id, dataset.meta_id AS "dataset_meta_id?"
               FROM connection
               JOIN asset ON asset.advertiser_id = $1 AND asset.id = connection.asset_id
               LEFT JOIN dataset ON dataset.advertiser_id = $1 AND dataset.id = asset.dataset_id
               WHERE connection.advertiser_id = $1 AND connection.id = $2"#,
            advertiser.uuid(),
            connection.uuid(),
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound("connection"))?;
        let token = match self
            .credential_token(&mut tx, advertiser, subject.credential)
            .await
        {
            Err(Error::NotFound(_)) => None,
            token => Some(token?),
        };
        drop(tx);

        let (finding, info) = match &token {
            Some(token) => self.examine(&subject, token).await,
            None => (Finding::Wrong(CauseKey::TokenInvalid), None),
        };
        let mut tx = self.begin_for(scope, advertiser).await?;
        if let Some(info) = &info {
            tx.note_credential(advertiser, subject.credential, info)
                .await?;
        }
        let (health, detail) = match finding {
            Finding::Well => {
                let released = heal(&mut tx, advertiser, connection).await?;
                (Health::Healthy, serde_json::json!({ "released": released }))
            }
            Finding::Wrong(cause) => {
                let health = cause.cause().health().unwrap_or(Health::Misconfigured);
                set_health(&mut tx, advertiser, connection, health, Some(cause)).await?;
                (health, serde_json::json!({ "cause": cause }))
            }
            // What is known to be broken is not less so because Meta is silent.
            Finding::Doubtful(cause)
                if matches!(subject.health, Health::Healthy | Health::Degraded) =>
            {
                set_health(
                    &mut tx,
                    advertiser,
                    connection,
                    Health::Degraded,
                    Some(cause),
                )
                .await?;
                (Health::Degraded, serde_json::json!({ "cause": cause }))
            }
            Finding::Doubtful(_) | Finding::Nothing => (subject.health, serde_json::json!({})),
        };
        tx.audit_with("connection.checked", connection, detail)
            .await?;
        tx.commit().await?;
        self.0.due.notify_one();
        Ok(health)
    }

    /// What is asked last is not asked when something before it is wrong.
    async fn examine(
        &self,
        subject: &Subject,
        token: &AccessToken,
    ) -> (Finding, Option<TokenInfo>) {
        let info = match self.graph().debug_token(token).await {
            Ok(info) => info,
            Err(error) => return (finding_of(&error), None),
        };
        if !info.is_valid || info.app_id != self.config().graph.app_id {
            let said = info
                .error
                .as_ref()
                .filter(|error| error.is_authentication());
            let cause = said.map_or(CauseKey::TokenInvalid, |error| {
                classify(error.code, error.subcode, false).key
            });
            return (Finding::Wrong(cause), None);
        }
        if !missing(subject.channel, &info.scopes).required.is_empty() {
            return (Finding::Wrong(CauseKey::PermissionMissing), Some(info));
        }
        let finding = match self.graph().dataset(token, &subject.asset_meta_id).await {
            Ok(linked) => match (linked, &subject.dataset_meta_id) {
                (Some(linked), Some(recorded)) if linked.id == *recorded => Finding::Well,
                (None, _) => Finding::Wrong(CauseKey::DatasetWithoutPage),
                _ => Finding::Wrong(CauseKey::PageNotOfDataset),
            },
            Err(error) => finding_of(&error),
        };
        (finding, Some(info))
    }
}

/// Only a verdict on token, permission, link or app is one; load and trouble at Meta pass.
fn finding_of(error: &graph::Error) -> Finding {
    let Some(refusal) = error.refusal() else {
        return Finding::Doubtful(CauseKey::MetaFailed);
    };
    let cause = classify(refusal.code, refusal.subcode, refusal.transient);
    match cause.health() {
        Some(Health::Reconnect | Health::Misconfigured) => Finding::Wrong(cause.key),
        Some(_) => Finding::Doubtful(cause.key),
        None => Finding::Nothing,
    }
}
