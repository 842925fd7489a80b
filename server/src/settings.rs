//! What a deployment is told: `patchbay.toml` beside the process, then `PATCHBAY_…` variables, which win.

use std::{net::IpAddr, path::PathBuf};

use anyhow::{Context, bail};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

/// Every setting. README's table explains them.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Settings {
    /// `PATCHBAY_HOST`: the address to listen on.
    #[serde(default = "loopback")]
    pub host: IpAddr,
    /// `PATCHBAY_PORT`: 0 takes a free one.
    #[serde(default = "port")]
    pub port: u16,
    /// `PATCHBAY_PUBLIC_URL`: where people reach the console.
    pub public_url: Option<Url>,
    /// `PATCHBAY_DATA`: the private database cluster and the keys.
    pub data: Option<PathBuf>,
    /// `PATCHBAY_PG_BIN`: the directory of PostgreSQL's programs, if they are not found.
    pub pg_bin: Option<PathBuf>,
    /// `PATCHBAY_CONNECTIONS`: database connections per role.
    #[serde(default = "connections")]
    pub connections: u32,
    /// `PATCHBAY_WORKERS`: deliveries at a time.
    #[serde(default = "workers")]
    pub workers: usize,
    /// `PATCHBAY_KEYS`: the key ring; else the file `keys` in the data directory.
    pub keys: Option<SecretString>,
    /// `PATCHBAY_APP_ID`: the partner's Meta app.
    #[serde(default)]
    pub app_id: String,
    /// `PATCHBAY_APP_SECRET`.
    pub app_secret: Option<SecretString>,
    /// `PATCHBAY_LOGIN_CONFIG_ID`: the Facebook Login for Business configuration.
    pub login_config_id: Option<String>,
    /// `PATCHBAY_SIGNUP_CONFIG_ID`: the configuration of WhatsApp's Embedded Signup.
    pub signup_config_id: Option<String>,
    /// `PATCHBAY_SDK_URL`: Meta's JavaScript SDK.
    #[serde(default = "sdk_url")]
    pub sdk_url: Url,
    /// `PATCHBAY_VERIFY_TOKEN`: what Meta sends when it verifies the webhook.
    pub verify_token: Option<SecretString>,
    /// `PATCHBAY_SMTP_URL`: `smtps://user:password@host`, or `smtp://host:587?tls=required`. Without it nothing is mailed.
    pub smtp_url: Option<SecretString>,
    /// `PATCHBAY_MAIL_FROM`: whom letters come from, `Kaede Messaging <patchbay@kaede.example>`.
    #[serde(default)]
    pub mail_from: String,
    /// `PATCHBAY_PARTNER_AGENT`: the name Meta assigned to the partner.
    #[serde(default)]
    pub partner_agent: String,
    /// `PATCHBAY_PRIVATE_WEBHOOKS`: whether notices may be posted into this machine's own network. A demo may.
    #[serde(default)]
    pub private_webhooks: bool,
    /// `PATCHBAY_KEY_RATE`: requests that one API key may make in a second, in each process.
    #[serde(default = "key_rate")]
    pub key_rate: std::num::NonZeroU32,
    /// `PATCHBAY_GRAPH_VERSION`.
    #[serde(default = "graph_version")]
    pub graph_version: String,
    /// `PATCHBAY_GRAPH_URL`.
    #[serde(default = "graph_url")]
    pub graph_url: Url,
    /// `PATCHBAY_DIALOG_URL`.
    #[serde(default = "dialog_url")]
    pub dialog_url: Url,
    /// `PATCHBAY_EVENTS_MANAGER_URL`.
    #[serde(default = "events_manager_url")]
    pub events_manager_url: Url,
}

fn loopback() -> IpAddr {
    std::net::Ipv4Addr::LOCALHOST.into()
}
fn port() -> u16 {
    3000
}
fn connections() -> u32 {
    12
}
fn workers() -> usize {
    8
}
fn key_rate() -> std::num::NonZeroU32 {
    crate::api::PER_SECOND
}
fn graph_version() -> String {
    "v26.0".into()
}
fn graph_url() -> Url {
    "https://graph.facebook.com/"
        .parse()
        .expect("a constant URL")
}
fn dialog_url() -> Url {
    "https://www.facebook.com/".parse().expect("a constant URL")
}
fn sdk_url() -> Url {
    "https://connect.facebook.net/en_US/sdk.js"
        .parse()
        .expect("a constant URL")
}
fn events_manager_url() -> Url {
    "https://business.facebook.com/events_manager2/"
        .parse()
        .expect("a constant URL")
}

impl Settings {
    pub(crate) fn read() -> anyhow::Result<Self> {
        let settings: Self = config::Config::builder()
            .add_source(config::File::with_name("patchbay").required(false))
            .add_source(
                config::Environment::with_prefix("PATCHBAY")
                    .prefix_separator("_")
                    .ignore_empty(true),
            )
            .build()
            .and_then(config::Config::try_deserialize)
            .context("a setting cannot be read")?;
        Ok(settings)
    }

