//! Taking a received webhook apart: each message once, to the advertiser whose Page, account or WABA it came to.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AdvertiserId, AssetId, AssetKind, Channel, ContactId, WebhookDeliveryId, WebhookMessageId,
};
use graph::webhook::{Entry, Item, Kind, Object, entries};

use super::{account::Update, body_place};
use crate::{Backend, Error, Result, Scope, Tx, contacts::Sighting};

/// A message dated further from its arrival than this has a broken date.
const PLAUSIBLE: TimeDelta = TimeDelta::days(370);

/// What a webhook is about: the asset's kind, and Meta's id.
pub(super) type Subject = (AssetKind, String);

/// Who holds what.
pub(super) type Routes = HashMap<Subject, (AdvertiserId, AssetId)>;

/// One thing that happened, ready to be noted.
struct Message {
    key: Vec<u8>,
    subject: Subject,
    at: DateTime<Utc>,
    item: Item,
}

impl Backend {
    /// Reads every webhook that was received and not read yet; answers how many. Safe to run at any time, by any number
    /// of processes. One that cannot be read is set aside, sealed as it came, and never stands in the others' way.
    ///
    /// # Errors
    /// When the database fails in a way that may pass: the rest waits for the next run.
    pub async fn split_webhooks(&self) -> Result<usize> {
        let mut count = 0;
        loop {
            let mut tx = self.begin(&Scope::system()).await?;
            let Some((id, received_at, sealed)) = tx.unsplit_webhook().await? else {
                return Ok(count);
            };
            let split = match self.keys().open(body_place(id), &sealed) {
                Ok(raw) => self.split(&mut tx, id, received_at, &raw).await,
                Err(error) => Err(error),
            };
            match split {
                Ok(()) => {}
                Err(error) if may_pass(&error) => return Err(error),
                Err(error) => {
                    tracing::error!(webhook.id = %id, error = &error as &dyn std::error::Error, "a webhook could not be read");
                    drop(tx);
                    tx = self.begin(&Scope::system()).await?;
                    tx.note_message(&Noted::ignored(self.clock().mint(), id, received_at))
                        .await?;
                }
            }
            tx.mark_split(id).await?;
            tx.commit().await?;
            count += 1;
        }
    }

    async fn split(
        &self,
        tx: &mut Tx,
        id: WebhookDeliveryId,
        received_at: DateTime<Utc>,
        raw: &[u8],
    ) -> Result<()> {
        let Ok(entries) = entries(raw) else {
            return tx
                .note_message(&Noted::ignored(self.clock().mint(), id, received_at))
                .await;
        };
        let mut updates = self.updates(&entries);
        let mut messages = self.messages(entries, received_at);
        // Always locked in the same order, whichever webhook they came in: keys, then contacts, then connections.
        let said = messages.iter().map(|message| &message.key);
        let said = said.chain(updates.iter().map(|update| &update.key));
        let mut keys: Vec<_> = said.cloned().collect();
        keys.sort_unstable();
        let fresh = tx.keep_new_keys(&keys).await?;
        messages.retain(|message| fresh.contains(&message.key));
        updates.retain(|update| fresh.contains(&update.key));
        messages.sort_by(|one, other| {
            (&one.subject, one.item.person()).cmp(&(&other.subject, other.item.person()))
        });

        let routes = tx.routes(&messages, &updates).await?;
        for message in &messages {
            let mut noted = Noted::ignored(self.clock().mint(), id, received_at);
            (noted.kind, noted.sent_at) = (name(message.item.kind), message.at);
            self.route(tx, message, &routes, &mut noted).await?;
            tx.note_message(&noted).await?;
        }
        tx.note_inbound(&messages, &routes).await?;
        for update in &updates {
            let mut noted = Noted::ignored(self.clock().mint(), id, received_at);
            noted.kind = "account_update";
            noted.outcome = self.follow_update(tx, update, &routes).await?;
            if let Some(&(advertiser, asset)) = routes.get(&update.subject()) {
                (noted.advertiser, noted.asset) = (Some(advertiser), Some(asset));
            }
            tx.note_message(&noted).await?;
        }
        Ok(())
    }

