//! The connections of one advertiser.

use domain::console::Connection;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// An advertiser's connections, and when they were so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConnectionList {
    /// The connections.
    pub connections: Vec<Connection>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// What an advertiser has connected.
#[server(endpoint = "list_connections")]
pub async fn list_connections(advertiser: String) -> Result<ConnectionList, Error> {
    use crate::ssr::{backend, id, scope};
    let backend = backend()?;
    let connections = backend.connections(&scope()?, id(&advertiser)?).await?;
    Ok(ConnectionList {
        connections,
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
