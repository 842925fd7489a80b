//! Connections: an advertiser's asset, the token that speaks for it, the dataset that its events go to.

mod disconnect;
mod drift;
mod health;
mod listing;
mod moving;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod undo_tests;

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, AssetId, AssetKind, CauseKey, Channel, ConnectionId, CredentialId, DatasetId,
    DatasetKind, Health, Language, LeftAtMeta, MetaPermission, Permission,
    console::{ConnectedAsset, ConnectedDataset, Connection, DatasetToday, HeldAsset},
    standings,
};
use graph::AccessToken;

use crate::{Backend, Error, Result, Scope, Tx, advertisers::moment, explain::explain};

pub use listing::ListedConnection;

pub(crate) use health::{heal, release_parked, set_health};

/// A connection with what it hangs on.
struct Row {
    id: ConnectionId,
    channel: Channel,
    health: Health,
    cause: Option<CauseKey>,
    health_since: DateTime<Utc>,
    webhook_fields: Vec<String>,
    last_inbound_at: Option<DateTime<Utc>>,
    last_accepted_at: Option<DateTime<Utc>>,
    asset_id: AssetId,
    asset_kind: AssetKind,
    asset_meta_id: String,
    asset_name: String,
    business_name: String,
    dataset_id: Option<DatasetId>,
    dataset_meta_id: Option<String>,
    dataset_name: Option<String>,
    dataset_kind: Option<DatasetKind>,
    dataset_was_created: Option<bool>,
    linked_meta_id: Option<String>,
    linked_at: Option<DateTime<Utc>>,
    shares_with: Vec<String>,
    phone_numbers: Vec<String>,
    credential_id: CredentialId,
    person_name_sealed: Vec<u8>,
    is_limited: bool,
    scopes: Vec<String>,
    scopes_before: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    awaits_confirmation: bool,
    parked: i64,
    is_moved: bool,
    left_at_meta: Option<LeftAtMeta>,
    client_business_id: Option<String>,
}

impl Backend {
    /// An advertiser's connections, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown advertiser and for another tenant's.
    pub async fn connections(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
    ) -> Result<Vec<Connection>> {
        scope.require(Permission::ViewAdvertisers)?;
        self.connection_rows(scope, advertiser, None).await
    }

