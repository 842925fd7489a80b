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
    "advertiser.restored" audit_advertiser_restored
    "audit.exported" audit_audit_exported
    "connect.assets_chosen" audit_connect_assets_chosen
    "connect.done" audit_connect_done
    "connect.failed" audit_connect_failed
    "connect.opened" audit_connect_opened
    "connect.resumed" audit_connect_resumed
    "connect.verified" audit_connect_verified
    "connection.checked" audit_connection_checked
    "connection.created" audit_connection_created
    "connection.health_changed" audit_connection_health_changed
    "connection.renewed" audit_connection_renewed
    "dataset.linked" audit_dataset_linked
    "event.accepted_as_delivered" audit_event_accepted_as_delivered
    "event.resent" audit_event_resent
    "event.sent_from_studio" audit_event_sent_from_studio
    "invitation.accepted" audit_invitation_accepted
    "invitation.resent" audit_invitation_resent
    "invitation.revoked" audit_invitation_revoked
    "invitation.sent" audit_invitation_sent
    "partner.saved" audit_partner_saved
    "person.removed" audit_person_removed
    "person.role_changed" audit_person_role_changed
    "session.ended" audit_session_ended
    "session.started" audit_session_started
    "staff.added" audit_staff_added
    "staff.disabled" audit_staff_disabled
    "staff.enabled" audit_staff_enabled
    "staff.password_reset" audit_staff_password_reset
    "staff.role_changed" audit_staff_role_changed
    ;
    "account" audit_group_account
    "advertiser" audit_group_advertiser
    "audit" audit_group_audit
    "connect" audit_group_connect
    "connection" audit_group_connection
    "dataset" audit_group_dataset
    "event" audit_group_event
    "invitation" audit_group_invitation
    "partner" audit_group_partner
    "person" audit_group_person
    "session" audit_group_session
    "staff" audit_group_staff
}
