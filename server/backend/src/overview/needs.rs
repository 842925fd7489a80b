//! What needs somebody, newest first, each with its one action.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AdvertiserId, CauseKey, Channel, ConnectFailure, ConnectionId, Health, OnboardingStep,
    console::{Need, NeedKind},
};
use text::Text;

use crate::{Result, Scope, Tx, advertisers::moment, explain::explain};

/// How many a page names.
pub(super) const SHOWN: usize = 30;
/// Whoever began and did not end within this long is stuck.
const BEGUN: TimeDelta = TimeDelta::hours(1);
/// A link that nobody opened for this long is forgotten.
const UNOPENED: TimeDelta = TimeDelta::days(3);
/// Above this, unconfirmed events of one advertiser are not counted one by one.
const COUNTED: i64 = 1_000;

impl Tx {
    /// At most one more than [`SHOWN`], so that it shows whether there are more.
    pub(super) async fn needs(&mut self, scope: &Scope, common: &str) -> Result<Vec<Need>> {
        let mut needs = self.incident_needs(scope, common).await?;
        needs.extend(self.unwell_needs(scope).await?);
        needs.extend(self.stuck_needs(scope).await?);
        needs.extend(self.unconfirmed_needs(scope).await?);
        needs.extend(self.relay_needs(scope, common).await?);
        needs.sort_by_key(|need| std::cmp::Reverse(need.since.ms));
        // What hits many leads, however old it is.
        needs.sort_by_key(|need| need.kind != NeedKind::Incident);
        needs.truncate(SHOWN + 1);
        Ok(needs)
    }

    async fn incident_needs(&mut self, scope: &Scope, common: &str) -> Result<Vec<Need>> {
        let text = Text::new(scope.language());
        let incidents = self.incidents(scope, common, None).await?;
        let open = incidents.into_iter().filter(|it| it.closed.is_none());
        Ok(open
            .map(|incident| Need {
                kind: NeedKind::Incident,
                title: text.overview_incident(incident.advertisers),
                channel: None,
                health: None,
                what: incident.what,
                since: incident.opened,
                href: "/doctor".to_owned(),
                action: text.overview_open_incident().to_owned(),
            })
            .collect())
    }

    async fn unwell_needs(&mut self, scope: &Scope) -> Result<Vec<Need>> {
        let text = Text::new(scope.language());
        let rows = sqlx::query!(
            r#"SELECT connection.advertiser_id AS "advertiser: AdvertiserId", advertiser.name, time_zone,
                      connection.id AS "id: ConnectionId", connection.channel AS "channel: Channel",
                      health AS "health: Health", cause AS "cause: CauseKey", health_since
               FROM connection JOIN advertiser ON advertiser.id = connection.advertiser_id
               WHERE health NOT IN ('healthy', 'disconnected') AND archived_at IS NULL
                 AND NOT EXISTS (SELECT FROM incident_connection AS hit JOIN incident ON incident.id = hit.incident_id
                                 WHERE hit.advertiser_id = connection.advertiser_id AND hit.connection_id = connection.id
                                   AND hit.left_at IS NULL AND incident.closed_at IS NULL)
               ORDER BY health_since DESC LIMIT $1"#,
            SHOWN as i64 + 1,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let (advertiser, id) = (row.advertiser, row.id);
                let doctor = format!("/advertisers/{advertiser}/connections/{id}/doctor");
                let (kind, href, action) = match row.health {
                    Health::Reconnect => (
                        NeedKind::Broken,
                        format!("/advertisers/{advertiser}/connect?channel={}", row.channel),
                        text.words_reconnect(),
                    ),
                    Health::Healthy | Health::Degraded | Health::Disconnected => {
                        (NeedKind::Degraded, doctor, text.overview_look())
                    }
                    Health::Misconfigured => (NeedKind::Broken, doctor, text.overview_repair()),
                };
                let what = row
                    .cause
                    .map(|cause| explain(scope.language(), cause).cause);
                Need {
                    kind,
                    title: row.name,
                    channel: Some(row.channel),
                    health: Some(row.health),
                    what: what.unwrap_or_else(|| text.health_sentence(row.health).to_owned()),
                    since: moment(&row.time_zone, row.health_since),
                    href,
                    action: action.to_owned(),
                }
            })
            .collect())
    }

    async fn stuck_needs(&mut self, scope: &Scope) -> Result<Vec<Need>> {
        let text = Text::new(scope.language());
        let now = self.now();
        let rows = sqlx::query!(
            r#"SELECT onboarding.advertiser_id AS "advertiser: AdvertiserId", advertiser.name, time_zone,
                      onboarding.channel AS "channel: Channel", step AS "step: OnboardingStep",
                      failure AS "failure: ConnectFailure", since
               FROM onboarding JOIN advertiser ON advertiser.id = onboarding.advertiser_id
               WHERE NOT onboarding.is_archived
                 AND (step = 'stopped' OR step = 'opened' AND since < $1 OR step = 'link_sent' AND since < $2)
               ORDER BY since DESC LIMIT $3"#,
            now - BEGUN,
            now - UNOPENED,
            SHOWN as i64 + 1,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let what = match (row.step, row.failure) {
                    (OnboardingStep::Stopped, Some(failure)) => {
                        let channel = row.channel.unwrap_or(Channel::Messenger);
                        text.connect_failure(failure, channel).title
                    }
                    (OnboardingStep::LinkSent, _) => text.overview_link_unopened(),
                    _ => text.overview_half_connected(),
                };
                Need {
                    kind: NeedKind::Stuck,
                    title: row.name,
                    channel: row.channel,
                    health: None,
                    what: what.to_owned(),
                    since: moment(&row.time_zone, row.since),
                    href: format!("/advertisers/{}", row.advertiser),
                    action: text.overview_open_advertiser().to_owned(),
                }
            })
            .collect())
    }

    async fn unconfirmed_needs(&mut self, scope: &Scope) -> Result<Vec<Need>> {
        let text = Text::new(scope.language());
        let rows = sqlx::query!(
            r#"SELECT advertiser.id AS "advertiser: AdvertiserId", advertiser.name, time_zone,
                      doubt.count AS "count!", doubt.newest AS "newest: DateTime<Utc>"
               FROM (SELECT advertiser_id, count(*) AS count, max(state_at) AS newest
                     FROM (SELECT advertiser_id, state_at FROM event WHERE state = 'unconfirmed'
                           ORDER BY id DESC LIMIT $2) AS newest_ones
                     GROUP BY advertiser_id) AS doubt
               JOIN advertiser ON advertiser.id = doubt.advertiser_id
               WHERE archived_at IS NULL ORDER BY doubt.newest DESC LIMIT $1"#,
            SHOWN as i64 + 1,
            COUNTED,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Need {
                kind: NeedKind::Unconfirmed,
                title: row.name,
                channel: None,
                health: None,
                what: text.overview_unconfirmed(row.count),
                since: moment(&row.time_zone, row.newest.unwrap_or_default()),
                href: format!("/events?advertiser={}&state=unconfirmed", row.advertiser),
                action: text.overview_decide().to_owned(),
            })
            .collect())
    }
}
