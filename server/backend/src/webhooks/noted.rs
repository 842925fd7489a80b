//! What is written down of a webhook: its messages, their keys, and how many came when.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use domain::{
    AdvertiserId, AssetId, AssetKind, Channel, ContactId, MessageKind, MessageOutcome,
    WebhookDeliveryId, WebhookMessageId,
};
use graph::webhook::Kind;
use uuid::Uuid;

use super::split::{Delivery, Message, Routes, Subject, channel};
use crate::{Backend, Result, Tx};

/// A row of `webhook_message`.
pub(super) struct Noted {
    pub id: WebhookMessageId,
    pub delivery: WebhookDeliveryId,
    pub key: Option<Vec<u8>>,
    pub mid_hash: Option<Vec<u8>>,
    pub subject: Option<Subject>,
    pub holder: Option<(AdvertiserId, AssetId)>,
    pub contact: Option<ContactId>,
    pub kind: MessageKind,
    pub outcome: MessageOutcome,
    pub has_ad: bool,
    pub has_click: bool,
    pub sent_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
}

impl Noted {
    pub(super) fn about(self, subject: &Subject) -> Self {
        // PostgreSQL takes no NUL in a text, and no asset has one in its id.
        let subject = Some(subject).filter(|subject| !subject.1.contains('\0'));
        Self {
            subject: subject.cloned(),
            ..self
        }
    }
}

impl Backend {
    /// A row about the delivery as a whole, to be filled.
    pub(super) fn noted(&self, delivery: &Delivery, outcome: MessageOutcome) -> Noted {
        Noted {
            id: self.clock().mint(),
            delivery: delivery.id,
            key: None,
            mid_hash: None,
            subject: None,
            holder: None,
            contact: None,
            kind: MessageKind::Other,
            outcome,
            has_ad: false,
            has_click: false,
            sent_at: delivery.received_at,
            received_at: delivery.received_at,
        }
    }
}

impl Tx {
    pub(super) async fn unsplit_webhook(&mut self) -> Result<Option<Delivery>> {
        Ok(sqlx::query_as!(
            Delivery,
            r#"SELECT id AS "id: WebhookDeliveryId", received_at, body_sealed AS sealed FROM webhook_delivery
               WHERE split_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"#
        )
        .fetch_optional(&mut **self)
        .await?)
    }

