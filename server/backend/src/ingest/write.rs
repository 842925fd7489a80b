//! The statements that write events: their keys first, then the events with their payloads.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{AdvertiserId, ApiKeyId, ContactId, EventId, PersonId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{NewEvent, Origin};
use crate::{Error, seal::KeyRing};

/// PostgreSQL found two transactions that wait for each other.
const DEADLOCK: &str = "40P01";

/// So many events are sealed before something else gets its turn.
const SLICE: usize = 64;

/// An event as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// The event that holds its key, when that is another.
    pub duplicate_of: Option<EventId>,
    /// It holds its key already: the same form was sent twice, and nothing was written.
    pub was_there: bool,
}

/// Why nothing was written.
pub(crate) enum Trouble {
    /// Something moved meanwhile: the same may well succeed.
    LostRace,
    /// It did not work.
    Failed(Error),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(db) if db.code().as_deref() == Some(DEADLOCK) => Self::LostRace,
            _ => Self::Failed(error.into()),
        }
    }
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::LostRace => Self::Internal("events were written and freed at the same time"),
            Trouble::Failed(error) => error,
        }
    }
}

type Key<'a> = (AdvertiserId, &'a [u8]);

/// Writes events, duplicates included. The transaction may be the partner's, or that of the one advertiser whose events
/// they are.
pub(crate) async fn events(
    tx: &mut PgConnection,
    ring: &KeyRing,
    events: &[&NewEvent],
    now: DateTime<Utc>,
) -> Result<Vec<Written>, Trouble> {
    // Within one request, too, the first of a key holds it.
    let mut first: HashMap<Key<'_>, EventId> = HashMap::with_capacity(events.len());
    for event in events {
        first
            .entry((event.origin.advertiser, &event.dedup_key))
            .or_insert(event.id);
    }
    let (holders, sealed) = tokio::join!(take_keys(tx, &first, now), seal(ring, events));
    let holders = holders?;
    let written: Vec<Written> = events
        .iter()
        .map(|event| {
            let key: Key<'_> = (event.origin.advertiser, &event.dedup_key);
            let holder = holders.get(&key).or(first.get(&key)).copied();
            Written {
                duplicate_of: holder.filter(|holder| *holder != event.id),
                was_there: holders.get(&key) == Some(&event.id),
            }
        })
        .collect();
    let fresh: Vec<Fresh<'_>> = events
        .iter()
        .zip(&written)
        .zip(&sealed)
        .filter(|((_, written), _)| !written.was_there)
        .map(|((event, written), sealed)| Fresh {
            event,
            duplicate_of: written.duplicate_of,
            sealed,
        })
        .collect();
    if !fresh.is_empty() {
        insert(tx, &fresh, now).await?;
    }
    Ok(written)
}

/// The payloads, sealed while PostgreSQL takes the keys: in slices, between which the statement goes on its way.
async fn seal(ring: &KeyRing, events: &[&NewEvent]) -> Vec<Vec<u8>> {
    let mut sealed = Vec::with_capacity(events.len());
    for slice in events.chunks(SLICE) {
        let slice = slice.iter();
        sealed.extend(slice.map(|event| ring.seal(event.payload_place(), &event.body)));
        tokio::task::yield_now().await;
    }
    sealed
}

