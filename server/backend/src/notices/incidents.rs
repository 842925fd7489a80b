//! One cause that hits many advertisers at once is one incident: opened, filled and closed by itself.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{CauseKey, IncidentId, NoticeId, Permission, console::Incident};

use crate::{Backend, Error, Result, Scope, Tx, advertisers::moment, explain::explain};

/// So many advertisers…
const MANY: i64 = 3;
/// …within so long.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// How long a page still shows one that is over.
const REMEMBERED: TimeDelta = TimeDelta::days(3);
/// How many are shown at most, and of how many advertisers the names.
const SHOWN: i64 = 10;
const NAMES: usize = 5;

impl Backend {
    /// Opens the incidents that there are, brings their lists up to date, closes those that are over. For a job; safe to
    /// run at any time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn follow_incidents(&self) -> Result<()> {
        let mut tx = self.begin(&Scope::system()).await?;
        tx.open_incidents().await?;
        tx.fill_incidents().await?;
        tx.close_incidents().await?;
        tx.commit().await
    }

    /// Has the doctor look at every connection of an incident as soon as it can; answers at how many.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an incident that is over or never was.
    pub async fn recheck_incident(&self, scope: &Scope, incident: IncidentId) -> Result<u64> {
        scope.require(Permission::ViewFleet)?;
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin(scope).await?;
        let now = tx.now();
        let asked = sqlx::query!(
            "UPDATE connection SET check_at = $2
             FROM incident_connection AS hit JOIN incident ON incident.id = hit.incident_id
             WHERE incident.id = $1 AND incident.closed_at IS NULL AND hit.left_at IS NULL
               AND connection.advertiser_id = hit.advertiser_id AND connection.id = hit.connection_id",
            incident.uuid(),
            now,
        )
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if asked == 0 {
            return Err(Error::NotFound("incident"));
        }
        tx.audit_with(
            "incident.rechecked",
            incident,
            serde_json::json!({ "connections": asked }),
        )
        .await?;
        tx.commit().await?;
        Ok(asked)
    }
}

impl Tx {
    async fn open_incidents(&mut self) -> Result<()> {
        let now = self.now();
        let causes = sqlx::query_scalar!(
            r#"SELECT cause AS "cause!: CauseKey" FROM connection
               WHERE health NOT IN ('healthy', 'disconnected') AND cause IS NOT NULL AND health_since > $1
                 AND NOT EXISTS (SELECT FROM incident WHERE incident.cause = connection.cause AND closed_at IS NULL)
               GROUP BY cause HAVING count(DISTINCT advertiser_id) >= $2"#,
            now - WINDOW,
            MANY,
        )
        .fetch_all(&mut **self)
        .await?;
        for cause in causes {
            let id: IncidentId = self.mint();
            sqlx::query!(
                "INSERT INTO incident (id, cause, opened_at) VALUES ($1, $2, $3)",
                id.uuid(),
                cause.as_str(),
                now,
            )
            .execute(&mut **self)
            .await?;
            self.note_incident(id, "incident_opened", cause).await?;
            let detail = serde_json::json!({ "cause": cause });
            self.audit_of(None, "incident.opened", id, detail).await?;
        }
        Ok(())
    }

