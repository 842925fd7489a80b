//! What Meta asked us to leave alone for a while: the app, a business, a connection.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{CauseKey, Class};
use graph::{BusinessUsage, Usage};

use super::{
    lanes::Lane,
    verdict::{Ruling, backoff},
};
use crate::{Result, Tx};

/// Usage from which on we wait although calls are still answered.
const NEARLY_ALL: f64 = 95.0;
/// How long, when Meta does not say.
const BREATHER: TimeDelta = TimeDelta::minutes(5);
/// A block for policy reasons lasts hours.
const POLICY_BLOCK: TimeDelta = TimeDelta::hours(1);
/// So many connections blocked within `BLOCKED_WITHIN` mean the app, not its advertisers.
const BLOCKED_CONNECTIONS: i64 = 3;
const BLOCKED_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// What a pause holds up, and the key under which it is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    App,
    Business(String),
    Connection(String),
}

impl Held {
    fn kind(&self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Business(_) => "business",
            Self::Connection(_) => "connection",
        }
    }

    fn key(&self) -> &str {
        match self {
            Self::App => "",
            Self::Business(key) | Self::Connection(key) => key,
        }
    }
}

pub(super) type Pauses = BTreeMap<Held, (DateTime<Utc>, CauseKey)>;

/// The business that a call was counted against: of those Meta names, the one closest to its limit.
pub(super) fn business(usage: &Usage) -> Option<&str> {
    let rank = |usages: &[BusinessUsage]| {
        usages
            .iter()
            .map(BusinessUsage::percent)
            .fold(0.0, f64::max)
    };
    let nearest = usage
        .business
        .iter()
        .max_by(|a, b| rank(a.1).total_cmp(&rank(b.1)));
    nearest.map(|(id, _)| id.as_str())
}

/// What an answer asks for, by its error and by its usage headers.
pub(super) fn asked(
    lane: &Lane,
    known_business: Option<&str>,
    usage: &Usage,
    ruling: Ruling,
    (tries, jitter): (i32, f64),
    now: DateTime<Utc>,
) -> Pauses {
    let mut pauses = Pauses::new();
    let mut hold = |held: Held, until: DateTime<Utc>, cause| {
        let entry = pauses.entry(held).or_insert((until, cause));
        if until > entry.0 {
            *entry = (until, cause);
        }
    };
    let connection = || Held::Connection(lane.connection.uuid().to_string());
    if let Ruling::Pause(cause) = ruling {
        // Going on while limited prolongs the block, so never less than half of the wait.
        let wait = backoff(tries, 0.5 + jitter / 2.0);
        let hint = usage
            .regain_access()
            .and_then(|wait| TimeDelta::from_std(wait).ok());
        match cause.class {
            Class::PauseApp => hold(Held::App, now + wait, cause.key),
            Class::PauseBusiness => {
                let held = business(usage)
                    .or(known_business)
                    .map(|id| Held::Business(id.to_owned()));
                hold(
                    held.unwrap_or_else(connection),
                    now + hint.unwrap_or(wait),
                    cause.key,
                );
            }
            _ if cause.key == CauseKey::PolicyBlock => {
                hold(connection(), now + wait.max(POLICY_BLOCK), cause.key)
            }
            _ => hold(connection(), now + wait, cause.key),
        }
    }
    if usage.app_percent() >= NEARLY_ALL {
        hold(Held::App, now + BREATHER, CauseKey::AppLimit);
    }
    for (id, usages) in &usage.business {
        let wait = usages.iter().filter_map(|usage| usage.regain_access).max();
        let wait = wait.and_then(|wait| TimeDelta::from_std(wait).ok());
        let is_nearly_used_up = usages.iter().any(|usage| usage.percent() >= NEARLY_ALL);
        if let Some(wait) = wait.or(is_nearly_used_up.then_some(BREATHER)) {
            hold(
                Held::Business(id.clone()),
                now + wait,
                CauseKey::BusinessLimit,
            );
        }
    }
    pauses
}

/// The same for a connection that speaks through another app: our app and its businesses go on.
pub(super) fn of_connection_alone(lane: &Lane, pauses: Pauses) -> Pauses {
    let longest = pauses.into_values().max_by_key(|(until, _)| *until);
    let connection = Held::Connection(lane.connection.uuid().to_string());
    longest.map(|held| (connection, held)).into_iter().collect()
}

