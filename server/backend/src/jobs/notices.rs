//! Tells the partner what changed.

use crate::{Backend, Result};

pub(super) async fn run(backend: Backend) -> Result<()> {
    backend.tell().await
}
