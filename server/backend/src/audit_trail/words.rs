//! The details of an entry in words: names of fields and values of enumerations as pages call them, ids as they are.

use domain::{CauseKey, Channel, ConnectFailure, ConnectStep, Health, KeyScope, LinkKind, Role};
use serde_json::Value;
use text::Text;

/// `Role: Operator · before: Support`; empty for none.
pub(super) fn in_words(text: Text, detail: &Value) -> String {
    let Some(fields) = detail.as_object() else {
        return String::new();
    };
    let words = fields.iter().filter_map(|(name, value)| {
        let value = value_in_words(text, name, value)?;
        let name = text.audit_field(name).unwrap_or(name);
        Some(format!("{name}: {value}"))
    });
    words.collect::<Vec<_>>().join(" · ")
}

/// None for what says nothing.
fn value_in_words(text: Text, name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(true) => Some(text.words_yes().to_owned()),
        Value::Bool(false) => Some(text.words_no().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(word) if word.is_empty() => None,
        Value::String(word) => Some(word_in_words(text, name, word)),
        Value::Array(items) => {
            let items: Vec<_> = items
                .iter()
                .filter_map(|item| value_in_words(text, name, item))
                .collect();
            (!items.is_empty()).then(|| items.join(", "))
        }
        Value::Object(_) => Some(value.to_string()),
    }
}

fn word_in_words(text: Text, name: &str, word: &str) -> String {
    let known = match name {
        "role" | "from" | "to" | "health" => word
            .parse::<Role>()
            .map(|role| text.role(role))
            .ok()
            .or_else(|| {
                word.parse::<Health>()
                    .ok()
                    .map(|health| text.health(health))
            }),
        "channel" | "channels" => word.parse::<Channel>().ok().map(|it| text.channel(it)),
        "cause" => word
            .parse::<CauseKey>()
            .ok()
            .map(|cause| text.cause(cause.cause()).what),
        "failure" => word
            .parse::<ConnectFailure>()
            .ok()
            .map(|failure| text.connect_failure(failure, Channel::Messenger).title),
        "reached" => word
            .parse::<ConnectStep>()
            .ok()
            .map(|it| text.connect_step(it)),
        "scopes" => word.parse::<KeyScope>().ok().map(|it| text.key_scope(it)),
        "kind" => word.parse::<LinkKind>().ok().map(|kind| match kind {
            LinkKind::Connect => text.links_kind_connect(),
            LinkKind::Status => text.links_kind_status(),
        }),
        "fields" | "section" => text.audit_field(word),
        _ => None,
    };
    known.unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use domain::Language;
    use serde_json::json;

    use super::*;

    #[test]
    fn details_are_words_in_each_language_and_ids_stay() {
        let en = Text::new(Language::En);
        let ja = Text::new(Language::Ja);
        let role = json!({ "from": "support", "to": "operator" });
        assert_eq!(in_words(en, &role), "before: Support · now: Operator");
        assert!(!in_words(ja, &role).contains("support"));
        let health = json!({ "from": "healthy", "to": "reconnect", "cause": null });
        assert_eq!(in_words(en, &health), "before: healthy · now: reconnect");
        let moved = json!({ "to": "adv_1" });
        assert_eq!(in_words(en, &moved), "now: adv_1");
        let edited = json!({ "fields": ["contact_email", "payload_days"] });
        let words = in_words(en, &edited);
        assert!(
            words.contains("contact email") && !words.contains('_'),
            "{words}"
        );
        let link =
            json!({ "kind": "connect", "channels": ["messenger", "whatsapp"], "trusted": false });
        let words = in_words(ja, &link);
        assert!(
            words.contains("WhatsApp") && !words.contains("false"),
            "{words}"
        );
        assert_eq!(in_words(en, &json!({})), "");
        assert_eq!(in_words(en, &json!({ "unheard_of": 3 })), "unheard_of: 3");
    }

    /// Every field that this crate writes, read from its own source beside the action it belongs to.
    #[test]
    fn every_field_of_an_entry_has_a_word() {
        for name in [
            "as_recorded",
            "asked_by",
            "asset",
            "assets",
            "cause",
            "channel",
            "channels",
            "connections",
            "count",
            "created",
            "credential",
            "dataset",
            "ended",
            "event",
            "events",
            "failure",
            "fields",
            "from",
            "health",
            "hours",
            "kind",
            "left_at_meta",
            "messages",
            "person",
            "reached",
            "released",
            "replaced_by",
            "revoked",
            "role",
            "rows",
            "scopes",
            "section",
            "to",
            "trusted",
            "unsubscribed",
            "way",
            "webhook_fields",
            "with_emails",
        ] {
            for language in Language::ALL {
                assert!(Text::new(*language).audit_field(name).is_some(), "{name}");
            }
        }
    }
}