    /// Where people reach the console: as set, else the address that is listened on.
    pub(crate) fn public_url(&self) -> anyhow::Result<Url> {
        let url = match &self.public_url {
            Some(url) => url.clone(),
            None => format!(
                "http://{}/",
                std::net::SocketAddr::new(self.host, self.port)
            )
            .parse()?,
        };
        if url.scheme() != "https" && !is_loopback(&url) {
            bail!(
                "PATCHBAY_PUBLIC_URL is {url}: use https there. Browsers keep sign-in cookies over plain http only for this \
                 machine, and Meta accepts no other redirect address"
            );
        }
        Ok(url)
    }

    pub(crate) fn data(&self) -> anyhow::Result<PathBuf> {
        match &self.data {
            Some(path) => Ok(path.clone()),
            None => Ok(backend::cluster::default_data_dir()?),
        }
    }

    /// What `serve` cannot do without; the demo brings its own.
    pub(crate) fn require_app(&self) -> anyhow::Result<()> {
        let missing: Vec<&str> = [
            ("PATCHBAY_APP_ID", self.app_id.is_empty()),
            ("PATCHBAY_APP_SECRET", self.app_secret.is_none()),
            ("PATCHBAY_VERIFY_TOKEN", self.verify_token.is_none()),
        ]
        .into_iter()
        .filter_map(|(name, missing)| missing.then_some(name))
        .collect();
        if missing.is_empty() {
            return Ok(());
        }
        bail!(
            "set {}: README, \"Connecting a real Meta app\", says where each is found",
            missing.join(", ")
        )
    }

    pub(crate) fn backend(&self, keys: backend::KeyRing) -> anyhow::Result<backend::Config> {
        Ok(backend::Config {
            graph: graph::Config {
                graph_url: self.graph_url.clone(),
                dialog_url: self.dialog_url.clone(),
                version: self.graph_version.clone(),
                ..graph::Config::new(
                    self.app_id.clone(),
                    self.app_secret.clone().unwrap_or_default(),
                )
            },
            keys,
            public_url: self.public_url()?,
            login_config_id: self.login_config_id.clone(),
            signup_config_id: self.signup_config_id.clone(),
            sdk_url: self.sdk_url.clone(),
            partner_agent: self.partner_agent.clone(),
            mail: self.mail()?,
            webhook_verify_token: self.verify_token.clone().unwrap_or_default(),
            events_manager_url: self.events_manager_url.clone(),
            allow_private_webhooks: self.private_webhooks || is_loopback(&self.graph_url),
        })
    }

    fn mail(&self) -> anyhow::Result<Option<backend::MailConfig>> {
        let Some(url) = &self.smtp_url else {
            return Ok(None);
        };
        let config = backend::MailConfig::new(url, &self.mail_from)
            .context("mail cannot be sent as PATCHBAY_SMTP_URL and PATCHBAY_MAIL_FROM say")?;
        Ok(Some(config))
    }

    /// The key ring as set, else from the file `keys` of the data directory, which a first start writes.
    pub(crate) fn keys(&self) -> anyhow::Result<backend::KeyRing> {
        if let Some(keys) = &self.keys {
            return backend::KeyRing::parse(keys.expose_secret())
                .context("PATCHBAY_KEYS cannot be used");
        }
        let directory = self.data()?;
        std::fs::create_dir_all(&directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
        let path = directory.join("keys");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => SecretString::from(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let generated = backend::KeyRing::generate();
                write_private(&path, generated.expose_secret())
                    .with_context(|| format!("cannot write {}", path.display()))?;
                tracing::warn!(
                    path = %path.display(),
                    "Wrote new keys: back this file up apart from the database; without it no stored token opens."
                );
                generated
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        backend::KeyRing::parse(text.expose_secret())
            .with_context(|| format!("{} cannot be used", path.display()))
    }
}

fn write_private(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(public_url: &str) -> Settings {
        let mut settings: Settings =
            serde_json::from_value(serde_json::json!({})).expect("every setting has a default");
        settings.public_url = Some(public_url.parse().unwrap());
        settings
    }

    #[test]
    fn people_reach_the_console_over_https_or_on_this_machine() {
        for (url, works) in [
            ("https://patchbay.example", true),
            ("http://127.0.0.1:3000", true),
            ("http://localhost:3000", true),
            ("http://patchbay.example", false),
            ("http://10.0.0.5:3000", false),
        ] {
            assert_eq!(settings(url).public_url().is_ok(), works, "{url}");
        }
    }

    #[test]
    fn keys_are_written_once_and_for_the_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let settings = Settings {
            data: Some(directory.path().to_owned()),
            ..settings("http://127.0.0.1:3000")
        };
        settings.keys().unwrap();
        let first = std::fs::read(directory.path().join("keys")).unwrap();
        settings.keys().unwrap();
        assert_eq!(std::fs::read(directory.path().join("keys")).unwrap(), first);
        let mode = std::fs::metadata(directory.path().join("keys"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn what_is_missing_is_named() {
        let text = settings("http://127.0.0.1:3000")
            .require_app()
            .unwrap_err()
            .to_string();
        assert!(
            text.contains("PATCHBAY_APP_ID") && text.contains("PATCHBAY_VERIFY_TOKEN"),
            "{text}"
        );
    }
}
