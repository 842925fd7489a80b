//! Texts that have a rule: parsed once at the edge, trusted inside.

use serde::{Deserialize, Serialize};

/// Why a text is not what a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nothing was entered.
    #[error("it is empty")]
    Empty,
    /// Too few characters.
    #[error("it has fewer than {min} characters")]
    TooShort {
        /// The least allowed.
        min: usize,
    },
    /// Too many characters.
    #[error("it has more than {max} characters")]
    TooLong {
        /// The most allowed.
        max: usize,
    },
    /// A line break or another character that cannot be printed.
    #[error("it has a character that cannot be printed")]
    Unprintable,
    /// Not shaped like an email address.
    #[error("it is not an email address")]
    NotAnEmail,
    /// Not shaped like one of Meta's ids.
    #[error("it is not an id of Meta's")]
    NotAnId,
    /// Not the name of a time zone.
    #[error("it is not a time zone")]
    NotATimeZone,
    /// Not shaped like a test code.
    #[error("it is not a test code")]
    NotATestCode,
    /// Not an amount of money.
    #[error("it is not an amount")]
    NotAnAmount,
    /// Not a web address that a server may call.
    #[error("it is not an https address")]
    NotAUrl,
    /// Not a whole number between two bounds.
    #[error("it is not a whole number from {min} to {max}")]
    NotInRange {
        /// The least allowed.
        min: u32,
        /// The most allowed.
        max: u32,
    },
    /// None of the offered choices.
    #[error("it is none of the choices")]
    NotAChoice,
}

/// Trims, and checks that 1 to `max` printable characters are left.
fn line(text: &str, max: usize) -> Result<&str, Why> {
    let text = text.trim();
    if text.is_empty() {
        Err(Why::Empty)
    } else if text.chars().any(char::is_control) {
        Err(Why::Unprintable)
    } else if text.chars().count() > max {
        Err(Why::TooLong { max })
    } else {
        Ok(text)
    }
}

