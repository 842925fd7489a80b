//! The onboarding board: every advertiser by the step where it stands.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, Language, OnboardingStep,
};

/// Where an advertiser stands on its way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The step.
    pub step: OnboardingStep,
    /// The channel that decides it; none when nothing was begun or planned.
    pub channel: Option<Channel>,
    /// The attempt's step, or the one that it could not reach.
    pub at: Option<ConnectStep>,
    /// Why it stopped.
    pub failure: Option<ConnectFailure>,
    /// The attempt to go on with.
    pub attempt: Option<ConnectAttemptId>,
    /// Since when.
    pub since: Moment,
}

/// One advertiser on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardCard {
    /// Which.
    pub advertiser: AdvertiserId,
    /// What staff call it.
    pub name: String,
    /// The partner's own id for it, or empty.
    pub reference: String,
    /// Where it stands.
    pub standing: Standing,
}

/// One step with those who stand there, the longest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardColumn {
    /// The step.
    pub step: OnboardingStep,
    /// The first of them, or those after the cursor.
    pub cards: Vec<BoardCard>,
    /// How many there are, counted up to [`BoardColumn::COUNTED`].
    pub count: u32,
    /// Where the next cards begin, if there are more.
    pub next: Option<String>,
}

impl BoardColumn {
    /// More are not counted: the heading says *99+*.
    pub const COUNTED: u32 = 100;
}

/// What narrows the board, and which part of it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardFilter {
    /// Part of the name or of the reference.
    pub search: String,
    /// One that was begun or planned.
    pub channel: Option<Channel>,
    /// The language of the advertiser's people.
    pub language: Option<Language>,
    /// At least so many days at its step.
    pub days: Option<u16>,
    /// This step alone, with more cards.
    pub step: Option<OnboardingStep>,
    /// Where to go on, as [`BoardColumn::next`] said; only with a step.
    pub after: Option<String>,
}
