//! Identifiers: UUIDv7 inside, `adv_0192…` outside.
//!
//! They are minted by `backend` from its clock; here they are only read and written.

/// A text that is not an identifier of the expected kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id that starts with {0}_")]
pub struct InvalidId(
    /// The prefix that was expected.
    pub &'static str,
);

/// Reads 32 lower-case hexadecimal digits: the one spelling we write, so that equal ids have equal texts.
fn parse(text: &str, prefix: &'static str) -> Result<uuid::Uuid, InvalidId> {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|hex| {
            hex.len() == 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
        .and_then(|hex| uuid::Uuid::try_parse(hex).ok())
        .ok_or(InvalidId(prefix))
}

macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// What the text form starts with.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps an id that was minted or stored.
            pub const fn from_uuid(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID.
            pub const fn uuid(self) -> uuid::Uuid {
                self.0
            }

            /// When it was minted, in milliseconds since 1970: the first 48 bits of a UUIDv7.
            pub const fn timestamp_ms(self) -> u64 {
                (self.0.as_u128() >> 80) as u64
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse(text, $prefix).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<'de, str>::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// An advertiser: the tenant that owns every other row.
    AdvertiserId,
    "adv"
);
id!(
    /// A person who signs in: of the partner's staff, or one of an advertiser's.
    PersonId,
    "per"
);
id!(
    /// An invitation to sign in.
    InvitationId,
    "inv"
);
id!(
    /// A file of advertisers between its check and its import.
    AdvertiserFileId,
    "fil"
);
id!(
    /// One signed-in browser.
    SessionId,
    "ses"
);
id!(
    /// An API key.
    ApiKeyId,
    "key"
);
id!(
    /// A sealed access token.
    CredentialId,
    "crd"
);
id!(
    /// One walk through the connect flow.
    ConnectAttemptId,
    "cat"
);
id!(
    /// An advertiser's connection of one channel.
    ConnectionId,
    "cxn"
);
id!(
    /// A Page, Instagram account, WhatsApp Business Account or phone number.
    AssetId,
    "ast"
);
id!(
    /// A dataset at Meta that receives events.
    DatasetId,
    "dst"
);
id!(
    /// A person who wrote to an advertiser, as one channel knows them.
    ContactId,
    "con"
);
id!(
    /// A click on an ad that led a contact to WhatsApp.
    ContactClickId,
    "clk"
);
id!(
    /// A conversion event.
    EventId,
    "evt"
);
id!(
    /// One POST of events to Meta.
    AttemptId,
    "att"
);
id!(
    /// A delivery lane: one dataset, channel and test code.
    LaneId,
    "lan"
);
id!(
    /// One webhook request from Meta, as received.
    WebhookDeliveryId,
    "whd"
);
id!(
    /// One entry of a webhook request.
    WebhookMessageId,
    "whm"
);
id!(
    /// One cause that hit many advertisers.
    IncidentId,
    "inc"
);
id!(
    /// A file of events between its check and its sending.
    EventFileId,
    "evf"
);
id!(
    /// An address that webhooks are handed on to.
    RelayTargetId,
    "rly"
);
id!(
    /// One webhook on its way to one such address.
    RelayId,
    "rlw"
);
id!(
    /// A notice to the partner: something changed for the worse or the better.
    NoticeId,
    "ntc"
);
id!(
    /// A row of the audit trail.
    AuditId,
    "aud"
);
id!(
    /// A link for somebody without an account.
    ConnectLinkId,
    "lnk"
);
id!(
    /// One letter in the outbox.
    MailId,
    "mai"
);
id!(
    /// One HTTP request that we served: the reference a person can copy from an error page.
    RequestId,
    "req"
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_canonical_spelling_is_an_id() {
        let hex = "0192f0c17e5b7c3a9d1e2f3a4b5c6d7e";
        let id: AdvertiserId = format!("adv_{hex}").parse().unwrap();
        assert_eq!(id.to_string(), format!("adv_{hex}"));
        assert_eq!(format!("{id:?}"), format!("adv_{hex}"));
        for wrong in [
            hex.to_owned(),
            format!("per_{hex}"),
            format!("adv{hex}"),
            format!("adv_{}", hex.to_uppercase()),
            format!("adv_{}", &hex[1..]),
            format!("adv_{hex}0"),
            "adv_0192f0c1-7e5b-7c3a-9d1e-2f3a4b5c6d7e".to_owned(),
            "adv_".to_owned(),
            String::new(),
        ] {
            assert_eq!(
                wrong.parse::<AdvertiserId>(),
                Err(InvalidId("adv")),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_time_of_minting_is_in_the_id() {
        let id = EventId::from_uuid(uuid::Uuid::from_u128(1_795_359_600_123 << 80 | 7 << 76));
        assert_eq!(id.timestamp_ms(), 1_795_359_600_123);
    }

    proptest! {
        #[test]
        fn every_id_survives_its_text_and_its_json(bits: u128) {
            let id = EventId::from_uuid(uuid::Uuid::from_u128(bits));
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<EventId>(&json).unwrap(), id);
        }

        #[test]
        fn no_text_makes_parsing_panic(text: String) {
            let _ = text.parse::<EventId>();
            let _ = format!("evt_{text}").parse::<EventId>();
        }
    }
}
