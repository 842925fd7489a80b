//! What programs send and get, as the document describes it.

use backend::ListedConnection;
use chrono::{DateTime, Utc};
use domain::console::{Attempt, EventDetail, EventRow, Moment};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use utoipa::{IntoParams, ToSchema};

/// Events in Meta's shape. Read by hand, since Meta takes it in so many forms.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes a body that is read field by field")]
pub(super) struct MetaEvents {
    /// The API key, where it is in neither header nor address.
    access_token: Option<String>,
    /// At most 1,000.
    data: Vec<MetaEvent>,
    /// From Events Manager: shows the events under *Test events*. They count all the same. It holds for 24 hours from the
    /// first event that names it; then events that name it are live.
    test_event_code: Option<String>,
    /// Taken and left aside: the partner's own name is sent.
    partner_agent: Option<String>,
}

/// One event in Meta's shape. Further keys that Meta takes go out as they come.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes a body that is read field by field")]
pub(super) struct MetaEvent {
    /// One of the fourteen names of business messaging.
    #[schema(example = "Purchase")]
    event_name: String,
    /// Unix seconds, not older than seven days and not in the future.
    #[schema(example = 1_795_359_600_i64)]
    event_time: i64,
    /// Your own id of the event: the same id and name are taken once in 35 days.
    #[schema(example = "order-1007-paid")]
    event_id: Option<String>,
    /// Always `business_messaging`.
    #[schema(example = "business_messaging")]
    action_source: String,
    /// `messenger`, `instagram` or `whatsapp`.
    #[schema(example = "messenger")]
    messaging_channel: String,
    /// Messenger: `page_id` and `page_scoped_user_id`. Instagram: `ig_account_id` and `ig_sid`. WhatsApp:
    /// `whatsapp_business_account_id` and `ctwa_clid`; at a Page's dataset, `page_id` and `ctwa_clid`.
    user_data: MetaUserData,
    /// `value` and `currency` (a purchase needs both), `order_id`, `contents` and what else Meta takes.
    custom_data: Option<MetaCustomData>,
}

/// Whom an event is about.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes a body that is read field by field")]
pub(super) struct MetaUserData {
    /// The Page's id: on Messenger, and on WhatsApp at a Page's dataset.
    #[schema(example = "10001")]
    page_id: Option<String>,
    /// Messenger: the person, as this Page knows them.
    #[schema(example = "7123456789012345")]
    page_scoped_user_id: Option<String>,
    /// Instagram: the professional account's id.
    ig_account_id: Option<String>,
    /// Instagram: the person, as this account knows them.
    ig_sid: Option<String>,
    /// WhatsApp: the WhatsApp Business Account's id.
    whatsapp_business_account_id: Option<String>,
    /// WhatsApp: the click on the ad that led to the conversation.
    ctwa_clid: Option<String>,
}

/// The business side of an event.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes a body that is read field by field")]
pub(super) struct MetaCustomData {
    /// In major units: 4,800 yen are 4800.
    #[schema(example = 4800)]
    value: Option<f64>,
    /// ISO 4217.
    #[schema(example = "JPY")]
    currency: Option<String>,
    /// Your order number.
    #[schema(example = "A-1007")]
    order_id: Option<String>,
    /// Product ids with quantities and prices.
    contents: Option<Vec<NewItem>>,
}

/// An event as your own system knows it. Whom it is about is said by `contact`, or by `connection` and `person`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEvent {
    /// A contact of Patchbay's.
    #[schema(example = "con_0192f0c17e5b7c3a9d1e2f3a4b5c6d7e")]
    pub contact: Option<String>,
    /// The connection in which the person wrote.
    pub connection: Option<String>,
    /// The person as the channel names them in the conversation: on Messenger and Instagram the id that came with their
    /// message, on WhatsApp the business-scoped id or the phone number in digits.
    pub person: Option<String>,
    /// One of the fourteen names of business messaging.
    #[schema(example = "Purchase")]
    pub event_name: String,
    /// Unix seconds; left out: now.
    pub event_time: Option<i64>,
    /// Your own id of the event: the same id and name are taken once in 35 days.
    #[schema(example = "order-1007-paid")]
    pub event_id: Option<String>,
    /// From Events Manager: shows the event under *Test events*. It counts all the same. It holds for 24 hours from the first
    /// event that names it; then events that name it are live.
    pub test_event_code: Option<String>,
    /// In major units: 4,800 yen are 4800.
    #[schema(value_type = Option<f64>, example = 4800)]
    pub value: Option<Number>,
    /// ISO 4217.
    #[schema(example = "JPY")]
    pub currency: Option<String>,
    /// Your order number.
    pub order_id: Option<String>,
    /// What it was about.
    pub content_name: Option<String>,
    /// Of which category.
    pub content_category: Option<String>,
    /// `product` or `product_group`.
    pub content_type: Option<String>,
    /// Product ids without quantities.
    pub content_ids: Option<Vec<String>>,
    /// Product ids with quantities and prices.
    pub contents: Option<Vec<NewItem>>,
}

