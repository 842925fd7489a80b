//! The onboarding board: who stands where, and for how long.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, Language, OnboardingStep,
    Permission,
    console::{BoardCard, BoardColumn, BoardFilter, Standing},
};
use uuid::Uuid;

use super::{containing, zones::moment};
use crate::{Backend, Result, Scope, Tx};

/// Cards of each step on the whole board.
const GLANCE: i64 = 6;
/// Cards on a page of one step.
const PAGE: i64 = 30;

impl Backend {
    /// The steps in the order of their need, each with those who have stood there longest; one step alone when the filter
    /// names it.
    ///
    /// # Errors
    /// When the role may not, or the database fails.
    pub async fn board(&self, scope: &Scope, filter: &BoardFilter) -> Result<Vec<BoardColumn>> {
        scope.require(Permission::ViewFleet)?;
        let mut tx = self.begin_list(scope).await?;
        let mut columns = tx.counts(filter).await?;
        tx.cards(filter, &mut columns).await?;
        Ok(columns)
    }
}

impl Tx {
    /// The steps to show, without cards, each counted up to a bound: a fleet is never counted through.
    async fn counts(&mut self, filter: &BoardFilter) -> Result<Vec<BoardColumn>> {
        let steps: Vec<_> = OnboardingStep::NEED
            .into_iter()
            .filter(|step| filter.step.is_none_or(|only| only == *step))
            .collect();
        let columns = sqlx::query_as!(
            Count,
            r#"SELECT steps.step AS "step!: OnboardingStep", counted.count AS "count!"
               FROM unnest($1::text[]) WITH ORDINALITY AS steps (step, place)
               CROSS JOIN LATERAL (
                   SELECT count(*) AS count FROM (
                       SELECT FROM onboarding
                       WHERE onboarding.step = steps.step AND NOT onboarding.is_archived
                         AND ($3::text IS NULL OR onboarding.channels @> ARRAY[$3])
                         AND ($5::timestamptz IS NULL OR since <= $5)
                         -- No advertiser is looked at that nothing is asked of.
                         AND ($2 = '%%' AND $4::text IS NULL OR EXISTS (
                             SELECT FROM advertiser
                             WHERE advertiser.id = onboarding.advertiser_id AND ($4::text IS NULL OR language = $4)
                               AND ($2 = '%%' OR name ILIKE $2 OR reference ILIKE $2)))
                       LIMIT $6
                   ) AS first_ones
               ) AS counted
               ORDER BY steps.place"#,
            &steps as &[OnboardingStep],
            containing(&filter.search),
            filter.channel.map(Channel::as_str),
            filter.language.map(Language::as_str),
            self.stood_since(filter),
            i64::from(BoardColumn::COUNTED),
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(columns.into_iter().map(BoardColumn::from).collect())
    }

    async fn cards(&mut self, filter: &BoardFilter, columns: &mut [BoardColumn]) -> Result<()> {
        let limit = if filter.step.is_some() { PAGE } else { GLANCE };
        let steps: Vec<_> = columns.iter().map(|column| column.step).collect();
        let (after, after_id) = match filter.after.as_deref().and_then(read_cursor) {
            Some((since, id)) if filter.step.is_some() => (Some(since), Some(id)),
            _ => (None, None),
        };
        let rows = sqlx::query!(
            r#"SELECT card.id AS "id: AdvertiserId", card.name, card.reference, card.time_zone,
                      card.step AS "step: OnboardingStep", card.channel AS "channel: Channel",
                      card.at_step AS "at_step: ConnectStep", card.failure AS "failure: ConnectFailure",
                      card.attempt_id AS "attempt_id: ConnectAttemptId", card.since
               FROM unnest($1::text[]) AS steps (step)
               CROSS JOIN LATERAL (
                   SELECT advertiser.id, name, reference, time_zone, onboarding.step, onboarding.channel, at_step, failure,
                          attempt_id, since
                   FROM onboarding
                   JOIN advertiser ON advertiser.id = onboarding.advertiser_id
                   WHERE onboarding.step = steps.step AND NOT onboarding.is_archived
                     AND ($2 = '%%' OR name ILIKE $2 OR reference ILIKE $2)
                     AND ($3::text IS NULL OR onboarding.channels @> ARRAY[$3])
                     AND ($4::text IS NULL OR language = $4)
                     AND ($5::timestamptz IS NULL OR since <= $5)
                     AND ($6::timestamptz IS NULL OR (since, onboarding.advertiser_id) > ($6, $7::uuid))
                   ORDER BY since, onboarding.advertiser_id LIMIT $8
               ) AS card
               ORDER BY card.since, card.id"#,
            &steps as &[OnboardingStep],
            containing(&filter.search),
            filter.channel.map(Channel::as_str),
            filter.language.map(Language::as_str),
            self.stood_since(filter),
            after,
            after_id,
            limit + 1,
        )
        .fetch_all(&mut **self)
        .await?;
        let mut last = vec![None; columns.len()];
        for row in rows {
            let Some(place) = columns.iter().position(|column| column.step == row.step) else {
                continue;
            };
            let column = &mut columns[place];
            if column.cards.len() == limit as usize {
                column.next = last[place].map(cursor);
                continue;
            }
            last[place] = Some((row.since, row.id));
            column.cards.push(BoardCard {
                advertiser: row.id,
                name: row.name,
                reference: row.reference,
                standing: Standing {
                    step: row.step,
                    channel: row.channel,
                    at: row.at_step,
                    failure: row.failure,
                    attempt: row.attempt_id,
                    since: moment(&row.time_zone, row.since),
                },
            });
        }
        Ok(())
    }

    fn stood_since(&self, filter: &BoardFilter) -> Option<DateTime<Utc>> {
        let days = filter.days.filter(|days| *days > 0)?;
        Some(self.now() - TimeDelta::days(days.into()))
    }
}

struct Count {
    step: OnboardingStep,
    count: i64,
}

impl From<Count> for BoardColumn {
    fn from(count: Count) -> Self {
        Self {
            step: count.step,
            cards: Vec::new(),
            count: u32::try_from(count.count).unwrap_or(Self::COUNTED),
            next: None,
        }
    }
}

/// The last card of a page, in a URL: its moment in microseconds and its id.
fn cursor((since, id): (DateTime<Utc>, AdvertiserId)) -> String {
    format!("{}-{id}", since.timestamp_micros())
}

/// The inverse of [`cursor`]; what is none begins at the beginning.
fn read_cursor(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (micros, id) = text.split_once('-')?;
    let since = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    Some((since, id.parse::<AdvertiserId>().ok()?.uuid()))
}
