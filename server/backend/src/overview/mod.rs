//! What leads the console: what needs somebody, and how the last day's events fared.

mod chart;
mod hours;
mod needs;
#[cfg(test)]
mod tests;

use domain::{
    EventState, Permission, StateGroup,
    console::{HourRow, Overview},
};

use crate::{Backend, Result, Scope, advertisers::moment};

impl Backend {
    /// The page that leads the console.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`] for an advertiser's people, who have a page of their own.
    pub async fn overview(&self, scope: &Scope) -> Result<Overview> {
        scope.require(Permission::ViewFleet)?;
        let mut tx = self.begin(scope).await?;
        let zone = tx.common_zone().await?;
        let mut needs = tx.needs(scope, &zone).await?;
        let has_more = needs.len() > needs::SHOWN;
        needs.truncate(needs::SHOWN);
        let counted = tx.hours(None).await?;
        let oldest_waiting = tx.oldest_waiting(None).await?;
        let now_ms = tx.now().timestamp_millis();
        drop(tx);

        let hours: Vec<HourRow> = counted
            .iter()
            .map(|hour| HourRow {
                at: moment(&zone, hour.at),
                counts: hour.counts.to_vec(),
            })
            .collect();
        let place = |group| StateGroup::ALL.iter().position(|it| *it == group);
        let arrived_at = place(EventState::Delivered.group()).unwrap_or_default();
        let arrived = counted.iter().map(|hour| hour.counts[arrived_at]).sum();
        let events = counted
            .iter()
            .map(|hour| hour.counts.iter().sum::<i64>() - hour.duplicates)
            .sum();
        Ok(Overview {
            needs,
            has_more,
            chart: chart::chart(scope.language(), &hours),
            hours,
            arrived,
            events,
            share: share(arrived, events),
            oldest_waiting: oldest_waiting.map(|at| moment(&zone, at)),
            now_ms,
        })
    }
}

/// Per cent with one decimal, rounded down: what is not whole is not called so.
fn share(part: i64, whole: i64) -> String {
    if whole == 0 {
        return String::new();
    }
    let thousandths = part.saturating_mul(1_000) / whole;
    format!("{}.{}", thousandths / 10, thousandths % 10)
}
