//! Events from outside. One way in for all of them: Meta's shape, the native API, files, and the test studio.
//!
//! [`Backend::ingest_events`] takes a batch whole or not at all, as Meta does; [`Backend::ingest_each`] judges every event
//! by itself, for files. Both read events in Meta's shape, check them by the rules in `domain`, and commit them before
//! they return: what was answered is durable. An event that was seen before is recorded as a duplicate and answered as a
//! success, see [`dedup`].

pub(crate) mod dedup;
mod group;
mod native;
pub(crate) mod read;
mod refusal;
mod routes;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod write;

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, ApiKeyId, AssetId, Channel, ConnectionId, ContactId, DatasetId, EventDraft,
    EventId, EventSource, Identity, LaneId, Permission, PersonId, Problem, TestCode,
};
use rust_decimal::Decimal;
use serde_json::value::RawValue;

pub(crate) use group::Group;
pub(crate) use routes::{RecentRoutes, Route};

pub use native::{About, BusinessEvent, NotTaken};
pub use refusal::{Flaw, Refusal};

use crate::{
    Backend, Error, Result, Scope, contacts, delivery::payload_place, ingest::read::Reading,
    seal::Place,
};

/// Meta's limit for one request.
pub const MOST_EVENTS: usize = 1_000;

/// Events of one request, for one dataset.
pub struct EventBatch<'a> {
    /// The dataset's id at Meta.
    pub dataset: &'a str,
    /// Each as Meta's documentation writes an element of `data`. Texts, which are read one after the other: a thousand
    /// trees at once take more time to find room for than to read.
    pub events: Vec<Box<RawValue>>,
    /// `test_event_code`, which all of them carry then: it holds for its dataset for 24 hours.
    pub test_code: Option<&'a TestCode>,
    /// How they came.
    pub source: EventSource,
}

/// An event that is committed.
#[derive(Clone, Debug)]
pub struct AcceptedEvent {
    /// Which.
    pub id: EventId,
    /// The event that came first, when this one was seen before: it is recorded and never sent.
    pub duplicate_of: Option<EventId>,
    /// What is doubtful about it, though it is sent.
    pub warnings: Vec<Problem>,
    /// Whether it shows under *Test events*, should it name a code.
    pub testing: Testing,
}

/// What became of an event's test code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Testing {
    /// It named none, and is live.
    #[default]
    Live,
    /// It goes out with its code.
    Marked,
    /// Its code has ended: it goes out live, without it.
    Ended,
}

/// An event that may be written: it has kept every rule. Made in this module alone, from a [`Scope`] that may send for
/// this advertiser; see [`group`] for why that matters.
pub(crate) struct NewEvent {
    pub id: EventId,
    pub origin: Origin,
    pub contact: Option<ContactId>,
    /// The hash by which that contact, or their click, is found.
    pub person_hash: Vec<u8>,
    pub name: String,
    pub event_time: DateTime<Utc>,
    pub external_id: String,
    pub order_id: Option<String>,
    pub value: Option<Decimal>,
    pub currency: Option<String>,
    pub testing: Testing,
    pub dedup_key: Vec<u8>,
    /// What goes out, as JSON.
    pub body: Vec<u8>,
    pub warnings: Vec<Problem>,
}

impl NewEvent {
    fn payload_place(&self) -> Place {
        payload_place(self.origin.advertiser, self.id)
    }
}

/// Who sends an event, and where it goes: the same for all that one request brings for one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub advertiser: AdvertiserId,
    pub connection: ConnectionId,
    pub dataset: DatasetId,
    pub lane: LaneId,
    /// Where its person is looked for among the contacts, if it is not known which contact they are.
    pub asset: AssetId,
    pub channel: Channel,
    pub test_code: String,
    pub source: EventSource,
    pub created_by: Option<PersonId>,
    pub api_key: Option<ApiKeyId>,
}

impl Origin {
    /// The lane is the route's with this test code.
    pub(crate) fn new(
        scope: &Scope,
        source: EventSource,
        route: &Route,
        lane: LaneId,
        test_code: String,
    ) -> Self {
        Self {
            advertiser: route.advertiser,
            connection: route.connection,
            dataset: route.dataset,
            lane,
            asset: route.asset,
            channel: route.channel,
            test_code,
            source,
            created_by: scope.person_id(),
            api_key: scope.key_id(),
        }
    }
}

impl Backend {
    /// Takes a batch in Meta's shape, whole or not at all. Once it returns `Ok(Ok(_))` every event is committed, one
    /// answer for each in their order.
    ///
    /// The inner error names the first event that breaks a rule; nothing of the batch was taken then.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without [`Permission::IngestEvents`]; [`Error::NotFound`] for a dataset that is not connected
    /// here, is another advertiser's, or whose advertiser is archived; when the database fails.
    pub async fn ingest_events(
        &self,
        scope: &Scope,
        batch: EventBatch<'_>,
    ) -> Result<Result<Vec<AcceptedEvent>, Refusal>> {
        scope.require(Permission::IngestEvents)?;
        let routes = self.routes(scope, batch.dataset).await?;
        if batch.events.is_empty() {
            return Ok(Err(Refusal::whole(Flaw::NoEvents)));
        }
        if batch.events.len() > MOST_EVENTS {
            return Ok(Err(Refusal::whole(Flaw::TooMany(batch.events.len()))));
        }
        let now = self.clock().now().timestamp();
        let mut readings = Vec::with_capacity(batch.events.len());
        for (index, event) in batch.events.into_iter().enumerate() {
            match read::written(self.clock().mint(), &event, &routes, batch.test_code, now) {
                Ok(reading) => readings.push(reading),
                Err(refusal) => return Ok(Err(refusal.of_event(index))),
            }
        }
        self.settle_test_code(scope, batch.test_code, readings.iter_mut())
            .await?;
        let mut events = Vec::with_capacity(readings.len());
        for reading in readings {
            events.push(self.new_event(scope, reading, batch.source).await?);
        }
        self.commit_events(events).await.map(Ok)
    }

