//! Links for people without an account.

use crate::text_enum::text_enum;

text_enum! {
    /// What a link is for.
    LinkKind {
        /// To connect channels.
        Connect = "connect",
        /// To see how it goes.
        Status = "status",
    }
}

text_enum! {
    /// Whether a link can be used.
    LinkStanding {
        /// It works.
        Open = "open",
        /// Everything it was for is connected.
        Done = "done",
        /// Its time is over.
        Expired = "expired",
        /// The partner withdrew it.
        Revoked = "revoked",
    }
}
