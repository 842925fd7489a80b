//! One event with everything known of it: its timeline, every request that carried it, and what was answered.

use chrono::TimeDelta;
use domain::{
    AdvertiserId, ApiKeyId, AttemptId, ConnectionId, EventId, EventSource, EventState, Health,
    Permission, PersonId,
    console::{Attempt, AttemptOutcome, EventDetail, EventRow, TimelineEntry},
};
use secrecy::ExposeSecret;

use super::{explain, shown};
use crate::{Backend, Error, Result, Scope, Tx, advertisers::moment, delivery::payload_place};

impl Backend {
    /// Everything known of an event, identifiers masked.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown one and for another tenant's.
    pub async fn event(&self, scope: &Scope, id: EventId) -> Result<EventDetail> {
        scope.require(Permission::ViewEvents)?;
        let advertiser = self.event_advertiser(scope, id).await?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let row = tx.event_row(id).await?.ok_or(Error::NotFound("event"))?;
        let more = sqlx::query!(
            r#"SELECT event.external_id, event.source AS "source: EventSource", event.duplicate_of AS "duplicate_of: EventId", event.connection_id AS "connection_id: ConnectionId", asset.name AS asset_name,
                      dataset.meta_id AS dataset_meta_id, event.created_by AS "created_by: PersonId",
                      event.api_key_id AS "api_key: ApiKeyId", event.cause,
                      event.state_at, event.due_at, event.attempt_ids, connection.health AS "health: Health",
                      advertiser.time_zone, event_payload.body_sealed AS "body_sealed?", event.accepted_at,
                      coalesce(advertiser.payload_days, partner.payload_days) AS "payload_days!"
               FROM event
               CROSS JOIN partner
               JOIN advertiser ON advertiser.id = event.advertiser_id
               JOIN connection ON connection.advertiser_id = event.advertiser_id AND connection.id = event.connection_id
               JOIN asset ON asset.advertiser_id = event.advertiser_id AND asset.id = connection.asset_id
               JOIN dataset ON dataset.advertiser_id = event.advertiser_id AND dataset.id = event.dataset_id
               LEFT JOIN event_payload
                      ON event_payload.advertiser_id = event.advertiser_id AND event_payload.id = event.id
               WHERE event.advertiser_id = $1 AND event.id = $2"#,
            advertiser.uuid(),
            id.uuid(),
        )
        .fetch_one(&mut *tx)
        .await?;
        let payload = match more.body_sealed {
            Some(sealed) => {
                let body = self
                    .keys()
                    .open_text(payload_place(advertiser, id), &sealed)?;
                Some(shown::masked(body.expose_secret()))
            }
            None => None,
        };
        let zone = more.time_zone;
        let attempts = tx
            .attempts(
                scope,
                advertiser,
                &more.attempt_ids,
                payload.as_deref(),
                &zone,
            )
            .await?;
        let now = tx.now();
        drop(tx);
        let state = row.state;
        let can_resolve = state == EventState::Unconfirmed && scope.may(Permission::ResolveEvents);
        Ok(EventDetail {
            timeline: timeline(&row, &attempts, moment(&zone, more.state_at)),
            external_id: more.external_id,
            source: more.source,
            duplicate_of: more.duplicate_of,
            connection_id: more.connection_id,
            asset_name: more.asset_name,
            dataset_meta_id: more.dataset_meta_id,
            sent_by: match more.api_key {
                Some(key) => self.key_hint(scope, key).await?,
                None => self.staff_name(scope, more.created_by).await?,
            },
            explanation: explain::of_event(scope.language(), state, more.cause.as_deref()),
            needs_reconnect: state == EventState::Parked && more.health == Health::Reconnect,
            payload: payload.as_deref().map(shown::indented).unwrap_or_default(),
            payload_until: payload.as_ref().map(|_| {
                let days = TimeDelta::days(more.payload_days.into());
                moment(&zone, more.accepted_at + days)
            }),
            can_resolve,
            can_resend: can_resolve && payload.is_some(),
            due: more
                .due_at
                .filter(|due| *due > now)
                .map(|due| moment(&zone, due)),
            now_ms: now.timestamp_millis(),
            attempts,
            row,
        })
    }

    /// How the key begins that sent it. An advertiser's people are not told of the partner's own keys.
    async fn key_hint(&self, scope: &Scope, key: ApiKeyId) -> Result<String> {
        let mut tx = self.begin(scope).await?;
        let hint = sqlx::query_scalar!("SELECT hint FROM api_key WHERE id = $1", key.uuid())
            .fetch_optional(&mut *tx)
            .await?;
        Ok(hint.map(|hint| format!("{hint}…")).unwrap_or_default())
    }

    /// What colleagues call the sender. An advertiser's people are not told the names of the partner's staff.
    async fn staff_name(&self, scope: &Scope, id: Option<PersonId>) -> Result<String> {
        let (Some(id), None) = (id, scope.only()) else {
            return Ok(String::new());
        };
        let mut tx = self.begin(scope).await?;
        let name = sqlx::query_scalar!("SELECT name FROM person WHERE id = $1", id.uuid())
            .fetch_optional(&mut *tx)
            .await?;
        Ok(name.unwrap_or_default())
    }
}

impl Tx {
    async fn attempts(
        &mut self,
        scope: &Scope,
        advertiser: AdvertiserId,
        ids: &[uuid::Uuid],
        payload: Option<&str>,
        zone: &str,
    ) -> Result<Vec<Attempt>> {
        let rows = sqlx::query!(
            r#"SELECT id AS "id: AttemptId", cardinality(event_ids) AS "events!", url, partner_agent, test_code, started_at,
                      outcome AS "outcome: AttemptOutcome", cause, http_status, latency_ms, answer, fbtrace_id, code,
                      subcode, graph_version, is_limited
               FROM attempt WHERE advertiser_id = $1 AND id = ANY($2) ORDER BY id"#,
            advertiser.uuid(),
            ids,
        )
        .fetch_all(&mut **self)
        .await?;
        let attempts = rows.into_iter().map(|row| Attempt {
            id: row.id,
            started: moment(zone, row.started_at),
            latency_ms: row.latency_ms,
            is_limited: row.is_limited,
            events: usize::try_from(row.events).unwrap_or_default(),
            http_status: row.http_status,
            explanation: row.outcome.and_then(|outcome| {
                explain::of_attempt(scope.language(), outcome, row.cause.as_deref())
            }),
            outcome: row.outcome,
            fbtrace_id: row.fbtrace_id.unwrap_or_default(),
            code: row.code,
            subcode: row.subcode,
            graph_version: row.graph_version.unwrap_or_default(),
            request: payload
                .map(|event| shown::request(&row.url, event, &row.test_code, &row.partner_agent))
                .unwrap_or_default(),
            answer: row
                .answer
                .as_deref()
                .map(shown::indented)
                .unwrap_or_default(),
        });
        Ok(attempts.collect())
    }
}

/// Accepted, every request, and the state it has come to; one that still waits for its first request has come nowhere.
fn timeline(
    row: &EventRow,
    attempts: &[Attempt],
    since: domain::console::Moment,
) -> Vec<TimelineEntry> {
    let mut timeline = vec![TimelineEntry::Accepted(row.accepted)];
    timeline.extend(
        attempts
            .iter()
            .enumerate()
            .map(|(index, attempt)| TimelineEntry::Attempted(attempt.started, index)),
    );
    let is_moving = row.state == EventState::Sending
        || (row.state == EventState::Queued && attempts.is_empty());
    if !is_moving {
        timeline.push(TimelineEntry::Reached(since, row.state));
    }
    timeline
}
