//! Connecting an advertiser: the steps of one attempt, and why it may stop.

use crate::{Channel, text_enum::text_enum};

text_enum! {
    /// How the token of a connect attempt comes to us.
    ConnectWay {
        /// Facebook Login for Business: the whole window goes to Meta's dialog and comes back with a code.
        FacebookLogin = "facebook_login",
        /// WhatsApp Embedded Signup: Meta's dialog in a popup.
        EmbeddedSignup = "embedded_signup",
        /// Somebody pastes a token that was made elsewhere.
        PastedToken = "pasted_token",
    }
}

text_enum! {
    /// How far a connect attempt has come.
    ConnectStep {
        /// Prepared by a person of the partner.
        Created = "created",
        /// Somebody pressed *Start*.
        Opened = "opened",
        /// Meta's dialog came back with a code.
        Consented = "consented",
        /// The code became a token.
        Exchanged = "exchanged",
        /// The token is ours, valid, and has the required permissions.
        Verified = "verified",
        /// A person chose which assets to connect.
        AssetsChosen = "assets_chosen",
        /// Every chosen asset has its dataset.
        DatasetReady = "dataset_ready",
        /// Meta sends us the messages of every chosen asset.
        WebhooksSubscribed = "webhooks_subscribed",
        /// Finished.
        Done = "done",
        /// Stopped, with a step and a reason; it can be taken up again.
        Failed = "failed",
    }
}

/// Every allowed change of a connect attempt's step. The way forward is one step at a time; any unfinished step may
/// fail, and a failed attempt goes back to where a person takes it up again.
pub const CONNECT_TRANSITIONS: &[(ConnectStep, ConnectStep)] = {
    use ConnectStep::*;
    &[
        (Created, Opened),
        (Opened, Consented),
        (Consented, Exchanged),
        (Exchanged, Verified),
        (Verified, AssetsChosen),
        (AssetsChosen, DatasetReady),
        (DatasetReady, WebhooksSubscribed),
        (WebhooksSubscribed, Done),
        (Created, Failed),
        (Opened, Failed),
        (Consented, Failed),
        (Exchanged, Failed),
        (Verified, Failed),
        (AssetsChosen, Failed),
        (DatasetReady, Failed),
        (WebhooksSubscribed, Failed),
        // Log in at Meta again.
        (Failed, Opened),
        // The token is still good: choose again, or try the server's part again.
        (Failed, Verified),
        (Failed, AssetsChosen),
        (Failed, DatasetReady),
        // A person changes the choice before the server's part is done.
        (AssetsChosen, Verified),
        // A person starts the login again instead of finishing the dialog or the choice.
        (Verified, Opened),
    ]
};

impl ConnectStep {
    /// The steps of an attempt that succeeds, in order.
    pub const HAPPY_PATH: &'static [Self] = &[
        Self::Created,
        Self::Opened,
        Self::Consented,
        Self::Exchanged,
        Self::Verified,
        Self::AssetsChosen,
        Self::DatasetReady,
        Self::WebhooksSubscribed,
        Self::Done,
    ];

    /// Whether an attempt may go from this step to `next`.
    pub fn may_become(self, next: Self) -> bool {
        CONNECT_TRANSITIONS.contains(&(self, next))
    }

    /// Whether the attempt has ended well and nothing can follow.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done)
    }
}