/// One item.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewItem {
    /// The product's id.
    pub id: String,
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
    /// The price of one.
    #[schema(value_type = Option<f64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_price: Option<Number>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl NewEvent {
    /// The business side, by Meta's names.
    pub(super) fn custom_data(&self) -> Map<String, Value> {
        let mut data = Map::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                data.insert(key.to_owned(), value);
            }
        };
        put("value", self.value.clone().map(Value::Number));
        put("currency", self.currency.clone().map(Value::from));
        put("order_id", self.order_id.clone().map(Value::from));
        put("content_name", self.content_name.clone().map(Value::from));
        put(
            "content_category",
            self.content_category.clone().map(Value::from),
        );
        put("content_type", self.content_type.clone().map(Value::from));
        put("content_ids", self.content_ids.clone().map(Value::from));
        put(
            "contents",
            self.contents
                .as_ref()
                .and_then(|items| serde_json::to_value(items).ok()),
        );
        data
    }
}

/// An event that is committed.
#[derive(Serialize, ToSchema)]
pub(super) struct TakenEvent {
    /// Which.
    pub id: String,
    /// The event that came first, when this one was seen before: it is recorded and never sent.
    pub duplicate_of: Option<String>,
    /// What is doubtful about it, though it is sent.
    pub warnings: Vec<String>,
    /// Whether it shows under *Test events*. False without a test code, and where the code has ended: the event is live then,
    /// and `warnings` says so.
    pub is_test: bool,
}

/// Which events to list.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EventsQuery {
    /// One advertiser's.
    pub advertiser: Option<String>,
    /// `messenger`, `instagram` or `whatsapp`.
    pub channel: Option<String>,
    /// One name.
    pub name: Option<String>,
    /// One state: `queued`, `sending`, `retrying`, `delivered`, `delivered_with_warning`, `unconfirmed`, `parked`,
    /// `rejected`, `duplicate` or `expired`.
    pub state: Option<String>,
    /// One contact's.
    pub contact: Option<String>,
    /// One order's, exactly as it was sent.
    pub order_id: Option<String>,
    /// Accepted at or after, as RFC 3339; seven days ago if left out.
    #[param(format = "date-time")]
    pub from: Option<String>,
    /// Accepted before, as RFC 3339.
    #[param(format = "date-time")]
    pub until: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// Which connections to list.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ConnectionsQuery {
    /// One advertiser's.
    pub advertiser: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// A page of events, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct EventList {
    pub events: Vec<ListedEvent>,
    /// Give it as `after` for the next page; none: this was the last.
    pub next: Option<String>,
}

/// An event in a list. Nobody's identifier is in it.
#[derive(Serialize, ToSchema)]
pub(super) struct ListedEvent {
    pub id: String,
    pub advertiser: String,
    pub name: String,
    pub channel: String,
    /// Where it stands.
    pub state: String,
    /// When it happened.
    pub event_time: DateTime<Utc>,
    /// When it was committed here.
    pub accepted_at: DateTime<Utc>,
    /// As a decimal text.
    pub value: Option<String>,
    pub currency: Option<String>,
    pub order_id: Option<String>,
    /// None for a live event.
    pub test_event_code: Option<String>,
}

/// An event with everything known of it.
#[derive(Serialize, ToSchema)]
pub(super) struct ReadEvent {
    #[serde(flatten)]
    pub event: ListedEvent,
    /// Your own id of it, or ours where you gave none.
    pub event_id: String,
    /// The dataset's id at Meta.
    pub dataset_id: String,
    pub connection: String,
    /// How it came: `studio`, `ingest`, `api` or `csv`.
    pub source: String,
    /// The event that came first, when this one was seen before.
    pub duplicate_of: Option<String>,
    /// Why it is not delivered, in one sentence.
    pub cause: Option<String>,
    /// What to do about it, in one sentence.
    pub remedy: Option<String>,
    /// Every request that carried it, oldest first.
    pub attempts: Vec<ReadAttempt>,
}

