//! Which Graph versions exist on which day, and which one really answers.

use chrono::{DateTime, NaiveDate, Utc};

/// Year, month, day.
type Day = (i32, u32, u32);

/// Major version and the last day on which it is usable, oldest first; the newest has no end yet.
const VERSIONS: &[(u32, Option<Day>)] = &[
    (16, Some((2025, 5, 14))),
    (19, Some((2026, 5, 21))),
    (20, Some((2026, 9, 24))),
    (21, Some((2027, 1, 21))),
    (22, Some((2027, 5, 20))),
    (23, Some((2027, 10, 8))),
    (24, Some((2028, 2, 18))),
    (25, Some((2028, 7, 29))),
    (26, None),
];

/// The major version that answers a call for `asked`: itself, the oldest usable one for an expired or unnamed
/// version, or `None` when there is no such version yet.
pub(crate) fn served(asked: Option<(u32, u32)>, now: DateTime<Utc>) -> Option<u32> {
    let today = now.date_naive();
    let usable = |end: Option<Day>| {
        end.and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day))
            .is_none_or(|end| today <= end)
    };
    let oldest = VERSIONS.iter().find(|(_, end)| usable(*end))?.0;
    match asked {
        None => Some(oldest),
        Some((major, 0)) if major <= oldest => Some(oldest),
        Some((major, 0)) => VERSIONS
            .iter()
            .find(|(known, _)| *known == major)
            .map(|(known, _)| *known),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expired_and_unnamed_versions_are_served_as_the_oldest_usable() {
        let day = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let autumn = day("2026-11-22T12:00:00Z");
        for (asked, answer) in [
            (Some((26, 0)), Some(26)),
            (Some((21, 0)), Some(21)),
            (Some((16, 0)), Some(21)),
            (None, Some(21)),
            (Some((27, 0)), None),
            (Some((26, 1)), None),
        ] {
            assert_eq!(served(asked, autumn), answer, "{asked:?}");
        }
        assert_eq!(served(Some((21, 0)), day("2027-02-01T00:00:00Z")), Some(22));
    }
}
