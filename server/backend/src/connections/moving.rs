//! Moving an asset to another advertiser: an owner's explicit act.

use domain::{
    AdvertiserId, AssetId, AssetKind, ConnectionId, Permission, Why, console::Advertiser,
};

use crate::{Backend, Error, Result, Scope, Tx, error::Conflict};

/// How many advertisers are offered at a time.
const OFFERED: i64 = 20;

/// What is moved.
struct Moved {
    asset: AssetId,
    kind: AssetKind,
    meta_id: String,
    name: String,
}

impl Backend {
    /// Advertisers that a connection's asset could be moved to, whose name contains `search`; the first few by name.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn move_targets(
        &self,
        scope: &Scope,
        from: AdvertiserId,
        search: &str,
    ) -> Result<Vec<Advertiser>> {
        scope.require(Permission::MoveAssets)?;
        let mut tx = self.begin(scope).await?;
        let rows = sqlx::query_as!(
            Advertiser,
            r#"SELECT id AS "id: AdvertiserId", name, language AS "language: domain::Language", time_zone, reference,
                      false AS "is_archived!"
               FROM advertiser
               WHERE archived_at IS NULL AND id <> $1 AND (name ILIKE $2 OR reference ILIKE $2)
               ORDER BY lower(name), id LIMIT $3"#,
            from.uuid(),
            crate::advertisers::containing(search),
            OFFERED,
        )
        .fetch_all(&mut *tx)
        .await?;
        Ok(rows)
    }

    /// Moves the asset of a connection to another advertiser. Every connection on it is cut; they and their history stay
    /// where they are. The other advertiser holds the asset from then on and has to connect it with a login of its own.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] on `to` for the same advertiser or none; [`Conflict::AdvertiserArchived`];
    /// [`Conflict::AttemptMoved`] when the asset was moved already.
    pub async fn move_asset(
        &self,
        scope: &Scope,
        from: AdvertiserId,
        connection: ConnectionId,
        to: AdvertiserId,
    ) -> Result<()> {
        scope.require(Permission::MoveAssets)?;
        if from == to {
            return Err(Error::invalid("to", Why::NotAChoice));
        }
        let mut tx = self.begin(scope).await?;
        tx.active_advertiser(to).await?;
        let moved = tx.movable(from, connection).await?;
        let lines = tx.lines_on(from, moved.asset).await?;
        drop(tx);
        for line in lines {
            self.disconnect(scope, from, line).await?;
        }
        let mut tx = self.begin(scope).await?;
        tx.let_go(from, &moved).await?;
        let held = tx
            .hold_asset(to, moved.kind, &moved.meta_id, &moved.name)
            .await?;
        let Some(asset) = held else {
            return Err(Error::Conflict(Conflict::AttemptMoved));
        };
        let away = serde_json::json!({ "to": to });
        tx.audit_of(Some(from), "asset.moved_away", moved.asset, away)
            .await?;
        let here = serde_json::json!({ "from": from });
        tx.audit_of(Some(to), "asset.moved_here", asset, here)
            .await?;
        tx.commit().await
    }
}

impl Tx {
    async fn movable(
        &mut self,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<Moved> {
        let row = sqlx::query!(
            r#"SELECT asset.id AS "asset: AssetId", asset.kind AS "kind: AssetKind", meta_id, name,
                      moved_at IS NOT NULL AS "is_moved!"
               FROM connection JOIN asset ON asset.advertiser_id = $1 AND asset.id = connection.asset_id
               WHERE connection.advertiser_id = $1 AND connection.id = $2"#,
            advertiser.uuid(),
            connection.uuid(),
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("connection"))?;
        if row.is_moved {
            return Err(Error::Conflict(Conflict::AttemptMoved));
        }
        let (asset, kind, meta_id, name) = (row.asset, row.kind, row.meta_id, row.name);
        Ok(Moved {
            asset,
            kind,
            meta_id,
            name,
        })
    }

    /// The connections on an asset.
    async fn lines_on(
        &mut self,
        advertiser: AdvertiserId,
        asset: AssetId,
    ) -> Result<Vec<ConnectionId>> {
        let lines = sqlx::query_scalar!(
            r#"SELECT id AS "id: ConnectionId" FROM connection WHERE advertiser_id = $1 AND asset_id = $2 ORDER BY id"#,
            advertiser.uuid(),
            asset.uuid(),
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(lines)
    }

    /// Lets the asset go, and the phone numbers that hang on it.
    async fn let_go(&mut self, advertiser: AdvertiserId, moved: &Moved) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE asset SET moved_at = $3, token_sealed = NULL
             WHERE advertiser_id = $1 AND moved_at IS NULL
               AND (id = $2 OR kind = 'phone_number' AND parent_meta_id = $4)",
            advertiser.uuid(),
            moved.asset.uuid(),
            now,
            moved.meta_id,
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
