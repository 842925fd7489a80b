//! A row of the inbox, and why it says who wrote, or not.

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, AssetKind, Channel, ContactId, MessageKind, MessageOutcome, WebhookMessageId,
    console::InboxRow,
};
use sqlx::FromRow;
use text::Text;
use uuid::Uuid;

use crate::advertisers::moment;

/// What a page shows beside the message's own columns, looked up for its rows only.
pub(super) const JOIN: &str = ") SELECT page.id, page.delivery_id, page.received_at, page.sent_at, page.channel, page.asset_kind,
        page.asset_meta_id, asset.name AS asset_name, page.advertiser_id, advertiser.name AS advertiser_name,
        page.kind, page.outcome, page.has_ad, page.has_click, page.contact_id, contact.hint,
        EXISTS (SELECT FROM contact_click WHERE contact_click.advertiser_id = page.advertiser_id
                AND contact_click.contact_id = page.contact_id) AS has_clicks
    FROM page
    LEFT JOIN advertiser ON advertiser.id = page.advertiser_id
    LEFT JOIN asset ON asset.advertiser_id = page.advertiser_id AND asset.id = page.asset_id
    LEFT JOIN contact ON contact.advertiser_id = page.advertiser_id AND contact.id = page.contact_id
    ORDER BY page.id DESC";

#[derive(FromRow)]
pub(super) struct Found {
    pub id: WebhookMessageId,
    pub delivery_id: Uuid,
    received_at: DateTime<Utc>,
    sent_at: DateTime<Utc>,
    channel: Option<Channel>,
    pub asset_kind: Option<AssetKind>,
    pub asset_meta_id: Option<String>,
    asset_name: Option<String>,
    advertiser_id: Option<AdvertiserId>,
    advertiser_name: Option<String>,
    kind: MessageKind,
    outcome: MessageOutcome,
    has_ad: bool,
    has_click: bool,
    contact_id: Option<ContactId>,
    hint: Option<String>,
    has_clicks: bool,
}

impl Found {
    pub(super) fn shown(self, text: Text, zone: &str) -> InboxRow {
        InboxRow {
            has_identity: self.has_identity(),
            why: self.why(text),
            id: self.id,
            received: moment(zone, self.received_at),
            sent: moment(zone, self.sent_at),
            channel: self.channel,
            asset_name: self.asset_name.unwrap_or_default(),
            asset_meta_id: self.asset_meta_id.unwrap_or_default(),
            advertiser: self
                .advertiser_id
                .map(|id| (id, self.advertiser_name.unwrap_or_default())),
            kind: self.kind,
            outcome: self.outcome,
            from_ad: self.has_ad || self.has_click,
            contact: self.contact_id,
            contact_hint: self
                .hint
                .map(|hint| format!("•••{hint}"))
                .unwrap_or_default(),
        }
    }

    /// On WhatsApp events are counted by the click; elsewhere by the person's id.
    fn has_identity(&self) -> bool {
        self.outcome == MessageOutcome::Contact
            && self.contact_id.is_some()
            && (self.channel != Some(Channel::Whatsapp) || self.has_clicks)
    }

    fn why(&self, text: Text) -> String {
        let asset = self.asset_kind.map_or("", |kind| text.asset_kind(kind));
        let is_account = self.kind == MessageKind::AccountUpdate;
        let is_whatsapp = self.channel == Some(Channel::Whatsapp);
        match self.outcome {
            MessageOutcome::Contact if self.contact_id.is_none() => {
                text.inbox_why_erased().to_owned()
            }
            MessageOutcome::Contact if is_whatsapp && self.has_click => {
                text.inbox_why_clicked().to_owned()
            }
            MessageOutcome::Contact if is_whatsapp && self.has_clicks => {
                text.inbox_why_clicked_before().to_owned()
            }
            MessageOutcome::Contact if is_whatsapp => text.inbox_why_no_click().to_owned(),
            MessageOutcome::Contact if self.has_ad => text.inbox_why_known_ad(asset),
            MessageOutcome::Contact => text.inbox_why_known(asset),
            MessageOutcome::Echo => text.inbox_why_echo().to_owned(),
            MessageOutcome::NoSender => text.inbox_why_no_sender().to_owned(),
            MessageOutcome::Unrouted if is_account => text.inbox_why_unrouted_account().to_owned(),
            MessageOutcome::Unrouted => text.inbox_why_unrouted(asset),
            MessageOutcome::Ignored if is_account => text.inbox_why_ignored_account().to_owned(),
            MessageOutcome::Ignored => text.inbox_why_ignored().to_owned(),
            MessageOutcome::Unreadable => text.inbox_why_unreadable().to_owned(),
            MessageOutcome::Connection => text.inbox_why_connection().to_owned(),
            MessageOutcome::Recorded => text.inbox_why_recorded().to_owned(),
            MessageOutcome::Reported => text.inbox_why_reported().to_owned(),
            MessageOutcome::Refused => text.inbox_why_refused().to_owned(),
        }
    }
}
