//! The message itself: a JSON text with `type`, `event` and `data` (`meta-platform.md` 2.3).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SignupTrouble;
use crate::text_enum::text_enum;

/// A longer message is none of Meta's.
const MOST_BYTES: usize = 16 * 1024;
/// More assets than anybody sets up at once.
const MOST_ASSETS: usize = 100;

text_enum! {
    /// Where in Meta's window somebody left; the text form is Meta's.
    SignupStep {
        /// Choosing or creating the business portfolio.
        Business = "BUSINESS_ACCOUNT_SELECTION",
        /// Choosing the WhatsApp Business Account and the number.
        Account = "WABA_PHONE_PROFILE_PICKER",
        /// Writing the business profile.
        Profile = "WHATSAPP_BUSINESS_PROFILE_SETUP",
        /// Entering the phone number.
        Number = "PHONE_NUMBER_SETUP",
        /// Entering the code that was sent to the number.
        Verification = "PHONE_NUMBER_VERIFICATION",
        /// Granting the permissions.
        Permissions = "PERMISSIONS",
    }
}

/// How the walk through the window ended, as the window says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignupEnd {
    /// To its end: any `FINISH…`, also one that is not documented yet.
    Finished,
    /// Left.
    Left {
        /// Where, if Meta names a step that we know.
        step: Option<SignupStep>,
    },
    /// An error was shown, and the person reported it.
    Failed {
        /// Meta's number, if it is one.
        code: Option<i64>,
        /// What Meta's support finds the session by; letters, digits and dashes.
        session: String,
    },
}

/// A message of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignupMessage {
    /// How it ended.
    pub end: SignupEnd,
    /// Meta's word for it, such as `FINISH_ONLY_WABA`.
    pub event: String,
    /// Ids of everything that the window says was set up. Good for ticking a box in advance, and for nothing else.
    pub assets: Vec<String>,
}

impl SignupMessage {
    /// Reads what came; none when it is no message of the window, or one that says nothing of its end.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MOST_BYTES {
            return None;
        }
        let message: Value = serde_json::from_str(text).ok()?;
        if message["type"].as_str()? != "WA_EMBEDDED_SIGNUP" {
            return None;
        }
        let event = word(&message["event"])?;
        let data = &message["data"];
        let end = match event.as_str() {
            finish if finish == "FINISH" || finish.starts_with("FINISH_") => SignupEnd::Finished,
            "CANCEL" | "ERROR" if is_error(data) => SignupEnd::Failed {
                code: number(&data["error_code"]),
                session: session(&data["session_id"]),
            },
            "CANCEL" => SignupEnd::Left {
                step: data["current_step"]
                    .as_str()
                    .and_then(|step| step.parse().ok()),
            },
            "ERROR" => SignupEnd::Failed {
                code: None,
                session: session(&data["session_id"]),
            },
            _ => return None,
        };
        Some(Self {
            end,
            event,
            assets: assets(data),
        })
    }
}

impl SignupEnd {
    /// What an error that was shown means, where that is known.
    pub fn trouble(&self) -> Option<SignupTrouble> {
        match self {
            Self::Failed {
                code: Some(code), ..
            } => SignupTrouble::from_code(*code),
            _ => None,
        }
    }
}

/// Meta sends a reported error under the name of a cancellation.
fn is_error(data: &Value) -> bool {
    !data["error_code"].is_null() || !data["error_message"].is_null()
}

/// One of Meta's capitals, of a length that a word has.
fn word(value: &Value) -> Option<String> {
    let word = value.as_str()?;
    let is_word = (1..=64).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    is_word.then(|| word.to_owned())
}

