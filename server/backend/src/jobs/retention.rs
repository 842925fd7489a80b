//! Forgets what the settings keep no longer.

use crate::{Backend, Result};

pub(super) async fn run(backend: Backend) -> Result<()> {
    backend.forget_old().await
}
