//! Taking a received webhook apart: each message once, to the advertiser whose Page, account or WABA it came to.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AdvertiserId, AssetId, AssetKind, Channel, MessageKind, MessageOutcome, WebhookDeliveryId,
};
use graph::webhook::{Entry, Item, Kind, Object, entries};

use super::{body_place, noted::Noted};
use crate::{Backend, Error, Result, Scope, Tx, contacts::Sighting};

/// A message dated further from its arrival than this has a broken date.
const PLAUSIBLE: TimeDelta = TimeDelta::days(370);

/// What a webhook is about: the asset's kind, and Meta's id.
pub(super) type Subject = (AssetKind, String);

/// Who holds what.
pub(super) type Routes = HashMap<Subject, (AdvertiserId, AssetId)>;

/// One thing that happened, ready to be noted.
pub(super) struct Message {
    pub key: Vec<u8>,
    pub subject: Subject,
    pub at: DateTime<Utc>,
    pub item: Item,
}

/// A webhook as it waits to be read.
pub(super) struct Delivery {
    pub id: WebhookDeliveryId,
    pub received_at: DateTime<Utc>,
    pub sealed: Vec<u8>,
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
            let Some(delivery) = tx.unsplit_webhook().await? else {
                return Ok(count);
            };
            let id = delivery.id;
            let split = match self.keys().open(body_place(id), &delivery.sealed) {
                Ok(raw) => self.split(&mut tx, &delivery, &raw).await,
                Err(error) => Err(error),
            };
            match split {
                Ok(()) => {}
                Err(error) if may_pass(&error) => return Err(error),
                Err(error) => {
                    tracing::error!(webhook.id = %id, error = &error as &dyn std::error::Error, "a webhook could not be read");
                    drop(tx);
                    tx = self.begin(&Scope::system()).await?;
                    let unreadable = self.noted(&delivery, MessageOutcome::Unreadable);
                    tx.note_messages(&[unreadable]).await?;
                }
            }
            let relayed = tx.hand_on(delivery.id, delivery.received_at).await?;
            tx.mark_split(id).await?;
            tx.commit().await?;
            if relayed {
                self.0.relays.notify_one();
            }
            count += 1;
        }
    }

    async fn split(&self, tx: &mut Tx, delivery: &Delivery, raw: &[u8]) -> Result<()> {
        let Ok(entries) = entries(raw) else {
            let unreadable = self.noted(delivery, MessageOutcome::Unreadable);
            return tx.note_messages(&[unreadable]).await;
        };
        let mut updates = self.updates(&entries);
        let mut automatic = self.automatic(&entries);
        let mut messages = self.messages(entries, delivery.received_at);
        // Always locked in the same order, whichever webhook they came in: keys, then contacts, then connections.
        let said = messages.iter().map(|message| &message.key);
        let said = said.chain(updates.iter().map(|update| &update.key));
        let said = said.chain(automatic.iter().map(|seen| &seen.key));
        let mut keys: Vec<_> = said.cloned().collect();
        keys.sort_unstable();
        let fresh = tx.keep_new_keys(&keys).await?;
        messages.retain(|message| fresh.contains(&message.key));
        updates.retain(|update| fresh.contains(&update.key));
        automatic.retain(|seen| fresh.contains(&seen.key));

        let updated = updates.iter().map(super::account::Update::subject);
        let seen = automatic.iter().map(super::automatic::Automatic::subject);
        let routes = tx.routes(&messages, updated.chain(seen)).await?;
        let mut noted = Vec::new();
        for seen in &automatic {
            noted.push(self.take_automatic(tx, delivery, seen, &routes).await?);
        }
        noted.extend(
            self.take_messages(tx, delivery, &mut messages, &routes)
                .await?,
        );
        for update in &updates {
            let outcome = self.follow_update(tx, update, &routes).await?;
            noted.push(Noted {
                kind: MessageKind::AccountUpdate,
                key: Some(update.key.clone()),
                holder: routes.get(&update.subject()).copied(),
                ..self.noted(delivery, outcome).about(&update.subject())
            });
        }
        tx.note_messages(&noted).await
    }

    /// Lets the advertisers know who wrote; answers what to note of each.
    pub(super) async fn take_messages(
        &self,
        tx: &mut Tx,
        delivery: &Delivery,
        messages: &mut [Message],
        routes: &Routes,
    ) -> Result<Vec<Noted>> {
        messages.sort_by(|one, other| {
            (&one.subject, one.item.person()).cmp(&(&other.subject, other.item.person()))
        });
        let mut noted = Vec::with_capacity(messages.len());
        for message in messages.iter() {
            noted.push(self.route(tx, delivery, message, routes).await?);
        }
        tx.note_inbound(messages, routes).await?;
        Ok(noted)
    }

    /// Finds whose it is, and the contact that it is from.
    async fn route(
        &self,
        tx: &mut Tx,
        delivery: &Delivery,
        message: &Message,
        routes: &Routes,
    ) -> Result<Noted> {
        let (kind, item) = (message.subject.0, &message.item);
        let referral = item.referral.as_ref();
        let click = referral.and_then(|referral| referral.ctwa_clid.as_deref());
        let ad_id = referral.and_then(|referral| referral.ad_id.as_deref());
        let holder = routes.get(&message.subject).copied();
        let mut noted = Noted {
            kind: kind_of(item.kind),
            key: Some(message.key.clone()),
            mid_hash: item.mid.as_ref().map(|mid| self.mid_hash(mid)),
            sent_at: message.at,
            holder,
            has_ad: ad_id.is_some(),
            has_click: click.is_some(),
            ..self
                .noted(delivery, MessageOutcome::Unrouted)
                .about(&message.subject)
        };
        let Some((advertiser, asset)) = holder else {
            return Ok(noted);
        };
        noted.outcome = match item.person() {
            _ if item.is_echo => MessageOutcome::Echo,
            _ if item.kind == Kind::Other => MessageOutcome::Ignored,
            None => MessageOutcome::NoSender,
            Some(sender) if sender == message.subject.1 => MessageOutcome::Echo,
            Some(sender) => {
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
                    ad_id,
                    click,
                    wrote: item.kind != Kind::Referral,
                };
                noted.contact = Some(self.see_contact(tx, advertiser, &seen).await?);
                MessageOutcome::Contact
            }
        };
        Ok(noted)
    }

    pub(super) fn messages(&self, entries: Vec<Entry>, received_at: DateTime<Utc>) -> Vec<Message> {
        let mut seen = HashSet::new();
        let each = entries.into_iter().flat_map(|entry| {
            let subject = (asset_kind(entry.object), entry.id);
            self.messages_of(&subject, entry.time, entry.items, received_at, &mut seen)
        });
        each.collect()
    }

    /// The messages to one asset that were not `seen` in the same webhook.
    pub(super) fn messages_of(
        &self,
        subject: &Subject,
        time: Option<DateTime<Utc>>,
        items: Vec<Item>,
        received_at: DateTime<Utc>,
        seen: &mut HashSet<Vec<u8>>,
    ) -> Vec<Message> {
        let mut messages = Vec::new();
        for mut item in items {
            clean(&mut item);
            let said = item
                .timestamp
                .or(time)
                .filter(|at| (*at - received_at).abs() < PLAUSIBLE);
            // A date in the future would keep its sender the newest for ever.
            let at = said.unwrap_or(received_at).min(received_at);
            let key = self.key(&subject.1, &item);
            if seen.insert(key.clone()) {
                messages.push(Message {
                    key,
                    subject: subject.clone(),
                    at,
                    item,
                });
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
                let kind = kind_of(item.kind);
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

    /// By what a message is found that somebody has the id of, whichever asset it came to.
    pub(super) fn mid_hash(&self, mid: &str) -> Vec<u8> {
        self.keys().index("mid", mid)
    }
}

fn kind_of(kind: Kind) -> MessageKind {
    match kind {
        Kind::Message => MessageKind::Message,
        Kind::Postback => MessageKind::Postback,
        Kind::Referral => MessageKind::Referral,
        Kind::Other => MessageKind::Other,
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
pub(super) fn channel(kind: AssetKind) -> Channel {
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