    /// Takes those events of a batch that keep the rules, and says of each other what is wrong with it: for files, whose
    /// rows are reported one by one. In the order of the batch, which may be of any length.
    ///
    /// # Errors
    /// As [`Backend::ingest_events`].
    pub async fn ingest_each(
        &self,
        scope: &Scope,
        batch: EventBatch<'_>,
    ) -> Result<Vec<Result<AcceptedEvent, Refusal>>> {
        scope.require(Permission::IngestEvents)?;
        let routes = self.routes(scope, batch.dataset).await?;
        let mut answers = Vec::with_capacity(batch.events.len());
        let mut rest = batch.events.into_iter();
        while rest.len() > 0 {
            let now = self.clock().now().timestamp();
            let mut readings: Vec<_> = rest
                .by_ref()
                .take(MOST_EVENTS)
                .map(|event| {
                    read::written(self.clock().mint(), &event, &routes, batch.test_code, now)
                })
                .collect();
            self.settle_test_code(scope, batch.test_code, readings.iter_mut().flatten())
                .await?;
            let mut events = Vec::with_capacity(readings.len());
            let mut refusals = Vec::with_capacity(readings.len());
            for (place, reading) in (answers.len()..).zip(readings) {
                match reading {
                    Ok(reading) => {
                        events.push(self.new_event(scope, reading, batch.source).await?);
                        refusals.push(None);
                    }
                    Err(refusal) => {
                        refusals.push(Some(refusal.of_event(place)));
                    }
                }
            }
            let mut accepted = self.commit_events(events).await?.into_iter();
            for refusal in refusals {
                answers.push(match refusal {
                    Some(refusal) => Err(refusal),
                    None => Ok(accepted
                        .next()
                        .ok_or(Error::Internal("an event has no answer"))?),
                });
            }
        }
        Ok(answers)
    }

    /// What [`Backend::ingest_each`] would say of each event, without taking any.
    ///
    /// # Errors
    /// As [`Backend::ingest_events`].
    pub(crate) async fn check_each(
        &self,
        scope: &Scope,
        batch: EventBatch<'_>,
    ) -> Result<Vec<Result<(), Refusal>>> {
        scope.require(Permission::IngestEvents)?;
        let routes = self.routes(scope, batch.dataset).await?;
        let now = self.clock().now().timestamp();
        let each = batch.events.into_iter().enumerate().map(|(index, event)| {
            match read::written(self.clock().mint(), &event, &routes, batch.test_code, now) {
                Ok(_) => Ok(()),
                Err(refusal) => Err(refusal.of_event(index)),
            }
        });
        Ok(each.collect())
    }

    /// Takes a test code that has ended out of the events that name it, before anything of them is derived from it. Costs
    /// nothing where none is named.
    async fn settle_test_code<'r, 'e: 'r>(
        &self,
        scope: &Scope,
        code: Option<&TestCode>,
        readings: impl Iterator<Item = &'r mut Reading<'e>>,
    ) -> Result<()> {
        let Some(code) = code else { return Ok(()) };
        let readings: Vec<_> = readings.collect();
        if readings.is_empty() {
            return Ok(());
        }
        let datasets = readings
            .iter()
            .map(|reading| (reading.route.advertiser, reading.route.dataset))
            .collect();
        let holds = self.use_test_code(scope, code, &datasets).await?;
        for reading in readings {
            if holds.contains(&reading.route.dataset) {
                reading.testing = Testing::Marked;
            } else {
                reading.testing = Testing::Ended;
                reading.draft.test_event_code = None;
            }
        }
        Ok(())
    }

    /// The hash by which the contact that an event is about is found, or their click.
    pub(crate) fn person_hash(&self, identity: &Identity) -> Vec<u8> {
        match identity.channel() {
            Channel::Whatsapp => contacts::click_hash(self.keys(), identity.person()),
            channel => contacts::identity_hash(self.keys(), channel, identity.person()),
        }
    }

    /// What will be written of an event that keeps the rules.
    async fn new_event(
        &self,
        scope: &Scope,
        reading: Reading<'_>,
        source: EventSource,
    ) -> Result<NewEvent> {
        let (id, route, draft) = (reading.id, reading.route, &reading.draft);
        let dedup_key = dedup::key(
            self.keys(),
            route.dataset,
            draft,
            &reading.identity,
            &reading.contents,
        );
        let test_code = draft.test_event_code.clone().unwrap_or_default();
        let lane = self.lane_for(scope, route, &test_code).await?;
        let person_hash = self.person_hash(&reading.identity);
        let event_time = DateTime::from_timestamp(draft.event_time, 0)
            .ok_or(Error::Internal("a checked time is none"))?;
        let EventDraft {
            name, custom_data, ..
        } = reading.draft;
        Ok(NewEvent {
            body: reading.body.into_bytes(),
            id,
            origin: Origin::new(scope, source, route, lane, test_code),
            contact: None,
            person_hash,
            name,
            event_time,
            external_id: reading.external_id,
            order_id: custom_data.order_id,
            value: custom_data.value,
            currency: custom_data.currency,
            testing: reading.testing,
            dedup_key,
            warnings: reading.warnings,
        })
    }
}
