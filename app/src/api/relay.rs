//! Where webhooks are handed on to.

use domain::console::{RelayTargets, RelayTested};
use leptos::prelude::*;

use crate::Error;

/// Every address, and how it fares.
#[server(endpoint = "load_relay_targets")]
pub async fn load_relay_targets() -> Result<RelayTargets, Error> {
    use crate::ssr::{backend, scope};
    Ok(backend()?.relay_targets(&scope()?).await?)
}

/// Hands on to one more.
#[server(endpoint = "add_relay_target")]
pub async fn add_relay_target(relay_url: String) -> Result<(), Error> {
    use crate::ssr::{backend, scope, tell};
    backend()?.add_relay_target(&scope()?, &relay_url).await?;
    tell::<AddRelayTarget>(Ok(()))
}

/// Hands on to it no longer.
#[server(endpoint = "remove_relay_target")]
pub async fn remove_relay_target(target: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .remove_relay_target(&scope()?, id(&target)?)
        .await?)
}

/// Posts a webhook that says nothing to it.
#[server(endpoint = "test_relay_target")]
pub async fn test_relay_target(target: String) -> Result<RelayTested, Error> {
    use crate::ssr::{backend, id, scope, tell};
    let testing = backend()?.test_relay_target(&scope()?, id(&target)?).await;
    tell::<TestRelayTarget>(Ok(testing?))
}
