//! The doctor: one list of live probes for a connection, whoever asks: a person's button, the nightly round, the command.
//!
//! Only a verdict of Meta's on token or permissions asks the advertiser to log in again; timeouts and trouble at Meta are
//! *degraded*; both end by themselves when the list is well again, and what was parked goes out then.

mod examine;
mod findings;
mod matrix;
mod record;
mod round;
mod silence;
mod subject;
mod subscribe;
mod surroundings;
#[cfg(test)]
mod tests;
mod view;
mod words;

use domain::{AdvertiserId, ConnectionId, Health, Permission};

pub use round::RoundReport;
use surroundings::Surroundings;

use crate::{Backend, Result, Scope};

impl Backend {
    /// Asks Meta about everything that a connection needs, and sets its health by the answers. A connection that is well
    /// sends what was parked.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`]; whatever Meta answers is a finding, not an error.
    pub async fn recheck_connection(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<Health> {
        scope.require(Permission::ManageConnections)?;
        // Not found before anything is asked of Meta.
        let subject = self.subject(scope, advertiser, connection).await?;
        let around = self.surroundings().await;
        let examined = self.examine(&subject, &around).await;
        self.record_examination(scope, &subject, &examined).await
    }

    async fn visit(
        &self,
        scope: &Scope,
        (advertiser, connection): (AdvertiserId, ConnectionId),
        around: &Surroundings,
    ) -> Result<Health> {
        let subject = self.subject(scope, advertiser, connection).await?;
        let examined = self.examine(&subject, around).await;
        self.record_examination(scope, &subject, &examined).await
    }
}