    /// Finds whose it is, and the contact that it is from.
    async fn route(
        &self,
        tx: &mut Tx,
        message: &Message,
        routes: &Routes,
        noted: &mut Noted,
    ) -> Result<()> {
        let Some(&(advertiser, asset)) = routes.get(&message.subject) else {
            noted.outcome = "unrouted";
            return Ok(());
        };
        (noted.advertiser, noted.asset) = (Some(advertiser), Some(asset));
        let (kind, item) = (message.subject.0, &message.item);
        noted.outcome = match item.person() {
            _ if item.is_echo => "echo",
            _ if item.kind == Kind::Other => "ignored",
            None => "no_sender",
            Some(sender) if sender == message.subject.1 => "echo",
            Some(sender) => {
                let referral = item.referral.as_ref();
                let seen = Sighting {
                    asset,
                    channel: channel(kind),
                    identity: sender,
                    phone: item
                        .sender
                        .id
                        .as_deref()
                        .filter(|_| kind == AssetKind::Waba),
                    at: message.at,
                    ad_id: referral.and_then(|referral| referral.ad_id.as_deref()),
                    click: referral.and_then(|referral| referral.ctwa_clid.as_deref()),
                    wrote: item.kind != Kind::Referral,
                };
                noted.contact = Some(self.see_contact(tx, advertiser, &seen).await?);
                "contact"
            }
        };
        Ok(())
    }

    fn messages(&self, entries: Vec<Entry>, received_at: DateTime<Utc>) -> Vec<Message> {
        let mut messages = Vec::new();
        let mut seen = HashSet::new();
        for entry in entries {
            for mut item in entry.items {
                clean(&mut item);
                let said = item
                    .timestamp
                    .or(entry.time)
                    .filter(|at| (*at - received_at).abs() < PLAUSIBLE);
                // A date in the future would keep its sender the newest for ever.
                let at = said.unwrap_or(received_at).min(received_at);
                let key = self.key(&entry.id, &item);
                if seen.insert(key.clone()) {
                    messages.push(Message {
                        key,
                        subject: (asset_kind(entry.object), entry.id.clone()),
                        at,
                        item,
                    });
                }
            }
        }
        messages
    }

    /// By what a message is known again. Meta promises its ids to be unique nowhere, so they count within one Page; what
    /// has no id is known by all that is in it.
    fn key(&self, page: &str, item: &Item) -> Vec<u8> {
        let text = match &item.mid {
            Some(mid) => format!("{page}\0mid\0{mid}"),
            None => {
                let referral = item.referral.as_ref();
                let from = referral.and_then(|referral| {
                    referral.ad_id.as_deref().or(referral.reference.as_deref())
                });
                let kind = name(item.kind);
                let sender = item
                    .person()
                    .or(item.sender.user_ref.as_deref())
                    .unwrap_or_default();
                let at = item
                    .timestamp
                    .map(|at| at.timestamp_millis())
                    .unwrap_or_default();
                format!(
                    "{page}\0{kind}\0{sender}\0{at}\0{}",
                    from.unwrap_or_default()
                )
            }
        };
        self.keys().index("webhook", &text)
    }
}

/// What an item is called in `webhook_message`.
fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Message => "message",
        Kind::Postback => "postback",
        Kind::Referral => "referral",
        Kind::Other => "other",
    }
}

fn asset_kind(object: Object) -> AssetKind {
    match object {
        Object::Page => AssetKind::Page,
        Object::Instagram => AssetKind::InstagramAccount,
        Object::Waba => AssetKind::Waba,
    }
}

/// The channel that an asset's conversations are on.
fn channel(kind: AssetKind) -> Channel {
    match kind {
        AssetKind::Page => Channel::Messenger,
        AssetKind::InstagramAccount => Channel::Instagram,
        AssetKind::Waba | AssetKind::PhoneNumber => Channel::Whatsapp,
    }
}

/// PostgreSQL takes no NUL in a text.
fn clean(item: &mut Item) {
    let clean = |text: &mut Option<String>| {
        *text = text
            .take()
            .filter(|text| !text.is_empty() && !text.contains('\0'))
    };
    clean(&mut item.sender.id);
    clean(&mut item.sender.business_scoped_id);
    if let Some(referral) = &mut item.referral {
        clean(&mut referral.ad_id);
        clean(&mut referral.ctwa_clid);
    }
}

/// Whether the same webhook may well be read in another run.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Db(sqlx::Error::Database(error)) => {
            let code = error.code().unwrap_or_default();
            // Deadlock and serialisation, a connection that ended, a server that is full or stopping.
            ["40", "08", "53", "57"]
                .iter()
                .any(|class| code.starts_with(class))
        }
        Error::Db(
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::Encode(_),
        ) => false,
        Error::Db(_) => true,
        _ => false,
    }
}

