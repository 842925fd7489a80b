//! Undoing: disconnecting, moving an asset to another advertiser, erasing.

use domain::console::{Advertiser, Connection};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// One connection, and where its asset could be moved to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ManagedConnection {
    /// Whose.
    pub advertiser: Advertiser,
    /// The connection.
    pub connection: Connection,
    /// Advertisers whose name contains what was searched for; none for who may not move.
    pub targets: Vec<Advertiser>,
    /// What was searched for.
    pub search: String,
}

/// One connection; `search` finds the advertisers that its asset could be moved to.
#[server(endpoint = "load_connection")]
pub async fn load_connection(
    advertiser: String,
    connection: String,
    search: String,
) -> Result<ManagedConnection, Error> {
    use crate::ssr::{backend, id, scope};
    let (backend, scope, advertiser) = (backend()?, scope()?, id(&advertiser)?);
    let connection = backend
        .connection(&scope, advertiser, id(&connection)?)
        .await?;
    let targets = if scope.may(domain::Permission::MoveAssets) {
        backend.move_targets(&scope, advertiser, &search).await?
    } else {
        Vec::new()
    };
    Ok(ManagedConnection {
        advertiser: backend.advertiser(&scope, advertiser).await?,
        connection,
        targets,
        search,
    })
}

/// Cuts a connection.
#[server(endpoint = "disconnect")]
pub async fn disconnect(advertiser: String, connection: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .disconnect(&scope()?, id(&advertiser)?, id(&connection)?)
        .await?)
}

/// Moves a connection's asset to another advertiser and goes there.
#[server(endpoint = "move_asset")]
pub async fn move_asset(
    advertiser: String,
    connection: String,
    #[server(default)] to: String,
) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    if to.is_empty() {
        return Err(backend::Error::invalid("to", domain::Why::Empty).into());
    }
    backend()?
        .move_asset(&scope()?, id(&advertiser)?, id(&connection)?, id(&to)?)
        .await?;
    leptos_axum::redirect(&format!("/advertisers/{to}"));
    Ok(())
}

/// Erases an advertiser for good and goes to the list.
#[server(endpoint = "erase_advertiser")]
pub async fn erase_advertiser(advertiser: String, name: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    backend()?
        .erase_advertiser(&scope()?, id(&advertiser)?, &name)
        .await?;
    leptos_axum::redirect("/advertisers");
    Ok(())
}

/// Erases the contact that an event is about.
#[server(endpoint = "erase_contact")]
pub async fn erase_contact(event: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    backend()?.erase_contact_of(&scope()?, id(&event)?).await?;
    Ok(())
}
