//! API keys of an advertiser, or without one of the partner.

use domain::console::{Advertiser, ApiKey};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The keys of an advertiser or of the partner.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeyList {
    /// Whose; none: the partner's own, which reach every advertiser.
    pub advertiser: Option<Advertiser>,
    /// The keys, newest first.
    pub keys: Vec<ApiKey>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// A key that was just made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeyMade {
    /// The key itself, to be copied now: it is stored nowhere.
    pub key: String,
}

/// The form of a new key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyForm {
    /// What people call it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// How many days it works; empty: until it is revoked.
    pub days: String,
}

/// The keys of an advertiser, or of the partner where none is named.
#[server(endpoint = "list_api_keys")]
pub async fn list_api_keys(advertiser: String) -> Result<KeyList, Error> {
    use crate::ssr::{backend, scope, some_id};
    let (backend, scope, advertiser) = (backend()?, scope()?, some_id(&advertiser)?);
    Ok(KeyList {
        keys: backend.api_keys(&scope, advertiser).await?,
        advertiser: match advertiser {
            Some(advertiser) => Some(backend.advertiser(&scope, advertiser).await?),
            None => None,
        },
        now_ms: backend.clock().now().timestamp_millis(),
    })
}

/// Makes a key; it is told once.
#[server(endpoint = "add_api_key")]
pub async fn add_api_key(
    #[server(default)] advertiser: String,
    name: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] days: String,
) -> Result<KeyMade, Error> {
    use crate::ssr::{backend, keep, scope, some_id, tell};
    let form = KeyForm { name, scopes, days };
    let adding = async {
        let draft = form.draft()?;
        Ok(backend()?
            .add_api_key(&scope()?, some_id(&advertiser)?, &draft)
            .await?)
    };
    tell::<AddApiKey>(Ok(keep(&form, adding.await)?.into()))
}

/// Makes another key for the same purpose; the old one works for some hours more.
#[server(endpoint = "rotate_api_key")]
pub async fn rotate_api_key(
    #[server(default)] advertiser: String,
    key: String,
    hours: String,
) -> Result<KeyMade, Error> {
    use crate::ssr::{backend, id, invalid, scope, some_id, tell};
    let hours = hours
        .parse()
        .map_err(|_| invalid("hours")(domain::Why::NotAChoice))?;
    let made = backend()?
        .rotate_api_key(&scope()?, some_id(&advertiser)?, id(&key)?, hours)
        .await?;
    tell::<RotateApiKey>(Ok(made.into()))
}

/// Ends a key.
#[server(endpoint = "revoke_api_key")]
pub async fn revoke_api_key(
    #[server(default)] advertiser: String,
    key: String,
) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope, some_id};
    // First of all: a stranger learns nothing of which ids there are.
    let scope = scope()?;
    Ok(backend()?
        .revoke_api_key(&scope, some_id(&advertiser)?, id(&key)?)
        .await?)
}
