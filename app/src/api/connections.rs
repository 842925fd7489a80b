//! The connections of one advertiser.

use domain::console::{Advertiser, Connection, DatasetTestCode, HeldAsset, WaitingAttempt};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// An advertiser's connections, and when they were so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConnectionList {
    /// The connections.
    pub connections: Vec<Connection>,
    /// What it holds without a connection.
    pub held: Vec<HeldAsset>,
    /// Attempts that have not come to their end.
    pub waiting: Vec<WaitingAttempt>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// What an advertiser has connected.
#[server(endpoint = "list_connections")]
pub async fn list_connections(advertiser: String) -> Result<ConnectionList, Error> {
    use crate::ssr::{backend, id, scope};
    let backend = backend()?;
    let (scope, advertiser) = (scope()?, id(&advertiser)?);
    Ok(ConnectionList {
        connections: backend.connections(&scope, advertiser).await?,
        held: backend.held_assets(&scope, advertiser).await?,
        waiting: backend.waiting_attempts(&scope, advertiser).await?,
        now_ms: backend.clock().now().timestamp_millis(),
    })
}

/// Asks Meta again how a connection fares.
#[server(endpoint = "recheck_connection")]
pub async fn recheck_connection(advertiser: String, connection: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    backend()?
        .recheck_connection(&scope()?, id(&advertiser)?, id(&connection)?)
        .await?;
    Ok(())
}

/// Has Meta send a connection's messages to us again.
#[server(endpoint = "subscribe_again")]
pub async fn subscribe_again(advertiser: String, connection: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    backend()?
        .subscribe_again(&scope()?, id(&advertiser)?, id(&connection)?)
        .await?;
    Ok(())
}

/// One connection and where its events go, with what the page about its dataset says besides.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DatasetShown {
    /// Whose.
    pub advertiser: Advertiser,
    /// The connection.
    pub connection: Connection,
    /// The dataset's test codes, newest first.
    pub test_codes: Vec<DatasetTestCode>,
    /// Sent with every event; empty for none.
    pub partner_agent: String,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// The dataset of a connection.
#[server(endpoint = "load_dataset")]
pub async fn load_dataset(advertiser: String, connection: String) -> Result<DatasetShown, Error> {
    use crate::ssr::{backend, id, scope};
    let backend = backend()?;
    let (scope, advertiser, connection) = (scope()?, id(&advertiser)?, id(&connection)?);
    Ok(DatasetShown {
        advertiser: backend.advertiser(&scope, advertiser).await?,
        connection: backend.connection(&scope, advertiser, connection).await?,
        test_codes: backend.test_codes(&scope, advertiser, connection).await?,
        partner_agent: backend.partner(&scope).await?.agent,
        now_ms: backend.clock().now().timestamp_millis(),
    })
}

/// Asks Meta which dataset it links today.
#[server(endpoint = "check_dataset")]
pub async fn check_dataset(advertiser: String, connection: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .check_dataset(&scope()?, id(&advertiser)?, id(&connection)?)
        .await?)
}

/// Sends events to the dataset that Meta links today.
#[server(endpoint = "adopt_dataset")]
pub async fn adopt_dataset(advertiser: String, connection: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .adopt_dataset(&scope()?, id(&advertiser)?, id(&connection)?)
        .await?)
}

/// Confirms what somebody connected by a link: its live events, which have waited, go out.
#[server(endpoint = "confirm_connection")]
pub async fn confirm_connection(advertiser: String, connection: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    backend()?
        .confirm_connection(&scope()?, id(&advertiser)?, id(&connection)?)
        .await?;
    Ok(())
}
