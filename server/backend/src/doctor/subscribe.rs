//! Subscribing to an asset's messages again, where Meta or somebody there has ended it.

use domain::{AdvertiserId, CauseKey, Channel, ConnectionId, Health, IncidentId, Permission};

use crate::{Backend, Error, Result, Scope, error::Conflict};

impl Backend {
    /// Has Meta send the messages of a connection's asset to us again, then looks at it as a check does. Answers how it
    /// fares now.
    ///
    /// # Errors
    /// [`Error::Graph`] with what Meta refused; [`Conflict::NoSubscription`] where the token cannot subscribe to anything;
    /// [`Error::NotFound`].
    pub async fn subscribe_again(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<Health> {
        scope.require(Permission::ManageConnections)?;
        let subject = self.subject(scope, advertiser, connection).await?;
        let (token, node) = match subject.channel {
            Channel::Whatsapp => (subject.token.as_ref(), &subject.asset),
            Channel::Messenger | Channel::Instagram => (subject.page_token.as_ref(), &subject.page),
        };
        let token = token.filter(|token| !token.is_limited());
        let token = token.ok_or(Error::Conflict(Conflict::NoSubscription))?;
        let fields: Vec<String> = self
            .subscribe_to_messages(subject.channel, token, node)
            .await?
            .iter()
            .map(ToString::to_string)
            .collect();
        let mut tx = self.begin_for(scope, advertiser).await?;
        sqlx::query!(
            "UPDATE connection SET webhook_fields = $3
             WHERE advertiser_id = $1 AND id = $2 AND health <> 'disconnected'",
            advertiser.uuid(),
            connection.uuid(),
            &fields,
        )
        .execute(&mut *tx)
        .await?;
        let detail = serde_json::json!({ "webhook_fields": fields });
        tx.audit_with("connection.subscribed", connection, detail)
            .await?;
        tx.commit().await?;
        self.recheck_connection(scope, advertiser, connection).await
    }

    /// Subscribes every connection of an incident again whose cause that mends; answers for how many Meta did it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an incident that is over, never was, or has another cause.
    pub async fn subscribe_incident(&self, scope: &Scope, incident: IncidentId) -> Result<u64> {
        scope.require(Permission::ViewFleet)?;
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin(scope).await?;
        let hit = sqlx::query!(
            r#"SELECT hit.advertiser_id AS "advertiser: AdvertiserId", hit.connection_id AS "connection: ConnectionId"
               FROM incident_connection AS hit JOIN incident ON incident.id = hit.incident_id
               WHERE incident.id = $1 AND incident.closed_at IS NULL AND hit.left_at IS NULL AND incident.cause = ANY ($2)"#,
            incident.uuid(),
            &[CauseKey::WebhookMissing, CauseKey::WebhookFieldsMissing] as &[CauseKey],
        )
        .fetch_all(&mut *tx)
        .await?;
        drop(tx);
        if hit.is_empty() {
            return Err(Error::NotFound("incident"));
        }
        let mut done = 0;
        for row in hit {
            match self
                .subscribe_again(scope, row.advertiser, row.connection)
                .await
            {
                Ok(_) => done += 1,
                // One that Meta refuses keeps no other from being mended; the doctor goes on naming it.
                Err(Error::Graph(_) | Error::Conflict(_) | Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }
}
