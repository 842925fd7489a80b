//! What the partner's owners decide, as forms show it.

use serde::{Deserialize, Serialize};

/// Every section of the settings. Numbers and ids are texts, as forms have them; empty is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The partner's name in English.
    pub name_en: String,
    /// The partner's name in Japanese.
    pub name_ja: String,
    /// Its name at Meta.
    pub partner_agent: String,
    /// Login configuration for Pages.
    pub login_messenger: String,
    /// Login configuration for Instagram accounts.
    pub login_instagram: String,
    /// Login configuration for WhatsApp by full page.
    pub login_whatsapp: String,
    /// Configuration of Embedded Signup.
    pub signup: String,
    /// What becomes of unconfirmed events of new advertisers.
    pub unconfirmed_policy: String,
    /// Weeks until what is known of an event is dropped.
    pub metadata_weeks: String,
    /// Days until an event's payload is erased.
    pub payload_days: String,
    /// Hours without a message after which an asset counts as silent.
    pub silence_hours: String,
    /// Whether conversions that Meta sees by itself are reported.
    pub report_automatic: bool,
    /// Mailboxes, one a line.
    pub notify_emails: String,
    /// Where the signed message goes.
    pub notify_webhook_url: String,
    /// Whether it is signed.
    pub has_notify_secret: bool,
    /// Meta's number of calls.
    pub access_calls: String,
    /// Below this error rate, in per cent.
    pub access_error_percent: String,
    /// The guide's number of calls.
    pub access_guide_calls: String,
    /// Below this error rate, in per cent.
    pub access_guide_error_percent: String,
}
