//! Requests and answers as people may see them: indented, without the token, with identifiers of people masked.

use domain::mask;
use serde_json::Value;

/// What `user_data` names an asset by; everything else in it is somebody's.
const ASSET_KEYS: [&str; 4] = [
    "page_id",
    "ig_account_id",
    "instagram_business_account_id",
    "whatsapp_business_account_id",
];

/// The element of `data` with people's identifiers masked, its keys in the order in which they go out.
pub(super) fn masked(body: &str) -> String {
    let mut masked = body.to_owned();
    let event: Value = serde_json::from_str(body).unwrap_or_default();
    let mut identifiers = Vec::new();
    for (key, value) in event["user_data"].as_object().into_iter().flatten() {
        if !ASSET_KEYS.contains(&key.as_str()) {
            collect(value, &mut identifiers);
        }
    }
    // As JSON writes them, quotes included: no part of a longer text is meant.
    for identifier in identifiers {
        masked = masked.replace(&quoted(identifier), &quoted(&mask(identifier)));
    }
    masked
}

fn collect<'a>(value: &'a Value, identifiers: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => identifiers.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect(item, identifiers)),
        Value::Object(fields) => fields
            .values()
            .for_each(|field| collect(field, identifiers)),
        // Ours go out as text, always.
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A whole request, with one event's part of `data`.
pub(super) fn request(url: &str, event: &str, test_code: &str, partner_agent: &str) -> String {
    let mut body = format!(r#"{{"data":[{event}]"#);
    for (key, text) in [
        ("test_event_code", test_code),
        ("partner_agent", partner_agent),
    ] {
        if !text.is_empty() {
            body.push_str(&format!(r#","{key}":{}"#, quoted(text)));
        }
    }
    body.push('}');
    format!(
        "POST {url}\nAuthorization: Bearer •••\nContent-Type: application/json\n\n{}",
        indented(&body)
    )
}

/// JSON with line breaks, its keys in the order in which they came; anything else as it is.
pub(super) fn indented(json: &str) -> String {
    if serde_json::from_str::<serde::de::IgnoredAny>(json).is_err() {
        return json.to_owned();
    }
    let (mut shown, mut depth, mut in_text, mut escaped) =
        (String::with_capacity(json.len() * 2), 0, false, false);
    let mut rest = json.chars().peekable();
    while let Some(c) = rest.next() {
        if in_text {
            in_text = escaped || c != '"';
            escaped = !escaped && c == '\\';
            shown.push(c);
            continue;
        }
        match c {
            c if c.is_ascii_whitespace() => {}
            '{' | '[' => {
                shown.push(c);
                while rest.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(end) = rest.next_if(|end| matches!(end, '}' | ']')) {
                    shown.push(end);
                } else {
                    depth += 1;
                    new_line(&mut shown, depth);
                }
            }
            '}' | ']' => {
                depth -= 1;
                new_line(&mut shown, depth);
                shown.push(c);
            }
            ',' => {
                shown.push(c);
                new_line(&mut shown, depth);
            }
            ':' => shown.push_str(": "),
            c => {
                in_text = c == '"';
                shown.push(c);
            }
        }
    }
    shown
}

fn new_line(shown: &mut String, depth: usize) {
    shown.push('\n');
    shown.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_are_masked_and_assets_and_order_of_keys_are_kept() {
        let body = r#"{"event_name":"Purchase","event_time":1,"user_data":{"page_id":"5550001","page_scoped_user_id":"7123456789","em":["aaaabbbbcccc"]},"custom_data":{"value":4800}}"#;
        let event = masked(body);
        assert_eq!(
            event,
            r#"{"event_name":"Purchase","event_time":1,"user_data":{"page_id":"5550001","page_scoped_user_id":"•••6789","em":["•••cccc"]},"custom_data":{"value":4800}}"#
        );
        let shown = request(
            "https://graph.facebook.com/v26.0/88/events",
            &event,
            "TEST1",
            "",
        );
        assert!(shown.starts_with(
            "POST https://graph.facebook.com/v26.0/88/events\nAuthorization: Bearer •••\n"
        ));
        assert!(
            shown.contains("\"test_event_code\": \"TEST1\"") && !shown.contains("partner_agent")
        );
        assert!(!shown.contains("7123456789"));
    }

    #[test]
    fn json_is_indented_and_anything_else_stays_as_it_came() {
        assert_eq!(indented("<html>"), "<html>");
        assert_eq!(
            indented(r#" {"b":[1, {}], "a":"x\":{,","c":[ ]}"#),
            "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": \"x\\\":{,\",\n  \"c\": []\n}"
        );
    }

    proptest! {
        #[test]
        fn indenting_changes_no_value(texts: Vec<String>, number: i64) {
            let value = serde_json::json!({ "texts": texts, "deep": { "number": number, "none": [] } });
            let shown = indented(&value.to_string());
            prop_assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), value.clone());
            prop_assert_eq!(shown, format!("{value:#}"));
        }
    }
}
