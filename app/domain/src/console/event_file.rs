//! A file of events: what its rows may hold, and what was found in them.

use serde::{Deserialize, Serialize};

use crate::{EventFileId, text_enum::text_enum};

text_enum! {
    /// What a column of such a file holds.
    EventColumn {
        /// The connection's id here.
        Connection = "connection",
        /// Meta's name of the event.
        EventName = "event_name",
        /// When it happened.
        EventTime = "event_time",
        /// Who it is about.
        Person = "person",
        /// By which a repetition is known.
        EventId = "event_id",
        /// The order's number.
        OrderId = "order_id",
        /// The amount.
        Value = "value",
        /// Its currency.
        Currency = "currency",
    }
}

impl EventColumn {
    /// Whether a file without it is none.
    pub const fn is_required(self) -> bool {
        matches!(
            self,
            Self::Connection | Self::EventName | Self::EventTime | Self::Person
        )
    }
}

/// Something that is wrong with one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFileProblem {
    /// The row's line in the file, the heading being 1.
    pub line: u64,
    /// In which column; none for the row as a whole.
    pub column: Option<EventColumn>,
    /// What, in a sentence.
    pub what: String,
}

/// What a file holds, or what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFileReport {
    /// The file, while it waits.
    pub file: Option<EventFileId>,
    /// Why nothing in it can be read; empty: it can be.
    pub refused: String,
    /// Rows below the heading.
    pub rows: u32,
    /// Rows that keep every rule.
    pub good: u32,
    /// Of those, once they were sent, the ones that were seen before.
    pub duplicates: u32,
    /// Rows with a problem: they are left out.
    pub faulty: u32,
    /// The first problems, one for each such row.
    pub problems: Vec<EventFileProblem>,
    /// Headings that mean nothing here.
    pub ignored: Vec<String>,
    /// Whether the good rows are accepted, rather than only checked.
    pub is_sent: bool,
}

impl EventFileReport {
    /// The largest file, in bytes.
    pub const LARGEST: usize = 3 * 1024 * 1024;
    /// The most rows.
    pub const ROWS: usize = 10_000;
    /// How many problems are named.
    pub const NAMED: usize = 200;
}
