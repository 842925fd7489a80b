//! From text to rows: headings in either language, every row accounted for.

use std::collections::HashMap;

use domain::console::{FileColumn, FileReport};

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    /// The columns that it has.
    pub columns: Vec<FileColumn>,
    /// Headings that mean nothing here.
    pub ignored: Vec<String>,
    /// Rows that are not wholly empty.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line on which it begins; 1 is the heading.
    pub line: u64,
    /// Its trimmed cells; none when it has another number of cells than the heading.
    pub cells: Result<HashMap<FileColumn, String>, CellCount>,
}

/// A row that does not fit its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellCount {
    pub expected: usize,
    pub found: usize,
}

/// Why no row can be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoSheet {
    /// Columns that must be there and are not.
    Missing(Vec<FileColumn>),
    /// A column that is there twice.
    Twice(FileColumn),
    /// A heading and nothing below it.
    NoRows,
    /// More than [`FileReport::ROWS`].
    TooMany,
    /// Quotation marks that do not pair, say.
    Malformed,
}

pub(super) fn read(text: &str) -> Result<Sheet, NoSheet> {
    let text = &text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = Lines {
        text,
        at: 0,
        line: 1,
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let heading = match records.next() {
        Some(Ok(heading)) => heading,
        Some(Err(_)) => return Err(NoSheet::Malformed),
        None => return Err(NoSheet::NoRows),
    };
    let mut sheet = Sheet::default();
    let places: Vec<_> = heading.iter().map(column).collect();
    for (heading, column) in heading.iter().zip(&places) {
        match column {
            Some(column) if sheet.columns.contains(column) => {
                return Err(NoSheet::Twice(*column));
            }
            Some(column) => sheet.columns.push(*column),
            None if heading.trim().is_empty() => {}
            None => sheet
                .ignored
                .push(heading.trim().chars().take(80).collect()),
        }
    }
    let missing: Vec<_> = FileColumn::ALL
        .iter()
        .copied()
        .filter(|column| column.is_required() && !sheet.columns.contains(column))
        .collect();
    if !missing.is_empty() {
        return Err(NoSheet::Missing(missing));
    }
    for record in records {
        let record = record.map_err(|_| NoSheet::Malformed)?;
        // Spreadsheets leave rows of bare commas behind.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if sheet.rows.len() == FileReport::ROWS {
            return Err(NoSheet::TooMany);
        }
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        let found = record.len();
        let cells = if found == places.len() {
            let cells = record.iter().zip(&places);
            Ok(cells
                .filter_map(|(cell, column)| Some(((*column)?, bare(cell.trim()).to_owned())))
                .collect())
        } else {
            Err(CellCount {
                expected: places.len(),
                found,
            })
        };
        sheet.rows.push(Row { line, cells });
    }
    if sheet.rows.is_empty() {
        return Err(NoSheet::NoRows);
    }
    Ok(sheet)
}

/// Counts lines as far as it is asked; the reader's own count takes blank lines for none.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first text at or after this byte.
    fn of(&mut self, byte: u64) -> u64 {
        let bytes = self.text.as_bytes();
        let start = usize::try_from(byte).unwrap_or(usize::MAX).min(bytes.len());
        let blank = bytes[start..]
            .iter()
            .take_while(|byte| **byte == b'\n')
            .count();
        let skipped = &bytes[self.at.min(start + blank)..start + blank];
        self.line += skipped.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = start + blank;
        self.line
    }
}

/// Where the comma is the decimal sign, spreadsheets part cells by semicolons; UTF-16 files have tabs.
pub(crate) fn delimiter(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| heading.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b',')
}

/// The column that a heading names, in English or Japanese.
fn column(heading: &str) -> Option<FileColumn> {
    let plain: String = heading
        .trim()
        .to_lowercase()
        .chars()
        .map(|c| if matches!(c, ' ' | '-') { '_' } else { c })
        .collect();
    Some(match plain.as_str() {
        "name" | "advertiser" | "名前" | "広告主" | "広告主名" => FileColumn::Name,
        "reference" | "参照番号" | "管理番号" => FileColumn::Reference,
        "language" | "言語" => FileColumn::Language,
        "time_zone" | "timezone" | "タイムゾーン" => FileColumn::TimeZone,
        "contact_email" | "email" | "連絡先メール" | "メールアドレス" => {
            FileColumn::ContactEmail
        }
        "channels" | "channel" | "チャネル" => FileColumn::Channels,
        _ => return None,
    })
}

/// Without the mark that [`guarded`] put before it.
fn bare(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) => rest,
        _ => cell,
    }
}

/// How a cell begins that a spreadsheet would work out instead of show.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell that no spreadsheet takes for a formula, whoever wrote what is in it.
pub(super) fn guarded(cell: &str) -> String {
    if cell.starts_with(FORMULA) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headings_are_known_in_both_languages_and_in_any_order() {
        let english = read("Reference;Time zone;NAME;language\nKD-1;Asia/Tokyo;Hana;ja\n").unwrap();
        let japanese =
            read("管理番号,タイムゾーン,広告主名,言語\r\nKD-1,Asia/Tokyo,Hana,ja\r\n").unwrap();
        assert_eq!(english, japanese);
        assert_eq!(english.rows[0].line, 2);
    }

    #[test]
    fn what_is_missing_or_twice_is_named() {
        assert_eq!(
            read("name,reference\na,b"),
            Err(NoSheet::Missing(vec![
                FileColumn::Language,
                FileColumn::TimeZone
            ]))
        );
        assert_eq!(
            read("name,名前,reference,language,time_zone\n"),
            Err(NoSheet::Twice(FileColumn::Name))
        );
        assert_eq!(
            read("name,reference,language,time_zone\n,,,\n"),
            Err(NoSheet::NoRows)
        );
    }

    #[test]
    fn a_quoted_line_break_moves_the_lines_after_it() {
        let sheet = read("name,reference,language,time_zone,x\n\"a\nb\",1,ja,UTC,\n\nc,2,ja,UTC\n")
            .unwrap();
        let lines: Vec<_> = sheet.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 5]);
        assert_eq!(
            sheet.rows[1].cells,
            Err(CellCount {
                expected: 5,
                found: 4
            })
        );
        assert_eq!(sheet.ignored, ["x"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,400}") {
            let _ = read(&text);
        }

        #[test]
        fn every_row_is_accounted_for(rows in proptest::collection::vec(proptest::collection::vec("[ -~あ\n\"]{1,8}", 1..7), 1..40)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            writer.write_record(["name", "reference", "language", "time_zone"]).unwrap();
            let mut filled = 0;
            for row in &rows {
                writer.write_record(row).unwrap();
                filled += usize::from(row.iter().any(|cell| !cell.trim().is_empty()));
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            match read(&text) {
                Ok(sheet) => {
                    prop_assert_eq!(sheet.rows.len(), filled);
                    for row in sheet.rows {
                        prop_assert!(row.line > 1);
                        prop_assert!(row.cells.map_or(true, |cells| cells.len() == 4));
                    }
                }
                Err(error) => prop_assert!(filled == 0 && error == NoSheet::NoRows, "{:?}", error),
            }
        }

        #[test]
        fn a_guarded_cell_comes_back_and_begins_no_formula(cell in ".{1,20}") {
            let cell = cell.trim();
            let guarded = guarded(cell);
            prop_assert!(!guarded.starts_with(FORMULA));
            // A cell that looked guarded already loses its mark: nobody's name begins so.
            if !cell.starts_with('\'') {
                prop_assert_eq!(bare(&guarded), cell);
            }
        }
    }
}
