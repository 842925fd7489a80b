//! Dates and times as people read them. Small on purpose: chrono's own formatting would cost the browser 40 KB.

use chrono::{DateTime, Datelike, FixedOffset, Timelike, Utc};

use crate::Language;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `22 Nov 2026, 15:04` or `2026/11/22 15:04`, at `offset` seconds east of UTC: the server knows the advertiser's zone.
pub fn date_time(at: DateTime<Utc>, offset: i32, language: Language) -> String {
    let local = shifted(at, offset);
    let (hour, minute) = (local.hour(), local.minute());
    let date = date(at, offset, language);
    match language {
        Language::En => format!("{date}, {hour:02}:{minute:02}"),
        Language::Ja => format!("{date} {hour:02}:{minute:02}"),
    }
}

/// The same with seconds and the offset, for the exact time behind a relative one: `22 Nov 2026, 15:04:05 +09:00`.
pub fn exact(at: DateTime<Utc>, offset: i32, language: Language) -> String {
    let second = shifted(at, offset).second();
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.unsigned_abs() / 60;
    format!(
        "{}:{second:02} {sign}{:02}:{:02}",
        date_time(at, offset, language),
        minutes / 60,
        minutes % 60
    )
}

/// `22 Nov 2026` or `2026/11/22`.
pub fn date(at: DateTime<Utc>, offset: i32, language: Language) -> String {
    let local = shifted(at, offset);
    let (year, month, day) = (local.year(), local.month(), local.day());
    match language {
        Language::En => format!("{day} {} {year}", MONTHS[local.month0() as usize]),
        Language::Ja => format!("{year}/{month:02}/{day:02}"),
    }
}

/// An offset that no zone has counts as UTC.
fn shifted(at: DateTime<Utc>, offset: i32) -> DateTime<FixedOffset> {
    let utc = FixedOffset::east_opt(0).expect("zero is an offset");
    at.with_timezone(&FixedOffset::east_opt(offset).unwrap_or(utc))
}

/// How far a moment is from now; the sentence is in `text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relative {
    /// Less than a minute away, to either side.
    Now,
    /// So long ago.
    Past(Span),
    /// So long ahead.
    Future(Span),
}

/// A length of time in its largest whole unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// 1 to 59.
    Minutes(u64),
    /// 1 to 23.
    Hours(u64),
    /// 1 and more.
    Days(u64),
}

/// Compares a moment with now.
pub fn relative(at: DateTime<Utc>, now: DateTime<Utc>) -> Relative {
    let seconds = at.timestamp().saturating_sub(now.timestamp());
    let span = match seconds.unsigned_abs() {
        0..60 => return Relative::Now,
        far @ 60..3_600 => Span::Minutes(far / 60),
        far @ 3_600..86_400 => Span::Hours(far / 3_600),
        far => Span::Days(far / 86_400),
    };
    if seconds < 0 {
        Relative::Past(span)
    } else {
        Relative::Future(span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    const NOON: i64 = 1_795_327_445; // 2026-11-22T06:04:05Z

    #[test]
    fn each_language_writes_dates_its_own_way() {
        let tokyo = 9 * 3600;
        assert_eq!(
            date_time(at(NOON), tokyo, Language::En),
            "22 Nov 2026, 15:04"
        );
        assert_eq!(date_time(at(NOON), tokyo, Language::Ja), "2026/11/22 15:04");
        assert_eq!(date(at(NOON), tokyo, Language::En), "22 Nov 2026");
        assert_eq!(
            exact(at(NOON), tokyo, Language::Ja),
            "2026/11/22 15:04:05 +09:00"
        );
        assert_eq!(
            exact(at(NOON), -12_600, Language::En),
            "22 Nov 2026, 02:34:05 -03:30"
        );
        assert_eq!(date_time(at(0), 0, Language::Ja), "1970/01/01 00:00");
    }

    #[test]
    fn an_impossible_offset_is_utc() {
        assert_eq!(
            date_time(at(NOON), 1_000_000, Language::Ja),
            "2026/11/22 06:04"
        );
    }

    #[test]
    fn distances_use_their_largest_whole_unit() {
        let cases = [
            (0, Relative::Now),
            (-59, Relative::Now),
            (59, Relative::Now),
            (-60, Relative::Past(Span::Minutes(1))),
            (-3_599, Relative::Past(Span::Minutes(59))),
            (-3_600, Relative::Past(Span::Hours(1))),
            (-172_800, Relative::Past(Span::Days(2))),
            (86_399, Relative::Future(Span::Hours(23))),
        ];
        for (distance, expected) in cases {
            assert_eq!(
                relative(at(NOON + distance), at(NOON)),
                expected,
                "{distance}"
            );
        }
    }
}