    /// One connection.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn connection(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        id: ConnectionId,
    ) -> Result<Connection> {
        scope.require(Permission::ViewAdvertisers)?;
        self.connection_rows(scope, advertiser, Some(id))
            .await?
            .pop()
            .ok_or(Error::NotFound("connection"))
    }

    async fn connection_rows(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        only: Option<ConnectionId>,
    ) -> Result<Vec<Connection>> {
        let mut tx = self.begin_for(scope, advertiser).await?;
        let zone = tx.advertiser(advertiser).await?.time_zone;
        let rows = tx.connection_rows(advertiser, only).await?;
        drop(tx);
        rows.into_iter()
            .map(|row| self.shown(scope.language(), &zone, advertiser, row))
            .collect()
    }

    fn shown(
        &self,
        language: Language,
        zone: &str,
        advertiser: AdvertiserId,
        row: Row,
    ) -> Result<Connection> {
        let today = match (
            row.linked_meta_id.as_deref(),
            row.dataset_meta_id.as_deref(),
        ) {
            (None, _) => DatasetToday::Unknown,
            (Some(""), _) => DatasetToday::Missing,
            (Some(linked), Some(recorded)) if linked == recorded => DatasetToday::Same,
            (Some(linked), _) => DatasetToday::Another(linked.to_owned()),
        };
        let is_visible = is_visible_to_advertiser(&row.business_name, &row.scopes);
        let dataset = match (row.dataset_id, row.dataset_meta_id, row.dataset_kind) {
            (Some(id), Some(meta_id), Some(kind)) => Some(ConnectedDataset {
                id,
                events_manager_url: self
                    .events_manager_url(&meta_id, row.client_business_id.as_deref())?,
                meta_id,
                name: row.dataset_name.unwrap_or_default(),
                kind,
                was_created: row.dataset_was_created.unwrap_or_default(),
                is_visible_to_advertiser: is_visible,
                today,
                asked: row.linked_at.map(|at| moment(zone, at)),
                shares_with: row.shares_with,
            }),
            _ => None,
        };
        Ok(Connection {
            id: row.id,
            channel: row.channel,
            asset: ConnectedAsset {
                id: row.asset_id,
                kind: row.asset_kind,
                meta_id: row.asset_meta_id,
                name: row.asset_name,
                business_name: row.business_name,
                phone_numbers: row.phone_numbers,
                is_moved: row.is_moved,
            },
            left_at_meta: row.left_at_meta,
            dataset,
            health: row.health,
            health_since: moment(zone, row.health_since),
            explanation: row
                .cause
                .filter(|_| row.health != Health::Healthy)
                .map(|cause| explain(language, cause)),
            needs_subscription: row.health == Health::Misconfigured
                && row.cause.is_some_and(CauseKey::needs_subscription),
            person_name: self.open_person_name(
                advertiser,
                row.credential_id,
                &row.person_name_sealed,
            )?,
            is_limited: row.is_limited,
            // What another app's token may do shows when an event goes out.
            permissions: match row.is_limited {
                true => Vec::new(),
                false => standings(row.channel, &row.scopes, &row.scopes_before),
            },
            scopes: row.scopes,
            expires: row.expires_at.map(|at| moment(zone, at)),
            webhook_fields: row.webhook_fields,
            last_inbound: row.last_inbound_at.map(|at| moment(zone, at)),
            last_accepted: row.last_accepted_at.map(|at| moment(zone, at)),
            awaits_confirmation: row.awaits_confirmation,
            parked: row.parked,
        })
    }

    /// Where the dataset is in Events Manager; in the advertiser's portfolio, where it is known which that is: whoever has
    /// several would have to look for it.
    fn events_manager_url(&self, dataset: &str, business: Option<&str>) -> Result<String> {
        let base = &self.config().events_manager_url;
        // Meta's own address has two parts more than a simulated one's.
        let list = if base.path().contains("events_manager2") {
            "list/dataset/"
        } else {
            ""
        };
        let mut url = base
            .join(&format!("{list}{dataset}/overview"))
            .map_err(|_| Error::Internal("the Events Manager URL takes no path"))?;
        if let Some(business) = business {
            url.query_pairs_mut().append_pair("business_id", business);
        }
        Ok(url.into())
    }

    /// What an advertiser holds without a connection on it: moved here from another one, or chosen when connecting stopped.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn held_assets(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
    ) -> Result<Vec<HeldAsset>> {
        scope.require(Permission::ViewAdvertisers)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let held = sqlx::query_as!(
            HeldAsset,
            r#"SELECT kind AS "kind: AssetKind", name FROM asset
               WHERE advertiser_id = $1 AND moved_at IS NULL AND kind <> 'phone_number'
                 AND NOT EXISTS (SELECT FROM connection
                                 WHERE connection.advertiser_id = $1 AND connection.asset_id = asset.id)
               ORDER BY id"#,
            advertiser.uuid()
        )
        .fetch_all(&mut *tx)
        .await?;
        Ok(held)
    }

    /// Confirms what somebody connected by a link: its live events, which have waited, go out. Answers how many.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where nothing waits for it.
    pub async fn confirm_connection(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        id: ConnectionId,
    ) -> Result<i64> {
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.active_advertiser(advertiser).await?;
        let health = sqlx::query_scalar!(
            r#"UPDATE connection SET awaits_confirmation = false
               WHERE advertiser_id = $1 AND id = $2 AND awaits_confirmation RETURNING health AS "health: Health""#,
            advertiser.uuid(),
            id.uuid()
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound("connection that waits"))?;
        // What is broken besides keeps its events until it heals.
        let released = match health {
            Health::Healthy | Health::Degraded => release_parked(&mut tx, advertiser, id).await?,
            Health::Reconnect | Health::Misconfigured | Health::Disconnected => 0,
        };
        let detail = serde_json::json!({ "released": released });
        tx.audit_with("connection.confirmed", id, detail).await?;
        tx.commit().await?;
        self.0.due.notify_one();
        Ok(released)
    }

    /// The token that a connection's events go out with. None once it was dropped or the connection was cut.
    pub(crate) async fn sending_token(
        &self,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<Option<AccessToken>> {
        let mut tx = self.begin_for(&Scope::system(), advertiser).await?;
        let credential = match tx.credential_of(advertiser, connection).await {
            Err(Error::NotFound(_)) => return Ok(None),
            credential => credential?,
        };
        match self.credential_token(&mut tx, advertiser, credential).await {
            Err(Error::NotFound(_)) => Ok(None),
            token => token.map(Some),
        }
    }
}

