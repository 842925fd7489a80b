//! What was found, committed: the probes' rows, what is known of the token, the connection's health and its next visit.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{ConnectionId, CredentialId, Health};
use uuid::Uuid;

use super::{
    examine::Examined,
    findings::{Finding, Ruling},
    subject::Subject,
};
use crate::{
    Backend, Error, Result, Scope, Tx,
    connections::{heal, set_health},
};

/// How soon a connection that is not well is looked at again, so that it heals by itself.
const UNWELL: TimeDelta = TimeDelta::minutes(15);
/// The others are looked at at night: from this hour of UTC on, which is three in the morning in Japan…
const NIGHT: u32 = 18;
/// …spread over so many minutes, so that Meta is not asked about all of them at once.
const SPREAD: u128 = 180;

impl Backend {
    /// Answers the health that the connection has now, and how many parked events go out.
    pub(super) async fn record_examination(
        &self,
        scope: &Scope,
        subject: &Subject,
        examined: &Examined,
    ) -> Result<Health> {
        let (advertiser, connection) = (subject.advertiser, subject.connection);
        let mut tx = self.begin_for(scope, advertiser).await?;
        let now = tx.now();
        let (credential, was) = tx.locked(subject).await?;
        if credential != subject.credential || was == Health::Disconnected {
            // Somebody connected again meanwhile: a verdict on the old token says nothing about the new one. And what was
            // cut is not ill.
            return Ok(was);
        }
        if let Some(info) = &examined.token {
            tx.note_credential(advertiser, credential, info).await?;
        }
        if let Some(linked) = examined.findings.linked_dataset() {
            tx.note_link(advertiser, connection, linked).await?;
        }
        tx.record_findings(subject, &examined.findings.0).await?;
        let mut released = 0;
        let health = match examined.findings.ruling() {
            Ruling::Well => {
                released = heal(&mut tx, advertiser, connection).await?;
                Health::Healthy
            }
            Ruling::Wrong(cause) => {
                let health = cause.cause().health().unwrap_or(Health::Misconfigured);
                set_health(&mut tx, advertiser, connection, health, Some(cause)).await?;
                if health == Health::Reconnect && examined.token.is_none() {
                    tx.note_dead_credential(advertiser, credential).await?;
                }
                health
            }
            // What is known to be broken is not less so because Meta is silent.
            Ruling::Doubtful(cause) if matches!(was, Health::Healthy | Health::Degraded) => {
                let health = Health::Degraded;
                set_health(&mut tx, advertiser, connection, health, Some(cause)).await?;
                health
            }
            Ruling::Doubtful(_) | Ruling::Nothing => was,
        };
        tx.plan_visit(subject, next_visit(connection, health, now))
            .await?;
        if scope.staff_id().is_some() || scope.only().is_some() {
            let detail = serde_json::json!({ "health": health, "released": released });
            tx.audit_with("connection.checked", connection, detail)
                .await?;
        }
        tx.commit().await?;
        self.0.due.notify_one();
        Ok(health)
    }
}

/// When to look again.
fn next_visit(connection: ConnectionId, health: Health, now: DateTime<Utc>) -> DateTime<Utc> {
    if health != Health::Healthy {
        return now + UNWELL;
    }
    let night = now
        .date_naive()
        .and_hms_opt(NIGHT, 0, 0)
        .unwrap_or_default()
        .and_utc();
    let minute = i64::try_from(connection.uuid().as_u128() % SPREAD).unwrap_or_default();
    let visit = night + TimeDelta::minutes(minute);
    if visit > now {
        visit
    } else {
        visit + TimeDelta::days(1)
    }
}

impl Tx {
    async fn locked(&mut self, subject: &Subject) -> Result<(CredentialId, Health)> {
        let row = sqlx::query!(
            r#"SELECT credential_id AS "credential: CredentialId", health AS "health: Health" FROM connection
               WHERE advertiser_id = $1 AND id = $2 FOR UPDATE"#,
            subject.advertiser.uuid(),
            subject.connection.uuid(),
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("connection"))?;
        Ok((row.credential, row.health))
    }

