//! What the doctor found, for a page.

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, CauseKey, Channel, ConnectionId, Health, Language, Permission, Probe,
    ProbeOutcome,
    console::{Examination, ProbeChange, ProbeResult},
};

use super::words::Words;
use crate::{Backend, Error, Result, Scope, Tx, advertisers::moment, explain::explain};

/// How far back the history on a page reaches, in answers.
const HISTORY: i64 = 60;

/// A row of the table `probe`.
pub(super) struct Row {
    pub probe: Probe,
    pub subject: String,
    pub outcome: ProbeOutcome,
    pub cause: Option<CauseKey>,
    pub detail: String,
    pub began_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl Backend {
    /// A connection with the newest answer to every probe, and those before.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn examination(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<Examination> {
        scope.require(Permission::ViewAdvertisers)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let owner = tx.advertiser(advertiser).await?;
        let row = sqlx::query!(
            r#"SELECT connection.channel AS "channel: Channel", asset.name AS asset_name, health AS "health: Health",
                      cause AS "cause: CauseKey", health_since, checked_at, check_at,
                      (SELECT count(*) FROM event
                       WHERE event.advertiser_id = $1 AND event.connection_id = connection.id
                         AND event.state = 'parked') AS "parked!"
               FROM connection
               JOIN asset ON asset.advertiser_id = $1 AND asset.id = connection.asset_id
               WHERE connection.advertiser_id = $1 AND connection.id = $2"#,
            advertiser.uuid(),
            connection.uuid(),
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound("connection"))?;
        let mut today = tx.probes_of(advertiser, connection, true).await?;
        today.sort_by_key(|row| (row.probe, std::cmp::Reverse(row.outcome), row.began_at));
        let before = tx.probes_of(advertiser, connection, false).await?;
        let now_ms = tx.now().timestamp_millis();
        drop(tx);

        let language: Language = scope.language();
        let zone = owner.time_zone;
        let words = Words {
            language,
            zone: &zone,
        };
        let results = today.iter().map(|row| {
            let (what, next) = words.of(row);
            ProbeResult {
                probe: row.probe,
                subject: row.subject.clone(),
                outcome: row.outcome,
                what,
                next,
                began: moment(&zone, row.began_at),
            }
        });
        let history = before.iter().map(|row| ProbeChange {
            probe: row.probe,
            subject: row.subject.clone(),
            outcome: row.outcome,
            what: words.of(row).0,
            began: moment(&zone, row.began_at),
            ended: row.ended_at.map(|at| moment(&zone, at)),
        });
        Ok(Examination {
            advertiser,
            advertiser_name: owner.name,
            connection,
            channel: row.channel,
            asset_name: row.asset_name,
            health: row.health,
            health_since: moment(&zone, row.health_since),
            explanation: row
                .cause
                .filter(|_| row.health != Health::Healthy)
                .map(|cause| explain(language, cause)),
            needs_subscription: row.health == Health::Misconfigured
                && row.cause.is_some_and(CauseKey::needs_subscription),
            parked: row.parked,
            checked: row.checked_at.map(|at| moment(&zone, at)),
            next_check: row.check_at.map(|at| moment(&zone, at)),
            results: results.collect(),
            history: history.collect(),
            now_ms,
        })
    }
}

impl Tx {
    /// Today's answers; or the newest of all that say something, newest first.
    async fn probes_of(
        &mut self,
        advertiser: AdvertiserId,
        connection: ConnectionId,
        today: bool,
    ) -> Result<Vec<Row>> {
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT probe AS "probe: Probe", subject, outcome AS "outcome: ProbeOutcome", cause AS "cause: CauseKey",
                      detail, began_at, ended_at
               FROM probe
               WHERE advertiser_id = $1 AND connection_id = $2
                 AND CASE WHEN $3 THEN ended_at IS NULL ELSE outcome <> 'not_run' END
               ORDER BY id DESC LIMIT $4"#,
            advertiser.uuid(),
            connection.uuid(),
            today,
            HISTORY,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows)
    }
}
