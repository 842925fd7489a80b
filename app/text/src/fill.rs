//! Puts arguments into a sentence.

use std::fmt::{Display, Write as _};

/// Replaces `{name}` by its value and `{name|one|many}` by the form that fits the value. `build.rs` has checked that
/// every name is known.
pub(crate) fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, (inside, after))) = rest
        .split_once('{')
        .and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        filled.push_str(before);
        let mut parts = inside.split('|');
        let name = parts.next().unwrap_or_default();
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            match (parts.next(), parts.next()) {
                (Some(one), Some(many)) => {
                    filled.push_str(if value.to_string() == "1" { one } else { many })
                }
                _ => {
                    let _ = write!(filled, "{value}");
                }
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_and_plurals_are_put_in() {
        let template = "{count} {count|event|events} of {name}";
        assert_eq!(
            fill(template, &[("count", &1), ("name", &"Kaede")]),
            "1 event of Kaede"
        );
        assert_eq!(
            fill(template, &[("count", &0), ("name", &"Kaede")]),
            "0 events of Kaede"
        );
        assert_eq!(
            fill(template, &[("count", &"1,200"), ("name", &"{count}")]),
            "1,200 events of {count}"
        );
        assert_eq!(fill("no argument, {open", &[]), "no argument, {open");
    }
}
