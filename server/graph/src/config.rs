//! Where Meta is and who we are to it.

use crate::{Error, Result};
use secrecy::SecretString;
use std::{fmt, time::Duration};
use url::{Host, Url};

/// What a [`crate::Client`] needs to know. Nothing in it changes while the client lives.
#[derive(Clone)]
pub struct Config {
    /// The Graph API's host, `https://graph.facebook.com` unless a simulated Meta is meant.
    pub graph_url: Url,
    /// The host of the login dialog, `https://www.facebook.com` unless a simulated Meta is meant.
    pub dialog_url: Url,
    /// The version of the Graph API, such as `v26.0`.
    pub version: String,
    /// The id of the partner's Meta app.
    pub app_id: String,
    /// The secret of the partner's Meta app.
    pub app_secret: SecretString,
    /// How long a whole call may take.
    pub timeout: Duration,
    /// How long a call may take to connect. Kept below `timeout`, so that a failure to connect is known to be one.
    pub connect_timeout: Duration,
}

impl Config {
    /// The real Meta's hosts, version 26.0, ten seconds for a call and five to connect.
    pub fn new(app_id: impl Into<String>, app_secret: SecretString) -> Self {
        Self {
            graph_url: Url::parse("https://graph.facebook.com").expect("a constant URL"),
            dialog_url: Url::parse("https://www.facebook.com").expect("a constant URL"),
            version: "v26.0".into(),
            app_id: app_id.into(),
            app_secret,
            timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
        }
    }

    /// Names the first setting that cannot work.
    pub(crate) fn check(&self) -> Result<()> {
        let version = self
            .version
            .strip_prefix('v')
            .and_then(|version| version.split_once('.'));
        let number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !version.is_some_and(|(major, minor)| number(major) && number(minor)) {
            return Err(Error::Invalid("the Graph version must look like v26.0"));
        }
        if self.app_id.is_empty() {
            return Err(Error::Invalid("the Meta app id is empty"));
        }
        for url in [&self.graph_url, &self.dialog_url] {
            if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() {
                return Err(Error::Invalid(
                    "the Graph and dialog URLs must start with http:// or https://",
                ));
            }
            // Bearer tokens and the app secret travel there.
            if url.scheme() == "http" && !is_loopback(url) {
                return Err(Error::Invalid(
                    "plain http to Graph is only for this machine: use https",
                ));
            }
        }
        Ok(())
    }

    /// Time to connect that always ends before the whole call does.
    pub(crate) fn time_to_connect(&self) -> Duration {
        self.connect_timeout.min(self.timeout / 4 * 3)
    }

    /// Whether Graph is on this machine, where no proxy may stand between.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.graph_url)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Config")
            .field("graph_url", &self.graph_url.as_str())
            .field("dialog_url", &self.dialog_url.as_str())
            .field("version", &self.version)
            .field("app_id", &self.app_id)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::new("1", "secret".into())
    }

    #[test]
    fn a_setting_that_cannot_work_is_refused() {
        assert!(config().check().is_ok());
        for version in ["26.0", "v26", "v.0", "v26.0/x", ""] {
            assert!(
                Config {
                    version: version.into(),
                    ..config()
                }
                .check()
                .is_err(),
                "{version}"
            );
        }
        for (url, works) in [
            ("http://127.0.0.1:8080", true),
            ("http://localhost:8080", true),
            ("https://graph.example.com", true),
            ("http://graph.example.com", false),
            ("mailto:a@example.com", false),
        ] {
            let graph_url = Url::parse(url).unwrap();
            assert_eq!(
                Config {
                    graph_url,
                    ..config()
                }
                .check()
                .is_ok(),
                works,
                "{url}"
            );
        }
    }

    #[test]
    fn connecting_ends_before_the_whole_call() {
        let config = Config {
            timeout: Duration::from_secs(2),
            ..config()
        };
        assert!(config.time_to_connect() < config.timeout);
    }
}
