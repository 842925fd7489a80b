//! Reading what differs between Meta's answers: ids and numbers as text or number, lists and objects that are missing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;
use std::fmt::Display;

/// Text of a string or a whole number; nothing else is an id.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number written as a number or as text.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().map(|number| number as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A number, or zero.
pub(crate) fn number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => number.as_f64().unwrap_or_default(),
        Value::String(text) => text.trim().parse().unwrap_or_default(),
        _ => 0.0,
    }
}

/// A moment in Unix seconds; zero and nonsense are none.
pub(crate) fn seconds(value: &Value) -> Option<DateTime<Utc>> {
    integer(value)
        .filter(|seconds| *seconds > 0)
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
}

/// Texts of a list; anything else is no texts.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(text)
        .collect()
}

/// An id, whichever way it is written.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let value = Value::deserialize(deserializer)?;
    text(&value)
        .filter(|id| !id.is_empty())
        .ok_or_else(|| D::Error::custom("not an id"))
}

/// The default in place of `null` or of something that does not fit, for fields that we can live without.
pub(crate) fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + for<'a> Deserialize<'a>,
{
    let value = Value::deserialize(deserializer)?;
    Ok(T::deserialize(value).unwrap_or_default())
}

/// Puts a mark in place of every secret: Meta's messages repeat a malformed token.
pub(crate) fn redact(text: String, secrets: &[&str]) -> String {
    let mut secrets: Vec<_> = secrets.iter().filter(|secret| !secret.is_empty()).collect();
    // A secret may be part of another, as the app secret is of the app token.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.into_iter().fold(text, |text, secret| {
        if text.contains(*secret) {
            text.replace(*secret, "[redacted]")
        } else {
            text
        }
    })
}

/// Cuts at a character's edge.
pub(crate) fn cut(mut text: String, limit: usize) -> String {
    text.truncate(text.floor_char_boundary(limit));
    text
}

/// Joins an error and its causes into one line.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let line =
        std::iter::once(error as &dyn Display).chain(causes.map(|cause| cause as &dyn Display));
    line.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ids_come_as_text_or_number() {
        assert_eq!(
            text(&json!("17841400000000001")).as_deref(),
            Some("17841400000000001")
        );
        assert_eq!(
            text(&json!(17841400000000001_u64)).as_deref(),
            Some("17841400000000001")
        );
        assert_eq!(text(&json!(1.5)), None);
        assert_eq!(text(&json!(null)), None);
    }

    #[test]
    fn zero_is_no_moment() {
        assert_eq!(seconds(&json!(0)), None);
        assert_eq!(seconds(&json!(i64::MAX)), None);
        assert_eq!(
            seconds(&json!("1790000000")).unwrap().timestamp(),
            1_790_000_000
        );
    }

    #[test]
    fn the_longest_secret_goes_first() {
        let text = redact(
            "token 12|abc refused, abc too".into(),
            &["abc", "12|abc", ""],
        );
        assert_eq!(text, "token [redacted] refused, [redacted] too");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut("あい".into(), 4), "あ");
        assert_eq!(cut("ab".into(), 9), "ab");
    }
}
