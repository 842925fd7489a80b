//! The test studio: sending one event by hand, durably, exactly as any other event goes.

mod store;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use domain::{
    AdvertiserId, Channel, ConnectionId, ContactId, DatasetKind, Dialect, EventDraft, EventId,
    EventSource, Health, Identity, Permission, Why,
    console::{Studio, StudioAnswer, StudioConnection, StudioEvent},
};
use secrecy::ExposeSecret;

use crate::{
    Backend, Error, Result, Scope, Tx,
    advertisers::moment,
    ingest::{NewEvent, Origin, Route, Testing, dedup, write},
    test_codes,
};

/// How long a form may lie open before it is sent.
const DRAFT_LIVES: TimeDelta = TimeDelta::days(1);
/// How far the clocks of two machines may be apart.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);

impl Backend {
    /// What can be sent for an advertiser, and to whom.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn studio(&self, scope: &Scope, advertiser: AdvertiserId) -> Result<Studio> {
        scope.require(Permission::SendTestEvents)?;
        let contacts = self.recent_contacts(scope, advertiser).await?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let shown = tx.advertiser(advertiser).await?;
        let connections = sqlx::query_as!(
            StudioConnection,
            r#"SELECT connection.id AS "id: ConnectionId", connection.channel AS "channel: Channel",
                      asset.name AS asset_name, asset.meta_id AS asset_meta_id, dataset.meta_id AS dataset_meta_id,
                      asset.dataset_kind AS "dataset_kind!: DatasetKind", connection.health AS "health: Health"
               FROM connection
               JOIN asset ON asset.advertiser_id = connection.advertiser_id AND asset.id = connection.asset_id
               JOIN dataset ON dataset.advertiser_id = connection.advertiser_id AND dataset.id = asset.dataset_id
               WHERE connection.advertiser_id = $1 AND connection.health <> 'disconnected'
               ORDER BY asset.name, connection.id"#,
            advertiser.uuid(),
        )
        .fetch_all(&mut *tx)
        .await?;
        let codes = tx.test_codes(advertiser, None, &shown.time_zone).await?;
        Ok(Studio {
            test_codes: codes.into_iter().map(|(code, _)| code).collect(),
            test_code_until: moment(&shown.time_zone, tx.now() + test_codes::HOLDS),
            now: moment(&shown.time_zone, tx.now()),
            advertiser: shown,
            connections,
            contacts,
            draft_id: self.clock().mint(),
            partner_agent: self.partner_in(&mut tx).await?.agent,
            graph_base: self.graph_base(),
        })
    }

    /// Queues the event of a form. The same form sent twice makes one event.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a text that cannot be read, an unknown choice and a form that has lain open for more than
    /// a day; [`crate::error::Conflict::AdvertiserArchived`]. Broken rules are no error but the answer.
    pub async fn send_test_event(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        form: &StudioEvent,
    ) -> Result<StudioAnswer> {
        scope.require(Permission::SendTestEvents)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let zone = tx.active_advertiser(advertiser).await?.time_zone;
        let now = tx.now();
        let id = draft_id(form, now)?;
        if tx.has_event(advertiser, id).await? {
            return Ok(StudioAnswer::Accepted(id));
        }
        let target = tx.target(advertiser, form).await?;
        let (contact, identity) = self.identity(&mut tx, advertiser, form, &target).await?;
        let draft = form
            .draft(
                target.channel,
                target.kind,
                identity.presence(),
                now.timestamp(),
                |local| unix(&zone, local),
            )
            .map_err(|faults| match faults.first() {
                Some(fault) => Error::invalid(fault.field.as_str(), fault.why),
                None => Error::Internal("a form was refused without a reason"),
            })?;
        let problems = domain::validate(&draft, now.timestamp());
        if problems.iter().any(|problem| problem.is_error()) {
            return Ok(StudioAnswer::Refused(problems));
        }
        let draft = EventDraft {
            event_id: draft.event_id.or_else(|| Some(id.to_string())),
            ..draft
        };
        let event = self
            .studio_event(&mut tx, scope, id, &target, contact, &identity, draft)
            .await?;
        let written = write::events(&mut tx, self.keys(), &[&event], now).await?;
        if written.iter().all(|written| written.was_there) {
            return Ok(StudioAnswer::Accepted(id));
        }
        tx.audit("event.sent_from_studio", id).await?;
        tx.commit().await?;
        self.0.due.notify_one();
        Ok(StudioAnswer::Accepted(id))
    }

    /// What will be written of it. A form is an event of its own unless it names another's `event_id`.
    #[expect(
        clippy::too_many_arguments,
        reason = "the columns of a row come from as many places"
    )]
    async fn studio_event(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        id: EventId,
        target: &Route,
        contact: ContactId,
        identity: &Identity,
        draft: EventDraft,
    ) -> Result<NewEvent> {
        let body = serde_json::to_vec(&domain::payload(&draft, identity, Dialect::IgAccountId))
            .map_err(|_| Error::Internal("an event could not be written as JSON"))?;
        let test_code = draft.test_event_code.clone().unwrap_or_default();
        if !test_code.is_empty() {
            // Whoever types a code wants a test: one that has ended holds again.
            tx.hold_test_code(
                scope,
                target.advertiser,
                target.dataset,
                &test_code,
                TimeDelta::zero(),
            )
            .await?;
        }
        let testing = match test_code.is_empty() {
            true => Testing::Live,
            false => Testing::Marked,
        };
        let lane = tx.lane(self.clock().mint(), target, &test_code).await?;
        Ok(NewEvent {
            id,
            origin: Origin::new(scope, EventSource::Studio, target, lane, test_code),
            contact: Some(contact),
            person_hash: self.person_hash(identity),
            event_time: DateTime::from_timestamp(draft.event_time, 0)
                .ok_or(Error::invalid("event_time", Why::NotAChoice))?,
            dedup_key: dedup::key(self.keys(), target.dataset, &draft, identity, ""),
            body,
            name: draft.name,
            external_id: draft.event_id.unwrap_or_default(),
            order_id: draft.custom_data.order_id,
            value: draft.custom_data.value,
            currency: draft.custom_data.currency,
            testing,
            warnings: Vec::new(),
        })
    }

    /// Who the event is about: somebody who wrote to this very connection's asset.
    async fn identity(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        form: &StudioEvent,
        target: &Route,
    ) -> Result<(ContactId, Identity)> {
        let contact: ContactId = form
            .contact
            .parse()
            .map_err(|_| Error::invalid("contact", Why::NotAChoice))?;
        let is_of_connection = sqlx::query_scalar!(
            "SELECT 1 FROM contact
             JOIN connection ON connection.advertiser_id = contact.advertiser_id
                            AND connection.asset_id = contact.asset_id AND connection.channel = contact.channel
             WHERE contact.advertiser_id = $1 AND contact.id = $2 AND connection.id = $3",
            advertiser.uuid(),
            contact.uuid(),
            target.connection.uuid(),
        )
        .fetch_optional(&mut **tx)
        .await?
        .is_some();
        if !is_of_connection {
            return Err(Error::invalid("contact", Why::NotAChoice));
        }
        // Somebody on WhatsApp who came without an ad: the rules say what is missing.
        let person = self.wire_identity(tx, advertiser, contact).await?;
        let person = person.map_or_else(String::new, |person| person.expose_secret().to_owned());
        let asset = target.asset_meta_id.clone();
        let identity = match (target.channel, target.kind) {
            (Channel::Messenger, _) => Identity::Messenger {
                page_id: asset,
                psid: person,
            },
            (Channel::Instagram, _) => Identity::Instagram {
                account_id: asset,
                igsid: person,
            },
            (Channel::Whatsapp, DatasetKind::PageLinkedWhatsapp) => Identity::WhatsappPage {
                page_id: asset,
                ctwa_clid: person,
            },
            (Channel::Whatsapp, _) => Identity::WhatsappWaba {
                waba_id: asset,
                ctwa_clid: person,
            },
        };
        Ok((contact, identity))
    }
}

/// The form's own id becomes the event's, if the form is of today.
fn draft_id(form: &StudioEvent, now: DateTime<Utc>) -> Result<EventId> {
    let id: EventId = form
        .draft_id
        .parse()
        .map_err(|_| Error::invalid("draft_id", Why::NotAChoice))?;
    let made = i64::try_from(id.timestamp_ms())
        .ok()
        .and_then(DateTime::from_timestamp_millis);
    let is_of_today =
        made.is_some_and(|made| made >= now - DRAFT_LIVES && made <= now + CLOCKS_DIFFER);
    if is_of_today {
        Ok(id)
    } else {
        Err(Error::invalid("draft_id", Why::NotAChoice))
    }
}

/// A local time of the zone in Unix seconds; of the two of an hour that is lived twice, the first.
fn unix(zone: &str, local: NaiveDateTime) -> Option<i64> {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    Some(zone.from_local_datetime(&local).earliest()?.timestamp())
}
