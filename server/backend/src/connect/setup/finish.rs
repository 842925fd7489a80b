//! The end of the setup: connections heal, what waited for them goes out, and what else the login reaches is noted.

use std::collections::BTreeMap;

use domain::{Channel, ConnectStep, ConnectionId, missing};
use serde_json::json;

use super::{Stop, Work};
use crate::{Backend, Result, Scope, connections};

impl Backend {
    pub(super) async fn finish_setup(&self, scope: &Scope, work: &Work) -> Result<(), Stop> {
        let also = json!(self.also_reached(work).await);
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
            "UPDATE connect_attempt SET released = $3, also = $4 WHERE advertiser_id = $1 AND id = $2",
            work.advertiser.uuid(),
            work.attempt.uuid(),
            released,
            also,
        )
        .execute(&mut *tx)
        .await?;
        tx.drop_unused_credentials(work.advertiser).await?;
        let detail = json!({ "released": released });
        tx.audit_with("connect.done", work.attempt, detail).await?;
        tx.commit().await?;
        self.0.due.notify_one();
        Ok(())
    }

    /// Meta's ids of what the token reaches on the other channels whose required permissions it carries. It is an offer
    /// and no more: a list that Meta does not give is left out.
    async fn also_reached(&self, work: &Work) -> BTreeMap<Channel, Vec<String>> {
        let mut also = BTreeMap::new();
        if work.token.is_limited() {
            return also;
        }
        for &channel in Channel::ALL {
            if channel == work.channel || !missing(channel, &work.scopes).required.is_empty() {
                continue;
            }
            match self.reach(channel, &work.token).await {
                Ok(reached) if !reached.is_empty() => {
                    let ids = reached.into_iter().map(|asset| asset.meta_id).collect();
                    also.insert(channel, ids);
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::info!(%channel, %error, "what else a login reaches is not known")
                }
            }
        }
        also
    }
}
