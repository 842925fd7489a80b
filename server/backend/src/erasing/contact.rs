//! Erasing a contact: the identifier, what it is found by, and every copy of it in payloads, answers and webhooks.

use domain::{AdvertiserId, Channel, ContactId, EventId, Permission};
use secrecy::{ExposeSecret, SecretString};

use crate::{Backend, Error, Result, Scope, Tx};

/// What stands in Meta's answers in place of an identifier.
const ERASED: &str = "[erased]";

impl Backend {
    /// Erases the contact that an event is about. The event stays, and says no longer about whom; what had not gone out
    /// yet never will, since nobody is left to attribute it to. Answers whether there was one.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn erase_contact_of(&self, scope: &Scope, event: EventId) -> Result<bool> {
        scope.require(Permission::EraseContacts)?;
        let advertiser = self.event_advertiser(scope, event).await?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let contact = sqlx::query_scalar!(
            r#"SELECT contact_id AS "id: ContactId" FROM event WHERE advertiser_id = $1 AND id = $2"#,
            advertiser.uuid(),
            event.uuid()
        )
        .fetch_optional(&mut *tx)
        .await?
        .flatten();
        drop(tx);
        match contact {
            Some(contact) => self
                .erase_contact(scope, advertiser, contact)
                .await
                .map(|()| true),
            None => Ok(false),
        }
    }

    /// Erases a contact of an advertiser.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn erase_contact(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        contact: ContactId,
    ) -> Result<()> {
        scope.require(Permission::EraseContacts)?;
        // Webhooks as Meta sent them belong to no advertiser: the partner's transaction, with every row named.
        let mut tx = self.begin(scope).await?;
        let identifiers = self
            .contact_identifiers(&mut tx, advertiser, contact)
            .await?;
        let events = tx
            .erase_events_of(advertiser, contact, &identifiers)
            .await?;
        let messages = tx.erase_messages_of(advertiser, contact).await?;
        sqlx::query!(
            "DELETE FROM contact_click WHERE advertiser_id = $1 AND contact_id = $2",
            advertiser.uuid(),
            contact.uuid()
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "DELETE FROM contact WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            contact.uuid()
        )
        .execute(&mut *tx)
        .await?;
        let detail = serde_json::json!({ "events": events, "messages": messages });
        tx.audit_of(Some(advertiser), "contact.erased", contact, detail)
            .await?;
        tx.commit().await
    }

    /// By what the contact is named on the wire: to find it where Meta repeated it.
    async fn contact_identifiers(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        contact: ContactId,
    ) -> Result<Vec<SecretString>> {
        let row = sqlx::query!(
            r#"SELECT identity_sealed, channel AS "channel: Channel" FROM contact
               WHERE advertiser_id = $1 AND id = $2 FOR UPDATE"#,
            advertiser.uuid(),
            contact.uuid()
        )
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Error::NotFound("contact"))?;
        let place = crate::contacts::identity_place(advertiser, contact);
        let mut identifiers = vec![self.keys().open_text(place, &row.identity_sealed)?];
        if row.channel == Channel::Whatsapp {
            identifiers.extend(self.clicks_of(tx, advertiser, contact).await?);
        }
        Ok(identifiers)
    }
}

impl Tx {
    /// Takes the contact out of its events; answers how many those are.
    async fn erase_events_of(
        &mut self,
        advertiser: AdvertiserId,
        contact: ContactId,
        identifiers: &[SecretString],
    ) -> Result<usize> {
        let rows = sqlx::query!(
            "SELECT id, attempt_ids FROM event WHERE advertiser_id = $1 AND contact_id = $2 FOR UPDATE",
            advertiser.uuid(),
            contact.uuid()
        )
        .fetch_all(&mut **self)
        .await?;
        let events: Vec<_> = rows.iter().map(|row| row.id).collect();
        let attempts: Vec<_> = rows.into_iter().flat_map(|row| row.attempt_ids).collect();
        let now = self.now();
        sqlx::query!(
            "DELETE FROM event_payload WHERE advertiser_id = $1 AND id = ANY ($2)",
            advertiser.uuid(),
            &events
        )
        .execute(&mut **self)
        .await?;
        sqlx::query!(
            "UPDATE event SET state = 'expired', state_at = $3, due_at = NULL, cause = NULL
             WHERE advertiser_id = $1 AND id = ANY ($2) AND state IN ('queued', 'retrying', 'parked')",
            advertiser.uuid(),
            &events,
            now,
        )
        .execute(&mut **self)
        .await?;
        sqlx::query!(
            "UPDATE event SET contact_id = NULL WHERE advertiser_id = $1 AND id = ANY ($2)",
            advertiser.uuid(),
            &events
        )
        .execute(&mut **self)
        .await?;
        for identifier in identifiers {
            sqlx::query!(
                "UPDATE attempt SET answer = replace(answer, $3, $4)
                 WHERE advertiser_id = $1 AND id = ANY ($2) AND strpos(answer, $3) > 0",
                advertiser.uuid(),
                &attempts,
                identifier.expose_secret(),
                ERASED,
            )
            .execute(&mut **self)
            .await?;
        }
        Ok(events.len())
    }

    /// Takes the contact out of what was received, and deletes those webhooks as Meta sent them; answers how many messages
    /// those are.
    async fn erase_messages_of(
        &mut self,
        advertiser: AdvertiserId,
        contact: ContactId,
    ) -> Result<usize> {
        let deliveries = sqlx::query_scalar!(
            "UPDATE webhook_message SET contact_id = NULL WHERE advertiser_id = $1 AND contact_id = $2
             RETURNING delivery_id",
            advertiser.uuid(),
            contact.uuid()
        )
        .fetch_all(&mut **self)
        .await?;
        sqlx::query!(
            "DELETE FROM webhook_delivery WHERE id = ANY ($1) AND split_at IS NOT NULL",
            &deliveries
        )
        .execute(&mut **self)
        .await?;
        Ok(deliveries.len())
    }
}
