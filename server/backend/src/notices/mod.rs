//! Telling the partner what changed: by mail and by a signed webhook, once for every change of a connection's health, and
//! once for an incident in place of all the connections that it hit.

mod incidents;
#[cfg(test)]
mod letter_tests;
mod post;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AdvertiserId, CauseKey, ConnectionId, Health, IncidentId, Language, NoticeId};
use text::Text;

use crate::{Backend, Result, Scope, Tx, explain::explain, mail::Letter, partner::NotifyTarget};

/// What changes back within this long is not told; and an incident has so long to be seen as one.
const SETTLES: TimeDelta = TimeDelta::seconds(60);
/// Nobody wants to be told what happened longer ago.
const STALE: TimeDelta = TimeDelta::hours(24);

/// A connection's change that waits to be told: from how it was first to how it is now.
struct Change {
    advertiser: AdvertiserId,
    connection: ConnectionId,
    /// The newest of its notices.
    id: NoticeId,
    from: Health,
    to: Health,
    cause: Option<CauseKey>,
    at: DateTime<Utc>,
    is_stale: bool,
    /// The incident that speaks for it.
    incident: Option<IncidentId>,
}

impl Backend {
    /// Follows the incidents, then tells what has settled. For a job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell(&self) -> Result<()> {
        self.follow_incidents().await?;
        let mut tx = self.begin(&Scope::system()).await?;
        let target = self.notify_target(&mut tx).await?;
        for change in tx.changes().await? {
            let state = if change.incident.is_some() {
                "covered"
            } else if change.from == change.to || change.is_stale {
                "settled"
            } else {
                self.mail_change(&mut tx, &target, &change).await?;
                "told"
            };
            tx.mark_change(&change, state, &target).await?;
        }
        for incident in tx.pending_incidents().await? {
            self.mail_incident(&mut tx, &target, incident.0, incident.1)
                .await?;
        }
        tx.mark_incidents(&target).await?;
        tx.commit().await?;
        self.post_due_notices().await
    }

    async fn mail_change(&self, tx: &mut Tx, target: &NotifyTarget, change: &Change) -> Result<()> {
        let about = sqlx::query!(
            r#"SELECT advertiser.name, asset.name AS asset, connection.channel AS "channel: domain::Channel"
               FROM connection
               JOIN advertiser ON advertiser.id = connection.advertiser_id
               JOIN asset ON asset.advertiser_id = connection.advertiser_id AND asset.id = connection.asset_id
               WHERE connection.advertiser_id = $1 AND connection.id = $2"#,
            change.advertiser.uuid(),
            change.connection.uuid(),
        )
        .fetch_one(&mut **tx)
        .await?;
        let link = self.console_link(&format!(
            "advertisers/{}/connections/{}/doctor",
            change.advertiser, change.connection
        ));
        self.mail_all(tx, target, |language| {
            let text = Text::new(language);
            let health = text.health(change.to);
            let subject = text.notice_subject(&about.name, text.channel(about.channel), health);
            let explained = change
                .cause
                .filter(|_| change.to != Health::Healthy)
                .map(|cause| {
                    let explanation = explain(language, cause);
                    format!("{}\n{}\n\n", explanation.cause, explanation.remedy)
                });
            let body = text.notice_body(
                &about.asset,
                text.health(change.from),
                health,
                explained.unwrap_or_default(),
                &link,
            );
            (subject, body)
        })
        .await
    }

    async fn mail_incident(
        &self,
        tx: &mut Tx,
        target: &NotifyTarget,
        id: IncidentId,
        is_over: bool,
    ) -> Result<()> {
        let scope = Scope::system();
        let incidents = tx.incidents(&scope, "UTC", Some(id)).await?;
        let Some(incident) = incidents.into_iter().next() else {
            return Ok(());
        };
        let link = self.console_link("doctor");
        self.mail_all(tx, target, |language| {
            let text = Text::new(language);
            let explanation = explain(language, incident.cause);
            let subject = if is_over {
                text.notice_incident_over(incident.advertisers)
            } else {
                text.notice_incident(incident.advertisers)
            };
            let names = incident.names.join(", ");
            let body = format!(
                "{}\n{}\n\n{names}\n\n{link}\n",
                explanation.cause, explanation.remedy
            );
            (subject, body)
        })
        .await
    }

    /// Nobody has said which language each mailbox reads: a letter says it in both.
    async fn mail_all(
        &self,
        tx: &mut Tx,
        target: &NotifyTarget,
        write: impl Fn(Language) -> (String, String),
    ) -> Result<()> {
        if target.emails.is_empty() {
            return Ok(());
        }
        let (subject, english) = write(Language::En);
        let (japanese_subject, japanese) = write(Language::Ja);
        for to in &target.emails {
            tx.queue_mail(&Letter {
                kind: "notice",
                to,
                language: Language::En,
                subject: subject.clone(),
                body: format!("{english}\n――\n{japanese_subject}\n{japanese}"),
            })
            .await?;
        }
        Ok(())
    }

    fn console_link(&self, path: &str) -> String {
        let url = self.config().public_url.join(path);
        url.map(String::from).unwrap_or_default()
    }
}

