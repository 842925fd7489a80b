//! Test codes as pages show them.

use serde::{Deserialize, Serialize};

use super::Moment;

/// A test code of one dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetTestCode {
    /// Its dataset's id at Meta.
    pub dataset_meta_id: String,
    /// As Events Manager shows it.
    pub code: String,
    /// Until when it marks events as test, or when that ended.
    pub until: Moment,
    /// Events that name it go out live.
    pub has_ended: bool,
    /// An event through the API named it first; else a person added it.
    pub is_from_api: bool,
    /// What colleagues call who added it; empty where nobody did, or where it is not the reader's to know.
    pub added_by: String,
}
