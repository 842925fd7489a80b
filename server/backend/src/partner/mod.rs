//! The partner itself: what its owners decide for the whole deployment, in one row.
//!
//! Its agent and login configurations may also come from the environment. One rule decides: the environment holds until
//! somebody saves that section in the console; from then on the row does.

mod notify;
mod save;
#[cfg(test)]
mod tests;

use domain::{Channel, Email, Language, MetaId, Permission, UnconfirmedPolicy, console::Settings};

pub use notify::NotifyChange;
pub(crate) use notify::{NotifyTarget, may_be_called};
pub use save::PartnerChange;
pub(crate) use save::payload_days;

use crate::{Backend, Result, Scope, Tx};

/// What holds for the whole deployment, as far as anybody's use case may need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Its name in English; empty until somebody says.
    pub name_en: String,
    /// Its name in Japanese.
    pub name_ja: String,
    /// The name Meta assigned to it, sent with every request of events; empty for none.
    pub agent: String,
    /// Which configuration each way in uses.
    pub login: LoginConfigurations,
    /// What new advertisers begin with, and how long things are kept.
    pub policies: Policies,
}

/// Ids of Facebook Login for Business configurations; without one, scopes are asked by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginConfigurations {
    /// For connecting Pages.
    pub messenger: Option<MetaId>,
    /// For connecting Instagram accounts.
    pub instagram: Option<MetaId>,
    /// For connecting WhatsApp by the full-page login.
    pub whatsapp: Option<MetaId>,
    /// For WhatsApp's Embedded Signup, which does not work without one.
    pub signup: Option<MetaId>,
}

/// What new advertisers begin with, and how long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policies {
    /// What becomes of events of unknown result.
    pub unconfirmed: UnconfirmedPolicy,
    /// Weeks until what is known of an event, apart from its payload, is dropped.
    pub metadata_weeks: u32,
    /// Days until an event's payload is erased.
    pub payload_days: u32,
    /// Hours without a message after which an asset that was written to regularly counts as silent.
    pub silence_hours: u32,
    /// Whether conversions that Meta sees in WhatsApp conversations by itself are reported as events.
    pub report_automatic: bool,
}

/// From which counts on Meta (and the guide) see an app as used well: our own calls of the last 15 days, and how many
/// per cent of them may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessBars {
    /// Meta's number of calls.
    pub calls: u32,
    /// Below this error rate.
    pub error_percent: u32,
    /// The guide's number of calls.
    pub guide_calls: u32,
    /// Below this error rate.
    pub guide_error_percent: u32,
}

impl Partner {
    /// What it is called in a language: its name in the other one before none at all.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        let (first, other) = match language {
            Language::En => (&self.name_en, &self.name_ja),
            Language::Ja => (&self.name_ja, &self.name_en),
        };
        if first.is_empty() { other } else { first }
    }

    /// What it is called where a sentence needs a name: until somebody says one, the product's.
    #[must_use]
    pub fn called(&self, language: Language) -> &str {
        match self.name(language) {
            "" => text::Text::new(language).words_product(),
            name => name,
        }
    }
}

impl LoginConfigurations {
    /// The one of the full-page login for a channel.
    #[must_use]
    pub fn of(&self, channel: Channel) -> Option<&MetaId> {
        match channel {
            Channel::Messenger => self.messenger.as_ref(),
            Channel::Instagram => self.instagram.as_ref(),
            Channel::Whatsapp => self.whatsapp.as_ref(),
        }
    }
}

