//! What everybody did.

use serde::{Deserialize, Serialize};

use super::{FilterChoice, Moment};
use crate::{AdvertiserId, AuditId, PersonId};

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Which.
    pub id: AuditId,
    /// When.
    pub at: Moment,
    /// Who, in words.
    pub who: String,
    /// What, as a sentence.
    pub what: String,
    /// Names of fields and ids, in words; may be empty.
    pub detail: String,
    /// What it was done to: our id.
    pub object: String,
    /// The page of it, if it has one.
    pub href: Option<String>,
    /// The advertiser it belongs to, and its name.
    pub advertiser: Option<(AdvertiserId, String)>,
}

/// A page of the audit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The newest first.
    pub rows: Vec<AuditRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<AuditId>,
    /// Groups of actions.
    pub groups: Vec<FilterChoice>,
    /// People who may have done something.
    pub people: Vec<FilterChoice>,
    /// The name of the advertiser that it is limited to.
    pub advertiser_name: Option<String>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// What to show of the audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// One person.
    pub person: Option<PersonId>,
    /// One group of actions: what stands before the dot.
    pub group: Option<String>,
    /// One advertiser.
    pub advertiser: Option<AdvertiserId>,
    /// From this day on, in the reader's zone.
    pub from: Option<Day>,
    /// To the end of this day.
    pub until: Option<Day>,
    /// Older than this.
    pub after: Option<AuditId>,
}

/// A day as `<input type=date>` writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl std::str::FromStr for Day {
    type Err = crate::Unknown;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let mut parts = text.split('-');
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
            let day = Self {
                year: year.parse().ok()?,
                month: month.parse().ok()?,
                day: day.parse().ok()?,
            };
            let is_shaped = parts.next().is_none()
                && (1970..=9999).contains(&day.year)
                && (1..=12).contains(&day.month)
                && (1..=31).contains(&day.day);
            is_shaped.then_some(day)
        };
        read().ok_or(crate::Unknown("day"))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn a_day_is_read_and_written_as_a_date_field_does() {
        let day: Day = "2026-11-22".parse().unwrap();
        assert_eq!((day.to_string().as_str(), day.month), ("2026-11-22", 11));
        for wrong in ["", "2026-11", "2026-13-01", "22.11.2026", "2026-11-22-1"] {
            assert!(wrong.parse::<Day>().is_err(), "{wrong}");
        }
    }
}
