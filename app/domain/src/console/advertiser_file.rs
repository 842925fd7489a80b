//! A file of advertisers: what its check found, and what became of it.

use serde::{Deserialize, Serialize};

use crate::{AdvertiserFileId, text_enum::text_enum};

text_enum! {
    /// A column of the file; the text form is its heading.
    FileColumn {
        /// What staff and mails call the advertiser.
        Name = "name",
        /// The partner's own id for it, by which it is found again.
        Reference = "reference",
        /// The language its people read.
        Language = "language",
        /// IANA name.
        TimeZone = "time_zone",
        /// Whom to write to.
        ContactEmail = "contact_email",
        /// Those it is meant to have.
        Channels = "channels",
    }
}

impl FileColumn {
    /// Whether a file without it cannot be read.
    pub const fn is_required(self) -> bool {
        !matches!(self, Self::ContactEmail | Self::Channels)
    }
}

/// Something in the file that has to be changed, in whole sentences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileProblem {
    /// The line, 1 is the heading; none concerns the file as a whole.
    pub line: Option<u64>,
    /// The column, if it is one.
    pub column: Option<FileColumn>,
    /// What is wrong and what to do.
    pub what: String,
}

/// A row that makes a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// The line.
    pub line: u64,
    /// The advertiser's name in the file.
    pub name: String,
    /// What changes of an advertiser that exists; empty for a new one.
    pub columns: Vec<FileColumn>,
}

/// What the check of a file found, and once it is imported what was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// The file, while it waits.
    pub file: Option<AdvertiserFileId>,
    /// How its characters were read, such as `UTF-8`.
    pub encoding: String,
    /// Headings that mean nothing here.
    pub ignored: Vec<String>,
    /// Rows of advertisers that are new.
    pub added: u32,
    /// Rows of advertisers that change.
    pub changed: u32,
    /// Rows of advertisers that are so already.
    pub unchanged: u32,
    /// Rows with problems.
    pub faulty: u32,
    /// Every problem, up to [`FileReport::SHOWN`].
    pub problems: Vec<FileProblem>,
    /// How many problems there are.
    pub problem_count: u32,
    /// New and changed ones, up to [`FileReport::SHOWN`].
    pub changes: Vec<FileChange>,
    /// Whether it was imported: then nothing else can be done with it.
    pub is_imported: bool,
}

impl FileReport {
    /// More problems and changes are counted and not listed.
    pub const SHOWN: usize = 200;
    /// The largest file, in bytes.
    pub const LARGEST: usize = 2 * 1024 * 1024;
    /// The most advertisers in one file.
    pub const ROWS: usize = 5_000;

    /// Rows of advertisers, whatever is to become of them.
    pub const fn rows(&self) -> u32 {
        self.added + self.changed + self.unchanged + self.faulty
    }

    /// Whether an import would do something and nothing stands in its way.
    pub const fn is_ready(&self) -> bool {
        !self.is_imported && self.problem_count == 0 && self.added + self.changed > 0
    }
}
