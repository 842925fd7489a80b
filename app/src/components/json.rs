//! JSON to be read by people: coloured, and easily copied.

use leptos::prelude::*;

use super::{CopyButton, live};

/// What a piece of JSON is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Key,
    String,
    Literal,
    Plain,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Self::Key => "text-primary",
            Self::String => "text-success",
            Self::Literal => "text-info",
            Self::Plain => "",
        }
    }
}

/// Cuts JSON into pieces. It never fails: what is no JSON comes out in plain pieces, and nothing is lost.
fn pieces(json: &str) -> Vec<(Kind, &str)> {
    let mut pieces: Vec<(Kind, &str)> = Vec::new();
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            '"' => {
                let length = string_length(rest);
                let is_key = rest[length..].trim_start().starts_with(':');
                (if is_key { Kind::Key } else { Kind::String }, length)
            }
            '-' | '0'..='9' | 'a'..='z' => {
                let end = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.')));
                (Kind::Literal, end.unwrap_or(rest.len()))
            }
            _ => {
                let end = rest.find(|c: char| matches!(c, '"' | '-' | '0'..='9' | 'a'..='z'));
                (Kind::Plain, end.unwrap_or(rest.len()))
            }
        };
        let (piece, tail) = rest.split_at(length);
        pieces.push((kind, piece));
        rest = tail;
    }
    pieces
}

/// The length of the string literal that `text` begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return index + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// A block of JSON (or of anything else) with a heading and a button that copies it.
#[component]
pub fn Json(
    /// What it is: `Request`, `Answer`.
    #[prop(into)]
    label: String,
    /// The text, indented as it should be shown.
    #[prop(into)]
    json: Signal<String>,
) -> impl IntoView {
    let heading = label.clone();
    view! {
        <figure class="overflow-hidden rounded-box border border-base-content/10 bg-base-100">
            <figcaption class="flex min-h-9 items-center justify-between border-b border-base-content/10 bg-base-200 px-3 text-sm font-medium">
                {heading} {live(move || view! { <CopyButton value=json.get() what=label.clone()/> })}
            </figcaption>
            <pre class="max-h-[32rem] overflow-auto p-3 font-mono text-[13px] leading-5" tabindex="0">
                <code>
                    {live(move || json.with(|json| {
                        pieces(json)
                            .into_iter()
                            .map(|(kind, piece)| view! { <span class=kind.class()>{piece.to_owned()}</span> }.into_any())
                            .collect_view()
                    }))}
                </code>
            </pre>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_strings_and_literals_are_told_apart() {
        let json = r#"{"a": "x\"y", "b": [-1.5e+3, true, null]}"#;
        let coloured: Vec<_> = pieces(json)
            .into_iter()
            .filter(|(kind, _)| *kind != Kind::Plain)
            .collect();
        assert_eq!(
            coloured,
            [
                (Kind::Key, "\"a\""),
                (Kind::String, "\"x\\\"y\""),
                (Kind::Key, "\"b\""),
                (Kind::Literal, "-1.5e+3"),
                (Kind::Literal, "true"),
                (Kind::Literal, "null"),
            ]
        );
    }

    #[test]
    fn nothing_is_lost_of_what_is_no_json() {
        for text in [
            "",
            "<html>Übergröße 😀</html>",
            "\"open",
            "{\"a\\",
            "花\"屋",
        ] {
            let whole: String = pieces(text).into_iter().map(|(_, piece)| piece).collect();
            assert_eq!(whole, text);
        }
    }
}