    pub(super) async fn mark_split(&mut self, id: WebhookDeliveryId) -> Result<()> {
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
    pub(super) async fn keep_new_keys(&mut self, keys: &[Vec<u8>]) -> Result<HashSet<Vec<u8>>> {
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
    pub(super) async fn routes(
        &mut self,
        messages: &[Message],
        others: impl Iterator<Item = Subject>,
    ) -> Result<Routes> {
        let mut sought: HashMap<AssetKind, HashSet<String>> = HashMap::new();
        let subjects = messages.iter().map(|message| message.subject.clone());
        for (kind, id) in subjects.chain(others) {
            if !id.contains('\0') {
                sought.entry(kind).or_default().insert(id);
            }
        }
        let mut routes = Routes::new();
        for (kind, ids) in sought {
            let ids: Vec<_> = ids.into_iter().collect();
            let holders = self.asset_holders(kind, &ids).await?;
            routes.extend(holders.into_iter().map(|(id, holder)| ((kind, id), holder)));
        }
        Ok(routes)
    }

    pub(super) async fn note_messages(&mut self, noted: &[Noted]) -> Result<()> {
        let mut columns = Columns::default();
        for noted in noted {
            columns.add(noted);
        }
        sqlx::query!(
            "INSERT INTO webhook_message (id, delivery_id, advertiser_id, asset_id, contact_id, kind, outcome, sent_at,
                                          received_at, key, mid_hash, asset_kind, asset_meta_id, channel, has_ad,
                                          has_click)
             SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[],
                                  $8::timestamptz[], $9::timestamptz[], $10::bytea[], $11::bytea[], $12::text[],
                                  $13::text[], $14::text[], $15::bool[], $16::bool[])",
            &columns.ids,
            &columns.deliveries,
            &columns.advertisers as &[Option<Uuid>],
            &columns.assets as &[Option<Uuid>],
            &columns.contacts as &[Option<Uuid>],
            &columns.kinds as &[&str],
            &columns.outcomes as &[&str],
            &columns.sent,
            &columns.received,
            &columns.keys as &[Option<&[u8]>],
            &columns.mids as &[Option<&[u8]>],
            &columns.asset_kinds as &[Option<&str>],
            &columns.asset_ids as &[Option<&str>],
            &columns.channels as &[Option<&str>],
            &columns.ads,
            &columns.clicks,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// When somebody last wrote to each connection, and how many did in each hour.
    pub(super) async fn note_inbound(
        &mut self,
        messages: &[Message],
        routes: &Routes,
    ) -> Result<()> {
        type Holder = (AdvertiserId, AssetId);
        type Counts = (i64, i64);
        let mut newest: BTreeMap<(Holder, Channel), DateTime<Utc>> = BTreeMap::new();
        let mut hours: BTreeMap<(Holder, DateTime<Utc>), Counts> = BTreeMap::new();
        for message in messages {
            let is_inbound = !message.item.is_echo && message.item.kind != Kind::Other;
            let Some(&holder) = routes.get(&message.subject).filter(|_| is_inbound) else {
                continue;
            };
            let line = (holder, channel(message.subject.0));
            let at = newest.entry(line).or_insert(message.at);
            *at = message.at.max(*at);
            let hour = message.at.duration_trunc(TimeDelta::hours(1));
            let count = hours
                .entry((holder, hour.unwrap_or(message.at)))
                .or_default();
            let click = message.item.referral.as_ref();
            let has_click = click.is_some_and(|referral| referral.ctwa_clid.is_some());
            *count = (count.0 + 1, count.1 + i64::from(has_click));
        }
        for (((advertiser, asset), channel), at) in newest {
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
        for (((advertiser, asset), hour), (messages, clicks)) in hours {
            sqlx::query!(
                "INSERT INTO inbound_hour (advertiser_id, asset_id, hour, messages, clicks) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT ON CONSTRAINT inbound_hour_pk DO UPDATE
                 SET messages = inbound_hour.messages + excluded.messages, clicks = inbound_hour.clicks + excluded.clicks",
                advertiser.uuid(),
                asset.uuid(),
                hour,
                messages,
                clicks,
            )
            .execute(&mut **self)
            .await?;
        }
        Ok(())
    }
}

/// Rows as columns, one array each.
#[derive(Default)]
struct Columns<'a> {
    ids: Vec<Uuid>,
    deliveries: Vec<Uuid>,
    advertisers: Vec<Option<Uuid>>,
    assets: Vec<Option<Uuid>>,
    contacts: Vec<Option<Uuid>>,
    kinds: Vec<&'static str>,
    outcomes: Vec<&'static str>,
    sent: Vec<DateTime<Utc>>,
    received: Vec<DateTime<Utc>>,
    keys: Vec<Option<&'a [u8]>>,
    mids: Vec<Option<&'a [u8]>>,
    asset_kinds: Vec<Option<&'static str>>,
    asset_ids: Vec<Option<&'a str>>,
    channels: Vec<Option<&'static str>>,
    ads: Vec<bool>,
    clicks: Vec<bool>,
}

impl<'a> Columns<'a> {
    fn add(&mut self, noted: &'a Noted) {
        let subject = noted.subject.as_ref();
        self.ids.push(noted.id.uuid());
        self.deliveries.push(noted.delivery.uuid());
        self.advertisers
            .push(noted.holder.map(|holder| holder.0.uuid()));
        self.assets.push(noted.holder.map(|holder| holder.1.uuid()));
        self.contacts.push(noted.contact.map(ContactId::uuid));
        self.kinds.push(noted.kind.as_str());
        self.outcomes.push(noted.outcome.as_str());
        self.sent.push(noted.sent_at);
        self.received.push(noted.received_at);
        self.keys.push(noted.key.as_deref());
        self.mids.push(noted.mid_hash.as_deref());
        self.asset_kinds
            .push(subject.map(|subject| subject.0.as_str()));
        self.asset_ids
            .push(subject.map(|subject| subject.1.as_str()));
        self.channels
            .push(subject.map(|subject| channel(subject.0).as_str()));
        self.ads.push(noted.has_ad);
        self.clicks.push(noted.has_click);
    }
}