impl Tx {
    /// Begins the pauses; one that holds longer already stays.
    pub(super) async fn pause(&mut self, mut pauses: Pauses) -> Result<()> {
        let now = self.now();
        if pauses
            .values()
            .any(|(_, cause)| *cause == CauseKey::PolicyBlock)
        {
            self.begin_pauses(&pauses).await?;
            let blocked = sqlx::query_scalar!(
                r#"SELECT count(*) AS "count!" FROM pause WHERE kind = 'connection' AND cause = $1 AND at > $2"#,
                CauseKey::PolicyBlock.as_str(),
                now - BLOCKED_WITHIN,
            )
            .fetch_one(&mut **self)
            .await?;
            if blocked < BLOCKED_CONNECTIONS {
                return Ok(());
            }
            tracing::error!(
                connections = blocked,
                "Meta blocks several connections by policy: the whole app pauses"
            );
            pauses = Pauses::from([(Held::App, (now + POLICY_BLOCK, CauseKey::PolicyBlock))]);
        }
        self.begin_pauses(&pauses).await
    }

    async fn begin_pauses(&mut self, pauses: &Pauses) -> Result<()> {
        let now = self.now();
        // In the map's order, so that two workers never wait for each other's rows.
        for (held, (until, cause)) in pauses {
            sqlx::query!(
                "INSERT INTO pause (kind, key, until, at, cause) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT ON CONSTRAINT pause_pk DO UPDATE SET at = excluded.at, cause = excluded.cause,
                     until = greatest(pause.until, excluded.until)",
                held.kind(),
                held.key(),
                until,
                now,
                cause.as_str(),
            )
            .execute(&mut **self)
            .await?;
            tracing::warn!(pause.kind = held.kind(), pause.until = %until, pause.cause = %cause, "Meta asks to wait");
        }
        Ok(())
    }

    /// Forgets pauses that ended and that no count looks at any more.
    pub(super) async fn forget_pauses(&mut self) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "DELETE FROM pause WHERE until <= $1 AND at <= $2",
            now,
            now - BLOCKED_WITHIN
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{AdvertiserId, ConnectionId, CredentialId, LaneId};
    use std::time::Duration;
    use uuid::Uuid;

    fn asked_for(code: i64, usage: &Usage) -> Vec<(Held, i64)> {
        let lane = Lane {
            advertiser: AdvertiserId::from_uuid(Uuid::nil()),
            id: LaneId::from_uuid(Uuid::nil()),
            connection: ConnectionId::from_uuid(Uuid::nil()),
            credential: CredentialId::from_uuid(Uuid::nil()),
            dataset: "1".into(),
            test_code: String::new(),
            epoch: 1,
        };
        let now = DateTime::from_timestamp(1_795_359_600, 0).unwrap();
        let cause = domain::classify(code, None, false);
        let ruling = if code == 0 {
            Ruling::Delivered { warning: false }
        } else {
            Ruling::Pause(cause)
        };
        let pauses = asked(&lane, Some("22"), usage, ruling, (2, 1.0), now);
        pauses
            .into_iter()
            .map(|(held, (until, _))| (held, (until - now).num_seconds()))
            .collect()
    }

    #[test]
    fn an_error_pauses_what_its_limit_is_for() {
        let none = Usage::default();
        let connection = Held::Connection(Uuid::nil().to_string());
        assert_eq!(asked_for(4, &none), [(Held::App, 60)]);
        assert_eq!(asked_for(341, &none), [(Held::App, 60)]);
        for code in [17, 32, 613] {
            assert_eq!(asked_for(code, &none), [(connection.clone(), 60)], "{code}");
        }
        assert_eq!(asked_for(368, &none), [(connection, 3_600)]);
        assert_eq!(
            asked_for(80_004, &none),
            [(Held::Business("22".into()), 60)]
        );
    }

    #[test]
    fn meta_says_how_long_or_how_full_it_is() {
        let business = |call_count, minutes: u64| Usage {
            business: BTreeMap::from([(
                "77".to_owned(),
                vec![BusinessUsage {
                    call_count,
                    regain_access: (minutes > 0).then(|| Duration::from_secs(minutes * 60)),
                    ..BusinessUsage::default()
                }],
            )]),
            ..Usage::default()
        };
        assert_eq!(
            asked_for(80_004, &business(100.0, 19)),
            [(Held::Business("77".into()), 19 * 60)]
        );
        assert_eq!(
            asked_for(0, &business(95.0, 0)),
            [(Held::Business("77".into()), 300)]
        );
        assert_eq!(asked_for(0, &business(94.0, 0)), []);
        let app = graph::AppUsage {
            total_time: 96.0,
            ..graph::AppUsage::default()
        };
        assert_eq!(
            asked_for(
                0,
                &Usage {
                    app: Some(app),
                    ..Usage::default()
                }
            ),
            [(Held::App, 300)]
        );
    }
}
