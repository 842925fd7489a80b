//! The partner itself: what its owners decide for the whole deployment, in one row.
//!
//! Its agent and login configurations may also come from the environment. One rule decides: the environment holds until
//! somebody saves that section in the console; from then on the row does.

use domain::{
    Channel, Email, Language, MetaId, PartnerAgent, PartnerName, Permission, UnconfirmedPolicy,
    Why, console::Settings,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;
use uuid::Uuid;

use crate::{Backend, Error, Result, Scope, Tx, seal::Place};

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

/// Whom to tell when something breaks.
#[derive(Clone, Debug, Default)]
pub(crate) struct NotifyTarget {
    /// Mailboxes.
    pub emails: Vec<Email>,
    /// Where a signed message is posted.
    pub webhook: Option<Url>,
    /// What it is signed with.
    pub secret: Option<SecretString>,
}

/// Whom to tell from now on.
#[derive(Clone, Debug)]
pub struct NotifyChange {
    /// Mailboxes.
    pub emails: Vec<Email>,
    /// Where a signed message is posted.
    pub webhook: Option<Url>,
    /// What it is signed with; none: as before.
    pub secret: Option<SecretString>,
}

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

/// Days and weeks that can be set: an event may go out until it is seven days old, and deduplication looks back 35 days.
pub const PAYLOAD_DAYS: std::ops::RangeInclusive<u32> = 7..=3_650;
/// See [`PAYLOAD_DAYS`].
pub const METADATA_WEEKS: std::ops::RangeInclusive<u32> = 6..=520;
/// See [`PAYLOAD_DAYS`].
const SILENCE_HOURS: std::ops::RangeInclusive<u32> = 1..=336;

fn sealed_at(column: &'static str) -> Place {
    Place {
        table: "partner",
        column,
        advertiser: Uuid::nil(),
        row: Uuid::nil(),
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
    /// [`Error::Forbidden`].
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
    /// [`Error::Forbidden`].
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

    /// Whom to tell, secret included: for the job that tells them. The transaction must be the partner's.
    pub(crate) async fn notify_target(&self, tx: &mut Tx) -> Result<NotifyTarget> {
        let row = sqlx::query!(
            "SELECT notify_emails_sealed, notify_webhook_url, notify_webhook_secret_sealed FROM partner"
        )
        .fetch_one(&mut **tx)
        .await?;
        let emails = match row.notify_emails_sealed {
            Some(sealed) => {
                let json = self
                    .keys()
                    .open(sealed_at("notify_emails_sealed"), &sealed)?;
                serde_json::from_slice(&json).map_err(|_| Error::Sealed)?
            }
            None => Vec::new(),
        };
        let secret = row
            .notify_webhook_secret_sealed
            .map(|sealed| {
                self.keys()
                    .open_text(sealed_at("notify_webhook_secret_sealed"), &sealed)
            })
            .transpose()?;
        Ok(NotifyTarget {
            emails,
            webhook: row.notify_webhook_url.parse().ok(),
            secret,
        })
    }

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

    async fn save_notify(&self, tx: &mut Tx, change: NotifyChange) -> Result<()> {
        if let Some(url) = &change.webhook
            && !may_be_called(url)
        {
            return Err(Error::invalid("notify_webhook_url", Why::NotAUrl));
        }
        let emails =
            serde_json::to_vec(&change.emails).map_err(|_| Error::Internal("emails are text"))?;
        let emails = self.keys().seal(sealed_at("notify_emails_sealed"), &emails);
        let secret = change.secret.map(|secret| {
            self.keys().seal(
                sealed_at("notify_webhook_secret_sealed"),
                secret.expose_secret().as_bytes(),
            )
        });
        sqlx::query!(
            "UPDATE partner SET notify_emails_sealed = $1, notify_webhook_url = $2, saved_at = $4,
                    notify_webhook_secret_sealed = coalesce($3, notify_webhook_secret_sealed)",
            emails,
            change.webhook.map(String::from).unwrap_or_default(),
            secret,
            tx.now(),
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
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

fn text<T: AsRef<str>>(value: Option<&T>) -> &str {
    value.map_or("", AsRef::as_ref)
}

/// Columns with a `CHECK` hold no negative number.
fn whole(number: i32) -> u32 {
    number.try_into().unwrap_or_default()
}

/// Days until an event's content is erased, if they can be set.
pub(crate) fn payload_days(days: u32) -> Result<i32> {
    within("payload_days", days, PAYLOAD_DAYS)
}

fn within(field: &'static str, number: u32, range: std::ops::RangeInclusive<u32>) -> Result<i32> {
    let (min, max) = (*range.start(), *range.end());
    i32::try_from(number)
        .ok()
        .filter(|_| range.contains(&number))
        .ok_or_else(|| Error::invalid(field, Why::NotInRange { min, max }))
}

/// https, or plain http to this very machine; without a name and password of its own.
pub(crate) fn may_be_called(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    (url.scheme() == "https" || (url.scheme() == "http" && is_loopback))
        && url.username().is_empty()
        && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, TestBackend};
    use domain::Role;

    async fn agent(db: &TestBackend) -> String {
        db.backend.partner(&Scope::system()).await.unwrap().agent
    }

    fn identity(agent: &str) -> PartnerChange {
        PartnerChange::Identity {
            name_en: "Kaede Messaging".parse().ok(),
            name_ja: None,
            agent: agent.parse().ok(),
        }
    }

    #[tokio::test]
    async fn the_environment_holds_until_a_section_is_saved() {
        let db = testing::backend_with(crate::Config {
            login_config_id: Some("770001".into()),
            ..testing::config("http://127.0.0.1:9/")
        })
        .await;
        let owner = db.staff(Role::Owner).await;
        assert_eq!(agent(&db).await, "patchbay-tests");
        db.backend
            .save_partner(&owner, identity("kaede"))
            .await
            .unwrap();
        assert_eq!(agent(&db).await, "kaede");
        db.backend.save_partner(&owner, identity("")).await.unwrap();
        assert_eq!(agent(&db).await, "", "saved as none is none");

        let partner = db.backend.partner(&owner).await.unwrap();
        assert_eq!(partner.name(Language::Ja), "Kaede Messaging");
        assert_eq!(partner.called(Language::Ja), "Kaede Messaging");
        let nameless = Partner {
            name_en: String::new(),
            name_ja: String::new(),
            ..partner.clone()
        };
        assert_eq!(nameless.called(Language::Ja), "Patchbay");
        for channel in Channel::ALL {
            let id = partner.login.of(*channel).map(MetaId::as_str);
            assert_eq!(id, Some("770001"), "{channel}");
        }
        let whatsapp = LoginConfigurations {
            whatsapp: "880002".parse().ok(),
            ..Default::default()
        };
        db.backend
            .save_partner(&owner, PartnerChange::Login(whatsapp.clone()))
            .await
            .unwrap();
        assert_eq!(
            db.backend.partner(&owner).await.unwrap().login,
            whatsapp,
            "what was left empty is asked by name"
        );
    }

    #[tokio::test]
    async fn the_webhooks_secret_is_sealed_and_stays_until_it_is_replaced_or_removed() {
        let db = testing::backend().await;
        let owner = db.staff(Role::Owner).await;
        let save = async |secret: Option<&str>| {
            let change = NotifyChange {
                emails: vec!["oncall@kaede.example".parse().unwrap()],
                webhook: "https://hooks.kaede.example/patchbay".parse().ok(),
                secret: secret.map(Into::into),
            };
            db.backend
                .save_partner(&owner, PartnerChange::Notify(change))
                .await
                .unwrap();
            let mut tx = db.backend.begin(&owner).await.unwrap();
            let target = db.backend.notify_target(&mut tx).await.unwrap();
            assert_eq!(target.emails[0].as_str(), "oncall@kaede.example");
            target
                .secret
                .map(|secret| secret.expose_secret().to_owned())
        };
        assert_eq!(save(None).await, None);
        assert_eq!(save(Some("whsec-1")).await.as_deref(), Some("whsec-1"));
        assert_eq!(save(None).await.as_deref(), Some("whsec-1"));
        let stored: String = sqlx::query_scalar("SELECT partner::text FROM partner")
            .fetch_one(db.backend.0.database.partner())
            .await
            .unwrap();
        assert!(
            !stored.contains(&hex::encode("whsec-1")) && !stored.contains(&hex::encode("oncall"))
        );
        db.backend
            .save_partner(&owner, PartnerChange::NotifyUnsigned)
            .await
            .unwrap();
        assert_eq!(save(None).await, None);
    }

    #[tokio::test]
    async fn what_is_out_of_range_or_no_address_is_refused_by_field() {
        let db = testing::backend().await;
        let owner = db.staff(Role::Owner).await;
        let policies = Policies {
            unconfirmed: UnconfirmedPolicy::Hold,
            metadata_weeks: 5,
            payload_days: 35,
            silence_hours: 24,
            report_automatic: false,
        };
        let refused = db
            .backend
            .save_partner(&owner, PartnerChange::Policies(policies))
            .await;
        assert!(matches!(
            refused,
            Err(Error::Invalid {
                field: "metadata_weeks",
                why: Why::NotInRange { min: 6, max: 520 }
            })
        ));
        for (url, may) in [
            ("https://hooks.kaede.example/x", true),
            ("http://127.0.0.1:9999/x", true),
            ("http://hooks.kaede.example/x", false),
            ("https://a:b@hooks.kaede.example/x", false),
            ("ftp://127.0.0.1/x", false),
        ] {
            assert_eq!(may_be_called(&url.parse().unwrap()), may, "{url}");
        }
        let operator = db.staff(Role::Operator).await;
        let forbidden = db.backend.save_partner(&operator, identity("x")).await;
        assert!(matches!(forbidden, Err(Error::Forbidden)));
    }

    #[tokio::test]
    async fn an_advertisers_own_people_see_the_name_and_not_whom_we_tell() {
        let db = testing::backend().await;
        let advertiser = db.advertiser("Hana").await;
        let scope = db.advertiser_scope(advertiser, Role::AdvertiserViewer);
        assert!(db.backend.partner(&scope).await.is_ok());
        let mut tx = db.backend.begin(&scope).await.unwrap();
        assert!(matches!(
            db.backend.notify_target(&mut tx).await,
            Err(Error::Db(_))
        ));
    }
}