    /// Whoever the cause hit shortly before the incident or in it belongs to it, until it is well or ill of something else.
    async fn fill_incidents(&mut self) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "INSERT INTO incident_connection (advertiser_id, incident_id, connection_id, joined_at)
             SELECT connection.advertiser_id, incident.id, connection.id, $1
             FROM incident JOIN connection ON connection.cause = incident.cause AND connection.health NOT IN ('healthy', 'disconnected')
             WHERE incident.closed_at IS NULL AND connection.health_since > incident.opened_at - $2::interval
             ON CONFLICT ON CONSTRAINT incident_connection_pk DO UPDATE SET left_at = NULL
             WHERE incident_connection.left_at IS NOT NULL",
            now,
            WINDOW as TimeDelta,
        )
        .execute(&mut **self)
        .await?;
        sqlx::query!(
            "UPDATE incident_connection AS hit SET left_at = $1
             FROM incident, connection
             WHERE incident.id = hit.incident_id AND incident.closed_at IS NULL AND hit.left_at IS NULL
               AND connection.advertiser_id = hit.advertiser_id AND connection.id = hit.connection_id
               AND (connection.health IN ('healthy', 'disconnected') OR connection.cause IS DISTINCT FROM incident.cause)",
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    async fn close_incidents(&mut self) -> Result<()> {
        let now = self.now();
        let over = sqlx::query!(
            r#"UPDATE incident SET closed_at = $1
               WHERE closed_at IS NULL
                 AND NOT EXISTS (SELECT FROM incident_connection AS hit
                                 WHERE hit.incident_id = incident.id AND hit.left_at IS NULL)
               RETURNING id AS "id: IncidentId", cause AS "cause: CauseKey""#,
            now,
        )
        .fetch_all(&mut **self)
        .await?;
        for incident in over {
            self.note_incident(incident.id, "incident_closed", incident.cause)
                .await?;
            let detail = serde_json::json!({ "cause": incident.cause });
            self.audit_of(None, "incident.closed", incident.id, detail)
                .await?;
        }
        Ok(())
    }

    async fn note_incident(
        &mut self,
        incident: IncidentId,
        kind: &str,
        cause: CauseKey,
    ) -> Result<()> {
        let (id, now): (NoticeId, DateTime<Utc>) = (self.mint(), self.now());
        sqlx::query!(
            "INSERT INTO notice (id, incident_id, kind, cause, at, state) VALUES ($1, $2, $3, $4, $5, 'pending')",
            id.uuid(),
            incident.uuid(),
            kind,
            cause.as_str(),
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Those that last, newest first, and then those that are over since a few days; one alone when it is named.
    pub(crate) async fn incidents(
        &mut self,
        scope: &Scope,
        zone: &str,
        only: Option<IncidentId>,
    ) -> Result<Vec<Incident>> {
        let now = self.now();
        let rows = sqlx::query!(
            r#"SELECT incident.id AS "id: IncidentId", cause AS "cause: CauseKey", opened_at, closed_at,
                      hit.advertisers AS "advertisers!", hit.connections AS "connections!", hit.names AS "names!"
               FROM incident
               CROSS JOIN LATERAL (
                   SELECT count(DISTINCT member.advertiser_id) AS advertisers,
                          count(*) FILTER (WHERE left_at IS NULL) AS connections,
                          coalesce(array_agg(DISTINCT advertiser.name), '{}') AS names
                   FROM incident_connection AS member JOIN advertiser ON advertiser.id = member.advertiser_id
                   WHERE member.incident_id = incident.id
               ) AS hit
               WHERE CASE WHEN $3::uuid IS NULL THEN closed_at IS NULL OR closed_at > $1 ELSE incident.id = $3 END
               ORDER BY closed_at IS NOT NULL, opened_at DESC LIMIT $2"#,
            now - REMEMBERED,
            SHOWN,
            only.map(IncidentId::uuid),
        )
        .fetch_all(&mut **self)
        .await?;
        let language = scope.language();
        Ok(rows
            .into_iter()
            .map(|row| {
                let explanation = explain(language, row.cause);
                Incident {
                    id: row.id,
                    cause: row.cause,
                    what: explanation.cause,
                    next: explanation.remedy,
                    opened: moment(zone, row.opened_at),
                    closed: row.closed_at.map(|at| moment(zone, at)),
                    names: row.names.into_iter().take(NAMES).collect(),
                    advertisers: row.advertisers,
                    connections: row.connections,
                }
            })
            .collect())
    }

    /// The zone of most advertisers: what concerns them all is told on its clocks.
    pub(crate) async fn common_zone(&mut self) -> Result<String> {
        let zone = sqlx::query_scalar!(
            "SELECT time_zone FROM advertiser WHERE archived_at IS NULL GROUP BY time_zone ORDER BY count(*) DESC, 1 LIMIT 1"
        )
        .fetch_optional(&mut **self)
        .await?;
        Ok(zone.unwrap_or_else(|| "UTC".to_owned()))
    }
}
