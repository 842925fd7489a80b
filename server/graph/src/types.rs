//! Small types that several calls share.

use crate::tolerant;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::fmt;

/// A token that Meta gave out: of a person, a system user, a page or an app. Its `Debug` never shows it.
#[derive(Clone)]
pub struct AccessToken {
    secret: SecretString,
    is_limited: bool,
}

impl AccessToken {
    /// A token of our own app; calls with it carry `appsecret_proof`.
    pub fn new(token: impl Into<String>) -> Self {
        Self {
            secret: token.into().into(),
            is_limited: false,
        }
    }

    /// A token of another app, as Events Manager makes them: we cannot prove its app's secret, and it is debugged with
    /// itself.
    pub fn limited(token: impl Into<String>) -> Self {
        Self {
            is_limited: true,
            ..Self::new(token)
        }
    }

    /// The token itself, to seal it or to put it into a request.
    pub fn expose(&self) -> &str {
        self.secret.expose_secret()
    }

    /// Whether it belongs to another app than ours.
    pub fn is_limited(&self) -> bool {
        self.is_limited
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_limited {
            "AccessToken(limited, ..)"
        } else {
            "AccessToken(..)"
        })
    }
}

impl<'de> Deserialize<'de> for AccessToken {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// Who a token speaks for. Its `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    /// The app-scoped id.
    #[serde(deserialize_with = "tolerant::id")]
    pub id: String,
    /// The name as the person wrote it.
    #[serde(default)]
    pub name: Option<String>,
}

impl fmt::Debug for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Person").finish_non_exhaustive()
    }
}

/// A business portfolio.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Business {
    /// Its id.
    #[serde(deserialize_with = "tolerant::id")]
    pub id: String,
    /// Its name, where the token may see it.
    #[serde(default)]
    pub name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_shows_itself() {
        for token in [
            AccessToken::new("EAAB-SENTINEL"),
            AccessToken::limited("EAAB-SENTINEL"),
        ] {
            assert!(!format!("{token:?} {token:#?}").contains("SENTINEL"));
            assert_eq!(token.expose(), "EAAB-SENTINEL");
        }
    }

    #[test]
    fn a_person_is_not_named_in_debug_output() {
        let person: Person = serde_json::from_str(r#"{"id":17,"name":"Aya"}"#).unwrap();
        assert_eq!(
            (person.id.as_str(), person.name.as_deref()),
            ("17", Some("Aya"))
        );
        assert!(!format!("{person:?}").contains("Aya"));
        assert!(!format!("{person:?}").contains("17"));
    }
}
