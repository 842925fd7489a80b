//! When something happened.

use chrono::{DateTime, Datelike, Timelike, Utc};
use domain::{
    console::Moment,
    time::{date_time, exact, relative},
};
use leptos::prelude::*;

use crate::preferences::text;

fn instant(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

/// For machines: `2026-11-22T06:04:05Z`. By hand, since chrono's own formatting is large.
fn machine(at: DateTime<Utc>) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// A moment: relative to `now_ms` with the exact time on hover, or the date and time when no `now_ms` is given. `now_ms`
/// comes from the server with the data, so that server and browser draw the same.
#[component]
pub fn Time(
    /// The moment.
    moment: Moment,
    /// The server's now.
    #[prop(optional, into)]
    now_ms: Option<i64>,
) -> impl IntoView {
    let text = text();
    let at = instant(moment.ms);
    let exactly = exact(at, moment.offset, text.language());
    let words = match now_ms {
        Some(now_ms) => text.relative(relative(at, instant(now_ms))),
        None => date_time(at, moment.offset, text.language()),
    };
    view! { <time class="whitespace-nowrap" datetime=machine(at) title=exactly>{words}</time> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_read_utc() {
        assert_eq!(machine(instant(1_795_327_445_123)), "2026-11-22T06:04:05Z");
        assert_eq!(machine(instant(i64::MAX)), "1970-01-01T00:00:00Z");
    }
}
