//! Erasing a contact: the identifier, what it is found by, and every copy of it in payloads, answers and webhooks.

use domain::{AdvertiserId, AssetId, Channel, ContactId, EventId, Permission};
use secrecy::{ExposeSecret, SecretString};

use crate::{Backend, Error, Result, Scope, Tx, contacts};

/// What stands in Meta's answers in place of an identifier.
const ERASED: &str = "[erased]";

/// What says that something is about a contact.
struct Named {
    identifiers: Vec<SecretString>,
    /// What events are found by that do not name the contact: see `event.person_hash`.
    hashes: Vec<Vec<u8>>,
    /// Where those hashes mean this contact; none: everywhere.
    asset: Option<AssetId>,
}

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
        let named = self.named(&mut tx, advertiser, contact).await?;
        let events = tx.erase_events_of(advertiser, contact, &named).await?;
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

    /// By what the contact is named on the wire: to find it where Meta repeated it, and in events that came before it was
    /// known.
    async fn named(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        contact: ContactId,
    ) -> Result<Named> {
        let row = sqlx::query!(
            r#"SELECT identity_sealed, identity_hash, channel AS "channel: Channel", asset_id AS "asset: AssetId"
               FROM contact WHERE advertiser_id = $1 AND id = $2 FOR UPDATE"#,
            advertiser.uuid(),
            contact.uuid()
        )
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Error::NotFound("contact"))?;
        let place = contacts::identity_place(advertiser, contact);
        let identity = self.keys().open_text(place, &row.identity_sealed)?;
        if row.channel != Channel::Whatsapp {
            return Ok(Named {
                identifiers: vec![identity],
                hashes: vec![row.identity_hash],
                asset: Some(row.asset),
            });
        }
        let clicks = self.clicks_of(tx, advertiser, contact).await?;
        let hashes = clicks
            .iter()
            .map(|click| contacts::click_hash(self.keys(), click.expose_secret()));
        Ok(Named {
            hashes: hashes.collect(),
            identifiers: std::iter::once(identity).chain(clicks).collect(),
            asset: None,
        })
    }
}

impl Tx {
    /// Takes the contact out of its events, those included that came before it was known; answers how many those are.
    async fn erase_events_of(
        &mut self,
        advertiser: AdvertiserId,
        contact: ContactId,
        named: &Named,
    ) -> Result<usize> {
        let rows = sqlx::query!(
            "SELECT id, attempt_ids FROM event
             WHERE advertiser_id = $1
               AND (contact_id = $2
                    OR person_hash = ANY ($3)
                       AND ($4::uuid IS NULL
                            OR connection_id IN (SELECT id FROM connection WHERE advertiser_id = $1 AND asset_id = $4)))
             FOR UPDATE",
            advertiser.uuid(),
            contact.uuid(),
            &named.hashes,
            named.asset.map(AssetId::uuid),
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
            "UPDATE event SET contact_id = NULL, person_hash = NULL WHERE advertiser_id = $1 AND id = ANY ($2)",
            advertiser.uuid(),
            &events
        )
        .execute(&mut **self)
        .await?;
        for identifier in &named.identifiers {
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
