//! Files of events: checked without taking anything, then taken, those rows that keep every rule. By the console's page
//! the file waits here between the two, sealed, for an hour; programs hand it in at once.

pub(crate) mod rows;
pub(crate) mod sheet;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::{
    EventFileId, EventSource, Permission, PersonId,
    console::{EventColumn, EventFileReport},
};
use serde_json::{json, value::RawValue};
use text::Text;
use uuid::Uuid;

use crate::{Backend, Error, EventBatch, Result, Scope, ingest::read, seal::Place};

/// How long a file waits.
const WAITS: TimeDelta = TimeDelta::hours(1);

/// Events for one dataset, and the row of each.
#[derive(Default)]
struct Load {
    events: Vec<Box<RawValue>>,
    /// Where each stands among the rows.
    rows: Vec<usize>,
}

impl Backend {
    /// Reads a file and, unless it is only to be checked, takes those rows that keep every rule. Whatever is wrong with the
    /// others is in the report, in the language of the scope.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; when the database fails.
    pub async fn read_events(
        &self,
        scope: &Scope,
        bytes: &[u8],
        only_check: bool,
    ) -> Result<EventFileReport> {
        scope.require(Permission::IngestEvents)?;
        let text = Text::new(scope.language());
        let sheet = match sheet::read(text, bytes) {
            Ok(sheet) => sheet,
            Err(refused) => {
                return Ok(EventFileReport {
                    refused,
                    ..EventFileReport::default()
                });
            }
        };
        let lines = self.begin(scope).await?.lines_of(&sheet.rows).await?;
        let mut loads: BTreeMap<&str, Load> = BTreeMap::new();
        let mut problems = BTreeMap::new();
        for (index, row) in sheet.rows.iter().enumerate() {
            match rows::event(text, row, &lines) {
                Ok((line, event)) => {
                    let load = loads.entry(&line.dataset).or_default();
                    load.events.push(read::to_text(&event)?);
                    load.rows.push(index);
                }
                Err(problem) => {
                    problems.insert(index, problem);
                }
            }
        }
        let (mut good, mut duplicates) = (0, 0);
        for (dataset, load) in loads {
            let batch = EventBatch {
                dataset,
                events: load.events,
                test_code: None,
                source: EventSource::Csv,
            };
            let answers: Vec<_> = if only_check {
                let checked = self.check_each(scope, batch).await?;
                checked.into_iter().map(|it| it.map(|()| false)).collect()
            } else {
                let taken = self.ingest_each(scope, batch).await?;
                let taken = taken.into_iter();
                taken
                    .map(|it| it.map(|event| event.duplicate_of.is_some()))
                    .collect()
            };
            for (index, answer) in load.rows.iter().zip(answers) {
                match answer {
                    Ok(is_duplicate) => {
                        good += 1;
                        duplicates += u32::from(is_duplicate);
                    }
                    Err(refusal) => {
                        let line = sheet.rows[*index].line;
                        problems.insert(*index, rows::problem(scope.language(), line, &refusal));
                    }
                }
            }
        }
        Ok(EventFileReport {
            rows: sheet.rows.len().try_into().unwrap_or(u32::MAX),
            good,
            duplicates,
            faulty: problems.len().try_into().unwrap_or(u32::MAX),
            problems: problems
                .into_values()
                .take(EventFileReport::NAMED)
                .collect(),
            ignored: sheet.ignored,
            is_sent: !only_check,
            ..EventFileReport::default()
        })
    }

    /// Keeps a file for its check and its sending. The caller has limited its size to [`EventFileReport::LARGEST`].
    ///
    /// # Errors
    /// [`Error::Forbidden`]; when the database fails.
    pub async fn upload_events(&self, scope: &Scope, bytes: &[u8]) -> Result<EventFileId> {
        let person = require(scope)?;
        let id: EventFileId = self.clock().mint();
        sqlx::query!(
            "INSERT INTO event_file (id, person_id, body_sealed, created_at) VALUES ($1, $2, $3, $4)",
            id.uuid(),
            person.uuid(),
            self.keys().seal(body_place(id), bytes),
            self.clock().now(),
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(id)
    }

    /// What sending the file would do, or has done.
    ///
    /// # Errors
    /// [`Error::NotFound`] for somebody else's file and for one that has waited too long.
    pub async fn event_file(&self, scope: &Scope, id: EventFileId) -> Result<EventFileReport> {
        let (body, report) = self.waiting_events(scope, id).await?;
        if let Some(report) = report {
            return Ok(report);
        }
        Ok(EventFileReport {
            file: Some(id),
            ..self.read_events(scope, &body, true).await?
        })
    }

    /// Takes the good rows of a file that was checked. Sent twice, its events are known by what is in them.
    ///
    /// # Errors
    /// As [`Backend::event_file`].
    pub async fn send_event_file(&self, scope: &Scope, id: EventFileId) -> Result<()> {
        let (body, report) = self.waiting_events(scope, id).await?;
        if report.is_some() {
            return Ok(());
        }
        let report = self.read_events(scope, &body, false).await?;
        let detail = json!({ "accepted": report.good, "faulty": report.faulty });
        let kept =
            serde_json::to_value(&report).map_err(|_| Error::Internal("a report is JSON"))?;
        let now = self.clock().now();
        sqlx::query!(
            "UPDATE event_file SET sent_at = $2, report = $3, body_sealed = '' WHERE id = $1",
            id.uuid(),
            now,
            kept,
        )
        .execute(self.0.database.partner())
        .await?;
        let mut tx = self.begin(scope).await?;
        tx.audit_with("event.sent_in_file", id, detail).await?;
        tx.commit().await
    }

    /// Forgets files that waited too long. For a job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_event_files(&self) -> Result<()> {
        sqlx::query!(
            "DELETE FROM event_file WHERE created_at < $1",
            self.clock().now() - WAITS
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }

    /// The file as it waits, or what became of it.
    async fn waiting_events(
        &self,
        scope: &Scope,
        id: EventFileId,
    ) -> Result<(Vec<u8>, Option<EventFileReport>)> {
        let person = require(scope)?;
        let row = sqlx::query!(
            "SELECT body_sealed, report FROM event_file WHERE id = $1 AND person_id = $2 AND created_at > $3",
            id.uuid(),
            person.uuid(),
            self.clock().now() - WAITS,
        )
        .fetch_optional(self.0.database.partner())
        .await?
        .ok_or(Error::NotFound("file"))?;
        if let Some(report) = row.report {
            let report =
                serde_json::from_value(report).map_err(|_| Error::Internal("a report is one"))?;
            return Ok((Vec::new(), Some(report)));
        }
        Ok((self.keys().open(body_place(id), &row.body_sealed)?, None))
    }
}

/// The first line of a file, and an example that shows what each column takes.
#[must_use]
pub fn event_file_template() -> Vec<u8> {
    let heading: Vec<_> = EventColumn::ALL.iter().map(|it| it.as_str()).collect();
    let example =
        "cxn_...,Purchase,2026-11-22T10:15:00+09:00,7123456789012345,order-1007,A-1007,4800,JPY";
    format!("\u{feff}{}\r\n{example}\r\n", heading.join(",")).into_bytes()
}

/// Whoever uploads a file is a person: it is theirs alone.
fn require(scope: &Scope) -> Result<PersonId> {
    scope.require(Permission::IngestEvents)?;
    scope.person_id().ok_or(Error::Forbidden)
}

fn body_place(id: EventFileId) -> Place {
    Place {
        table: "event_file",
        column: "body_sealed",
        advertiser: Uuid::nil(),
        row: id.uuid(),
    }
}
