//! API keys: what the partner's own backend, and an advertiser's, may do with one.

use crate::{Permission, text_enum::text_enum};

text_enum! {
    /// One thing that an API key may be used for.
    KeyScope {
        /// Send events: in Meta's shape, natively, and as files.
        EventsWrite = "events:write",
        /// Read what became of events.
        EventsRead = "events:read",
        /// List connections and how well they are.
        ConnectionsRead = "connections:read",
        /// Hand in messages that Meta does not deliver itself.
        WebhooksWrite = "webhooks:write",
    }
}

text_enum! {
    /// Whether a key can be used.
    KeyStanding {
        /// It can.
        Works = "works",
        /// Another took its place; it works until its end.
        Replaced = "replaced",
        /// Its time is over.
        Expired = "expired",
        /// Somebody ended it.
        Revoked = "revoked",
    }
}

impl KeyScope {
    /// What whoever holds such a key may do.
    pub const fn permission(self) -> Permission {
        match self {
            Self::EventsWrite => Permission::IngestEvents,
            Self::EventsRead => Permission::ViewEvents,
            Self::ConnectionsRead => Permission::ViewAdvertisers,
            Self::WebhooksWrite => Permission::HandInWebhooks,
        }
    }
}

/// What one key may be used for: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct KeyScopes(u8);

impl KeyScopes {
    /// Whether it holds `scope`.
    pub const fn contains(self, scope: KeyScope) -> bool {
        self.0 & Self::bit(scope) != 0
    }

    /// Whether one of them allows `permission`.
    pub fn may(self, permission: Permission) -> bool {
        self.iter().any(|scope| scope.permission() == permission)
    }

    /// Whether it holds nothing.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those that it holds, in the order people see them.
    pub fn iter(self) -> impl Iterator<Item = KeyScope> {
        KeyScope::ALL
            .iter()
            .copied()
            .filter(move |scope| self.contains(*scope))
    }

    const fn bit(scope: KeyScope) -> u8 {
        1 << scope as u8
    }
}

impl FromIterator<KeyScope> for KeyScopes {
    fn from_iter<I: IntoIterator<Item = KeyScope>>(scopes: I) -> Self {
        Self(
            scopes
                .into_iter()
                .fold(0, |bits, scope| bits | Self::bit(scope)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_do_what_its_scopes_say_and_nothing_else() {
        let scopes: KeyScopes = [KeyScope::EventsWrite].into_iter().collect();
        assert!(scopes.may(Permission::IngestEvents));
        for permission in Permission::ALL {
            let expected = *permission == Permission::IngestEvents;
            assert_eq!(scopes.may(*permission), expected, "{permission}");
            assert!(!KeyScopes::default().may(*permission), "{permission}");
        }
        assert!(KeyScopes::default().is_empty());
    }

    #[test]
    fn no_scope_reaches_what_only_people_do() {
        let all: KeyScopes = KeyScope::ALL.iter().copied().collect();
        assert_eq!(all.iter().count(), KeyScope::ALL.len());
        for permission in [
            Permission::ManageApiKeys,
            Permission::ManagePartnerKeys,
            Permission::ManageSettings,
            Permission::RevealIdentifiers,
        ] {
            assert!(!all.may(permission), "{permission}");
        }
    }
}
