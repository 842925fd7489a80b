//! From text to rows.

use std::collections::HashMap;

use domain::console::{EventColumn, EventFileReport};
use text::Text;

use crate::advertiser_files::{decode::NoText, delimiter};

/// What a file holds.
pub(crate) struct Sheet {
    /// Headings that mean nothing here.
    pub ignored: Vec<String>,
    /// Rows that are not wholly empty.
    pub rows: Vec<Row>,
}

/// One row.
pub(crate) struct Row {
    /// The line on which it begins; 1 is the heading.
    pub line: u64,
    /// Its trimmed cells that are not empty; none when it has another number of cells than the heading.
    pub cells: Option<HashMap<EventColumn, String>>,
}

/// The rows, or in a sentence why there are none.
pub(crate) fn read(text: Text, bytes: &[u8]) -> Result<Sheet, String> {
    let (table, _) = crate::advertiser_files::decode::decode(bytes).map_err(|why| match why {
        NoText::Empty => text.import_empty().to_owned(),
        NoText::Workbook => text.import_workbook().to_owned(),
        NoText::Unreadable => text.import_unreadable().to_owned(),
    })?;
    let table = table.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&table))
        .from_reader(table.as_bytes());
    let mut records = reader.records();
    let malformed = || text.import_malformed().to_owned();
    let heading = match records.next() {
        Some(Ok(heading)) => heading,
        Some(Err(_)) | None => return Err(malformed()),
    };
    let places: Vec<Option<EventColumn>> = heading.iter().map(column).collect();
    for column in EventColumn::ALL {
        let times = places.iter().filter(|it| **it == Some(*column)).count();
        if times == 0 && column.is_required() {
            return Err(text.import_column_missing(column.as_str()));
        }
        if times > 1 {
            return Err(text.import_column_twice(column.as_str()));
        }
    }
    let unknown = heading.iter().zip(&places);
    let ignored = unknown
        .filter(|(heading, column)| column.is_none() && !heading.trim().is_empty())
        .map(|(heading, _)| heading.trim().chars().take(80).collect());
    let mut sheet = Sheet {
        ignored: ignored.collect(),
        rows: Vec::new(),
    };
    for record in records {
        let record = record.map_err(|_| malformed())?;
        // Spreadsheets leave rows of bare commas behind.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if sheet.rows.len() == EventFileReport::ROWS {
            return Err(text.event_file_too_many(EventFileReport::ROWS));
        }
        let byte = record.position().map_or(0, csv::Position::byte);
        let before = table
            .as_bytes()
            .get(..usize::try_from(byte).unwrap_or_default());
        let lines = before.map_or(0, |before| before.iter().filter(|it| **it == b'\n').count());
        let cells = record.iter().zip(&places);
        let cells = cells
            .filter_map(|(cell, column)| Some(((*column)?, cell.trim().to_owned())))
            .filter(|(_, cell)| !cell.is_empty());
        sheet.rows.push(Row {
            line: lines as u64 + 1,
            cells: (record.len() == places.len()).then(|| cells.collect()),
        });
    }
    if sheet.rows.is_empty() {
        return Err(text.event_file_no_rows().to_owned());
    }
    Ok(sheet)
}

fn column(heading: &str) -> Option<EventColumn> {
    let plain = heading.trim().to_lowercase().replace([' ', '-'], "_");
    plain.parse().ok()
}
