//! Where an advertiser stands on its way in.

use crate::text_enum::text_enum;

text_enum! {
    /// Where an advertiser stands on its way in. The database settles it (`settle_onboarding`): an advertiser stands where
    /// its neediest channel does, in the order of [`OnboardingStep::NEED`].
    OnboardingStep {
        /// Nobody has begun: no link was sent, no login started.
        Nothing = "nothing",
        /// A connect link is on its way; nobody has pressed *Start*.
        LinkSent = "link_sent",
        /// Somebody has begun and not ended.
        Opened = "opened",
        /// Connecting stopped, for a reason.
        Stopped = "stopped",
        /// Connected, and Meta has not accepted an event yet.
        Connected = "connected",
        /// Meta has accepted an event.
        Done = "done",
    }
}

impl OnboardingStep {
    /// The neediest first: of several channels the one that decides where the advertiser stands.
    pub const NEED: [Self; 6] = [
        Self::Stopped,
        Self::Opened,
        Self::LinkSent,
        Self::Nothing,
        Self::Connected,
        Self::Done,
    ];

    /// Whether somebody still has to do something.
    pub const fn is_stuck(self) -> bool {
        !matches!(self, Self::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_its_place_among_the_needs() {
        let mut need = OnboardingStep::NEED;
        need.sort_unstable();
        assert_eq!(need, OnboardingStep::ALL);
    }

    #[test]
    fn only_the_last_step_needs_nobody() {
        let stuck = OnboardingStep::ALL.iter().filter(|step| step.is_stuck());
        assert_eq!(stuck.count(), OnboardingStep::ALL.len() - 1);
    }
}
