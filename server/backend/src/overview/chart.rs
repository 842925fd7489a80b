//! The events of a day as an image: bars of four colours, each with its numbers in words for who cannot see them and for
//! who stops at one. Colours are classes of the style sheet; nothing in it comes from outside.

use std::fmt::Write;

use domain::{Language, StateGroup, console::HourRow};
use text::Text;

const WIDTH: i64 = 384;
const HEIGHT: i64 = 120;
/// Below the bars: the hours' names.
const FOOT: i64 = 18;
/// Above them: the value at the top of the scale, and the numbers of the bar that has the focus.
const HEAD: i64 = 22;

/// Draws it.
pub(super) fn chart(language: Language, hours: &[HourRow]) -> String {
    let text = Text::new(language);
    let most = hours
        .iter()
        .map(|hour| hour.counts.iter().sum::<i64>())
        .max()
        .unwrap_or_default();
    let scale = nice(most);
    let step = WIDTH / i64::try_from(hours.len().max(1)).unwrap_or(1);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {}\" class=\"chart\" role=\"group\" aria-label=\"{}\">",
        HEAD + HEIGHT + FOOT,
        text.overview_chart()
    );
    let floor = HEAD + HEIGHT;
    for (value, y) in [(scale, HEAD), (scale / 2, HEAD + HEIGHT / 2)] {
        let _ = write!(
            svg,
            "<path d=\"M0 {y}H{WIDTH}\" class=\"chart-line\"/>\
             <text x=\"0\" y=\"{}\" aria-hidden=\"true\">{value}</text>",
            y - 3
        );
    }
    for (index, hour) in hours.iter().enumerate() {
        let left = i64::try_from(index).unwrap_or_default() * step;
        let label = label(text, hour);
        let _ = write!(
            svg,
            "<g tabindex=\"0\" role=\"img\" class=\"chart-bar\" aria-label=\"{label}\"><title>{label}</title>\
             <rect x=\"{left}\" y=\"{HEAD}\" width=\"{step}\" height=\"{HEIGHT}\" class=\"chart-hit\"/>"
        );
        let mut top = floor;
        // From what arrived at the bottom to what waits at the top.
        for group in [1, 3, 2, 0] {
            let count = hour.counts[group];
            if count == 0 {
                continue;
            }
            let height = (count * HEIGHT / scale).max(1);
            top -= height;
            let _ = write!(
                svg,
                "<rect x=\"{}\" y=\"{top}\" width=\"{}\" height=\"{height}\" class=\"chart-{}\"/>",
                left + 2,
                step - 4,
                StateGroup::ALL[group]
            );
        }
        let _ = write!(
            svg,
            "<text x=\"{WIDTH}\" y=\"12\" text-anchor=\"end\" class=\"chart-value\" \
             aria-hidden=\"true\">{label}</text></g>"
        );
        if index % 4 == 0 {
            let _ = write!(
                svg,
                "<text x=\"{}\" y=\"{}\" aria-hidden=\"true\">{}</text>",
                left + 2,
                floor + 13,
                clock(hour)
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

/// `15:00` on the reader's clocks.
pub(super) fn clock(hour: &HourRow) -> String {
    let minutes = (hour.at.ms / 60_000 + i64::from(hour.at.offset) / 60).rem_euclid(24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn label(text: Text, hour: &HourRow) -> String {
    let mut parts = Vec::new();
    for (group, count) in StateGroup::ALL.iter().zip(&hour.counts) {
        if *count > 0 {
            parts.push(format!("{} {count}", text.state_group(*group)));
        }
    }
    if parts.is_empty() {
        parts.push(text.overview_no_events().to_owned());
    }
    format!("{} — {}", clock(hour), parts.join(", "))
}

/// The next number that reads well at the top of a scale: 2, 4, 10, 20, 40, 100…
fn nice(most: i64) -> i64 {
    let mut scale = 2;
    while scale < most {
        scale = match scale.to_string().as_bytes().first() {
            Some(b'2') => scale * 2,
            Some(b'4') => scale / 2 * 5,
            _ => scale * 2,
        };
    }
    scale
}

#[cfg(test)]
mod tests {
    use domain::console::Moment;

    use super::*;

    #[test]
    fn scales_end_above_what_they_hold() {
        let scales: Vec<_> = [0, 2, 3, 5, 11, 21, 41, 900].map(nice).to_vec();
        assert_eq!(scales, [2, 2, 4, 10, 20, 40, 100, 1_000]);
    }

    #[test]
    fn every_hour_says_its_numbers_on_the_readers_clock() {
        let hours: Vec<HourRow> = (0..24)
            .map(|index| HourRow {
                at: Moment {
                    ms: index * 3_600_000,
                    offset: 9 * 3_600,
                },
                counts: vec![0, index, 0, 1],
            })
            .collect();
        let svg = chart(Language::En, &hours);
        assert_eq!(svg.matches("<g tabindex").count(), 24);
        assert!(
            svg.contains("09:00 — not counted 1") || svg.contains("09:00 — "),
            "{svg}"
        );
        assert!(svg.contains(" 23, "), "{svg}");
        let japanese = chart(Language::Ja, &hours);
        assert!(!japanese.contains("received") && japanese.contains("aria-label"));
    }
}
