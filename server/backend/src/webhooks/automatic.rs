//! Conversions that Meta saw in a WhatsApp conversation by itself: always noted; reported as events only where the partner
//! decided so, since who reports what it also sends itself counts it twice.

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, AssetId, AssetKind, DatasetKind, EventSource, MessageKind, MessageOutcome,
};
use graph::webhook::{AutomaticEvent, Entry};
use serde_json::{Value, json};

use super::{
    noted::Noted,
    split::{Delivery, Routes, Subject},
};
use crate::{Backend, Error, EventBatch, Result, Scope, Tx, ingest::read};

/// A conversion that Meta saw, and by what it is known again.
pub(super) struct Automatic {
    pub key: Vec<u8>,
    waba: String,
    event: AutomaticEvent,
}

/// Where it is reported.
struct Line {
    dataset: String,
    kind: DatasetKind,
    page: String,
}

impl Automatic {
    /// What it is about.
    pub(super) fn subject(&self) -> Subject {
        (AssetKind::Waba, self.waba.clone())
    }
}

impl Backend {
    pub(super) fn automatic(&self, entries: &[Entry]) -> Vec<Automatic> {
        let mut found: Vec<Automatic> = Vec::new();
        for entry in entries {
            for event in &entry.automatic {
                let text = format!("{}\0automatic\0{}", entry.id, event.id);
                let key = self.keys().index("webhook", &text);
                if found.iter().all(|known| known.key != key) {
                    found.push(Automatic {
                        key,
                        waba: entry.id.clone(),
                        event: event.clone(),
                    });
                }
            }
        }
        found
    }

    /// Reports it if that is wanted; answers what to note of it. Reporting is committed apart from the webhook: should that
    /// be read once more, the event is known by its id and counts once.
    pub(super) async fn take_automatic(
        &self,
        tx: &mut Tx,
        delivery: &Delivery,
        seen: &Automatic,
        routes: &Routes,
    ) -> Result<Noted> {
        let holder = routes.get(&seen.subject()).copied();
        let outcome = match holder {
            None => MessageOutcome::Unrouted,
            Some(holder) => match tx.reports_automatic(holder).await? {
                None => MessageOutcome::Recorded,
                Some(line) => self.report(seen, &line, delivery.received_at).await?,
            },
        };
        Ok(Noted {
            kind: MessageKind::AutomaticEvent,
            key: Some(seen.key.clone()),
            mid_hash: Some(self.mid_hash(&seen.event.id)),
            holder,
            has_click: seen.event.ctwa_clid.is_some(),
            sent_at: seen.event.timestamp.unwrap_or(delivery.received_at),
            ..self.noted(delivery, outcome).about(&seen.subject())
        })
    }

    async fn report(
        &self,
        seen: &Automatic,
        line: &Line,
        received_at: DateTime<Utc>,
    ) -> Result<MessageOutcome> {
        let batch = EventBatch {
            dataset: &line.dataset,
            events: vec![read::to_text(&in_metas_shape(seen, line, received_at))?],
            test_code: None,
            source: EventSource::Automatic,
        };
        match self.ingest_each(&Scope::system(), batch).await {
            Ok(answers) if answers.iter().all(Result::is_ok) => Ok(MessageOutcome::Reported),
            Ok(_) | Err(Error::NotFound(_)) => Ok(MessageOutcome::Refused),
            Err(error) => Err(error),
        }
    }
}

/// As Meta's documentation writes it: the event, and that Meta saw it itself (`meta-platform.md`, 2.5).
fn in_metas_shape(seen: &Automatic, line: &Line, received_at: DateTime<Utc>) -> Value {
    let event = &seen.event;
    let at = event.timestamp.unwrap_or(received_at).min(received_at);
    let mut person = json!({ "ctwa_clid": event.ctwa_clid });
    if line.kind == DatasetKind::PageLinkedWhatsapp {
        person["page_id"] = json!(line.page);
    } else {
        person["whatsapp_business_account_id"] = json!(seen.waba);
    }
    let mut shaped = json!({
        "event_name": event.name,
        "event_time": at.timestamp(),
        "event_id": event.id,
        "action_source": "business_messaging",
        "messaging_channel": "whatsapp",
        "user_data": person,
        "messaging_outcome_data": { "outcome_type": "automatic_events" },
    });
    if let Some(value) = &event.value {
        shaped["custom_data"] = json!({ "value": value, "currency": event.currency });
    }
    shaped
}

impl Tx {
    /// Where what Meta saw on an asset is reported; none while that is off.
    async fn reports_automatic(
        &mut self,
        (advertiser, asset): (AdvertiserId, AssetId),
    ) -> Result<Option<Line>> {
        Ok(sqlx::query_as!(
            Line,
            r#"SELECT dataset.meta_id AS dataset, asset.dataset_kind AS "kind!: DatasetKind", asset.parent_meta_id AS page
               FROM partner, asset
               JOIN dataset ON dataset.advertiser_id = asset.advertiser_id AND dataset.id = asset.dataset_id
               WHERE partner.report_automatic AND asset.advertiser_id = $1 AND asset.id = $2"#,
            advertiser.uuid(),
            asset.uuid(),
        )
        .fetch_optional(&mut **self)
        .await?)
    }
}
