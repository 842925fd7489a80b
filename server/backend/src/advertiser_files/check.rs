//! Compares a file with the advertisers there are: what is new, what changes, and every problem.

use std::collections::HashMap;

use domain::{
    AdvertiserId, Channel, Email, Language,
    console::{FileChange, FileColumn, FileProblem, FileReport},
};
use text::Text;
use uuid::Uuid;

use super::{
    decode::{NoText, decode},
    row::{Problems, Wanted, parse},
    sheet::{NoSheet, Row, Sheet, read},
};
use crate::{KeyRing, Result, Tx, advertisers::contact_place};

/// A file that was checked, and what an import of it would write.
pub(super) struct Checked {
    pub report: FileReport,
    pub plan: Vec<Planned>,
}

/// One row that can be taken.
pub(super) struct Planned {
    pub wanted: Wanted,
    /// The advertiser that it is about; none for a new one.
    pub existing: Option<AdvertiserId>,
    /// What it changes of it.
    pub differs: Vec<FileColumn>,
}

/// An advertiser of the same reference.
struct Existing {
    id: AdvertiserId,
    name: String,
    language: Language,
    time_zone: String,
    channels: Vec<Channel>,
    contact_email: Option<String>,
    is_archived: bool,
}

/// Checks the whole file. Whatever is in it becomes a problem, never an error.
pub(super) async fn check(
    tx: &mut Tx,
    keys: &KeyRing,
    language: Language,
    bytes: &[u8],
) -> Result<Checked> {
    let text = Text::new(language);
    let (decoded, encoding) = match decode(bytes) {
        Ok(decoded) => decoded,
        Err(why) => return Ok(refused(vec![no_text(text, why).to_owned()], "")),
    };
    let sheet = match read(&decoded) {
        Ok(sheet) => sheet,
        Err(why) => return Ok(refused(no_sheet(text, &why), encoding)),
    };
    let Sheet { ignored, rows, .. } = sheet;
    let report = FileReport {
        encoding: encoding.to_owned(),
        ignored,
        ..FileReport::default()
    };
    let (mut wanted, mut faulty) = (Vec::new(), Vec::new());
    for row in rows {
        let mut problems = Problems {
            text,
            line: row.line,
            found: Vec::new(),
        };
        match of_row(&row, &mut problems) {
            Some(row) => wanted.push(row),
            None => faulty.push(problems.found),
        }
    }
    let known = tx.known(keys, &wanted).await?;
    let taken = tx.taken_names(&wanted).await?;
    let mut seen = Seen::default();
    let mut plan = Vec::new();
    for wanted in wanted {
        let mut problems = Problems {
            text,
            line: wanted.line,
            found: Vec::new(),
        };
        let existing = known.get(wanted.reference.as_str());
        seen.check(&wanted, &mut problems);
        against(&wanted, existing, &taken, &mut problems);
        if problems.found.is_empty() {
            plan.push(Planned {
                differs: existing
                    .map(|there| differs(&wanted, there))
                    .unwrap_or_default(),
                existing: existing.map(|there| there.id),
                wanted,
            });
        } else {
            faulty.push(problems.found);
        }
    }
    Ok(told(report, plan, faulty))
}

fn of_row(row: &Row, problems: &mut Problems) -> Option<Wanted> {
    match &row.cells {
        Ok(cells) => parse(cells, problems),
        Err(count) => {
            let what = problems.text.import_cell_count(count.expected, count.found);
            problems.found.push(FileProblem {
                line: Some(row.line),
                column: None,
                what,
            });
            None
        }
    }
}

/// Fills in the counts and the lists of a report.
fn told(mut report: FileReport, plan: Vec<Planned>, faulty: Vec<Vec<FileProblem>>) -> Checked {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    report.faulty = count(faulty.len());
    let mut problems: Vec<_> = faulty.into_iter().flatten().collect();
    problems.sort_by_key(|problem| problem.line);
    report.problem_count = count(problems.len());
    problems.truncate(FileReport::SHOWN);
    report.problems = problems;
    for planned in &plan {
        let is_new = planned.existing.is_none();
        if is_new {
            report.added += 1;
        } else if planned.differs.is_empty() {
            report.unchanged += 1;
            continue;
        } else {
            report.changed += 1;
        }
        if report.changes.len() < FileReport::SHOWN {
            report.changes.push(FileChange {
                line: planned.wanted.line,
                name: planned.wanted.name.to_string(),
                columns: planned.differs.clone(),
            });
        }
    }
    Checked { report, plan }
}

/// What earlier rows of the same file said.
#[derive(Default)]
struct Seen {
    references: HashMap<String, u64>,
    names: HashMap<String, u64>,
}

impl Seen {
    fn check(&mut self, wanted: &Wanted, problems: &mut Problems) {
        let name = wanted.name.as_str().to_lowercase();
        let line = self
            .references
            .insert(wanted.reference.clone(), wanted.line);
        if let Some(line) = line {
            let what = problems.text.import_reference_twice(line);
            problems.add(FileColumn::Reference, what);
        }
        if let Some(line) = self.names.insert(name, wanted.line) {
            let what = problems.text.import_name_twice(line);
            problems.add(FileColumn::Name, what);
        }
    }
}

