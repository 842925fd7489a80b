//! What webhooks bring, and what comes of it.

use crate::text_enum::text_enum;

text_enum! {
    /// What happened at Meta.
    MessageKind {
        /// Somebody wrote.
        Message = "message",
        /// Somebody pressed a button, such as *Get started*.
        Postback = "postback",
        /// Somebody came through an ad or a link and has not written yet.
        Referral = "referral",
        /// A WhatsApp Business Account itself changed.
        AccountUpdate = "account_update",
        /// Meta saw a conversion in a conversation by itself.
        AutomaticEvent = "automatic_event",
        /// A receipt, a reaction, or something newer than this.
        Other = "other",
    }
}

text_enum! {
    /// What came of it.
    MessageOutcome {
        /// It is known who it was.
        Contact = "contact",
        /// The asset itself wrote.
        Echo = "echo",
        /// It names nobody.
        NoSender = "no_sender",
        /// No advertiser holds the asset.
        Unrouted = "unrouted",
        /// It says nothing about who wrote.
        Ignored = "ignored",
        /// It could not be read at all.
        Unreadable = "unreadable",
        /// It concerned the connection itself.
        Connection = "connection",
        /// A conversion that Meta saw was noted, and nothing more.
        Recorded = "recorded",
        /// A conversion that Meta saw is reported as an event.
        Reported = "reported",
        /// A conversion that Meta saw could not become an event.
        Refused = "refused",
    }
}

text_enum! {
    /// How far a webhook came that is handed on.
    RelayState {
        /// It waits, for the first time or for another try.
        Waiting = "waiting",
        /// The partner's system took it.
        Taken = "taken",
        /// It was not taken in time.
        GivenUp = "given_up",
        /// The address was removed, or the webhook erased.
        Withdrawn = "withdrawn",
    }
}