impl Tx {
    /// Writes down that a connection's health changed, in the transaction that changes it.
    pub(crate) async fn note_change(
        &mut self,
        advertiser: AdvertiserId,
        connection: ConnectionId,
        (from, to): (Health, Health),
        cause: Option<CauseKey>,
    ) -> Result<()> {
        let (id, now): (NoticeId, DateTime<Utc>) = (self.mint(), self.now());
        sqlx::query!(
            "INSERT INTO notice (id, advertiser_id, connection_id, kind, from_health, to_health, cause, at, state)
             VALUES ($1, $2, $3, 'health', $4, $5, $6, $7, 'pending')",
            id.uuid(),
            advertiser.uuid(),
            connection.uuid(),
            from.as_str(),
            to.as_str(),
            cause.map(CauseKey::as_str),
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// What has settled, one per connection.
    async fn changes(&mut self) -> Result<Vec<Change>> {
        let now = self.now();
        let rows = sqlx::query!(
            r#"SELECT advertiser_id AS "advertiser!: AdvertiserId", connection_id AS "connection!: ConnectionId",
                      (array_agg(id ORDER BY id DESC))[1] AS "id!: NoticeId",
                      (array_agg(from_health ORDER BY id))[1] AS "from!: Health",
                      (array_agg(to_health ORDER BY id DESC))[1] AS "to!: Health",
                      (array_agg(cause ORDER BY id DESC))[1] AS "cause: CauseKey",
                      max(at) AS "at!",
                      (SELECT hit.incident_id FROM incident_connection AS hit
                       WHERE hit.advertiser_id = notice.advertiser_id AND hit.connection_id = notice.connection_id
                         AND coalesce(hit.left_at, 'infinity') >= min(notice.at)
                       ORDER BY hit.joined_at DESC LIMIT 1) AS "incident: IncidentId"
               FROM notice
               WHERE state = 'pending' AND kind = 'health'
               GROUP BY advertiser_id, connection_id
               HAVING max(at) <= $1"#,
            now - SETTLES,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Change {
                advertiser: row.advertiser,
                connection: row.connection,
                id: row.id,
                from: row.from,
                to: row.to,
                cause: row.cause,
                at: row.at,
                is_stale: row.at < now - STALE,
                incident: row.incident,
            })
            .collect())
    }

    async fn mark_change(
        &mut self,
        change: &Change,
        state: &str,
        target: &NotifyTarget,
    ) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE notice SET state = CASE WHEN id = $3 THEN $4 ELSE 'settled' END, incident_id = $5,
                    from_health = CASE WHEN id = $3 THEN $6 ELSE from_health END,
                    due_at = CASE WHEN id = $3 AND $4 = 'told' AND $7 THEN $8::timestamptz END
             WHERE advertiser_id = $1 AND connection_id = $2 AND state = 'pending' AND at <= $9",
            change.advertiser.uuid(),
            change.connection.uuid(),
            change.id.uuid(),
            state,
            change.incident.map(IncidentId::uuid),
            change.from.as_str(),
            target.webhook.is_some(),
            now,
            change.at,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Those to tell, and whether each is over.
    async fn pending_incidents(&mut self) -> Result<Vec<(IncidentId, bool)>> {
        let rows = sqlx::query!(
            r#"SELECT incident_id AS "id!: IncidentId", kind = 'incident_closed' AS "is_over!" FROM notice
               WHERE state = 'pending' AND kind <> 'health' ORDER BY id"#
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows.into_iter().map(|row| (row.id, row.is_over)).collect())
    }

    async fn mark_incidents(&mut self, target: &NotifyTarget) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE notice SET state = 'told', due_at = CASE WHEN $1 THEN $2::timestamptz END
             WHERE state = 'pending' AND kind <> 'health'",
            target.webhook.is_some(),
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