/// Takes the keys that are free; answers who holds the others. Always in the order of the keys, so that two transactions
/// with the same events wait for each other and never in a circle.
async fn take_keys<'a>(
    tx: &mut PgConnection,
    wanted: &HashMap<Key<'a>, EventId>,
    now: DateTime<Utc>,
) -> Result<HashMap<Key<'a>, EventId>, Trouble> {
    let mut sorted: Vec<(Key<'a>, EventId)> = wanted.iter().map(|(key, id)| (*key, *id)).collect();
    sorted.sort_unstable();
    let (advertisers, keys) = columns(sorted.iter().map(|(key, _)| *key));
    let ids: Vec<Uuid> = sorted.iter().map(|(_, id)| id.uuid()).collect();
    let taken = sqlx::query!(
        r#"INSERT INTO dedup_key (advertiser_id, key, event_id, at)
           SELECT wanted.advertiser_id, wanted.key, wanted.event_id, $4
           FROM unnest($1::uuid[], $2::bytea[], $3::uuid[]) WITH ORDINALITY AS wanted (advertiser_id, key, event_id, place)
           ORDER BY wanted.place
           ON CONFLICT ON CONSTRAINT dedup_key_pk DO NOTHING
           RETURNING event_id AS "id: EventId""#,
        &advertisers,
        &keys as _,
        &ids,
        now,
    )
    .fetch_all(&mut *tx)
    .await?;
    if taken.len() == sorted.len() {
        return Ok(HashMap::new());
    }
    let taken: std::collections::HashSet<EventId> = taken.into_iter().map(|row| row.id).collect();
    let held: Vec<Key<'a>> = sorted
        .into_iter()
        .filter(|(_, id)| !taken.contains(id))
        .map(|(key, _)| key)
        .collect();
    let (advertisers, keys) = columns(held.iter().copied());
    let holders = sqlx::query!(
        r#"SELECT held.place AS "place!", dedup_key.event_id AS "id: EventId"
           FROM unnest($1::uuid[], $2::bytea[]) WITH ORDINALITY AS held (advertiser_id, key, place)
           JOIN dedup_key ON dedup_key.advertiser_id = held.advertiser_id AND dedup_key.key = held.key"#,
        &advertisers,
        &keys as _,
    )
    .fetch_all(&mut *tx)
    .await?;
    if holders.len() < held.len() {
        // Freed between the two statements: the next try may take it.
        return Err(Trouble::LostRace);
    }
    Ok(holders
        .into_iter()
        .filter_map(|row| {
            let place = usize::try_from(row.place).ok()?.checked_sub(1)?;
            Some((*held.get(place)?, row.id))
        })
        .collect())
}

fn columns<'a>(keys: impl Iterator<Item = Key<'a>>) -> (Vec<Uuid>, Vec<&'a [u8]>) {
    keys.map(|(advertiser, key)| (advertiser.uuid(), key))
        .unzip()
}

/// An event that is to be written.
struct Fresh<'a> {
    event: &'a NewEvent,
    duplicate_of: Option<EventId>,
    /// Its body.
    sealed: &'a [u8],
}

