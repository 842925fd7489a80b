//! What a browser may be told when something fails.

use domain::Why;
use leptos::{
    prelude::FromServerFnError,
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use text::Text;

/// Why a page or a form failed. Without JavaScript it travels in the URL of a redirect, so no variant may carry
/// internals, tokens or anything about a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Error {
    /// Nobody is signed in, or no longer.
    #[error("signed out")]
    SignedOut,
    /// The role may not do this.
    #[error("forbidden")]
    Forbidden,
    /// No such thing, or none that this person may know of.
    #[error("not found")]
    NotFound,
    /// One field of a form cannot be taken.
    #[error("{field}: {why}")]
    Invalid {
        /// The field's `name` in the form.
        field: String,
        /// Why not.
        why: Why,
    },
    /// Nobody signs in with this email and password.
    #[error("wrong password")]
    WrongPassword,
    /// It clashes with what is there.
    #[error("conflict: {0:?}")]
    Conflict(Conflict),
    /// Too many tries.
    #[error("too many tries, wait {seconds} s")]
    TooMany {
        /// How long until the next one may come.
        seconds: u64,
    },
    /// Meta did not do what was asked.
    #[error("Meta failed")]
    Meta {
        /// It answered and said no; else it could not be reached.
        refused: bool,
    },
    /// Something broke on our side.
    #[error("internal error")]
    Internal {
        /// What to quote when reporting it; empty when there is none.
        reference: String,
    },
    /// The browser could not reach us.
    #[error("unreachable")]
    Unreachable,
}

/// What is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Conflict {
    /// Another advertiser has this name.
    AdvertiserName,
    /// Another advertiser has this reference.
    AdvertiserReference,
    /// Somebody signs in with this email already.
    StaffEmail,
    /// This email has an open invitation.
    AlreadyInvited,
    /// This email is one of the advertiser's people already.
    AlreadyMember,
    /// The partner's staff and advertisers' people are told apart by their emails.
    OtherPeople,
    /// The invitation was accepted, withdrawn or has expired.
    InvitationOver,
    /// The key was revoked or replaced, or has expired.
    KeyOver,
    /// Somebody must be left who may do everything.
    LastOwner,
    /// The link was revoked or works no more.
    LinkOver,
    /// An archived advertiser takes no changes.
    AdvertiserArchived,
    /// The event is not in a state in which this can be done.
    EventState,
    /// The connection's token cannot subscribe to messages.
    NoSubscription,
    /// What the event held was erased: there is nothing to send.
    PayloadErased,
    /// The connect attempt has moved on.
    AttemptMoved,
    /// The webhook is no longer kept as it came.
    WebhookGone,
}

impl Error {
    /// A field that does not parse.
    #[must_use]
    pub fn invalid(field: &str, why: Why) -> Self {
        Self::Invalid {
            field: field.to_owned(),
            why,
        }
    }

    /// The sentence that belongs beside the field called `name`; none when the failure is about something else.
    #[must_use]
    pub fn beside(&self, name: &str, text: Text) -> Option<String> {
        match self {
            Self::Invalid { field, why } if field == name => Some(text.why(*why)),
            Self::WrongPassword if name == "password" => {
                Some(text.error_wrong_password().to_owned())
            }
            Self::Conflict(Conflict::AdvertiserName) if name == "name" => {
                Some(text.error_advertiser_name_taken().to_owned())
            }
            Self::Conflict(Conflict::AdvertiserReference) if name == "reference" => {
                Some(text.error_advertiser_reference_taken().to_owned())
            }
            _ => None,
        }
    }

    /// The sentence that belongs above a form: whatever is not about one of its fields.
    #[must_use]
    pub fn above(&self, text: Text) -> Option<String> {
        let is_beside = matches!(
            self,
            Self::Invalid { .. }
                | Self::WrongPassword
                | Self::Conflict(Conflict::AdvertiserName | Conflict::AdvertiserReference)
        );
        (!is_beside).then(|| self.what(text))
    }