/// Written with or without quotes.
fn number(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

fn session(value: &Value) -> String {
    let session = value.as_str().unwrap_or_default();
    let is_shaped = session.len() <= 64
        && session
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if is_shaped { session } else { "" }.to_owned()
}

fn assets(data: &Value) -> Vec<String> {
    let Some(fields) = data.as_object() else {
        return Vec::new();
    };
    let of_assets = fields
        .iter()
        .filter(|(name, _)| name.ends_with("_id") || name.ends_with("_ids"))
        .filter(|(name, _)| *name != "session_id");
    let mut ids: Vec<_> = of_assets
        .flat_map(|(_, value)| match value {
            Value::Array(values) => values.iter().collect(),
            value => vec![value],
        })
        .filter_map(id)
        .take(MOST_ASSETS)
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

fn id(value: &Value) -> Option<String> {
    let id = match value {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    let is_id = (1..=25).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(event: &str, data: Value) -> Option<SignupMessage> {
        SignupMessage::parse(
            &json!({ "type": "WA_EMBEDDED_SIGNUP", "event": event, "version": 3, "data": data })
                .to_string(),
        )
    }

    #[test]
    fn every_finish_is_a_success_and_names_its_assets() {
        let data = json!({
            "phone_number_id": "10660000001", "waba_id": "33000000001", "business_id": 22000000001_i64,
            "page_ids": ["5550001"], "dataset_ids": ["88800001", "88800001"], "catalog_ids": [],
            "waba_ids": null, "session_id": "77",
        });
        for event in [
            "FINISH",
            "FINISH_ONLY_WABA",
            "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
            "FINISH_OBO_MIGRATION",
            "FINISH_GRANT_ONLY_API_ACCESS",
            "FINISH_SOMETHING_NEW",
        ] {
            let message = read(event, data.clone()).unwrap();
            assert_eq!(
                (message.end, message.event.as_str()),
                (SignupEnd::Finished, event)
            );
            assert_eq!(
                message.assets,
                [
                    "10660000001",
                    "22000000001",
                    "33000000001",
                    "5550001",
                    "88800001"
                ]
            );
        }
        assert!(read("FINISH", Value::Null).unwrap().assets.is_empty());
    }

    #[test]
    fn a_cancellation_names_its_step_or_its_error() {
        for step in SignupStep::ALL {
            let message = read("CANCEL", json!({ "current_step": step })).unwrap();
            assert_eq!(message.end, SignupEnd::Left { step: Some(*step) });
        }
        for data in [
            json!({ "current_step": "NEW_STEP" }),
            json!({}),
            Value::Null,
            json!([]),
        ] {
            assert_eq!(
                read("CANCEL", data).unwrap().end,
                SignupEnd::Left { step: None }
            );
        }
        for code in [json!(1784028), json!("1784028")] {
            let data = json!({
                "error_message": "no", "error_code": code, "session_id": "f3-9a_Z", "timestamp": "1790000000",
            });
            let message = read("CANCEL", data).unwrap();
            let session = "f3-9a_Z".to_owned();
            assert_eq!(
                message.end,
                SignupEnd::Failed {
                    code: Some(1_784_028),
                    session
                }
            );
            assert_eq!(
                message.end.trouble(),
                Some(SignupTrouble::AdvertisingProhibited)
            );
        }
        let strange = json!({ "error_message": "no", "session_id": "<script>" });
        let failed = SignupEnd::Failed {
            code: None,
            session: String::new(),
        };
        assert_eq!(read("CANCEL", strange).unwrap().end, failed);
        assert_eq!(read("ERROR", json!({})).unwrap().end, failed);
        assert_eq!(failed.trouble(), None);
    }

    #[test]
    fn other_messages_are_none() {
        assert_eq!(read("PROGRESS", json!({})), None);
        assert_eq!(read("finish", json!({})), None);
        assert_eq!(read("FINISHED", json!({})), None);
        for text in [
            "",
            "cb=f1&domain=example",
            "{}",
            "[]",
            "null",
            "\"FINISH\"",
            r#"{"type":"WA_EMBEDDED_SIGNUP"}"#,
            r#"{"type":"other","event":"FINISH"}"#,
            r#"{"type":["WA_EMBEDDED_SIGNUP"],"event":{}}"#,
        ] {
            assert_eq!(SignupMessage::parse(text), None, "{text}");
        }
        let endless = format!(
            r#"{{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH","data":"{}"}}"#,
            "x".repeat(MOST_BYTES)
        );
        assert_eq!(SignupMessage::parse(&endless), None);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            let name = prop_oneof![
                Just("waba_id".to_owned()),
                Just("page_ids".to_owned()),
                Just("current_step".to_owned()),
                Just("error_code".to_owned()),
                Just("session_id".to_owned()),
                any::<String>(),
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(name, inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm(text: String) {
            SignupMessage::parse(&text);
        }

        #[test]
        fn whatever_the_window_says_only_ids_and_words_are_kept(
            event in prop_oneof![Just("FINISH".to_owned()), Just("CANCEL".to_owned()), Just("ERROR".to_owned()), "[A-Z_]{0,12}"],
            data in any_json(),
        ) {
            if let Some(message) = read(&event, data) {
                prop_assert!(message.assets.len() <= MOST_ASSETS);
                prop_assert!(message.assets.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_digit())));
                prop_assert_eq!(&message.event, &event);
                let json = serde_json::to_string(&message.end).unwrap();
                prop_assert_eq!(serde_json::from_str::<SignupEnd>(&json).unwrap(), message.end);
            }
        }
    }
}
