//! What was done, as a sentence for each action that `backend` records. On the server alone.

use crate::Text;

macro_rules! sentences {
    ($($action:literal $method:ident)+; $($group:literal $name:ident)+) => {
        impl Text {
            /// The sentence for an action of the audit; none for one that nobody has written yet, which a test of `backend`
            /// finds.
            pub fn audit_sentence(self, action: &str) -> Option<&'static str> {
                match action {
                    $($action => Some(self.$method()),)+
                    _ => None,
                }
            }

            /// The groups of actions, by what stands before the dot, with their words.
            pub fn audit_groups(self) -> Vec<(String, String)> {
                vec![$(($group.to_owned(), self.$name().to_owned())),+]
            }
        }
    };
}

sentences! {
    "account.edited" audit_account_edited
    "account.password_changed" audit_account_password_changed
    "account.sessions_ended" audit_account_sessions_ended
    "advertiser.added" audit_advertiser_added
    "advertiser.archived" audit_advertiser_archived
    "advertiser.edited" audit_advertiser_edited
    "advertiser.erased" audit_advertiser_erased
    "advertiser.erasing" audit_advertiser_erasing
    "advertiser.restored" audit_advertiser_restored
    "advertisers.exported" audit_advertisers_exported
    "api_key.created" audit_api_key_created
    "api_key.revoked" audit_api_key_revoked
    "api_key.rotated" audit_api_key_rotated
    "asset.moved_away" audit_asset_moved_away
    "asset.moved_here" audit_asset_moved_here
    "audit.exported" audit_audit_exported
    "connect.abandoned" audit_connect_abandoned
    "connect.app_installed" audit_connect_app_installed
    "connect.assets_chosen" audit_connect_assets_chosen
    "connect.assets_named" audit_connect_assets_named
    "connect.done" audit_connect_done
    "connect.failed" audit_connect_failed
    "connect.opened" audit_connect_opened
    "connect.resumed" audit_connect_resumed
    "connect.verified" audit_connect_verified
    "connect_link.added" audit_connect_link_added
    "connect_link.asked" audit_connect_link_asked
    "connect_link.held" audit_connect_link_held
    "connect_link.opened" audit_connect_link_opened
    "connect_link.reminded" audit_connect_link_reminded
    "connect_link.revoked" audit_connect_link_revoked
    "connect_link.sent_again" audit_connect_link_sent_again
    "connection.account_update" audit_connection_account_update
    "connection.checked" audit_connection_checked
    "connection.confirmed" audit_connection_confirmed
    "connection.created" audit_connection_created
    "connection.disconnected" audit_connection_disconnected
    "connection.health_changed" audit_connection_health_changed
    "connection.renewed" audit_connection_renewed
    "connection.subscribed" audit_connection_subscribed
    "contact.erased" audit_contact_erased
    "dataset.checked" audit_dataset_checked
    "dataset.linked" audit_dataset_linked
    "dataset.test_code_ended" audit_dataset_test_code_ended
    "dataset.test_code_held" audit_dataset_test_code_held
    "event.accepted_as_delivered" audit_event_accepted_as_delivered
    "event.resent" audit_event_resent
    "event.sent_from_studio" audit_event_sent_from_studio
    "event.sent_in_file" audit_event_sent_in_file
    "incident.closed" audit_incident_closed
    "incident.opened" audit_incident_opened
    "incident.rechecked" audit_incident_rechecked
    "invitation.accepted" audit_invitation_accepted
    "invitation.resent" audit_invitation_resent
    "invitation.revoked" audit_invitation_revoked
    "invitation.sent" audit_invitation_sent
    "login.forgotten" audit_login_forgotten
    "partner.saved" audit_partner_saved
    "person.removed" audit_person_removed
    "person.role_changed" audit_person_role_changed
    "readiness.ticked" audit_readiness_ticked
    "readiness.unticked" audit_readiness_unticked
    "relay.added" audit_relay_added
    "relay.removed" audit_relay_removed
    "relay.tested" audit_relay_tested
    "session.ended" audit_session_ended
    "session.started" audit_session_started
    "staff.added" audit_staff_added
    "staff.disabled" audit_staff_disabled
    "staff.enabled" audit_staff_enabled
    "staff.password_reset" audit_staff_password_reset
    "staff.role_changed" audit_staff_role_changed
    "webhook.replayed" audit_webhook_replayed
    "webhook.unrouted_replayed" audit_webhook_unrouted_replayed
    ;
    "account" audit_group_account
    "advertiser" audit_group_advertiser
    "advertisers" audit_group_advertisers
    "api_key" audit_group_api_key
    "asset" audit_group_asset
    "audit" audit_group_audit
    "connect" audit_group_connect
    "connect_link" audit_group_connect_link
    "connection" audit_group_connection
    "contact" audit_group_contact
    "dataset" audit_group_dataset
    "event" audit_group_event
    "incident" audit_group_incident
    "invitation" audit_group_invitation
    "login" audit_group_login
    "partner" audit_group_partner
    "person" audit_group_person
    "readiness" audit_group_readiness
    "relay" audit_group_relay
    "session" audit_group_session
    "staff" audit_group_staff
    "webhook" audit_group_webhook
}

macro_rules! fields {
    ($($field:literal $method:ident)+) => {
        impl Text {
            /// What a field of an entry's detail is called, and what an edit calls the field that it changed; none for one
            /// that nobody has named.
            pub fn audit_field(self, field: &str) -> Option<&'static str> {
                match field {
                    $($field => Some(self.$method()),)+
                    _ => None,
                }
            }
        }
    };
}

fields! {
    "accepted" audit_field_accepted
    "access" audit_field_access
    "as_recorded" audit_field_as_recorded
    "asked_by" audit_field_asked_by
    "asset" audit_field_asset
    "assets" audit_field_assets
    "cause" audit_field_cause
    "channel" audit_field_channel
    "channels" audit_field_channels
    "code" audit_field_code
    "connections" audit_field_connections
    "contact_email" audit_field_contact_email
    "count" audit_field_count
    "created" audit_field_created
    "credential" audit_field_credential
    "dataset" audit_field_dataset
    "ended" audit_field_ended
    "event" audit_field_event
    "events" audit_field_events
    "failure" audit_field_failure
    "faulty" audit_field_faulty
    "fields" audit_field_fields
    "found" audit_field_found
    "from" audit_field_from
    "health" audit_field_health
    "host" audit_field_host
    "hours" audit_field_hours
    "identity" audit_field_identity
    "kind" audit_field_kind
    "language" audit_field_language
    "left_at_meta" audit_field_left_at_meta
    "login" audit_field_login
    "messages" audit_field_messages
    "name" audit_field_name
    "notify" audit_field_notify
    "payload_days" audit_field_payload_days
    "person" audit_field_person
    "policies" audit_field_policies
    "reached" audit_field_reached
    "reference" audit_field_reference
    "released" audit_field_released
    "replaced_by" audit_field_replaced_by
    "revoked" audit_field_revoked
    "role" audit_field_role
    "rows" audit_field_rows
    "scopes" audit_field_scopes
    "section" audit_field_section
    "time_zone" audit_field_time_zone
    "to" audit_field_to
    "trusted" audit_field_trusted
    "unsubscribed" audit_field_unsubscribed
    "way" audit_field_way
    "webhook_fields" audit_field_webhook_fields
    "with_emails" audit_field_with_emails
    "withdrawn" audit_field_withdrawn
}
