//! `patchbay api-key`: API keys on the command line.

use anyhow::{Context, bail};
use backend::{Backend, KeyDraft, Scope};
use chrono::DateTime;
use clap::Subcommand;
use domain::{AdvertiserId, ApiKeyId, KeyName, KeyScope, Language, console::Moment, time};

#[derive(Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// Makes a key and prints it, this once.
    Create {
        /// What will use it.
        #[arg(long)]
        name: KeyName,
        /// Whose events it may touch; left out, it reaches every advertiser.
        #[arg(long)]
        advertiser: Option<AdvertiserId>,
        /// What it may be used for: events:write, events:read, connections:read, webhooks:write.
        #[arg(long, value_delimiter = ',', default_value = "events:write")]
        scopes: Vec<KeyScope>,
        /// How many days it works; left out, until it is revoked.
        #[arg(long)]
        days: Option<u32>,
    },
    /// Lists the keys of an advertiser, or those that reach every advertiser.
    List {
        /// Whose.
        #[arg(long)]
        advertiser: Option<AdvertiserId>,
    },
    /// Ends a key.
    Revoke {
        /// Which: key_...
        key: ApiKeyId,
        /// Whose it is; left out, one that reaches every advertiser.
        #[arg(long)]
        advertiser: Option<AdvertiserId>,
    },
}

pub(crate) async fn run(backend: &Backend, command: ApiKeyCommand) -> anyhow::Result<()> {
    let scope = Scope::command();
    match command {
        ApiKeyCommand::Create {
            name,
            advertiser,
            scopes,
            days,
        } => {
            let draft = KeyDraft {
                name,
                scopes: scopes.into_iter().collect(),
                days,
            };
            let key = backend
                .add_api_key(&scope, advertiser, &draft)
                .await
                .context("no key was made")?;
            println!("{} {}", key.id, key.expose());
        }
        ApiKeyCommand::List { advertiser } => {
            for key in backend.api_keys(&scope, advertiser).await? {
                let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
                let used = key.last_used.map_or_else(
                    || "never used".to_owned(),
                    |last| format!("used {}", when(last)),
                );
                println!(
                    "{} {}… {} [{}] {used}: {}",
                    key.id,
                    key.hint,
                    key.standing,
                    scopes.join(" "),
                    key.name,
                );
            }
        }
        ApiKeyCommand::Revoke { key, advertiser } => {
            match backend.revoke_api_key(&scope, advertiser, key).await {
                Err(backend::Error::NotFound(_)) => {
                    bail!(
                        "there is no such key; is it one of an advertiser? Then name it with --advertiser"
                    )
                }
                Err(backend::Error::Conflict(_)) => bail!("{key} was revoked already"),
                revoked => revoked?,
            }
            println!("{key} is revoked");
        }
    }
    Ok(())
}

fn when(moment: Moment) -> String {
    let at = DateTime::from_timestamp_millis(moment.ms).unwrap_or_default();
    time::date_time(at, moment.offset, Language::En)
}