impl Backend {
    /// What holds for the whole deployment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn partner(&self, scope: &Scope) -> Result<Partner> {
        let mut tx = self.begin(scope).await?;
        self.partner_in(&mut tx).await
    }

    /// The same within a transaction, whichever role it runs under.
    pub(crate) async fn partner_in(&self, tx: &mut Tx) -> Result<Partner> {
        let row = sqlx::query!(
            r#"SELECT name_en, name_ja, partner_agent, login_messenger, login_instagram, login_whatsapp, signup_configuration,
                      unconfirmed_policy AS "unconfirmed_policy: UnconfirmedPolicy", metadata_weeks, payload_days,
                      silence_hours, report_automatic
               FROM partner"#
        )
        .fetch_one(&mut **tx)
        .await?;
        let config = self.config();
        let login = |saved: Option<String>| {
            let id = saved.or_else(|| config.login_config_id.clone())?;
            id.parse().ok()
        };
        Ok(Partner {
            name_en: row.name_en,
            name_ja: row.name_ja,
            agent: row
                .partner_agent
                .unwrap_or_else(|| config.partner_agent.clone()),
            login: LoginConfigurations {
                messenger: login(row.login_messenger),
                instagram: login(row.login_instagram),
                whatsapp: login(row.login_whatsapp),
                signup: row
                    .signup_configuration
                    .or_else(|| config.signup_config_id.clone())
                    .and_then(|id| id.parse().ok()),
            },
            policies: Policies {
                unconfirmed: row.unconfirmed_policy,
                metadata_weeks: whole(row.metadata_weeks),
                payload_days: whole(row.payload_days),
                silence_hours: whole(row.silence_hours),
                report_automatic: row.report_automatic,
            },
        })
    }

    /// The bars of the access meter.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`].
    pub async fn access_bars(&self, scope: &Scope) -> Result<AccessBars> {
        scope.require(Permission::ViewFleet)?;
        let row = sqlx::query!(
            "SELECT access_calls, access_error_percent, access_guide_calls, access_guide_error_percent FROM partner"
        )
        .fetch_one(&mut *self.begin(scope).await?)
        .await?;
        Ok(AccessBars {
            calls: whole(row.access_calls),
            error_percent: whole(row.access_error_percent),
            guide_calls: whole(row.access_guide_calls),
            guide_error_percent: whole(row.access_guide_error_percent),
        })
    }

    /// Every section as forms show it.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`].
    pub async fn settings(&self, scope: &Scope) -> Result<Settings> {
        scope.require(Permission::ManageSettings)?;
        let bars = self.access_bars(scope).await?;
        let mut tx = self.begin(scope).await?;
        let Partner {
            name_en,
            name_ja,
            agent,
            login,
            policies,
        } = self.partner_in(&mut tx).await?;
        let notify = self.notify_target(&mut tx).await?;
        let emails: Vec<&str> = notify.emails.iter().map(Email::as_str).collect();
        Ok(Settings {
            name_en,
            name_ja,
            partner_agent: agent,
            login_messenger: text(login.messenger.as_ref()).to_owned(),
            login_instagram: text(login.instagram.as_ref()).to_owned(),
            login_whatsapp: text(login.whatsapp.as_ref()).to_owned(),
            signup: text(login.signup.as_ref()).to_owned(),
            unconfirmed_policy: policies.unconfirmed.to_string(),
            metadata_weeks: policies.metadata_weeks.to_string(),
            payload_days: policies.payload_days.to_string(),
            silence_hours: policies.silence_hours.to_string(),
            report_automatic: policies.report_automatic,
            notify_emails: emails.join("\n"),
            notify_webhook_url: notify.webhook.map(String::from).unwrap_or_default(),
            has_notify_secret: notify.secret.is_some(),
            access_calls: bars.calls.to_string(),
            access_error_percent: bars.error_percent.to_string(),
            access_guide_calls: bars.guide_calls.to_string(),
            access_guide_error_percent: bars.guide_error_percent.to_string(),
        })
    }
}

/// Columns with a `CHECK` hold no negative number.
fn whole(number: i32) -> u32 {
    number.try_into().unwrap_or_default()
}

fn text<T: AsRef<str>>(value: Option<&T>) -> &str {
    value.map_or("", AsRef::as_ref)
}
