//! Saving: one section of the settings at a time.

use std::ops::RangeInclusive;

use domain::{PartnerAgent, PartnerName, Permission, Why};
use serde_json::json;

use super::{AccessBars, LoginConfigurations, NotifyChange, Policies, text};
use crate::{Backend, Error, Result, Scope, Tx};

/// One section of the settings, saved as a whole.
#[derive(Clone, Debug)]
pub enum PartnerChange {
    /// What it is called, here and at Meta.
    Identity {
        /// In English; none: not said.
        name_en: Option<PartnerName>,
        /// In Japanese.
        name_ja: Option<PartnerName>,
        /// At Meta.
        agent: Option<PartnerAgent>,
    },
    /// Which configuration each way in uses.
    Login(LoginConfigurations),
    /// What new advertisers begin with, and how long things are kept.
    Policies(Policies),
    /// Whom to tell.
    Notify(NotifyChange),
    /// The message to the webhook is signed no more.
    NotifyUnsigned,
    /// The bars of the access meter.
    Access(AccessBars),
}

/// Days and weeks that can be set: an event may go out until it is seven days old, and deduplication looks back 35 days.
pub const PAYLOAD_DAYS: RangeInclusive<u32> = 7..=3_650;
/// See [`PAYLOAD_DAYS`].
pub const METADATA_WEEKS: RangeInclusive<u32> = 6..=520;
/// See [`PAYLOAD_DAYS`].
const SILENCE_HOURS: RangeInclusive<u32> = 1..=336;

impl Backend {
    /// Saves one section of the settings.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is out of range or no address a server may call; [`Error::Forbidden`].
    pub async fn save_partner(&self, scope: &Scope, change: PartnerChange) -> Result<()> {
        scope.require(Permission::ManageSettings)?;
        let mut tx = self.begin(scope).await?;
        let section = match change {
            PartnerChange::Identity {
                name_en,
                name_ja,
                agent,
            } => {
                sqlx::query!(
                    "UPDATE partner SET name_en = $1, name_ja = $2, partner_agent = $3, saved_at = $4",
                    text(name_en.as_ref()),
                    text(name_ja.as_ref()),
                    text(agent.as_ref()),
                    tx.now(),
                )
                .execute(&mut *tx)
                .await?;
                "identity"
            }
            PartnerChange::Login(login) => {
                tx.save_login(&login).await?;
                "login"
            }
            PartnerChange::Policies(policies) => {
                tx.save_policies(policies).await?;
                "policies"
            }
            PartnerChange::Notify(change) => {
                self.save_notify(&mut tx, change).await?;
                "notify"
            }
            PartnerChange::NotifyUnsigned => {
                sqlx::query!(
                    "UPDATE partner SET notify_webhook_secret_sealed = NULL, saved_at = $1",
                    tx.now()
                )
                .execute(&mut *tx)
                .await?;
                "notify"
            }
            PartnerChange::Access(bars) => {
                tx.save_access(bars).await?;
                "access"
            }
        };
        tx.audit_with("partner.saved", "partner", json!({ "section": section }))
            .await?;
        tx.commit().await
    }
}

impl Tx {
    async fn save_login(&mut self, login: &LoginConfigurations) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE partner SET login_messenger = $1, login_instagram = $2, login_whatsapp = $3, signup_configuration = $4,
                    saved_at = $5",
            text(login.messenger.as_ref()),
            text(login.instagram.as_ref()),
            text(login.whatsapp.as_ref()),
            text(login.signup.as_ref()),
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    async fn save_policies(&mut self, policies: Policies) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE partner SET unconfirmed_policy = $1, metadata_weeks = $2, payload_days = $3, saved_at = $4,
                    silence_hours = $5, report_automatic = $6",
            policies.unconfirmed.as_str(),
            within("metadata_weeks", policies.metadata_weeks, METADATA_WEEKS)?,
            payload_days(policies.payload_days)?,
            now,
            within("silence_hours", policies.silence_hours, SILENCE_HOURS)?,
            policies.report_automatic,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    async fn save_access(&mut self, bars: AccessBars) -> Result<()> {
        let now = self.now();
        let (calls, percent) = (1..=10_000_000, 1..=100);
        sqlx::query!(
            "UPDATE partner SET access_calls = $1, access_error_percent = $2, access_guide_calls = $3,
                    access_guide_error_percent = $4, saved_at = $5",
            within("access_calls", bars.calls, calls.clone())?,
            within("access_error_percent", bars.error_percent, percent.clone())?,
            within("access_guide_calls", bars.guide_calls, calls)?,
            within("access_guide_error_percent", bars.guide_error_percent, percent)?,
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}

/// Days until an event's content is erased, if they can be set.
pub(crate) fn payload_days(days: u32) -> Result<i32> {
    within("payload_days", days, PAYLOAD_DAYS)
}

fn within(field: &'static str, number: u32, range: RangeInclusive<u32>) -> Result<i32> {
    let (min, max) = (*range.start(), *range.end());
    i32::try_from(number)
        .ok()
        .filter(|_| range.contains(&number))
        .ok_or_else(|| Error::invalid(field, Why::NotInRange { min, max }))
}
