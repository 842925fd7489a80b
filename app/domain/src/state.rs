//! What may become of an event, and how well a connection is.

use crate::text_enum::text_enum;

text_enum! {
    /// Where an event is on its way to Meta.
    EventState {
        /// Committed, waiting for its lane.
        Queued = "queued",
        /// In a request that has left or is about to.
        Sending = "sending",
        /// Meta or the network said *later*; it certainly did not count.
        Retrying = "retrying",
        /// Meta counted it.
        Delivered = "delivered",
        /// Meta counted it and said something about it.
        DeliveredWithWarning = "delivered_with_warning",
        /// It may have counted: no clear answer came back.
        Unconfirmed = "unconfirmed",
        /// Token, permission or dataset link is broken; released by itself when the connection heals.
        Parked = "parked",
        /// Meta or our rules named this event invalid.
        Rejected = "rejected",
        /// Seen before; never sent.
        Duplicate = "duplicate",
        /// Too old for Meta to take.
        Expired = "expired",
    }
}

/// Every allowed change of an event's state. A database trigger enforces the same table.
pub const TRANSITIONS: &[(EventState, EventState)] = {
    use EventState::*;
    &[
        (Queued, Sending),
        (Queued, Parked),
        (Queued, Rejected),
        (Queued, Expired),
        (Sending, Delivered),
        (Sending, DeliveredWithWarning),
        (Sending, Retrying),
        (Sending, Unconfirmed),
        (Sending, Parked),
        (Sending, Rejected),
        // Given back untouched: a pause began before its request left.
        (Sending, Queued),
        (Retrying, Sending),
        (Retrying, Parked),
        (Retrying, Expired),
        // A late 200, or a person accepts it as delivered.
        (Unconfirmed, Delivered),
        (Unconfirmed, DeliveredWithWarning),
        // Resent by a person or by policy.
        (Unconfirmed, Queued),
        (Parked, Queued),
        (Parked, Expired),
    ]
};

/// Whether an event may go from one state to another. Staying is not a change.
pub fn allowed(from: EventState, to: EventState) -> bool {
    TRANSITIONS.contains(&(from, to))
}

text_enum! {
    /// Event states as a person looks for them.
    StateGroup {
        /// Still moving by itself.
        OnItsWay = "on_its_way",
        /// Counted by Meta.
        Arrived = "arrived",
        /// Waits for a person or for a repair.
        NeedsAttention = "needs_attention",
        /// Will never count.
        NotCounted = "not_counted",
    }
}

impl EventState {
    /// The states an event may be born with.
    pub const INITIAL: &'static [Self] = &[Self::Queued, Self::Duplicate];

    /// Whether nothing can follow.
    pub fn is_final(self) -> bool {
        !TRANSITIONS.iter().any(|&(from, _)| from == self)
    }

    /// The group that a filter shows it under.
    pub const fn group(self) -> StateGroup {
        match self {
            Self::Queued | Self::Sending | Self::Retrying => StateGroup::OnItsWay,
            Self::Delivered | Self::DeliveredWithWarning => StateGroup::Arrived,
            Self::Unconfirmed | Self::Parked => StateGroup::NeedsAttention,
            Self::Rejected | Self::Duplicate | Self::Expired => StateGroup::NotCounted,
        }
    }
}

impl StateGroup {
    /// The states it holds.
    pub fn states(self) -> impl Iterator<Item = EventState> {
        EventState::ALL
            .iter()
            .copied()
            .filter(move |state| state.group() == self)
    }
}

text_enum! {
    /// Why nobody can tell whether an event counted.
    Doubt {
        /// The time for an answer ran out after the request had left.
        Timeout = "timeout",
        /// The connection broke after the request had left.
        Reset = "reset",
        /// The answer was not Meta's JSON.
        NotJson = "not_json",
        /// A status of 500 or more without Meta's error.
        ServerError = "server_error",
        /// Meta counted another number of events than were sent.
        CountMismatch = "count_mismatch",
        /// We stopped before the answer came.
        Interrupted = "interrupted",
    }
}

text_enum! {
    /// What only the advertiser can still remove at Meta once a connection was cut.
    LeftAtMeta {
        /// Nothing: Meta took everything back, or never gave it.
        Nothing = "nothing",
        /// Our app in the portfolio's *Connected apps*: no call takes a system user's token back.
        ConnectedApp = "connected_app",
        /// Our app in the person's *Business integrations*.
        BusinessIntegration = "business_integration",
    }
}

text_enum! {
    /// How well a connection is.
    Health {
        /// Cut by a person: nothing is sent or received, its history stays, logging in again takes it up. Only connecting
        /// leads out of it.
        Disconnected = "disconnected",
        /// Events arrive.
        Healthy = "healthy",
        /// Meta is slow or unreachable; it clears by itself.
        Degraded = "degraded",
        /// Meta refused the token or its permissions: the advertiser has to log in again.
        Reconnect = "reconnect",
        /// The dataset, its link or the app's settings are wrong: the partner has to repair them.
        Misconfigured = "misconfigured",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EventState::*;

    #[test]
    fn what_arrived_or_failed_for_good_never_moves_again() {
        let last: Vec<_> = EventState::ALL
            .iter()
            .copied()
            .filter(|state| state.is_final())
            .collect();
        assert_eq!(
            last,
            [
                Delivered,
                DeliveredWithWarning,
                Rejected,
                Duplicate,
                Expired
            ]
        );
    }

    #[test]
    fn what_may_have_counted_is_never_retried_silently() {
        assert!(!allowed(Unconfirmed, Sending));
        assert!(!allowed(Unconfirmed, Retrying));
        assert!(
            allowed(Unconfirmed, Queued),
            "a person or a policy may resend it"
        );
    }

    #[test]
    fn every_state_can_be_reached_and_no_state_follows_itself() {
        for &state in EventState::ALL {
            let reached = TRANSITIONS.iter().any(|&(_, to)| to == state);
            assert!(reached || EventState::INITIAL.contains(&state), "{state}");
            assert!(!allowed(state, state), "{state}");
        }
        for &state in EventState::INITIAL {
            assert!(matches!(state, Queued | Duplicate), "{state}");
        }
    }

    #[test]
    fn the_table_names_no_pair_twice() {
        for (index, pair) in TRANSITIONS.iter().enumerate() {
            assert!(!TRANSITIONS[..index].contains(pair), "{pair:?}");
        }
    }

    #[test]
    fn groups_share_no_state_and_miss_none() {
        let grouped: usize = StateGroup::ALL
            .iter()
            .map(|group| group.states().count())
            .sum();
        assert_eq!(grouped, EventState::ALL.len());
    }
}