/// The rows themselves, in two statements. A duplicate keeps no payload: nothing will ever be sent of it.
async fn insert(
    tx: &mut PgConnection,
    fresh: &[Fresh<'_>],
    now: DateTime<Utc>,
) -> Result<(), Trouble> {
    // Texts and bytes are lent, not copied.
    macro_rules! column {
        ($rows:ident, |$row:ident| $value:expr) => {
            &$rows.iter().map(|$row| $value).collect::<Vec<_>>()[..]
        };
    }
    // What is the same for many is sent once, and each event says which it is of.
    let mut origins: Vec<&Origin> = Vec::new();
    let mut places: Vec<i64> = Vec::with_capacity(fresh.len());
    let mut place = 0;
    for Fresh { event, .. } in fresh {
        if origins.last() != Some(&&event.origin) {
            origins.push(&event.origin);
            place += 1;
        }
        places.push(place);
    }
    sqlx::query!(
        "INSERT INTO event (advertiser_id, id, connection_id, dataset_id, lane_id, contact_id, channel, name, event_time,
                            external_id, order_id, value, currency, test_code, source, created_by, api_key_id, dedup_key,
                            duplicate_of, accepted_at, state, state_at, due_at, person_hash)
         SELECT advertiser_id, id, connection_id, dataset_id, lane_id, known.contact_id, channel, name, event_time,
                external_id, order_id, value, currency, test_code, source, created_by, api_key_id, dedup_key,
                duplicate_of, $1::timestamptz, CASE WHEN duplicate_of IS NULL THEN 'queued' ELSE 'duplicate' END, $1::timestamptz,
                CASE WHEN duplicate_of IS NULL THEN $1::timestamptz END,
                CASE WHEN known.contact_id IS NULL THEN person_hash END
         FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[],
                     $10::uuid[], $11::uuid[])
              WITH ORDINALITY AS origin (advertiser_id, connection_id, dataset_id, lane_id, asset_id, channel, test_code,
                                         source, created_by, api_key_id, place)
         JOIN unnest($12::bigint[], $13::uuid[], $14::uuid[], $15::bytea[], $16::text[], $17::timestamptz[], $18::text[],
                     $19::text[], $20::numeric[], $21::text[], $22::bytea[], $23::uuid[])
              AS fresh (origin, id, contact_id, person_hash, name, event_time, external_id, order_id, value, currency,
                        dedup_key, duplicate_of)
              ON fresh.origin = origin.place,
              -- OFFSET: looked for once, though used twice.
              LATERAL (SELECT coalesce(fresh.contact_id, CASE origin.channel
                    WHEN 'whatsapp' THEN (SELECT contact_click.contact_id FROM contact_click
                        WHERE contact_click.advertiser_id = origin.advertiser_id
                          AND contact_click.click_hash = fresh.person_hash LIMIT 1)
                    ELSE (SELECT contact.id FROM contact
                        WHERE contact.advertiser_id = origin.advertiser_id AND contact.asset_id = origin.asset_id
                          AND contact.identity_hash = fresh.person_hash) END) AS contact_id OFFSET 0) AS known",
        now,
        column!(origins, |origin| origin.advertiser.uuid()) as _,
        column!(origins, |origin| origin.connection.uuid()) as _,
        column!(origins, |origin| origin.dataset.uuid()) as _,
        column!(origins, |origin| origin.lane.uuid()) as _,
        column!(origins, |origin| origin.asset.uuid()) as _,
        column!(origins, |origin| origin.channel.as_str()) as _,
        column!(origins, |origin| origin.test_code.as_str()) as _,
        column!(origins, |origin| origin.source.as_str()) as _,
        column!(origins, |origin| origin.created_by.map(PersonId::uuid)) as _,
        column!(origins, |origin| origin.api_key.map(ApiKeyId::uuid)) as _,
        &places,
        column!(fresh, |it| it.event.id.uuid()) as _,
        column!(fresh, |it| it.event.contact.map(ContactId::uuid)) as _,
        column!(fresh, |it| it.event.person_hash.as_slice()) as _,
        column!(fresh, |it| it.event.name.as_str()) as _,
        column!(fresh, |it| it.event.event_time) as _,
        column!(fresh, |it| it.event.external_id.as_str()) as _,
        column!(fresh, |it| it.event.order_id.as_deref()) as _,
        column!(fresh, |it| it.event.value) as _,
        column!(fresh, |it| it.event.currency.as_deref()) as _,
        column!(fresh, |it| it.event.dedup_key.as_slice()) as _,
        column!(fresh, |it| it.duplicate_of.map(EventId::uuid)) as _,
    )
    .execute(&mut *tx)
    .await?;
    let sent = || fresh.iter().filter(|fresh| fresh.duplicate_of.is_none());
    let advertisers: Vec<Uuid> = sent()
        .map(|sent| sent.event.origin.advertiser.uuid())
        .collect();
    let ids: Vec<Uuid> = sent().map(|sent| sent.event.id.uuid()).collect();
    let bodies: Vec<&[u8]> = sent().map(|sent| sent.sealed).collect();
    sqlx::query!(
        "INSERT INTO event_payload (advertiser_id, id, body_sealed)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[])",
        &advertisers,
        &ids,
        &bodies as _,
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
