//! What leads the console, and the fleet's health.

use domain::console::{Examination, Matrix, Overview};
use leptos::prelude::*;

use crate::Error;

/// What needs somebody, and how the last day went.
#[server(endpoint = "load_overview")]
pub async fn load_overview() -> Result<Overview, Error> {
    use crate::ssr::{backend, scope};
    Ok(backend()?.overview(&scope()?).await?)
}

/// A page of the fleet's health; an empty filter leaves all in.
#[server(endpoint = "load_matrix")]
pub async fn load_matrix(
    health: String,
    channel: String,
    probe: String,
    after: String,
) -> Result<Matrix, Error> {
    use crate::ssr::{backend, scope};
    let filter = domain::console::MatrixFilter {
        health: health.parse().ok(),
        channel: channel.parse().ok(),
        probe: probe.parse().ok(),
        after: after.parse().ok(),
    };
    Ok(backend()?.matrix(&scope()?, &filter).await?)
}

/// Has every connection of an incident looked at again.
#[server(endpoint = "recheck_incident")]
pub async fn recheck_incident(incident: String) -> Result<u64, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .recheck_incident(&scope()?, id(&incident)?)
        .await?)
}

/// Subscribes every connection of an incident to its messages again.
#[server(endpoint = "subscribe_incident")]
pub async fn subscribe_incident(incident: String) -> Result<u64, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .subscribe_incident(&scope()?, id(&incident)?)
        .await?)
}

/// A connection with the answer to every probe.
#[server(endpoint = "load_examination")]
pub async fn load_examination(
    advertiser: String,
    connection: String,
) -> Result<Examination, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .examination(&scope()?, id(&advertiser)?, id(&connection)?)
        .await?)
}