fn against(
    wanted: &Wanted,
    existing: Option<&Existing>,
    taken: &HashMap<String, AdvertiserId>,
    problems: &mut Problems,
) {
    let text = problems.text;
    let active = existing.filter(|there| !there.is_archived);
    if active.is_none() && existing.is_some() {
        problems.add(FileColumn::Reference, text.import_archived());
    }
    let holder = taken.get(wanted.name.as_str());
    if holder.is_some_and(|holder| active.is_none_or(|there| there.id != *holder)) {
        problems.add(FileColumn::Name, text.import_name_taken());
    }
}

fn differs(wanted: &Wanted, there: &Existing) -> Vec<FileColumn> {
    let email = |email: &Option<Email>| email.as_ref().map(|email| email.as_str().to_owned());
    let is_other = |column: &FileColumn| match column {
        FileColumn::Name => wanted.name.as_str() != there.name,
        FileColumn::Reference => false,
        FileColumn::Language => wanted.language != there.language,
        FileColumn::TimeZone => wanted.time_zone != there.time_zone,
        FileColumn::ContactEmail => wanted
            .contact_email
            .as_ref()
            .is_some_and(|wanted| email(wanted) != there.contact_email),
        FileColumn::Channels => wanted
            .channels
            .as_ref()
            .is_some_and(|channels| *channels != there.channels),
    };
    FileColumn::ALL.iter().copied().filter(is_other).collect()
}

impl Tx {
    /// The advertisers of these references.
    async fn known(
        &mut self,
        keys: &KeyRing,
        wanted: &[Wanted],
    ) -> Result<HashMap<String, Existing>> {
        let references: Vec<_> = wanted.iter().map(|row| row.reference.clone()).collect();
        let rows = sqlx::query!(
            r#"SELECT id AS "id: AdvertiserId", name, reference, language AS "language: Language", time_zone,
                      channels AS "channels: Vec<Channel>", contact_email_sealed, archived_at IS NOT NULL AS "is_archived!"
               FROM advertiser WHERE reference = ANY($1) AND reference <> ''"#,
            &references,
        )
        .fetch_all(&mut **self)
        .await?;
        let mut known = HashMap::new();
        for row in rows {
            let contact_email = match row.contact_email_sealed {
                Some(sealed) => {
                    let email = keys.open(contact_place(row.id), &sealed)?;
                    String::from_utf8(email).ok()
                }
                None => None,
            };
            let there = Existing {
                id: row.id,
                name: row.name,
                language: row.language,
                time_zone: row.time_zone,
                channels: row.channels,
                contact_email,
                is_archived: row.is_archived,
            };
            known.insert(row.reference, there);
        }
        Ok(known)
    }

    /// Who has these names, whatever the case of their letters.
    async fn taken_names(&mut self, wanted: &[Wanted]) -> Result<HashMap<String, AdvertiserId>> {
        let names: Vec<_> = wanted.iter().map(|row| row.name.to_string()).collect();
        let rows = sqlx::query!(
            r#"SELECT wanted.name AS "name!", advertiser.id AS "id: Uuid"
               FROM unnest($1::text[]) AS wanted (name)
               JOIN advertiser ON lower(advertiser.name) = lower(wanted.name) AND advertiser.archived_at IS NULL"#,
            &names,
        )
        .fetch_all(&mut **self)
        .await?;
        let taken = rows.into_iter().map(|row| (row.name, row.id.into()));
        Ok(taken.collect())
    }
}

/// A file of which no row can be read.
fn refused(whats: Vec<String>, encoding: &str) -> Checked {
    let problems: Vec<_> = whats
        .into_iter()
        .map(|what| FileProblem {
            line: None,
            column: None,
            what,
        })
        .collect();
    Checked {
        report: FileReport {
            encoding: encoding.to_owned(),
            problem_count: u32::try_from(problems.len()).unwrap_or(u32::MAX),
            problems,
            ..FileReport::default()
        },
        plan: Vec::new(),
    }
}

fn no_text(text: Text, why: NoText) -> &'static str {
    match why {
        NoText::Empty => text.import_empty(),
        NoText::Workbook => text.import_workbook(),
        NoText::Unreadable => text.import_unreadable(),
    }
}

fn no_sheet(text: Text, why: &NoSheet) -> Vec<String> {
    match why {
        NoSheet::Missing(columns) => columns
            .iter()
            .map(|column| text.import_column_missing(column))
            .collect(),
        NoSheet::Twice(column) => vec![text.import_column_twice(column)],
        NoSheet::NoRows => vec![text.import_no_rows().to_owned()],
        NoSheet::TooMany => vec![text.import_too_many(FileReport::ROWS)],
        NoSheet::Malformed => vec![text.import_malformed().to_owned()],
    }
}
