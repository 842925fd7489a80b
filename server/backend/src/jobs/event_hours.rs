//! Adds up what became of the events of each hour.

use crate::{Backend, Result};

pub(super) async fn run(backend: Backend) -> Result<()> {
    backend.fold_event_hours().await?;
    Ok(())
}
