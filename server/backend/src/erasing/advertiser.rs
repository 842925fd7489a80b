//! Erasing an advertiser: its connections are cut at Meta, then every row that it owns is deleted, in slices.

use domain::{AdvertiserId, ConnectionId, Permission, Why};

use crate::{Backend, Error, Result, Scope};

/// How many rows of each table go in one transaction.
const SLICE: i32 = 5_000;

impl Backend {
    /// Erases an advertiser for good: connections, tokens, contacts, events, history, people's access. What stays is the
    /// audit, which names no person. Large tables take their time: it goes on when whoever asked has left, and after a
    /// restart ([`Backend::finish_erasing`]).
    ///
    /// # Errors
    /// [`Error::Invalid`] on `name` unless the advertiser's name was typed exactly; [`Error::NotFound`].
    pub async fn erase_advertiser(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        typed: &str,
    ) -> Result<()> {
        scope.require(Permission::EraseAdvertisers)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let name = tx.advertiser(advertiser).await?.name;
        if typed.trim() != name {
            return Err(Error::invalid("name", Why::NotAChoice));
        }
        let now = tx.now();
        sqlx::query!(
            "UPDATE advertiser SET archived_at = coalesce(archived_at, $2), erasing_at = coalesce(erasing_at, $2) WHERE id = $1",
            advertiser.uuid(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        tx.audit("advertiser.erasing", advertiser).await?;
        tx.commit().await?;
        let (backend, scope) = (self.clone(), scope.clone());
        let erasing = tokio::spawn(async move { backend.erase_rows(&scope, advertiser).await });
        erasing
            .await
            .map_err(|_| Error::Internal("erasing an advertiser panicked"))?
    }

    /// Takes up what was cut short. For a job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_erasing(&self) -> Result<()> {
        let left = sqlx::query_scalar!(
            r#"SELECT id AS "id: AdvertiserId" FROM advertiser WHERE erasing_at IS NOT NULL"#
        )
        .fetch_all(self.0.database.partner())
        .await?;
        for advertiser in left {
            self.erase_rows(&Scope::system(), advertiser).await?;
        }
        Ok(())
    }

    async fn erase_rows(&self, scope: &Scope, advertiser: AdvertiserId) -> Result<()> {
        let connections = sqlx::query_scalar!(
            r#"SELECT id AS "id: ConnectionId" FROM connection WHERE advertiser_id = $1 ORDER BY id"#,
            advertiser.uuid()
        )
        .fetch_all(self.0.database.partner())
        .await?;
        for connection in &connections {
            // Meta's silence must not keep anybody's data here.
            if let Err(error) = self.disconnect(scope, advertiser, *connection).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    connection.id = %connection,
                    "A connection of an advertiser that is erased could not be cut."
                );
            }
        }
        let keys: Vec<String> = connections.iter().map(ToString::to_string).collect();
        sqlx::query!(
            "DELETE FROM pause WHERE kind = 'connection' AND key = ANY ($1)",
            &keys
        )
        .execute(self.0.database.partner())
        .await?;
        let mut rows = 0;
        loop {
            let gone = sqlx::query_scalar!(
                r#"SELECT erase_advertiser($1, $2) AS "gone!""#,
                advertiser.uuid(),
                SLICE
            )
            .fetch_one(self.0.database.partner())
            .await?;
            rows += gone;
            if gone == 0 {
                break;
            }
        }
        let mut tx = self.begin(&scope.clone()).await?;
        let detail = serde_json::json!({ "rows": rows });
        tx.audit_of(Some(advertiser), "advertiser.erased", advertiser, detail)
            .await?;
        tx.commit().await
    }
}
