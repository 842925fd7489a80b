//! What can go wrong, in the application's own terms.

use std::time::Duration;

/// A use case's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case did nothing. Carries no token and no person's identifier.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or no longer.
    #[error("sign in first")]
    SignedOut,
    /// No such thing, or another advertiser's: which of the two is not ours to tell.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// An unknown email, a wrong password or a disabled account: which of them is not told.
    #[error("email and password do not match")]
    WrongPassword,
    /// The role may not do this.
    #[error("this needs another role")]
    Forbidden,
    /// A field's value cannot be taken.
    #[error("{field}: {why:?}")]
    Invalid {
        /// The field's name in forms and JSON.
        field: &'static str,
        /// Why not.
        why: domain::Why,
    },
    /// It clashes with what is there.
    #[error("conflict: {0:?}")]
    Conflict(Conflict),
    /// Too many tries; the next one may come after this long.
    #[error("too many tries, wait {0:?}")]
    TooMany(Duration),
    /// What Meta said, or that it could not be reached.
    #[error(transparent)]
    Graph(#[from] graph::Error),
    /// The database failed.
    #[error("the database failed")]
    Db(#[from] sqlx::Error),
    /// A sealed value did not open: the wrong keys, or a changed row.
    #[error("a sealed value did not open")]
    Sealed,
    /// Something of ours that should not happen.
    #[error("{0}")]
    Internal(&'static str),
}

/// What is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// The link was revoked.
    LinkOver,
    /// The key was revoked or replaced, or has expired.
    KeyOver,
    /// Somebody must be left who may do everything.
    LastOwner,
    /// An archived advertiser takes no changes.
    AdvertiserArchived,
    /// The event is not in a state in which this can be done.
    EventState,
    /// What the event held was erased: there is nothing to send.
    PayloadErased,
    /// The connection's token cannot subscribe to messages.
    NoSubscription,
    /// The connect attempt has moved on.
    AttemptMoved,
    /// The webhook is no longer kept as it came.
    WebhookGone,
}

/// Turns the violation of one named constraint into the error it means.
pub(crate) trait OnConstraint<T> {
    /// `error` when `constraint` was violated, the database's failure otherwise.
    fn on_constraint(self, constraint: &str, error: Error) -> Result<T>;
}

impl<T> OnConstraint<T> for std::result::Result<T, sqlx::Error> {
    fn on_constraint(self, constraint: &str, error: Error) -> Result<T> {
        self.map_err(|failure| match &failure {
            sqlx::Error::Database(db) if db.constraint() == Some(constraint) => error,
            _ => Error::Db(failure),
        })
    }
}

impl Error {
    /// A field that does not parse.
    #[must_use]
    pub fn invalid(field: &'static str, why: domain::Why) -> Self {
        Self::Invalid { field, why }
    }
}
