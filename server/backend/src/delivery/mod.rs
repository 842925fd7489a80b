//! Sending events to Meta: workers lease lanes, write an attempt before its request leaves, and record what came back.
//!
//! A lane is one dataset, channel and test code; it carries one request at a time, so that one advertiser's outage or
//! flood never delays another. Every write of a worker holds the lane's row and compares the lease's epoch: who lost
//! the lease changes no event.

mod batch;
mod lanes;
mod pauses;
mod record;
mod recovery;
#[cfg(test)]
mod tests;
mod verdict;
mod worker;

pub(crate) use batch::payload_place;
use domain::EventId;
use serde_json::value::RawValue;
pub(crate) use verdict::backoff;

/// An event on its way out: its row is `sending` once the transaction that made this has committed.
pub(crate) struct Outgoing {
    id: EventId,
    /// Requests that carried it, this one included.
    tries: i32,
    /// The element of `data`, as it goes out.
    body: Box<RawValue>,
}

fn ids(events: &[Outgoing]) -> Vec<uuid::Uuid> {
    events.iter().map(|event| event.id.uuid()).collect()
}
