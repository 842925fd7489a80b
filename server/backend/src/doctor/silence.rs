//! Silence: who was written to and is no more. A job has the doctor look, who alone decides.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AdvertiserId, AssetId, CauseKey, Channel, ConnectionId, InboundHour};

use crate::{Backend, Result, Scope, Tx};

/// So far back it is looked: as long as it is remembered.
const LOOKED_BACK: TimeDelta = TimeDelta::days(30);
/// Whom nobody wrote to for longer is at rest.
const RESTING: TimeDelta = TimeDelta::days(14);

/// What came to an asset lately.
#[derive(Clone, Debug, Default)]
pub(super) struct Inbound {
    hours: Vec<InboundHour>,
    /// From when on silence is one, in hours.
    patience: i64,
}

impl Inbound {
    /// What is wrong with it, if anything is.
    pub(super) fn alarm(&self, channel: Channel, now: DateTime<Utc>) -> Option<CauseKey> {
        let now = now.timestamp().div_euclid(3_600);
        if domain::is_silent(&self.hours, now, self.patience) {
            Some(CauseKey::AssetSilent)
        } else if channel == Channel::Whatsapp && domain::lacks_clicks(&self.hours, now) {
            Some(CauseKey::ClicksMissing)
        } else {
            None
        }
    }
}

impl Backend {
    /// Has the doctor look at every healthy connection that nobody writes to any more, or without clicks; answers at how
    /// many. For a job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notice_silence(&self) -> Result<usize> {
        let mut tx = self.begin(&Scope::system()).await?;
        let now = tx.now();
        let watched = sqlx::query!(
            r#"SELECT connection.advertiser_id AS "advertiser: AdvertiserId", connection.id AS "id: ConnectionId",
                      asset_id AS "asset: AssetId", channel AS "channel: Channel"
               FROM connection JOIN advertiser ON advertiser.id = connection.advertiser_id
               WHERE health = 'healthy' AND archived_at IS NULL AND last_inbound_at > $1"#,
            now - RESTING,
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut silent = 0;
        for line in watched {
            let inbound = tx.inbound(line.advertiser, line.asset).await?;
            if inbound.alarm(line.channel, now).is_some() {
                sqlx::query!(
                    "UPDATE connection SET check_at = $3 WHERE advertiser_id = $1 AND id = $2 AND health = 'healthy'",
                    line.advertiser.uuid(),
                    line.id.uuid(),
                    now,
                )
                .execute(&mut *tx)
                .await?;
                silent += 1;
            }
        }
        tx.commit().await?;
        Ok(silent)
    }
}

impl Tx {
    /// What came to an asset in each hour lately.
    pub(super) async fn inbound(
        &mut self,
        advertiser: AdvertiserId,
        asset: AssetId,
    ) -> Result<Inbound> {
        let since = self.now() - LOOKED_BACK;
        let rows = sqlx::query!(
            "SELECT hour, messages, clicks FROM inbound_hour
             WHERE advertiser_id = $1 AND asset_id = $2 AND hour > $3 ORDER BY hour",
            advertiser.uuid(),
            asset.uuid(),
            since,
        )
        .fetch_all(&mut **self)
        .await?;
        let patience = sqlx::query_scalar!("SELECT silence_hours FROM partner")
            .fetch_one(&mut **self)
            .await?;
        let hours = rows.into_iter().map(|row| InboundHour {
            hour: row.hour.timestamp().div_euclid(3_600),
            messages: row.messages,
            clicks: row.clicks,
        });
        Ok(Inbound {
            hours: hours.collect(),
            patience: i64::from(patience),
        })
    }
}
