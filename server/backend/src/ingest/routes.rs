//! Where the events of a dataset may go: the connections that it serves, and their lanes. Asked of the database once in
//! two seconds, however many requests come.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{AdvertiserId, AssetId, Channel, ConnectionId, DatasetId, DatasetKind, LaneId};

use crate::{Backend, Error, Result, Scope, recent::Recent};

/// For how long an answer is not asked for again.
const HOLDS: TimeDelta = TimeDelta::seconds(2);

/// One connection that a dataset serves.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub advertiser: AdvertiserId,
    pub connection: ConnectionId,
    pub channel: Channel,
    pub asset: AssetId,
    /// The Page's, the Instagram account's, or the WhatsApp Business Account's id at Meta.
    pub asset_meta_id: String,
    pub dataset: DatasetId,
    pub kind: DatasetKind,
}

impl Route {
    /// A Page's dataset also takes what came of clicks on that Page's ads to WhatsApp, named by the Page and the click: the
    /// one form of WhatsApp that Meta's server-side SDK classes can express (`meta-platform.md` 4.2).
    fn of_clicks(&self) -> Option<Self> {
        (self.kind == DatasetKind::Page).then(|| Self {
            channel: Channel::Whatsapp,
            kind: DatasetKind::PageLinkedWhatsapp,
            ..self.clone()
        })
    }
}

/// What was asked a moment ago.
pub(crate) struct RecentRoutes {
    routes: Recent<(Option<AdvertiserId>, String), Arc<[Route]>>,
    lanes: Recent<(ConnectionId, DatasetId, Channel, String), LaneId>,
}

impl Default for RecentRoutes {
    fn default() -> Self {
        Self {
            routes: Recent::new(HOLDS),
            lanes: Recent::new(HOLDS),
        }
    }
}

impl Backend {
    /// The connections that a dataset serves and that the scope may send for; at least one. Those that were cut, and
    /// those of an advertiser that is archived or being erased, take nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(super) async fn routes(&self, scope: &Scope, dataset: &str) -> Result<Arc<[Route]>> {
        let now = self.clock().now();
        let asked = (scope.only(), dataset.to_owned());
        let recent = &self.0.recent_routes.routes;
        if let Some(routes) = recent.get(now, &asked) {
            return Ok(routes);
        }
        let mut tx = self.begin(scope).await?;
        let mut routes = sqlx::query_as!(
            Route,
            r#"SELECT connection.advertiser_id AS "advertiser: AdvertiserId", connection.id AS "connection: ConnectionId",
                      connection.channel AS "channel: Channel", asset.id AS "asset: AssetId",
                      asset.meta_id AS asset_meta_id, dataset.id AS "dataset: DatasetId",
                      asset.dataset_kind AS "kind!: DatasetKind"
               FROM dataset
               JOIN asset ON asset.advertiser_id = dataset.advertiser_id AND asset.dataset_id = dataset.id
               JOIN connection ON connection.advertiser_id = asset.advertiser_id AND connection.asset_id = asset.id
               JOIN advertiser ON advertiser.id = dataset.advertiser_id
               WHERE dataset.meta_id = $1 AND connection.health <> 'disconnected' AND asset.moved_at IS NULL
                 AND advertiser.archived_at IS NULL AND advertiser.erasing_at IS NULL
               ORDER BY connection.id"#,
            dataset,
        )
        .fetch_all(&mut *tx)
        .await?;
        if routes.is_empty() {
            return Err(Error::NotFound("dataset"));
        }
        let by_page: Vec<_> = routes.iter().filter_map(Route::of_clicks).collect();
        routes.extend(by_page);
        let routes: Arc<[Route]> = routes.into();
        recent.put(now, asked, routes.clone());
        Ok(routes)
    }

    /// The lane of a route and test code, made when there is none. Its row is written outside of the transaction that
    /// takes events, and never changed by it.
    pub(super) async fn lane_for(
        &self,
        scope: &Scope,
        route: &Route,
        test_code: &str,
    ) -> Result<LaneId> {
        let now = self.clock().now();
        let asked = (
            route.connection,
            route.dataset,
            route.channel,
            test_code.to_owned(),
        );
        let recent = &self.0.recent_routes.lanes;
        if let Some(lane) = recent.get(now, &asked) {
            return Ok(lane);
        }
        let mut tx = self.begin_for(scope, route.advertiser).await?;
        let fresh = tx.mint();
        let lane = tx.lane(fresh, route, test_code).await?;
        tx.commit().await?;
        recent.put(now, asked, lane);
        Ok(lane)
    }
}

impl crate::Tx {
    /// The lane of a route and test code, made when there is none.
    pub(crate) async fn lane(
        &mut self,
        fresh: LaneId,
        route: &Route,
        test_code: &str,
    ) -> Result<LaneId> {
        let now = self.now();
        sqlx::query!(
            "INSERT INTO lane (advertiser_id, id, dataset_id, connection_id, channel, test_code, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ON CONSTRAINT lane_once DO NOTHING",
            route.advertiser.uuid(),
            fresh.uuid(),
            route.dataset.uuid(),
            route.connection.uuid(),
            route.channel.as_str(),
            test_code,
            now,
        )
        .execute(&mut **self)
        .await?;
        let lane = sqlx::query_scalar!(
            r#"SELECT id AS "id: LaneId" FROM lane
               WHERE advertiser_id = $1 AND connection_id = $2 AND dataset_id = $3 AND channel = $4 AND test_code = $5"#,
            route.advertiser.uuid(),
            route.connection.uuid(),
            route.dataset.uuid(),
            route.channel.as_str(),
            test_code,
        );
        Ok(lane.fetch_one(&mut **self).await?)
    }
}