/// Meta puts a dataset where the advertiser sees it only when a business owns the asset and we may manage that business.
pub(crate) fn is_visible_to_advertiser(business_name: &str, scopes: &[String]) -> bool {
    !business_name.is_empty()
        && scopes
            .iter()
            .any(|scope| scope == MetaPermission::BusinessManagement.as_str())
}

impl Tx {
    async fn credential_of(
        &mut self,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<CredentialId> {
        sqlx::query_scalar!(
            r#"SELECT credential_id AS "id: CredentialId" FROM connection
               WHERE advertiser_id = $1 AND id = $2 AND health <> 'disconnected'"#,
            advertiser.uuid(),
            connection.uuid()
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("connection"))
    }

    async fn connection_rows(
        &mut self,
        advertiser: AdvertiserId,
        only: Option<ConnectionId>,
    ) -> Result<Vec<Row>> {
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT connection.id AS "id: ConnectionId", connection.channel AS "channel: Channel",
                      health AS "health: Health", cause AS "cause: CauseKey", health_since, webhook_fields, awaits_confirmation,
                      last_inbound_at, last_accepted_at,
                      asset.id AS "asset_id: AssetId", asset.kind AS "asset_kind: AssetKind",
                      asset.meta_id AS asset_meta_id, asset.name AS asset_name, business_name,
                      dataset.id AS "dataset_id?: DatasetId", dataset.meta_id AS "dataset_meta_id?",
                      dataset.name AS "dataset_name?", asset.dataset_kind AS "dataset_kind: DatasetKind",
                      dataset.was_created AS "dataset_was_created?", linked_meta_id, linked_at,
                      ARRAY(SELECT other.name FROM asset AS other
                            WHERE other.advertiser_id = $1 AND other.dataset_id = asset.dataset_id
                              AND other.id <> asset.id ORDER BY other.name) AS "shares_with!",
                      ARRAY(SELECT phone.name FROM asset AS phone
                            WHERE phone.advertiser_id = $1 AND phone.kind = 'phone_number'
                              AND phone.parent_meta_id = asset.meta_id ORDER BY phone.name) AS "phone_numbers!",
                      asset.moved_at IS NOT NULL AS "is_moved!", left_at_meta AS "left_at_meta: LeftAtMeta",
                      credential.id AS "credential_id: CredentialId", person_name_sealed, is_limited, scopes, scopes_before, expires_at,
                      client_business_id,
                      (SELECT count(*) FROM event
                       WHERE event.advertiser_id = $1 AND event.connection_id = connection.id
                         AND event.state = 'parked') AS "parked!"
               FROM connection
               JOIN asset ON asset.advertiser_id = $1 AND asset.id = connection.asset_id
               JOIN credential ON credential.advertiser_id = $1 AND credential.id = connection.credential_id
               LEFT JOIN dataset ON dataset.advertiser_id = $1 AND dataset.id = asset.dataset_id
               WHERE connection.advertiser_id = $1 AND ($2::uuid IS NULL OR connection.id = $2)
               ORDER BY connection.id"#,
            advertiser.uuid(),
            only.map(ConnectionId::uuid),
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows)
    }
}
