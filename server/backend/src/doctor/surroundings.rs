//! What holds for every connection at once: our clock, and the version of the Graph API.

use chrono::TimeDelta;
use domain::{CauseKey, Probe};

use super::findings::Finding;
use crate::Backend;

/// Above this somebody should know.
const NOTABLE: TimeDelta = TimeDelta::seconds(30);
/// Above this events look too new or too old.
const HARMFUL: TimeDelta = TimeDelta::minutes(5);

/// Found once for a whole round.
pub(super) struct Surroundings {
    clock: Finding,
    version: Finding,
}

impl Surroundings {
    pub(super) fn findings(&self) -> Vec<Finding> {
        vec![self.clock.clone(), self.version.clone()]
    }
}

impl Backend {
    pub(super) async fn surroundings(&self) -> Surroundings {
        let asked = &self.config().graph.version;
        let probe = match self.graph().probe_version(asked).await {
            Ok(probe) => probe,
            Err(error) => {
                return Surroundings {
                    clock: Finding::refused(Probe::Clock, &error),
                    version: Finding::refused(Probe::Version, &error),
                };
            }
        };
        let trip = TimeDelta::from_std(probe.round_trip).unwrap_or_default();
        let clock = match probe.server_time {
            None => Finding::passed(Probe::Clock, ""),
            Some(theirs) => {
                // Meta names whole seconds, and named them about half the way back.
                let apart = (self.clock().now() - trip / 2 - theirs).abs();
                let seconds = apart.num_seconds().to_string();
                if apart > HARMFUL {
                    Finding {
                        detail: seconds,
                        ..Finding::failed(Probe::Clock, CauseKey::ClockSkewed)
                    }
                } else if apart > NOTABLE {
                    Finding::warned(Probe::Clock, seconds)
                } else {
                    Finding::passed(Probe::Clock, seconds)
                }
            }
        };
        let version = match probe.version_used {
            _ if !probe.is_served => Finding::failed(Probe::Version, CauseKey::VersionUnknown),
            Some(used) if used != *asked => Finding::warned(Probe::Version, used),
            _ => Finding::passed(Probe::Version, asked.clone()),
        };
        Surroundings { clock, version }
    }
}
