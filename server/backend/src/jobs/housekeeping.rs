//! Makes room ahead and forgets what nothing asks for any more.

use crate::{Backend, Result};

pub(super) async fn run(backend: Backend) -> Result<()> {
    backend.make_partitions().await?;
    backend.forget_webhooks().await?;
    backend.forget_relays().await?;
    backend.forget_dedup_keys().await?;
    backend.forget_mail().await?;
    backend.forget_advertiser_files().await?;
    backend.forget_event_files().await?;
    backend.forget_test_codes().await?;
    backend.drop_abandoned_tokens().await?;
    backend.finish_erasing().await?;
    Ok(())
}
