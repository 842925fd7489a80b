//! Roles and what each may do: one table, checked by `backend` in every use case and mirrored by the console.

use crate::text_enum::text_enum;

text_enum! {
    /// What a person is to the partner or to an advertiser.
    Role {
        /// Partner staff who may do everything.
        Owner = "owner",
        /// Partner staff who connect advertisers and keep them connected.
        Operator = "operator",
        /// Partner staff who send test events and settle what became of an event.
        Support = "support",
        /// Partner staff who read everything that is not personal and change nothing.
        Auditor = "auditor",
        /// A person of one advertiser who manages its connections.
        AdvertiserAdmin = "advertiser_admin",
        /// A person of one advertiser who reads.
        AdvertiserViewer = "advertiser_viewer",
    }
}

text_enum! {
    /// One thing that a role may allow.
    Permission {
        /// See advertisers, their connections and health.
        ViewAdvertisers = "view_advertisers",
        /// Create, edit and archive advertisers.
        ManageAdvertisers = "manage_advertisers",
        /// Connect, reconnect and disconnect channels.
        ManageConnections = "manage_connections",
        /// Walk through connecting: choose at Meta, see how far it came.
        WalkConnect = "walk_connect",
        /// Send connect links and reminders, and see how far each one came.
        SendConnectLinks = "send_connect_links",
        /// Give an asset that one advertiser holds to another.
        MoveAssets = "move_assets",
        /// Send events from the test studio.
        SendTestEvents = "send_test_events",
        /// Send events in the advertiser's name, from a file or by an API key.
        IngestEvents = "ingest_events",
        /// Read the delivery history.
        ViewEvents = "view_events",
        /// Resend unconfirmed events or accept them as delivered.
        ResolveEvents = "resolve_events",
        /// See people's identifiers unmasked; each look is audited.
        RevealIdentifiers = "reveal_identifiers",
        /// Erase what is known of one contact.
        EraseContacts = "erase_contacts",
        /// Erase an advertiser and everything that it owns.
        EraseAdvertisers = "erase_advertisers",
        /// Read what Meta's webhooks brought, and look for one message or person in it.
        ViewInbox = "view_inbox",
        /// Take webhooks apart once more.
        ReplayWebhooks = "replay_webhooks",
        /// Read what concerns all advertisers at once: overview, health, app readiness.
        ViewFleet = "view_fleet",
        /// Invite an advertiser's own people and end their access.
        ManagePeople = "manage_people",
        /// Hand in messages that Meta does not deliver itself.
        HandInWebhooks = "hand_in_webhooks",
        /// Make and revoke the API keys of one advertiser.
        ManageApiKeys = "manage_api_keys",
        /// Make and revoke API keys that reach every advertiser.
        ManagePartnerKeys = "manage_partner_keys",
        /// Add people of the partner and change their roles.
        ManageTeam = "manage_team",
        /// Read the audit trail.
        ViewAudit = "view_audit",
        /// Change settings that hold for the whole deployment.
        ManageSettings = "manage_settings",
    }
}

impl Role {
    /// Whether this role allows `permission`.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission::*;
        match self {
            Self::Owner => true,
            Self::Operator => matches!(
                permission,
                ViewAdvertisers
                    | ManageAdvertisers
                    | ManageConnections
                    | WalkConnect
                    | SendConnectLinks
                    | SendTestEvents
                    | IngestEvents
                    | ViewEvents
                    | ResolveEvents
                    | RevealIdentifiers
                    | EraseContacts
                    | ViewInbox
                    | ReplayWebhooks
                    | ViewFleet
                    | ManagePeople
                    | ManageApiKeys
                    | ViewAudit
            ),
            Self::Support => {
                matches!(
                    permission,
                    ViewAdvertisers
                        | SendTestEvents
                        | ViewEvents
                        | ResolveEvents
                        | RevealIdentifiers
                        | ViewInbox
                        | ReplayWebhooks
                        | ViewFleet
                )
            }
            Self::Auditor => matches!(
                permission,
                ViewAdvertisers | ViewEvents | ViewFleet | ViewAudit
            ),
            Self::AdvertiserAdmin => {
                matches!(
                    permission,
                    ViewAdvertisers
                        | ManageConnections
                        | WalkConnect
                        | SendTestEvents
                        | IngestEvents
                        | ViewEvents
                        | ManagePeople
                        | ManageApiKeys
                )
            }
            Self::AdvertiserViewer => matches!(permission, ViewAdvertisers | ViewEvents),
        }
    }

    /// Whether this is a role of the partner's staff, who see every advertiser.
    pub const fn is_partner(self) -> bool {
        !matches!(self, Self::AdvertiserAdmin | Self::AdvertiserViewer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_role_may_do() {
        // Columns follow Role::ALL: owner, operator, support, auditor, advertiser admin, advertiser viewer.
        let table = [
            (Permission::ViewAdvertisers, "yyyyyy"),
            (Permission::ManageAdvertisers, "yy----"),
            (Permission::ManageConnections, "yy--y-"),
            (Permission::WalkConnect, "yy--y-"),
            (Permission::SendConnectLinks, "yy----"),
            (Permission::MoveAssets, "y-----"),
            (Permission::SendTestEvents, "yyy-y-"),
            (Permission::IngestEvents, "yy--y-"),
            (Permission::ViewEvents, "yyyyyy"),
            (Permission::ResolveEvents, "yyy---"),
            (Permission::RevealIdentifiers, "yyy---"),
            (Permission::EraseContacts, "yy----"),
            (Permission::EraseAdvertisers, "y-----"),
            (Permission::ViewInbox, "yyy---"),
            (Permission::ReplayWebhooks, "yyy---"),
            (Permission::ViewFleet, "yyyy--"),
            (Permission::ManagePeople, "yy--y-"),
            (Permission::HandInWebhooks, "y-----"),
            (Permission::ManageApiKeys, "yy--y-"),
            (Permission::ManagePartnerKeys, "y-----"),
            (Permission::ManageTeam, "y-----"),
            (Permission::ViewAudit, "yy-y--"),
            (Permission::ManageSettings, "y-----"),
        ];
        assert_eq!(table.map(|(permission, _)| permission), Permission::ALL);
        for (permission, expected) in table {
            let actual: String = Role::ALL
                .iter()
                .map(|role| if role.may(permission) { 'y' } else { '-' })
                .collect();
            assert_eq!(actual, expected, "{permission}");
        }
    }

    #[test]
    fn staff_roles_are_the_first_four() {
        assert_eq!(Role::ALL.iter().filter(|role| role.is_partner()).count(), 4);
    }
}
