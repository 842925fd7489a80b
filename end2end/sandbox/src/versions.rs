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
/// version, or `None` when there is no such version yet. Versions up to `retired` have expired before their day; then
/// there is at least one that is newer.
pub(crate) fn served(
    asked: Option<(u32, u32)>,
    now: DateTime<Utc>,
    retired: Option<u32>,
) -> Option<u32> {
    let today = now.date_naive();
    let usable = |end: Option<Day>| {
        end.and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day))
            .is_none_or(|end| today <= end)
    };
    let retired = retired.unwrap_or(0);
    let oldest = VERSIONS.iter().find(|(_, end)| usable(*end))?.0;
    let oldest = oldest.max(retired + 1);
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
            assert_eq!(served(asked, autumn, None), answer, "{asked:?}");
        }
        let spring = day("2027-02-01T00:00:00Z");
        assert_eq!(served(Some((21, 0)), spring, None), Some(22));
        for (asked, answer) in [(24, 26), (25, 26), (26, 26)] {
            assert_eq!(served(Some((asked, 0)), autumn, Some(25)), Some(answer));
        }
        for (asked, answer) in [(26, Some(27)), (27, Some(27)), (28, None)] {
            assert_eq!(served(Some((asked, 0)), autumn, Some(26)), answer);
        }
    }
}
