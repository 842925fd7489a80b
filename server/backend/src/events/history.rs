//! A page of events, newest first, by whatever filters a URL holds.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AdvertiserId, Channel, ContactId, EventId, EventName, EventState, Permission,
    console::{EventFilter, EventPage, EventRow},
};
use rust_decimal::Decimal;
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{Backend, Result, Scope, Tx, advertisers::moment};

/// Rows on one page.
const PAGE: usize = 50;
/// How far back a list reaches that was not told.
const WINDOW: TimeDelta = TimeDelta::days(7);

/// A row as the table has it; names and hints are joined for the page alone.
#[derive(FromRow)]
struct Found {
    id: EventId,
    advertiser_id: AdvertiserId,
    advertiser_name: String,
    time_zone: String,
    channel: Channel,
    name: EventName,
    state: EventState,
    accepted_at: DateTime<Utc>,
    event_time: DateTime<Utc>,
    test_code: String,
    value: Option<Decimal>,
    currency: Option<String>,
    order_id: Option<String>,
    hint: Option<String>,
}

impl Backend {
    /// A page of events.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for another tenant's advertiser.
    pub async fn events(&self, scope: &Scope, filter: &EventFilter) -> Result<EventPage> {
        scope.require(Permission::ViewEvents)?;
        let mut tx = match filter.advertiser.or(scope.only()) {
            Some(advertiser) => self.begin_for(scope, advertiser).await?,
            None => self.begin(scope).await?,
        };
        let now = tx.now();
        let advertiser = filter.advertiser.or(scope.only());
        let mut query = page_query(filter, advertiser, now);
        let mut found: Vec<Found> = query.build_query_as().fetch_all(&mut *tx).await?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| more).map(|row| row.id);
        let rows = found.into_iter().map(EventRow::from).collect();
        Ok(EventPage {
            rows,
            next,
            now_ms: now.timestamp_millis(),
        })
    }
}

impl Tx {
    /// The list's row of one event that this transaction may see.
    pub(super) async fn event_row(&mut self, id: EventId) -> Result<Option<EventRow>> {
        let mut query = QueryBuilder::new("WITH page AS (SELECT * FROM event WHERE event.id = ");
        query.push_bind(id.uuid()).push(JOIN);
        let found: Option<Found> = query.build_query_as().fetch_optional(&mut **self).await?;
        Ok(found.map(EventRow::from))
    }
}

/// What a page shows beside the event's own columns, looked up for its rows only.
const JOIN: &str = ") SELECT page.id, page.advertiser_id, advertiser.name AS advertiser_name, advertiser.time_zone,
        page.channel, page.name, page.state, page.accepted_at, page.event_time, page.test_code, page.value,
        page.currency, page.order_id, contact.hint
    FROM page
    JOIN advertiser ON advertiser.id = page.advertiser_id
    LEFT JOIN contact ON contact.advertiser_id = page.advertiser_id AND contact.id = page.contact_id
    ORDER BY page.id DESC";

/// Only the conditions that are asked for are in the text: PostgreSQL then finds the index that fits them. Every value
/// is bound.
fn page_query(
    filter: &EventFilter,
    advertiser: Option<AdvertiserId>,
    now: DateTime<Utc>,
) -> QueryBuilder<Postgres> {
    let from = filter
        .from_ms
        .unwrap_or_else(|| (now - WINDOW).timestamp_millis());
    let mut query = QueryBuilder::new("WITH page AS (SELECT * FROM event WHERE event.id >= ");
    query.push_bind(first_id(from));
    if let Some(until) = filter.until_ms {
        query.push(" AND event.id < ").push_bind(first_id(until));
    }
    if let Some(after) = filter.after {
        query.push(" AND event.id < ").push_bind(after.uuid());
    }
    if let Some(advertiser) = advertiser {
        query
            .push(" AND event.advertiser_id = ")
            .push_bind(advertiser.uuid());
    }
    if let Some(channel) = filter.channel {
        query
            .push(" AND event.channel = ")
            .push_bind(channel.as_str());
    }
    if let Some(state) = filter.state {
        query.push(" AND event.state = ").push_bind(state.as_str());
    }
    if let Some(name) = filter.name {
        query.push(" AND event.name = ").push_bind(name.as_str());
    }
    if let Some(contact) = filter.contact {
        query
            .push(" AND event.contact_id = ")
            .push_bind(ContactId::uuid(contact));
    }
    if let Some(order) = &filter.order_id {
        query.push(" AND event.order_id = ").push_bind(order);
    }
    query
        .push(" ORDER BY event.id DESC LIMIT ")
        .push_bind(PAGE as i64 + 1)
        .push(JOIN);
    query
}

/// The smallest UUIDv7 of a moment: a window of time is a range of ids.
fn first_id(ms: i64) -> Uuid {
    Uuid::from_u128(u128::from(ms.clamp(0, (1 << 48) - 1).unsigned_abs()) << 80)
}

impl From<Found> for EventRow {
    fn from(found: Found) -> Self {
        Self {
            id: found.id,
            advertiser_id: found.advertiser_id,
            advertiser_name: found.advertiser_name,
            channel: found.channel,
            name: found.name,
            state: found.state,
            accepted: moment(&found.time_zone, found.accepted_at),
            event_time: moment(&found.time_zone, found.event_time),
            test_code: found.test_code,
            value: found
                .value
                .map(|value| value.normalize().to_string())
                .unwrap_or_default(),
            currency: found.currency.unwrap_or_default(),
            order_id: found.order_id.unwrap_or_default(),
            contact_hint: found
                .hint
                .map(|hint| format!("•••{hint}"))
                .unwrap_or_default(),
        }
    }
}