    /// What happened and what to do, as a sentence or two.
    #[must_use]
    pub fn what(&self, text: Text) -> String {
        match self {
            Self::SignedOut => text.error_signed_out().to_owned(),
            Self::Forbidden => text.error_forbidden().to_owned(),
            Self::NotFound => text.error_not_found().to_owned(),
            Self::Invalid { why, .. } => text.why(*why),
            Self::WrongPassword => text.error_wrong_password().to_owned(),
            Self::Conflict(Conflict::AdvertiserName) => {
                text.error_advertiser_name_taken().to_owned()
            }
            Self::Conflict(Conflict::AdvertiserReference) => {
                text.error_advertiser_reference_taken().to_owned()
            }
            Self::Conflict(Conflict::NoSubscription) => text.error_no_subscription().to_owned(),
            Self::Conflict(Conflict::PayloadErased) => text.error_payload_erased().to_owned(),
            Self::Conflict(Conflict::StaffEmail) => text.error_staff_email_taken().to_owned(),
            Self::Conflict(Conflict::AlreadyInvited) => text.error_already_invited().to_owned(),
            Self::Conflict(Conflict::AlreadyMember) => text.error_already_member().to_owned(),
            Self::Conflict(Conflict::OtherPeople) => text.error_other_people().to_owned(),
            Self::Conflict(Conflict::InvitationOver) => text.error_invitation_over().to_owned(),
            Self::Conflict(Conflict::LinkOver) => text.error_link_over().to_owned(),
            Self::Conflict(Conflict::KeyOver) => text.error_key_over().to_owned(),
            Self::Conflict(Conflict::LastOwner) => text.error_last_owner().to_owned(),
            Self::Conflict(Conflict::AdvertiserArchived) => {
                text.error_advertiser_archived().to_owned()
            }
            Self::Conflict(Conflict::EventState) => text.error_event_state().to_owned(),
            Self::Conflict(Conflict::AttemptMoved) => text.error_attempt_moved().to_owned(),
            Self::Conflict(Conflict::WebhookGone) => text.error_webhook_gone().to_owned(),
            Self::TooMany { seconds } => text.error_too_many(seconds.div_ceil(60)),
            Self::Meta { refused: true } => text.error_meta_refused().to_owned(),
            Self::Meta { refused: false } => text.error_meta_unreachable().to_owned(),
            Self::Internal { .. } => text.error_internal().to_owned(),
            Self::Unreachable => text.error_unreachable().to_owned(),
        }
    }

    /// A heading for a whole page that failed.
    #[must_use]
    pub fn title(&self, text: Text) -> &'static str {
        match self {
            Self::SignedOut => text.error_signed_out_title(),
            Self::Forbidden => text.error_forbidden_title(),
            Self::NotFound => text.error_not_found_title(),
            Self::Unreachable => text.error_unreachable_title(),
            Self::Invalid { .. }
            | Self::WrongPassword
            | Self::Conflict(_)
            | Self::TooMany { .. }
            | Self::Meta { .. }
            | Self::Internal { .. } => text.error_internal_title(),
        }
    }

    /// Whether the same request may succeed next time.
    #[must_use]
    pub fn is_worth_repeating(&self) -> bool {
        matches!(
            self,
            Self::TooMany { .. } | Self::Meta { .. } | Self::Internal { .. } | Self::Unreachable
        )
    }
}

impl FromServerFnError for Error {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        error.into()
    }
}

impl From<ServerFnErrorErr> for Error {
    fn from(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            _ => Self::Internal {
                reference: String::new(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Language;

    #[test]
    fn a_failure_is_shown_beside_its_field_or_above_the_form_never_both() {
        let text = Text::new(Language::En);
        let failures = [
            Error::invalid("name", Why::Empty),
            Error::Conflict(Conflict::AdvertiserName),
            Error::Forbidden,
            Error::TooMany { seconds: 61 },
        ];
        for failure in failures {
            assert_ne!(
                failure.beside("name", text).is_some(),
                failure.above(text).is_some(),
                "{failure}"
            );
            assert_eq!(failure.beside("reference", text), None);
        }
    }

    #[test]
    fn it_survives_the_wire() {
        let error = Error::Internal {
            reference: "req_1".into(),
        };
        assert_eq!(Error::de(error.ser()), error);
    }
}
