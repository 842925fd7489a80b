//! Time zones: which exist, and what a clock there shows.

use chrono::{DateTime, Utc};
use domain::{Why, console::Moment};

use crate::{Error, Result};

/// An instant as people in a time zone read it.
pub(crate) fn moment(time_zone: &str, at: DateTime<Utc>) -> Moment {
    use chrono::{Offset, TimeZone};
    let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::UTC);
    let offset = zone
        .offset_from_utc_datetime(&at.naive_utc())
        .fix()
        .local_minus_utc();
    Moment {
        ms: at.timestamp_millis(),
        offset,
    }
}

/// Every IANA zone, for the form's list.
#[must_use]
pub fn time_zones() -> Vec<&'static str> {
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .collect()
}

pub(crate) fn known_time_zone(name: &str) -> Result<()> {
    name.parse::<chrono_tz::Tz>()
        .map(drop)
        .map_err(|_| Error::invalid("time_zone", Why::NotATimeZone))
}