    /// An answer that is the same as before lasts on; another one ends it and begins a row of its own.
    async fn record_findings(&mut self, subject: &Subject, findings: &[Finding]) -> Result<()> {
        let now = self.now();
        let mut columns = Columns::default();
        for finding in findings {
            columns.add(self.mint(), finding);
        }
        sqlx::query!(
            "UPDATE probe SET checked_at = $8, detail = found.detail
             FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                  AS found (probe, subject, outcome, cause, detail)
             WHERE advertiser_id = $1 AND connection_id = $2 AND ended_at IS NULL
               AND probe.probe = found.probe AND probe.subject = found.subject AND probe.outcome = found.outcome
               AND probe.cause IS NOT DISTINCT FROM found.cause",
            subject.advertiser.uuid(),
            subject.connection.uuid(),
            &columns.probes,
            &columns.subjects,
            &columns.outcomes,
            &columns.causes as &[Option<String>],
            &columns.details,
            now,
        )
        .execute(&mut **self)
        .await?;
        sqlx::query!(
            "UPDATE probe SET ended_at = $7
             WHERE advertiser_id = $1 AND connection_id = $2 AND ended_at IS NULL
               AND NOT EXISTS (SELECT FROM unnest($3::text[], $4::text[], $5::text[], $6::text[])
                                    AS found (probe, subject, outcome, cause)
                               WHERE probe.probe = found.probe AND probe.subject = found.subject
                                 AND probe.outcome = found.outcome
                                 AND probe.cause IS NOT DISTINCT FROM found.cause)",
            subject.advertiser.uuid(),
            subject.connection.uuid(),
            &columns.probes,
            &columns.subjects,
            &columns.outcomes,
            &columns.causes as &[Option<String>],
            now,
        )
        .execute(&mut **self)
        .await?;
        sqlx::query!(
            "INSERT INTO probe (advertiser_id, id, connection_id, probe, subject, outcome, cause, detail, began_at, checked_at)
             SELECT $1, found.id, $2, found.probe, found.subject, found.outcome, found.cause, found.detail, $9, $9
             FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
                  AS found (id, probe, subject, outcome, cause, detail)
             ON CONFLICT (advertiser_id, connection_id, probe, subject) WHERE ended_at IS NULL DO NOTHING",
            subject.advertiser.uuid(),
            subject.connection.uuid(),
            &columns.ids,
            &columns.probes,
            &columns.subjects,
            &columns.outcomes,
            &columns.causes as &[Option<String>],
            &columns.details,
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    async fn plan_visit(&mut self, subject: &Subject, next: DateTime<Utc>) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE connection SET checked_at = $3, check_at = $4 WHERE advertiser_id = $1 AND id = $2",
            subject.advertiser.uuid(),
            subject.connection.uuid(),
            now,
            next,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}

/// Findings as columns, one array each.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    probes: Vec<String>,
    subjects: Vec<String>,
    outcomes: Vec<String>,
    causes: Vec<Option<String>>,
    details: Vec<String>,
}

impl Columns {
    fn add(&mut self, id: Uuid, finding: &Finding) {
        self.ids.push(id);
        self.probes.push(finding.probe.to_string());
        self.subjects.push(finding.subject.clone());
        self.outcomes.push(finding.outcome.to_string());
        self.causes
            .push(finding.cause.map(|cause| cause.to_string()));
        self.details.push(finding.detail.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unwell_are_visited_soon_and_the_others_at_night() {
        let now: DateTime<Utc> = "2026-11-22T18:30:00Z".parse().unwrap();
        let id = |number: u128| ConnectionId::from(Uuid::from_u128(number));
        for health in [Health::Degraded, Health::Reconnect, Health::Misconfigured] {
            assert_eq!(next_visit(id(0), health, now), now + UNWELL);
        }
        let visit = |number| next_visit(id(number), Health::Healthy, now).to_rfc3339();
        assert_eq!(visit(0), "2026-11-23T18:00:00+00:00");
        assert_eq!(visit(179), "2026-11-22T20:59:00+00:00");
    }
}
