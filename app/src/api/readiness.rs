//! Whether the partner's app is ready at Meta.

use domain::console::Readiness;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// How every requirement stands, and when that was so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadinessNow {
    /// The requirements and the meter.
    pub readiness: Readiness,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// Asks Meta how every requirement stands.
#[server(endpoint = "load_readiness")]
pub async fn load_readiness() -> Result<ReadinessNow, Error> {
    use crate::ssr::{backend, scope};
    let backend = backend()?;
    Ok(ReadinessNow {
        readiness: backend.readiness(&scope()?).await?,
        now_ms: backend.clock().now().timestamp_millis(),
    })
}

/// Ticks a requirement off, or takes the tick back.
#[server(endpoint = "tick_requirement")]
pub async fn tick_requirement(requirement: String, is_met: bool) -> Result<(), Error> {
    use crate::ssr::{backend, invalid, scope};
    let requirement = requirement
        .parse()
        .map_err(|_| invalid("requirement")(domain::Why::NotAChoice))?;
    Ok(backend()?
        .tick_requirement(&scope()?, requirement, is_met)
        .await?)
}