/// A row of `webhook_message`.
struct Noted {
    id: WebhookMessageId,
    delivery: WebhookDeliveryId,
    advertiser: Option<AdvertiserId>,
    asset: Option<AssetId>,
    contact: Option<ContactId>,
    kind: &'static str,
    outcome: &'static str,
    sent_at: DateTime<Utc>,
    received_at: DateTime<Utc>,
}

impl Noted {
    fn ignored(
        id: WebhookMessageId,
        delivery: WebhookDeliveryId,
        received_at: DateTime<Utc>,
    ) -> Self {
        let (kind, outcome, sent_at) = ("other", "ignored", received_at);
        Self {
            id,
            delivery,
            advertiser: None,
            asset: None,
            contact: None,
            kind,
            outcome,
            sent_at,
            received_at,
        }
    }
}

impl Tx {
    async fn unsplit_webhook(
        &mut self,
    ) -> Result<Option<(WebhookDeliveryId, DateTime<Utc>, Vec<u8>)>> {
        let row = sqlx::query!(
            r#"SELECT id AS "id: WebhookDeliveryId", received_at, body_sealed FROM webhook_delivery
               WHERE split_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"#
        )
        .fetch_optional(&mut **self)
        .await?;
        Ok(row.map(|row| (row.id, row.received_at, row.body_sealed)))
    }

    async fn mark_split(&mut self, id: WebhookDeliveryId) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE webhook_delivery SET split_at = $2 WHERE id = $1",
            id.uuid(),
            now
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Keeps the keys that are new; answers those.
    async fn keep_new_keys(&mut self, keys: &[Vec<u8>]) -> Result<HashSet<Vec<u8>>> {
        let now = self.now();
        let fresh = sqlx::query_scalar!(
            "INSERT INTO webhook_key (key, at) SELECT key, $2 FROM unnest($1::bytea[]) AS sought (key)
             ON CONFLICT DO NOTHING RETURNING key",
            keys,
            now
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(fresh.into_iter().collect())
    }

    /// Who holds what the webhook is about, as far as anybody does.
    async fn routes(&mut self, messages: &[Message], updates: &[Update]) -> Result<Routes> {
        let mut sought: HashMap<AssetKind, HashSet<String>> = HashMap::new();
        let subjects = messages.iter().map(|message| message.subject.clone());
        for (kind, id) in subjects.chain(updates.iter().map(Update::subject)) {
            sought.entry(kind).or_default().insert(id);
        }
        let mut routes = Routes::new();
        for (kind, ids) in sought {
            let ids: Vec<_> = ids.into_iter().collect();
            let holders = self.asset_holders(kind, &ids).await?;
            routes.extend(holders.into_iter().map(|(id, holder)| ((kind, id), holder)));
        }
        Ok(routes)
    }

    async fn note_message(&mut self, noted: &Noted) -> Result<()> {
        sqlx::query!(
            "INSERT INTO webhook_message (id, delivery_id, advertiser_id, asset_id, contact_id, kind, outcome, sent_at,
                                          received_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            noted.id.uuid(),
            noted.delivery.uuid(),
            noted.advertiser.map(AdvertiserId::uuid),
            noted.asset.map(AssetId::uuid),
            noted.contact.map(ContactId::uuid),
            noted.kind,
            noted.outcome,
            noted.sent_at,
            noted.received_at,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// When somebody last wrote to each connection.
    async fn note_inbound(&mut self, messages: &[Message], routes: &Routes) -> Result<()> {
        let mut newest: HashMap<&Subject, DateTime<Utc>> = HashMap::new();
        for message in messages
            .iter()
            .filter(|message| !message.item.is_echo && message.item.kind != Kind::Other)
        {
            let at = newest.entry(&message.subject).or_insert(message.at);
            *at = message.at.max(*at);
        }
        let mut newest: Vec<_> = newest
            .into_iter()
            .filter_map(|(subject, at)| Some((*routes.get(subject)?, channel(subject.0), at)))
            .collect();
        newest.sort_unstable();
        for ((advertiser, asset), channel, at) in newest {
            sqlx::query!(
                "UPDATE connection SET last_inbound_at = greatest(last_inbound_at, $4)
                 WHERE advertiser_id = $1 AND asset_id = $2 AND channel = $3",
                advertiser.uuid(),
                asset.uuid(),
                channel.as_str(),
                at,
            )
            .execute(&mut **self)
            .await?;
        }
        Ok(())
    }
}