/// One request to Meta.
#[derive(Serialize, ToSchema)]
pub(super) struct ReadAttempt {
    pub id: String,
    pub started_at: DateTime<Utc>,
    pub latency_ms: Option<i32>,
    /// How many events it carried.
    pub events: usize,
    pub http_status: Option<i32>,
    /// None while it is under way.
    pub outcome: Option<String>,
    /// Meta's handle for its support.
    pub fbtrace_id: Option<String>,
    pub code: Option<i64>,
    pub subcode: Option<i64>,
}

/// A page of connections, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct ConnectionList {
    pub connections: Vec<ReadConnection>,
    /// Give it as `after` for the next page; none: this was the last.
    pub next: Option<String>,
}

/// A connection.
#[derive(Serialize, ToSchema)]
pub(super) struct ReadConnection {
    pub id: String,
    pub advertiser: String,
    pub channel: String,
    /// What the Page or account is called.
    pub asset_name: String,
    /// Its id at Meta.
    pub asset_id: String,
    /// The dataset's id at Meta: the address to send events to.
    pub dataset_id: Option<String>,
    /// What the dataset is linked to: `page`, `instagram`, `waba` or `page_linked_whatsapp`.
    pub dataset_kind: Option<String>,
    /// `healthy`, `degraded`, `reconnect`, `misconfigured` or `disconnected`.
    pub health: String,
    /// Why it is not healthy.
    pub cause: Option<String>,
    /// When somebody last wrote.
    pub last_inbound_at: Option<DateTime<Utc>>,
    /// When Meta last counted an event.
    pub last_accepted_at: Option<DateTime<Utc>>,
}

fn at(moment: Moment) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(moment.ms).unwrap_or_default()
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

impl From<EventRow> for ListedEvent {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id.to_string(),
            advertiser: row.advertiser_id.to_string(),
            name: row.name.to_string(),
            channel: row.channel.to_string(),
            state: row.state.to_string(),
            event_time: at(row.event_time),
            accepted_at: at(row.accepted),
            value: some(row.value),
            currency: some(row.currency),
            order_id: some(row.order_id),
            test_event_code: some(row.test_code),
        }
    }
}

impl From<EventDetail> for ReadEvent {
    fn from(event: EventDetail) -> Self {
        let (cause, remedy) = event
            .explanation
            .map(|explanation| (explanation.cause, explanation.remedy))
            .unzip();
        Self {
            event: event.row.into(),
            event_id: event.external_id,
            dataset_id: event.dataset_meta_id,
            connection: event.connection_id.to_string(),
            source: event.source.to_string(),
            duplicate_of: event.duplicate_of.map(|id| id.to_string()),
            cause,
            remedy,
            attempts: event.attempts.into_iter().map(ReadAttempt::from).collect(),
        }
    }
}

impl From<Attempt> for ReadAttempt {
    fn from(attempt: Attempt) -> Self {
        Self {
            id: attempt.id.to_string(),
            started_at: at(attempt.started),
            latency_ms: attempt.latency_ms,
            events: attempt.events,
            http_status: attempt.http_status,
            outcome: attempt.outcome.map(|outcome| outcome.to_string()),
            fbtrace_id: some(attempt.fbtrace_id),
            code: attempt.code,
            subcode: attempt.subcode,
        }
    }
}

impl From<ListedConnection> for ReadConnection {
    fn from(connection: ListedConnection) -> Self {
        Self {
            id: connection.id.to_string(),
            advertiser: connection.advertiser.to_string(),
            channel: connection.channel.to_string(),
            asset_name: connection.asset_name,
            asset_id: connection.asset_id,
            dataset_id: connection.dataset_id,
            dataset_kind: connection.dataset_kind.map(|kind| kind.to_string()),
            health: connection.health.to_string(),
            cause: connection.cause.map(|cause| cause.to_string()),
            last_inbound_at: connection.last_inbound_at,
            last_accepted_at: connection.last_accepted_at,
        }
    }
}
