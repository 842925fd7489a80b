//! The fleet's health: a page of connections, and how each of their probes stands.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, Channel, ConnectionId, Health, Permission, Probe, ProbeOutcome,
    console::{Matrix, MatrixFilter, MatrixRow},
};

use crate::{Backend, Result, Scope, Tx, advertisers::moment};

/// Connections on a page.
const PAGE: usize = 50;

/// A connection before its probes are known.
struct Found {
    advertiser: AdvertiserId,
    name: String,
    time_zone: String,
    connection: ConnectionId,
    channel: Channel,
    asset_name: String,
    health: Health,
    checked_at: Option<DateTime<Utc>>,
}

impl Backend {
    /// A page of the matrix, newest connections first.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`].
    pub async fn matrix(&self, scope: &Scope, filter: &MatrixFilter) -> Result<Matrix> {
        scope.require(Permission::ViewFleet)?;
        let mut tx = self.begin_list(scope).await?;
        let zone = tx.common_zone().await?;
        let incidents = tx.incidents(scope, &zone, None).await?;
        let mut found = tx.matrix_page(filter).await?;
        let has_more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| has_more).map(|row| row.connection);
        let ids: Vec<_> = found.iter().map(|row| row.connection.uuid()).collect();
        let mut probes = tx.probes_today(&ids).await?;
        let now_ms = tx.now().timestamp_millis();
        let rows = found.into_iter().map(|row| {
            let known = probes.remove(&row.connection).unwrap_or_default();
            MatrixRow {
                advertiser: row.advertiser,
                name: row.name,
                connection: row.connection,
                channel: row.channel,
                asset_name: row.asset_name,
                health: row.health,
                outcomes: Probe::ALL
                    .iter()
                    .map(|probe| known.get(probe).copied())
                    .collect(),
                checked: row.checked_at.map(|at| moment(&row.time_zone, at)),
            }
        });
        Ok(Matrix {
            incidents,
            rows: rows.collect(),
            next,
            now_ms,
        })
    }
}

impl Tx {
    async fn matrix_page(&mut self, filter: &MatrixFilter) -> Result<Vec<Found>> {
        let rows = sqlx::query_as!(
            Found,
            r#"SELECT connection.advertiser_id AS "advertiser: AdvertiserId", advertiser.name, time_zone,
                      connection.id AS "connection: ConnectionId", connection.channel AS "channel: Channel",
                      asset.name AS asset_name, health AS "health: Health", checked_at
               FROM connection
               JOIN advertiser ON advertiser.id = connection.advertiser_id AND archived_at IS NULL
               JOIN asset ON asset.advertiser_id = connection.advertiser_id AND asset.id = connection.asset_id
               WHERE ($1::uuid IS NULL OR connection.id < $1)
                 AND CASE WHEN $2::text IS NULL THEN health <> 'disconnected' ELSE health = $2 END
                 AND ($3::text IS NULL OR connection.channel = $3)
                 AND ($4::text IS NULL
                      OR EXISTS (SELECT FROM probe
                                 WHERE probe.advertiser_id = connection.advertiser_id
                                   AND probe.connection_id = connection.id AND probe.ended_at IS NULL
                                   AND probe.probe = $4 AND probe.outcome <> 'passed'))
               ORDER BY connection.id DESC LIMIT $5"#,
            filter.after.map(ConnectionId::uuid),
            filter.health.map(Health::as_str),
            filter.channel.map(Channel::as_str),
            filter.probe.map(Probe::as_str),
            PAGE as i64 + 1,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows)
    }

    /// The worst answer to each probe.
    async fn probes_today(
        &mut self,
        connections: &[uuid::Uuid],
    ) -> Result<HashMap<ConnectionId, HashMap<Probe, ProbeOutcome>>> {
        let rows = sqlx::query!(
            r#"SELECT probe.connection_id AS "connection: ConnectionId", probe AS "probe: Probe",
                      outcome AS "outcome: ProbeOutcome"
               FROM probe
               JOIN connection ON connection.advertiser_id = probe.advertiser_id AND connection.id = probe.connection_id
               WHERE connection.id = ANY ($1) AND ended_at IS NULL"#,
            connections,
        )
        .fetch_all(&mut **self)
        .await?;
        let mut known: HashMap<ConnectionId, HashMap<Probe, ProbeOutcome>> = HashMap::new();
        for row in rows {
            let worst = known
                .entry(row.connection)
                .or_default()
                .entry(row.probe)
                .or_insert(row.outcome);
            *worst = (*worst).max(row.outcome);
        }
        Ok(known)
    }
}
