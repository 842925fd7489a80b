//! The doctor's rounds: the unwell every quarter of an hour, everybody at night.

use crate::{Backend, Result};

pub(super) async fn run(backend: Backend) -> Result<()> {
    let report = backend.visit_due().await?;
    if !report.visited.is_empty() {
        tracing::info!(
            connections = report.visited.len(),
            "The doctor made a round."
        );
    }
    Ok(())
}
