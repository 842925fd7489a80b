//! The list of advertisers.

use domain::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, Health, Language,
    OnboardingStep, Permission,
    console::{
        Advertiser, AdvertiserFilter, AdvertiserPage, AdvertiserRow, ChannelLight, Standing,
    },
};

use super::{containing, zones::moment};
use crate::{Backend, Result, Scope};

/// Rows on one page of the list: what fits two screens, since each row costs the server as much as the whole query.
const PAGE: i64 = 25;

impl Backend {
    /// A page of advertisers, newest first.
    ///
    /// # Errors
    /// When the role may not, or the database fails.
    pub async fn advertisers(
        &self,
        scope: &Scope,
        filter: &AdvertiserFilter,
    ) -> Result<AdvertiserPage> {
        scope.require(Permission::ViewAdvertisers)?;
        let mut tx = self.begin_list(scope).await?;
        let mut rows = sqlx::query!(
            r#"SELECT advertiser.id AS "id: AdvertiserId", name, language AS "language: Language", time_zone, reference,
                      archived_at IS NOT NULL AS "is_archived!",
                      ARRAY(SELECT channel || ' ' || health FROM connection
                            WHERE connection.advertiser_id = advertiser.id ORDER BY channel, health) AS "lights!",
                      (SELECT max(last_accepted_at) FROM connection
                       WHERE connection.advertiser_id = advertiser.id) AS last_accepted_at,
                      onboarding.step AS "step: OnboardingStep", onboarding.channel AS "channel: Channel",
                      at_step AS "at_step: ConnectStep", failure AS "failure: ConnectFailure",
                      attempt_id AS "attempt_id: ConnectAttemptId", since
               FROM advertiser
               JOIN onboarding ON onboarding.advertiser_id = advertiser.id
               WHERE (archived_at IS NOT NULL) = $1
                 AND ($2 = '%%' OR name ILIKE $2 OR reference ILIKE $2)
                 AND ($3::text IS NULL OR onboarding.channels @> ARRAY[$3])
                 AND ($4::text IS NULL OR onboarding.step = $4)
                 AND ($5::text IS NULL OR language = $5)
                 AND ($6::uuid IS NULL OR advertiser.id < $6)
               ORDER BY advertiser.id DESC LIMIT $7"#,
            filter.archived,
            containing(&filter.search),
            filter.channel.map(Channel::as_str),
            filter.step.map(OnboardingStep::as_str),
            filter.language.map(Language::as_str),
            filter.after.map(AdvertiserId::uuid),
            PAGE + 1,
        )
        .fetch_all(&mut *tx)
        .await?;
        let more = rows.len() > PAGE as usize;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        let rows = rows
            .into_iter()
            .map(|row| AdvertiserRow {
                last_accepted: row.last_accepted_at.map(|at| moment(&row.time_zone, at)),
                standing: Standing {
                    step: row.step,
                    channel: row.channel,
                    at: row.at_step,
                    failure: row.failure,
                    attempt: row.attempt_id,
                    since: moment(&row.time_zone, row.since),
                },
                advertiser: Advertiser {
                    id: row.id,
                    name: row.name,
                    language: row.language,
                    time_zone: row.time_zone,
                    reference: row.reference,
                    is_archived: row.is_archived,
                },
                channels: worst_of_each(&row.lights),
            })
            .collect();
        Ok(AdvertiserPage { rows, next })
    }
}

fn worst_of_each(pairs: &[String]) -> Vec<ChannelLight> {
    let mut worst: Vec<ChannelLight> = Vec::new();
    for pair in pairs {
        let Some((channel, health)) = pair.split_once(' ') else {
            continue;
        };
        let (Ok(channel), Ok(health)) = (channel.parse::<Channel>(), health.parse::<Health>())
        else {
            continue;
        };
        match worst.iter_mut().find(|light| light.channel == channel) {
            Some(light) => light.health = light.health.max(health),
            None => worst.push(ChannelLight { channel, health }),
        }
    }
    worst
}