text_enum! {
    /// Why a connect attempt stopped.
    ConnectFailure {
        /// The person pressed *Cancel* in Meta's dialog.
        Declined = "declined",
        /// A required permission was left out.
        MissingScope = "missing_scope",
        /// The token belongs to another app than ours.
        WrongApp = "wrong_app",
        /// The authorization code had been used already.
        CodeUsed = "code_used",
        /// The authorization code was too old.
        CodeExpired = "code_expired",
        /// The person manages no Page, or ticked none.
        NoPage = "no_page",
        /// No Page that the token reaches has a professional Instagram account linked to it.
        NoInstagram = "no_instagram",
        /// The token reaches no WhatsApp Business Account.
        NoWaba = "no_waba",
        /// Another advertiser holds the chosen asset.
        HeldElsewhere = "held_elsewhere",
        /// The callback carried a `state` that we never issued.
        StateUnknown = "state_unknown",
        /// The callback came from another browser than the one that started.
        OtherBrowser = "other_browser",
        /// The attempt was left open too long.
        AttemptExpired = "attempt_expired",
        /// Meta could not be reached.
        MetaUnreachable = "meta_unreachable",
        /// Meta refused for another reason.
        MetaRefused = "meta_refused",
        /// Meta refused to create or find the dataset.
        DatasetFailed = "dataset_failed",
        /// 2804133: the Instagram account and the Page that it is linked to belong to different business portfolios.
        InstagramAcrossPortfolios = "instagram_across_portfolios",
        /// Meta refused to send us the asset's messages.
        SubscribeFailed = "subscribe_failed",
        /// The app's settings at Meta do not fit: redirect URI, app id or secret.
        AppMisconfigured = "app_misconfigured",
        /// Meta's signup window was left before its end.
        SignupLeft = "signup_left",
        /// Meta's signup window showed an error.
        SignupFailed = "signup_failed",
        /// The browser did not let Meta's signup window open.
        PopupBlocked = "popup_blocked",
        /// Meta's script for the signup window did not load.
        SdkNotLoaded = "sdk_not_loaded",
        /// Meta's signup window came to its end and gave no code.
        NoCode = "no_code",
        /// A pasted token is of a kind that cannot connect this channel.
        TokenUnfit = "token_unfit",
        /// Somebody decided against a pasted token.
        TokenDiscarded = "token_discarded",
    }
}

impl ConnectFailure {
    /// Whether it only says that the signup window gave no code: one that comes after all is still taken.
    pub const fn is_about_the_window(self) -> bool {
        matches!(
            self,
            Self::SignupLeft
                | Self::SignupFailed
                | Self::PopupBlocked
                | Self::SdkNotLoaded
                | Self::NoCode
        )
    }

    /// Whether another try can help without anyone changing anything first.
    pub const fn is_worth_repeating(self) -> bool {
        !matches!(
            self,
            Self::WrongApp | Self::HeldElsewhere | Self::AppMisconfigured
        )
    }

    /// Whether the token obtained so far is still good, so that no second login is needed.
    pub const fn keeps_token(self) -> bool {
        matches!(
            self,
            Self::HeldElsewhere
                | Self::DatasetFailed
                | Self::InstagramAcrossPortfolios
                | Self::SubscribeFailed
        )
    }

    /// A token that reaches nothing which the channel could be connected by.
    pub const fn nothing_reached(channel: Channel) -> Self {
        match channel {
            Channel::Messenger => Self::NoPage,
            Channel::Instagram => Self::NoInstagram,
            Channel::Whatsapp => Self::NoWaba,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_happy_path_is_allowed() {
        for pair in ConnectStep::HAPPY_PATH.windows(2) {
            assert!(pair[0].may_become(pair[1]), "{} to {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn every_unfinished_step_may_fail_and_a_finished_one_may_not() {
        for step in ConnectStep::ALL {
            let unfinished = !matches!(step, ConnectStep::Done | ConnectStep::Failed);
            assert_eq!(step.may_become(ConnectStep::Failed), unfinished, "{step}");
        }
        assert!(!CONNECT_TRANSITIONS.iter().any(|&(from, _)| from.is_final()));
    }

    #[test]
    fn no_step_is_skipped_on_the_way_forward() {
        for &(from, to) in CONNECT_TRANSITIONS {
            if from != ConnectStep::Failed && to != ConnectStep::Failed && to > from {
                let position = |step| {
                    ConnectStep::HAPPY_PATH
                        .iter()
                        .position(|&other| other == step)
                };
                assert_eq!(
                    position(to),
                    position(from).map(|index| index + 1),
                    "{from} to {to}"
                );
            }
        }
    }
}
