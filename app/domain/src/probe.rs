//! What the doctor asks about a connection, and what an answer can be.

use crate::{Channel, MetaPermission, text_enum::text_enum};

text_enum! {
    /// One question about a connection.
    Probe {
        /// Our clock agrees with Meta's.
        Clock = "clock",
        /// Meta serves the Graph version that we ask for.
        Version = "version",
        /// Meta accepts the access token.
        Token = "token",
        /// The token was given to our app.
        App = "app",
        /// The token lasts for a while yet.
        Expiry = "expiry",
        /// The token carries one permission.
        Scope = "scope",
        /// The token reaches the Page, the account or the WABA.
        Asset = "asset",
        /// The dataset exists.
        Dataset = "dataset",
        /// The dataset is the one that Meta links to the asset today.
        Link = "link",
        /// The asset's webhooks come to our app.
        Webhook = "webhook",
        /// They name every field that we need.
        Fields = "fields",
        /// Somebody wrote lately.
        Inbound = "inbound",
        /// Meta accepted an event lately.
        Accepted = "accepted",
    }
}

text_enum! {
    /// What came of a probe.
    ProbeOutcome {
        /// As it should be.
        Passed = "passed",
        /// It works, but somebody should know.
        Warned = "warned",
        /// Meta did not answer, or with something that says nothing of the connection.
        Unanswered = "unanswered",
        /// Something before it failed.
        NotRun = "not_run",
        /// It is broken.
        Failed = "failed",
    }
}

impl Probe {
    /// The probes that must not have failed for this one to say anything.
    pub const fn behind(self) -> &'static [Self] {
        match self {
            Self::Clock | Self::Version | Self::Inbound | Self::Accepted => &[],
            Self::Token => &[Self::Version],
            Self::App => &[Self::Token],
            Self::Expiry | Self::Scope => &[Self::App],
            Self::Asset => &[Self::Scope],
            Self::Dataset | Self::Webhook => &[Self::Asset],
            Self::Link => &[Self::Dataset],
            Self::Fields => &[Self::Webhook],
        }
    }
}

impl ProbeOutcome {
    /// Whether what is behind it can still be asked.
    pub const fn lets_on(self) -> bool {
        matches!(self, Self::Passed | Self::Warned)
    }
}

impl Channel {
    /// The fields that a Page must be subscribed to. Of an Instagram account's Page any field will do, and a WhatsApp
    /// Business Account is subscribed as a whole: nothing to compare there.
    pub const fn page_fields(self) -> &'static [&'static str] {
        match self {
            Self::Messenger => &["messages", "messaging_postbacks", "messaging_referrals"],
            Self::Instagram | Self::Whatsapp => &[],
        }
    }

    /// What subscribing to its webhooks takes.
    pub const fn webhook_permissions(self) -> &'static [MetaPermission] {
        use MetaPermission::*;
        match self {
            Self::Messenger => &[PagesManageMetadata, PagesMessaging],
            Self::Instagram => &[PagesManageMetadata, InstagramManageMessages],
            Self::Whatsapp => &[WhatsappBusinessManagement],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_stands_after_those_that_it_is_behind() {
        for (place, probe) in Probe::ALL.iter().enumerate() {
            for before in probe.behind() {
                assert!(
                    Probe::ALL[..place].contains(before),
                    "{probe} is asked before {before}"
                );
            }
        }
    }

    #[test]
    fn the_worst_outcome_is_the_greatest() {
        assert_eq!(ProbeOutcome::ALL.iter().max(), Some(&ProbeOutcome::Failed));
        assert!(ProbeOutcome::ALL.is_sorted());
    }

    #[test]
    fn webhooks_take_only_permissions_that_the_channel_asks_for() {
        for &channel in Channel::ALL {
            for permission in channel.webhook_permissions() {
                assert!(
                    channel.wanted_permissions().contains(permission)
                        || channel.required_permissions().contains(permission),
                    "{channel}: {permission}"
                );
            }
        }
    }
}
