//! Connecting an advertiser: the part between Meta's dialog and the connections.

use domain::console::{Advertiser, ConnectAttempt};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The form of the choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChosenAssets {
    /// Meta's ids of the assets.
    pub assets: Vec<String>,
}

/// The advertiser, to those who may connect it.
#[server(endpoint = "load_advertiser_to_connect")]
pub async fn load_advertiser_to_connect(advertiser: String) -> Result<Advertiser, Error> {
    use crate::ssr::{backend, id, scope};
    let scope = scope()?;
    scope.require(domain::Permission::ManageConnections)?;
    Ok(backend()?.advertiser(&scope, id(&advertiser)?).await?)
}

/// One attempt, as it stands.
#[server(endpoint = "load_connect_attempt")]
pub async fn load_connect_attempt(
    advertiser: String,
    attempt: String,
) -> Result<ConnectAttempt, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .connect_attempt(&scope()?, id(&advertiser)?, id(&attempt)?)
        .await?)
}

/// Chooses assets and sets them up. A form without a ticked box has no `assets` at all.
#[server(endpoint = "choose_assets")]
pub async fn choose_assets(
    advertiser: String,
    attempt: String,
    #[server(default)] assets: Vec<String>,
) -> Result<(), Error> {
    use crate::ssr::{backend, id, keep, scope};
    let form = ChosenAssets { assets };
    let choosing = async {
        Ok(backend()?
            .choose_assets(&scope()?, id(&advertiser)?, id(&attempt)?, &form.assets)
            .await?)
    };
    keep(&form, choosing.await)
}

/// Takes up an attempt that stopped after the login.
#[server(endpoint = "resume_connect")]
pub async fn resume_connect(advertiser: String, attempt: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .resume_connect(&scope()?, id(&advertiser)?, id(&attempt)?)
        .await?)
}

/// Sets up another channel with the login of an attempt that is done.
#[server(endpoint = "continue_login")]
pub async fn continue_login(
    advertiser: String,
    attempt: String,
    channel: String,
) -> Result<(), Error> {
    use crate::ssr::{backend, id, invalid, scope};
    let channel = channel
        .parse()
        .map_err(|_| domain::Why::NotAChoice)
        .map_err(invalid("channel"))?;
    let attempt = backend()?
        .continue_login(&scope()?, id(&advertiser)?, id(&attempt)?, channel)
        .await?;
    leptos_axum::redirect(&format!("/advertisers/{advertiser}/connect/{attempt}"));
    Ok(())
}