macro_rules! name {
    ($(#[$meta:meta])* $name:ident, $parse:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = Why;

            fn from_str(text: &str) -> Result<Self, Why> {
                let parse: fn(&str) -> Result<String, Why> = $parse;
                parse(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Why;

            fn try_from(text: String) -> Result<Self, Why> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name!(
    /// What the partner calls an advertiser.
    AdvertiserName,
    |text| line(text, 80).map(str::to_owned)
);
name!(
    /// What a person is called.
    PersonName,
    |text| line(text, 80).map(str::to_owned)
);
name!(
    /// What people call an API key.
    KeyName,
    |text| line(text, 80).map(str::to_owned)
);
name!(
    /// What the partner calls itself.
    PartnerName,
    |text| line(text, 80).map(str::to_owned)
);
name!(
    /// An email address in lower case. Only its shape is checked: whether it exists, a mail will tell.
    Email,
    email
);
name!(
    /// The name of a time zone, such as `Asia/Tokyo`. Only its shape is checked: the server knows which exist.
    TimeZone,
    time_zone
);
name!(
    /// The code from *Test events* in Events Manager, such as `TEST12345`.
    TestCode,
    test_code
);
name!(
    /// The name under which Meta knows the partner; free text, agreed with Meta.
    PartnerAgent,
    |text| line(text, 64).map(str::to_owned)
);
name!(
    /// An id of Meta's: a number too long for most number types.
    MetaId,
    meta_id
);

fn email(text: &str) -> Result<String, Why> {
    let text = line(text, 254)?;
    let (local, host) = text.rsplit_once('@').ok_or(Why::NotAnEmail)?;
    let host_is_shaped = host.contains('.')
        && host
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        && host
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    let local_is_shaped =
        !local.is_empty() && !local.contains(|c: char| c.is_whitespace() || c == '@');
    if host_is_shaped && local_is_shaped {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Why::NotAnEmail)
    }
}

fn time_zone(text: &str) -> Result<String, Why> {
    let text = line(text, 64)?;
    let is_shaped = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+'));
    if is_shaped {
        Ok(text.to_owned())
    } else {
        Err(Why::NotATimeZone)
    }
}

fn test_code(text: &str) -> Result<String, Why> {
    let text = line(text, 64)?;
    let is_shaped = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if is_shaped {
        Ok(text.to_owned())
    } else {
        Err(Why::NotATestCode)
    }
}

fn meta_id(text: &str) -> Result<String, Why> {
    let text = line(text, 25)?;
    if text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(Why::NotAnId)
    }
}

/// A password that somebody chooses: at least 12 characters, nothing trimmed. It has no text or JSON form.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

impl NewPassword {
    /// The fewest characters.
    pub const MIN: usize = 12;
    /// The most characters: hashing an endless text would be an attack on us.
    pub const MAX: usize = 256;

    /// The password itself, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for NewPassword {
    type Err = Why;

    fn from_str(text: &str) -> Result<Self, Why> {
        match text.chars().count() {
            0 => Err(Why::Empty),
            count if count < Self::MIN => Err(Why::TooShort { min: Self::MIN }),
            count if count > Self::MAX => Err(Why::TooLong { max: Self::MAX }),
            _ => Ok(Self(text.to_owned())),
        }
    }
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_trimmed_and_counted_in_characters() {
        assert_eq!(
            "  花屋 さくら ".parse::<AdvertiserName>().unwrap().as_str(),
            "花屋 さくら"
        );
        assert!("花".repeat(80).parse::<AdvertiserName>().is_ok());
        assert_eq!(
            "花".repeat(81).parse::<AdvertiserName>(),
            Err(Why::TooLong { max: 80 })
        );
        assert_eq!(" \t ".parse::<AdvertiserName>(), Err(Why::Empty));
        assert_eq!("a\nb".parse::<AdvertiserName>(), Err(Why::Unprintable));
    }

    #[test]
    fn an_email_is_checked_for_its_shape() {
        assert_eq!(
            " Aiko@Kaede.Example ".parse::<Email>().unwrap().as_str(),
            "aiko@kaede.example"
        );
        for wrong in [
            "aiko",
            "aiko@kaede",
            "@kaede.example",
            "a b@kaede.example",
            "a@b@kaede.example",
            "a@-.example",
            "a@.example",
        ] {
            assert_eq!(wrong.parse::<Email>(), Err(Why::NotAnEmail), "{wrong}");
        }
    }

    #[test]
    fn ids_zones_and_codes_are_checked_for_their_shape() {
        assert!("17841400000000001".parse::<MetaId>().is_ok());
        assert_eq!("1784a".parse::<MetaId>(), Err(Why::NotAnId));
        assert_eq!(
            "1".repeat(26).parse::<MetaId>(),
            Err(Why::TooLong { max: 25 })
        );
        assert!("Asia/Tokyo".parse::<TimeZone>().is_ok());
        assert!("Etc/GMT+9".parse::<TimeZone>().is_ok());
        assert_eq!("Asia Tokyo".parse::<TimeZone>(), Err(Why::NotATimeZone));
        assert!("TEST12345".parse::<TestCode>().is_ok());
        assert_eq!("TEST 1".parse::<TestCode>(), Err(Why::NotATestCode));
    }

    #[test]
    fn a_password_is_long_and_never_shown() {
        assert_eq!(
            "elevenchars".parse::<NewPassword>(),
            Err(Why::TooShort { min: 12 })
        );
        let password: NewPassword = "twelve chars".parse().unwrap();
        assert_eq!(format!("{password:?}"), "NewPassword(redacted)");
        assert_eq!(password.expose(), "twelve chars");
    }

    #[test]
    fn json_is_checked_like_a_form() {
        assert!(serde_json::from_str::<Email>("\"nobody\"").is_err());
        assert_eq!(
            serde_json::to_string(&"A@b.example".parse::<Email>().unwrap()).unwrap(),
            "\"a@b.example\""
        );
    }

    proptest! {
        #[test]
        fn what_was_parsed_parses_to_itself(text: String) {
            if let Ok(name) = text.parse::<AdvertiserName>() {
                prop_assert_eq!(name.as_str().parse(), Ok(name.clone()));
            }
            if let Ok(email) = text.parse::<Email>() {
                prop_assert_eq!(email.as_str().parse(), Ok(email.clone()));
            }
        }
    }
}
