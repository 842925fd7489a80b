//! Files of advertisers: checked without writing anything, then imported; and the list as such a file.
//!
//! Between check and import the file waits here, sealed, for an hour: nobody has to choose it twice, and what was checked
//! is what is imported. An advertiser is found again by its reference, so a file may be imported as often as one likes.

mod check;
pub(crate) mod decode;
mod export;
mod row;
mod sheet;
#[cfg(test)]
mod tests;
mod write;

use chrono::TimeDelta;
use domain::{
    AdvertiserFileId, Permission, PersonId,
    console::{FileColumn, FileReport},
};
use uuid::Uuid;

use crate::{Backend, Error, Result, Scope, Tx, seal::Place};
use check::check;
pub(crate) use sheet::delimiter;

/// How long a file waits for its import.
const WAITS: TimeDelta = TimeDelta::hours(1);

impl Backend {
    /// Keeps a file for its check and import. The caller has limited its size to [`FileReport::LARGEST`].
    ///
    /// # Errors
    /// When the role may not, or the database fails.
    pub async fn upload_advertisers(
        &self,
        scope: &Scope,
        bytes: &[u8],
    ) -> Result<AdvertiserFileId> {
        let staff = require(scope)?;
        let id: AdvertiserFileId = self.clock().mint();
        let mut tx = self.begin(scope).await?;
        let now = tx.now();
        sqlx::query!(
            "INSERT INTO advertiser_file (id, staff_id, body_sealed, created_at) VALUES ($1, $2, $3, $4)",
            id.uuid(),
            staff.uuid(),
            self.keys().seal(body_place(id), bytes),
            now,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// What an import of the file would do, or has done.
    ///
    /// # Errors
    /// [`Error::NotFound`] for somebody else's file and for one that has waited too long.
    pub async fn advertiser_file(&self, scope: &Scope, id: AdvertiserFileId) -> Result<FileReport> {
        let staff = require(scope)?;
        let mut tx = self.begin(scope).await?;
        match tx.waiting(id, staff).await? {
            Waiting::Done(report) => Ok(report),
            Waiting::Body(sealed) => {
                let body = self.keys().open(body_place(id), &sealed)?;
                let checked = check(&mut tx, self.keys(), scope.language(), &body).await?;
                Ok(FileReport {
                    file: Some(id),
                    ..checked.report
                })
            }
        }
    }

    /// Imports a file that was checked. Nothing is written while one row has a problem; a second import of the same file
    /// does nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] as above; a name that was taken meanwhile is a conflict.
    pub async fn import_advertisers(
        &self,
        scope: &Scope,
        id: AdvertiserFileId,
    ) -> Result<FileReport> {
        let staff = require(scope)?;
        let mut tx = self.begin(scope).await?;
        tx.lock_imports().await?;
        let body = match tx.waiting(id, staff).await? {
            Waiting::Done(report) => return Ok(report),
            Waiting::Body(sealed) => self.keys().open(body_place(id), &sealed)?,
        };
        let report = self.import(scope, &mut tx, &body).await?;
        if report.is_imported {
            let now = tx.now();
            sqlx::query!(
                "UPDATE advertiser_file
                 SET body_sealed = NULL, imported_at = $2, added = $3, changed = $4, unchanged = $5 WHERE id = $1",
                id.uuid(),
                now,
                report.added.cast_signed(),
                report.changed.cast_signed(),
                report.unchanged.cast_signed(),
            )
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
        }
        Ok(FileReport {
            file: Some(id),
            ..report
        })
    }

    /// Checks a file and, unless it is only to be checked, imports it at once: for the command line.
    ///
    /// # Errors
    /// When the role may not, or the database fails.
    pub async fn read_advertisers(
        &self,
        scope: &Scope,
        bytes: &[u8],
        only_check: bool,
    ) -> Result<FileReport> {
        scope.require(Permission::ManageAdvertisers)?;
        let mut tx = self.begin(scope).await?;
        if only_check {
            return Ok(check(&mut tx, self.keys(), scope.language(), bytes)
                .await?
                .report);
        }
        tx.lock_imports().await?;
        let report = self.import(scope, &mut tx, bytes).await?;
        if report.is_imported {
            tx.commit().await?;
        }
        Ok(report)
    }

    async fn import(&self, scope: &Scope, tx: &mut Tx, bytes: &[u8]) -> Result<FileReport> {
        let checked = check(tx, self.keys(), scope.language(), bytes).await?;
        let is_imported = checked.report.problem_count == 0;
        if is_imported {
            write::write(tx, self.keys(), &checked).await?;
        }
        Ok(FileReport {
            is_imported,
            ..checked.report
        })
    }

    /// Forgets files that waited too long. For a job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_advertiser_files(&self) -> Result<()> {
        sqlx::query!(
            "DELETE FROM advertiser_file WHERE created_at < $1",
            self.clock().now() - WAITS
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }
}

/// The first line of a file, and an example that shows what each column takes.
#[must_use]
pub fn advertiser_file_template() -> Vec<u8> {
    let heading: Vec<_> = FileColumn::ALL
        .iter()
        .map(|column| column.as_str())
        .collect();
    let example = "花屋 はな,KD-1001,ja,Asia/Tokyo,hana@flowers.example,messenger whatsapp";
    format!("\u{feff}{}\r\n{example}\r\n", heading.join(",")).into_bytes()
}

/// Whoever uploads a file is a member of staff: it is theirs alone.
fn require(scope: &Scope) -> Result<PersonId> {
    scope.require(Permission::ManageAdvertisers)?;
    scope.staff_id().ok_or(Error::Forbidden)
}

fn body_place(id: AdvertiserFileId) -> Place {
    Place {
        table: "advertiser_file",
        column: "body_sealed",
        advertiser: Uuid::nil(),
        row: id.uuid(),
    }
}

enum Waiting {
    Body(Vec<u8>),
    Done(FileReport),
}

impl Tx {
    /// One import at a time: two files with the same new advertiser would make it twice.
    async fn lock_imports(&mut self) -> Result<()> {
        sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('advertiser_file'))")
            .execute(&mut **self)
            .await?;
        Ok(())
    }

    async fn waiting(&mut self, id: AdvertiserFileId, staff: PersonId) -> Result<Waiting> {
        let youngest = self.now() - WAITS;
        let row = sqlx::query!(
            "SELECT body_sealed, added, changed, unchanged FROM advertiser_file
             WHERE id = $1 AND staff_id = $2 AND created_at > $3",
            id.uuid(),
            staff.uuid(),
            youngest,
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("file"))?;
        Ok(match row.body_sealed {
            Some(sealed) => Waiting::Body(sealed),
            None => Waiting::Done(FileReport {
                file: Some(id),
                added: row.added.cast_unsigned(),
                changed: row.changed.cast_unsigned(),
                unchanged: row.unchanged.cast_unsigned(),
                is_imported: true,
                ..FileReport::default()
            }),
        })
    }
}
