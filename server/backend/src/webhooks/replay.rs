//! Taking a webhook apart once more: what found nobody then may find somebody now. What was taken stays as it is, so
//! that it can be done any number of times. It is done by itself for what came before somebody held the asset, and
//! whenever a person asks for it.

use std::collections::HashSet;

use chrono::TimeDelta;
use domain::{
    AdvertiserId, AssetId, AssetKind, ContactId, MessageOutcome, Permission, WebhookDeliveryId,
    WebhookMessageId, console::Replayed,
};
use graph::webhook::entries;
use serde_json::json;

use super::{
    body_place,
    noted::Noted,
    split::{Delivery, Message, Subject},
};
use crate::{Backend, Conflict, Error, Result, Scope, Tx};

/// How many webhooks are taken apart again before the page answers; whoever asked may ask for the rest.
const AT_ONCE: i64 = 500;
/// For how long what came for an asset is looked for once somebody holds it: a webhook that is being read at that moment
/// finds nobody, and is noted a moment later.
pub(crate) const LOOKED_FOR: TimeDelta = TimeDelta::minutes(2);
/// A message is noted after its webhook was received, by another process whose clock may be behind.
const SKEW: TimeDelta = TimeDelta::hours(1);

impl Backend {
    /// Takes the webhook apart again that brought this message.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Conflict::WebhookGone`] once the body is no longer kept.
    pub async fn replay_webhook(
        &self,
        scope: &Scope,
        message: WebhookMessageId,
    ) -> Result<Replayed> {
        scope.require(Permission::ReplayWebhooks)?;
        let mut tx = self.begin(scope).await?;
        let found = tx.delivery_of(message).await?;
        let replayed = self.replay(&mut tx, found).await?;
        let replayed = replayed.ok_or(Error::Conflict(Conflict::WebhookGone))?;
        let detail = json!({ "messages": replayed.messages, "found": replayed.found });
        tx.audit_of(None, "webhook.replayed", message, detail)
            .await?;
        tx.commit().await?;
        Ok(replayed)
    }

    /// Takes every webhook apart again whose message found nobody who holds the asset of this one, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn replay_unrouted(
        &self,
        scope: &Scope,
        message: WebhookMessageId,
    ) -> Result<Replayed> {
        scope.require(Permission::ReplayWebhooks)?;
        let mut tx = self.begin(scope).await?;
        let subject = tx.subject_of(message).await?;
        drop(tx);
        let all = self.replay_subject(scope, &subject).await?;
        let mut tx = self.begin(scope).await?;
        let detail = json!({ "asset": subject.1, "messages": all.messages, "found": all.found });
        tx.audit_of(None, "webhook.unrouted_replayed", message, detail)
            .await?;
        tx.commit().await?;
        Ok(all)
    }

    /// Takes every webhook apart again that found nobody for an asset which somebody holds since a moment ago: they were
    /// written to before they connected, or before the asset was moved to them. For a job. Nothing of it is theirs to see
    /// before that: until it is routed, a message belongs to nobody.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn replay_for_holders(&self) -> Result<()> {
        let now = self.clock().now();
        let held = sqlx::query!(
            r#"SELECT advertiser_id AS "advertiser: AdvertiserId", id AS "id: AssetId", kind AS "kind: AssetKind", meta_id,
                      replay_until AS "until!"
               FROM asset WHERE replay_until IS NOT NULL AND moved_at IS NULL ORDER BY id"#
        )
        .fetch_all(self.0.database.partner())
        .await?;
        for asset in held {
            let subject = (asset.kind, asset.meta_id);
            self.replay_for(asset.advertiser, asset.id, &subject)
                .await?;
            if asset.until < now {
                sqlx::query!(
                    "UPDATE asset SET replay_until = NULL WHERE advertiser_id = $1 AND id = $2 AND replay_until = $3",
                    asset.advertiser.uuid(),
                    asset.id.uuid(),
                    asset.until,
                )
                .execute(self.0.database.partner())
                .await?;
            }
        }
        Ok(())
    }

    async fn replay_for(
        &self,
        advertiser: AdvertiserId,
        asset: AssetId,
        subject: &Subject,
    ) -> Result<()> {
        let scope = Scope::system();
        loop {
            let replayed = self.replay_subject(&scope, subject).await?;
            if replayed.found > 0 {
                let mut tx = self.begin(&scope).await?;
                let detail = json!({ "messages": replayed.messages, "found": replayed.found });
                tx.audit_of(Some(advertiser), "webhook.unrouted_replayed", asset, detail)
                    .await?;
                tx.commit().await?;
            }
            if !replayed.is_more {
                return Ok(());
            }
        }
    }

    /// A slice of what found nobody who holds this asset, oldest first, each in a transaction of its own.
    async fn replay_subject(&self, scope: &Scope, subject: &Subject) -> Result<Replayed> {
        let mut tx = self.begin(scope).await?;
        let deliveries = tx.unrouted_of(subject).await?;
        drop(tx);
        let mut all = Replayed {
            is_more: deliveries.len() == AT_ONCE as usize,
            ..Replayed::default()
        };
        for delivery in deliveries {
            let mut tx = self.begin(scope).await?;
            if let Some(replayed) = self.replay(&mut tx, delivery).await? {
                all.messages += replayed.messages;
                all.found += replayed.found;
            }
            tx.commit().await?;
        }
        // What is left found nobody once more: there is no use in asking for more of it.
        all.is_more &= all.found > 0;
        Ok(all)
    }

    /// None once the body is gone. News of the account itself are not followed twice: they were true then.
    async fn replay(&self, tx: &mut Tx, id: WebhookDeliveryId) -> Result<Option<Replayed>> {
        let Some(delivery) = tx.lock_delivery(id).await? else {
            return Ok(None);
        };
        let mut replayed = Replayed::default();
        let Ok(raw) = self.keys().open(body_place(id), &delivery.sealed) else {
            return Ok(Some(replayed));
        };
        let Ok(entries) = entries(&raw) else {
            return Ok(Some(replayed));
        };
        let open = tx.open_messages(&delivery).await?;
        let mut messages = self.messages(entries, delivery.received_at);
        let fresh = if open.unreadable.is_some() {
            let mut keys: Vec<_> = messages.iter().map(|it| it.key.clone()).collect();
            keys.sort_unstable();
            tx.keep_new_keys(&keys).await?
        } else {
            HashSet::new()
        };
        let is_open = |it: &Message| open.keys.contains(&it.key) || fresh.contains(&it.key);
        messages.retain(is_open);
        let routes = tx.routes(&messages, std::iter::empty()).await?;
        // What nobody holds stays noted as it is.
        messages.retain(|it| routes.contains_key(&it.subject) || !open.keys.contains(&it.key));
        let noted = self
            .take_messages(tx, &delivery, &mut messages, &routes)
            .await?;
        replayed.messages = noted.len() as i64;
        let (again, mut new): (Vec<_>, Vec<_>) = noted
            .into_iter()
            .partition(|it| it.key.as_ref().is_some_and(|key| open.keys.contains(key)));
        if let (Some(row), Some(first)) = (open.unreadable, new.first_mut()) {
            tx.forget_message(row).await?;
            first.id = row;
        }
        let routed = |it: &&Noted| it.outcome != MessageOutcome::Unrouted;
        replayed.found = again.iter().chain(&new).filter(routed).count() as i64;
        for noted in &again {
            tx.note_again(&delivery, noted).await?;
        }
        tx.note_messages(&new).await?;
        Ok(Some(replayed))
    }
}

