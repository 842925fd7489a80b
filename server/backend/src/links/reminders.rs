//! Reminders: the links of advertisers who have not finished are mailed once more, by a job and by the staff. A reminder
//! writes its link anew, since the secret of the one before is stored nowhere; each link is reminded of a few times only.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AdvertiserId, Channel, ConnectLinkId, Language, OnboardingStep, Permission,
    console::BoardFilter,
};

use super::{Wording, store::LinkRow};
use crate::{Backend, Error, Result, Scope, Tx, advertisers::containing, error::Conflict};

/// Reminders of one link, those by hand included.
const MOST: i32 = 3;
/// How long a link is left alone by the job, and an advertiser at its step.
const PAUSE: TimeDelta = TimeDelta::days(3);
/// Reminders by hand may follow sooner.
const PAUSE_BY_HAND: TimeDelta = TimeDelta::hours(12);
/// Reminders at once: more would look like an attack to mail servers.
const BATCH: i64 = 200;

/// Whose link is due for a reminder.
struct Due {
    advertiser: AdvertiserId,
    link: ConnectLinkId,
}

/// Which links are due.
struct Ask<'a> {
    filter: &'a BoardFilter,
    /// Mailed before this moment.
    mailed_before: DateTime<Utc>,
    /// Only what still works: a job extends the life of nothing that the staff let expire.
    only_open: bool,
}

impl Backend {
    /// How many advertisers *Send reminders* would write to, at most a batch.
    ///
    /// # Errors
    /// When the role may not, or the database fails.
    pub async fn remindable(&self, scope: &Scope, filter: &BoardFilter) -> Result<u32> {
        scope.require(Permission::SendConnectLinks)?;
        let due = self.due_reminders(scope, &self.by_hand(filter)).await?;
        Ok(u32::try_from(due.len()).unwrap_or(u32::MAX))
    }

    /// Mails the links of all whom the filter shows and who have not finished; those that were reminded lately or often
    /// enough are left out. Answers how many were written to.
    ///
    /// # Errors
    /// When the role may not, or the database fails.
    pub async fn send_reminders(&self, scope: &Scope, filter: &BoardFilter) -> Result<u32> {
        scope.require(Permission::SendConnectLinks)?;
        self.remind_all(scope, &self.by_hand(filter)).await
    }

    /// Reminds everybody who is due. For a nightly job.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn remind_stuck(&self) -> Result<u32> {
        let filter = BoardFilter {
            days: u16::try_from(PAUSE.num_days()).ok(),
            ..BoardFilter::default()
        };
        let ask = Ask {
            filter: &filter,
            mailed_before: self.clock().now() - PAUSE,
            only_open: true,
        };
        self.remind_all(&Scope::system(), &ask).await
    }

    fn by_hand<'a>(&self, filter: &'a BoardFilter) -> Ask<'a> {
        Ask {
            filter,
            mailed_before: self.clock().now() - PAUSE_BY_HAND,
            only_open: false,
        }
    }

    async fn remind_all(&self, scope: &Scope, ask: &Ask<'_>) -> Result<u32> {
        let mut reminded = 0;
        for due in self.due_reminders(scope, ask).await? {
            match self.remind(scope, &due, ask).await {
                Ok(is_mailed) => reminded += u32::from(is_mailed),
                // Revoked or archived since it was found: nothing to remind of.
                Err(Error::Conflict(Conflict::LinkOver | Conflict::AdvertiserArchived)) => {}
                // One link that cannot be read keeps no other from its reminder.
                Err(error @ Error::Sealed) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    connect_link.id = %due.link,
                    "A reminder could not be written."
                ),
                Err(error) => return Err(error),
            }
        }
        Ok(reminded)
    }

    /// True when a letter went. Whoever reminds at the same time finds the link no longer due.
    async fn remind(&self, scope: &Scope, due: &Due, ask: &Ask<'_>) -> Result<bool> {
        let Due { advertiser, link } = *due;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let row = tx.link(advertiser, link).await?;
        if row.reminders >= MOST || last_mail(&row) > ask.mailed_before {
            return Ok(false);
        }
        let sent = self
            .write_anew(&mut tx, advertiser, &row, Wording::Reminder)
            .await?;
        if !sent.is_mailed {
            return Ok(false);
        }
        tx.note_reminder(advertiser, link).await?;
        tx.audit("connect_link.reminded", link).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn due_reminders(&self, scope: &Scope, ask: &Ask<'_>) -> Result<Vec<Due>> {
        // A link that is written anew and not mailed would only stop working.
        if !self.can_mail() {
            return Ok(Vec::new());
        }
        let mut tx = self.begin(scope).await?;
        let now = tx.now();
        let filter = ask.filter;
        let stood = filter.days.map(|days| now - TimeDelta::days(days.into()));
        Ok(sqlx::query_as!(
            Due,
            r#"SELECT onboarding.advertiser_id AS "advertiser: AdvertiserId", connect_link.id AS "link: ConnectLinkId"
               FROM onboarding
               JOIN advertiser ON advertiser.id = onboarding.advertiser_id
               JOIN connect_link ON connect_link.advertiser_id = onboarding.advertiser_id AND connect_link.id = onboarding.link_id
               WHERE onboarding.link_id IS NOT NULL AND NOT onboarding.is_archived
                 AND onboarding.step IN ('link_sent', 'opened', 'stopped')
                 AND connect_link.recipient_sealed IS NOT NULL AND connect_link.revoked_at IS NULL
                 AND connect_link.reminders < $1
                 AND coalesce(connect_link.sent_at, connect_link.created_at) <= $2
                 AND (NOT $3 OR connect_link.expires_at > $4)
                 AND ($5 = '%%' OR name ILIKE $5 OR reference ILIKE $5)
                 AND ($6::text IS NULL OR onboarding.channels @> ARRAY[$6])
                 AND ($7::text IS NULL OR advertiser.language = $7)
                 AND ($8::text IS NULL OR onboarding.step = $8)
                 AND ($9::timestamptz IS NULL OR since <= $9)
               ORDER BY since LIMIT $10"#,
            MOST,
            ask.mailed_before,
            ask.only_open,
            now,
            containing(&filter.search),
            filter.channel.map(Channel::as_str),
            filter.language.map(Language::as_str),
            filter.step.map(OnboardingStep::as_str),
            stood,
            BATCH,
        )
        .fetch_all(&mut *tx)
        .await?)
    }
}

fn last_mail(row: &LinkRow) -> DateTime<Utc> {
    row.sent_at.unwrap_or(row.created_at)
}

impl Tx {
    async fn note_reminder(&mut self, advertiser: AdvertiserId, link: ConnectLinkId) -> Result<()> {
        sqlx::query!(
            "UPDATE connect_link SET reminders = reminders + 1 WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            link.uuid(),
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
