//! Who an event is about: personal data, so it never shows itself in logs and has no JSON form of its own.

use crate::{Channel, IdentityPresence};

/// The identifiers of one event; which ones depends on the channel and on what the dataset is linked to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    /// A person who wrote to a Page.
    Messenger {
        /// The Page.
        page_id: String,
        /// The person, as this Page knows them.
        psid: String,
    },
    /// A person who wrote to an Instagram account.
    Instagram {
        /// The professional account.
        account_id: String,
        /// The person, as this account knows them.
        igsid: String,
    },
    /// A click on an ad, for a dataset made on the WhatsApp Business Account.
    WhatsappWaba {
        /// The account.
        waba_id: String,
        /// The click.
        ctwa_clid: String,
    },
    /// A click on an ad, for a dataset linked to the Page of that ad.
    WhatsappPage {
        /// The Page of the ad behind the click.
        page_id: String,
        /// The click.
        ctwa_clid: String,
    },
}

impl Identity {
    /// The channel it belongs to.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Messenger { .. } => Channel::Messenger,
            Self::Instagram { .. } => Channel::Instagram,
            Self::WhatsappWaba { .. } | Self::WhatsappPage { .. } => Channel::Whatsapp,
        }
    }

    /// The identifier of the person or of their click.
    pub fn person(&self) -> &str {
        match self {
            Self::Messenger { psid, .. } => psid,
            Self::Instagram { igsid, .. } => igsid,
            Self::WhatsappWaba { ctwa_clid, .. } | Self::WhatsappPage { ctwa_clid, .. } => {
                ctwa_clid
            }
        }
    }

    /// The person's identifier as lists show it: `•••6789`.
    pub fn masked(&self) -> String {
        mask(self.person())
    }

    /// The same with the person masked, for requests that are shown.
    pub fn redacted(&self) -> Self {
        let person = self.masked();
        match self.clone() {
            Self::Messenger { page_id, .. } => Self::Messenger {
                page_id,
                psid: person,
            },
            Self::Instagram { account_id, .. } => Self::Instagram {
                account_id,
                igsid: person,
            },
            Self::WhatsappWaba { waba_id, .. } => Self::WhatsappWaba {
                waba_id,
                ctwa_clid: person,
            },
            Self::WhatsappPage { page_id, .. } => Self::WhatsappPage {
                page_id,
                ctwa_clid: person,
            },
        }
    }

    /// Which identifiers are there; an empty one is not.
    pub fn presence(&self) -> IdentityPresence {
        let mut presence = IdentityPresence::default();
        match self {
            Self::Messenger { page_id, psid } => {
                (presence.page_id, presence.psid) = (!page_id.is_empty(), !psid.is_empty());
            }
            Self::Instagram { account_id, igsid } => {
                (presence.instagram_account_id, presence.igsid) =
                    (!account_id.is_empty(), !igsid.is_empty());
            }
            Self::WhatsappWaba { waba_id, ctwa_clid } => {
                (presence.waba_id, presence.ctwa_clid) =
                    (!waba_id.is_empty(), !ctwa_clid.is_empty());
            }
            Self::WhatsappPage { page_id, ctwa_clid } => {
                (presence.page_id, presence.ctwa_clid) =
                    (!page_id.is_empty(), !ctwa_clid.is_empty());
            }
        }
        presence
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({}, redacted)", self.channel())
    }
}

/// Hides an identifier but for its last characters: four, or fewer of a short one, so that at least five stay hidden.
pub fn mask(identifier: &str) -> String {
    let length = identifier.chars().count();
    let shown = length.saturating_sub(5).min(4);
    "•••"
        .chars()
        .chain(identifier.chars().skip(length - shown))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn aya() -> Identity {
        Identity::Messenger {
            page_id: "5550001".into(),
            psid: "7123456789".into(),
        }
    }

    #[test]
    fn a_person_is_masked_in_lists_and_absent_from_debug_output() {
        assert_eq!(aya().masked(), "•••6789");
        assert_eq!(aya().redacted().person(), "•••6789");
        assert_eq!(format!("{:?}", aya()), "Identity(messenger, redacted)");
    }

    #[test]
    fn a_short_identifier_is_not_given_away() {
        for (text, masked) in [
            ("", "•••"),
            ("12345", "•••"),
            ("1234567", "•••67"),
            ("123456789", "•••6789"),
        ] {
            assert_eq!(mask(text), masked);
        }
    }

    proptest! {
        #[test]
        fn a_mask_never_shows_more_than_the_last_four(text: String) {
            let masked = mask(&text);
            let shown = masked.strip_prefix("•••").expect("every mask starts with dots");
            prop_assert!(shown.chars().count() <= 4);
            prop_assert!(text.ends_with(shown));
            prop_assert!(shown.is_empty() || text.chars().count() >= shown.chars().count() + 5);
        }
    }
}