/// The messages of a webhook that found nobody.
struct Open {
    keys: HashSet<Vec<u8>>,
    /// The row that stands for the whole body.
    unreadable: Option<WebhookMessageId>,
}

impl Tx {
    async fn delivery_of(&mut self, message: WebhookMessageId) -> Result<WebhookDeliveryId> {
        sqlx::query_scalar!(
            r#"SELECT delivery_id AS "id: WebhookDeliveryId" FROM webhook_message WHERE id = $1"#,
            message.uuid()
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("message"))
    }

    async fn subject_of(&mut self, message: WebhookMessageId) -> Result<Subject> {
        let row = sqlx::query!(
            r#"SELECT asset_kind AS "kind!: AssetKind", asset_meta_id AS "id!" FROM webhook_message
               WHERE id = $1 AND asset_meta_id IS NOT NULL"#,
            message.uuid()
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("message"))?;
        Ok((row.kind, row.id))
    }

    async fn unrouted_of(&mut self, (kind, id): &Subject) -> Result<Vec<WebhookDeliveryId>> {
        Ok(sqlx::query_scalar!(
            r#"SELECT delivery_id AS "id!: WebhookDeliveryId" FROM webhook_message
               WHERE asset_kind = $1 AND asset_meta_id = $2 AND outcome = 'unrouted'
                 AND EXISTS (SELECT FROM webhook_delivery WHERE webhook_delivery.id = delivery_id)
               GROUP BY delivery_id ORDER BY delivery_id LIMIT $3"#,
            kind.as_str(),
            id,
            AT_ONCE,
        )
        .fetch_all(&mut **self)
        .await?)
    }

    async fn lock_delivery(&mut self, id: WebhookDeliveryId) -> Result<Option<Delivery>> {
        Ok(sqlx::query_as!(
            Delivery,
            r#"SELECT id AS "id: WebhookDeliveryId", received_at, body_sealed AS sealed FROM webhook_delivery
               WHERE id = $1 AND split_at IS NOT NULL FOR UPDATE"#,
            id.uuid()
        )
        .fetch_optional(&mut **self)
        .await?)
    }

    async fn open_messages(&mut self, delivery: &Delivery) -> Result<Open> {
        let rows = sqlx::query!(
            r#"SELECT id AS "id: WebhookMessageId", key, outcome AS "outcome: MessageOutcome" FROM webhook_message
               WHERE delivery_id = $1 AND id >= uuid_from($2) AND outcome IN ('unrouted', 'unreadable')
                 AND kind <> 'account_update'"#,
            delivery.id.uuid(),
            delivery.received_at - SKEW,
        )
        .fetch_all(&mut **self)
        .await?;
        let unreadable = rows
            .iter()
            .find(|row| row.outcome == MessageOutcome::Unreadable)
            .map(|row| row.id);
        Ok(Open {
            keys: rows.into_iter().filter_map(|row| row.key).collect(),
            unreadable,
        })
    }

    /// The row stays the one it was: its id is in links.
    async fn note_again(&mut self, delivery: &Delivery, noted: &Noted) -> Result<()> {
        sqlx::query!(
            "UPDATE webhook_message SET advertiser_id = $4, asset_id = $5, contact_id = $6, outcome = $7
             WHERE delivery_id = $1 AND id >= uuid_from($2) AND key = $3",
            delivery.id.uuid(),
            delivery.received_at - SKEW,
            noted.key.as_deref(),
            noted.holder.map(|holder| holder.0.uuid()),
            noted.holder.map(|holder| holder.1.uuid()),
            noted.contact.map(ContactId::uuid),
            noted.outcome.as_str(),
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// The row that stood for a body which can be read now; what is in it takes its place.
    async fn forget_message(&mut self, id: WebhookMessageId) -> Result<()> {
        sqlx::query!("DELETE FROM webhook_message WHERE id = $1", id.uuid())
            .execute(&mut **self)
            .await?;
        Ok(())
    }
}
