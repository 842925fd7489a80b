//! The settings of the whole deployment, a form for each section.

use domain::console::Settings;
use leptos::prelude::*;

use crate::Error;

/// Every section.
#[server(endpoint = "load_settings")]
pub async fn load_settings() -> Result<Settings, Error> {
    use crate::ssr::{backend, scope};
    Ok(backend()?.settings(&scope()?).await?)
}

/// What the partner is called, here and at Meta.
#[server(endpoint = "save_identity")]
pub async fn save_identity(
    name_en: String,
    name_ja: String,
    partner_agent: String,
) -> Result<(), Error> {
    use crate::ssr::{optional, save_partner, scope, tell};
    let scope = scope()?;
    let saved = save_partner(
        &scope,
        backend::PartnerChange::Identity {
            name_en: optional("name_en", &name_en)?,
            name_ja: optional("name_ja", &name_ja)?,
            agent: optional("partner_agent", &partner_agent)?,
        },
    )
    .await;
    tell::<SaveIdentity>(saved)
}

/// Which configuration each way in uses.
#[server(endpoint = "save_login")]
pub async fn save_login(
    login_messenger: String,
    login_instagram: String,
    login_whatsapp: String,
    signup: String,
) -> Result<(), Error> {
    use crate::ssr::{optional, save_partner, scope, tell};
    let scope = scope()?;
    let saved = save_partner(
        &scope,
        backend::PartnerChange::Login(backend::LoginConfigurations {
            messenger: optional("login_messenger", &login_messenger)?,
            instagram: optional("login_instagram", &login_instagram)?,
            whatsapp: optional("login_whatsapp", &login_whatsapp)?,
            signup: optional("signup", &signup)?,
        }),
    )
    .await;
    tell::<SaveLogin>(saved)
}

/// What new advertisers begin with, and how long things are kept.
#[server(endpoint = "save_policies")]
pub async fn save_policies(
    unconfirmed_policy: String,
    metadata_weeks: String,
    payload_days: String,
    silence_hours: String,
    report_automatic: String,
) -> Result<(), Error> {
    use crate::ssr::{invalid, number, save_partner, scope, tell};
    let scope = scope()?;
    let saved = save_partner(
        &scope,
        backend::PartnerChange::Policies(backend::Policies {
            unconfirmed: unconfirmed_policy
                .parse()
                .map_err(|_| invalid("unconfirmed_policy")(domain::Why::NotAChoice))?,
            metadata_weeks: number(&metadata_weeks),
            payload_days: number(&payload_days),
            silence_hours: number(&silence_hours),
            report_automatic: report_automatic == "on",
        }),
    )
    .await;
    tell::<SavePolicies>(saved)
}

/// Whom to tell. An empty secret leaves the one there is.
#[server(endpoint = "save_notify")]
pub async fn save_notify(
    notify_emails: String,
    notify_webhook_url: String,
    notify_secret: String,
) -> Result<(), Error> {
    use crate::ssr::{invalid, save_partner, scope, tell};
    let scope = scope()?;
    let emails = notify_emails
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|email| !email.is_empty())
        .map(|email| email.parse().map_err(invalid("notify_emails")))
        .collect::<Result<_, _>>()?;
    let url = notify_webhook_url.trim();
    let saved = save_partner(
        &scope,
        backend::PartnerChange::Notify(backend::NotifyChange {
            emails,
            webhook: if url.is_empty() {
                None
            } else {
                Some(
                    url.parse()
                        .map_err(|_| invalid("notify_webhook_url")(domain::Why::NotAUrl))?,
                )
            },
            secret: (!notify_secret.is_empty()).then(|| notify_secret.into()),
        }),
    )
    .await;
    tell::<SaveNotify>(saved)
}

/// The message to the webhook is signed no more.
#[server(endpoint = "remove_notify_secret")]
pub async fn remove_notify_secret() -> Result<(), Error> {
    use crate::ssr::{save_partner, scope};
    save_partner(&scope()?, backend::PartnerChange::NotifyUnsigned).await
}

/// The bars of the access meter.
#[server(endpoint = "save_access")]
pub async fn save_access(
    access_calls: String,
    access_error_percent: String,
    access_guide_calls: String,
    access_guide_error_percent: String,
) -> Result<(), Error> {
    use crate::ssr::{number, save_partner, scope, tell};
    let scope = scope()?;
    let saved = save_partner(
        &scope,
        backend::PartnerChange::Access(backend::AccessBars {
            calls: number(&access_calls),
            error_percent: number(&access_error_percent),
            guide_calls: number(&access_guide_calls),
            guide_error_percent: number(&access_guide_error_percent),
        }),
    )
    .await;
    tell::<SaveAccess>(saved)
}
