//! A Page that is connected, without walking through Meta's login.

use domain::{AdvertiserId, ConnectionId};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::TestBackend;

impl TestBackend {
    /// An advertiser's Page, healthy and with a dataset, both by their ids at Meta. There is no token behind it: nothing
    /// can be sent.
    pub async fn connected_page(
        &self,
        advertiser: AdvertiserId,
        page: &str,
        dataset: &str,
    ) -> ConnectionId {
        let clock = self.backend.clock();
        let connection: ConnectionId = clock.mint();
        let [credential_id, dataset_id, asset_id]: [Uuid; 3] =
            std::array::from_fn(|_| clock.mint());
        let mut owner = PgConnection::connect_with(&self.owner)
            .await
            .expect("the owner may connect");
        for sql in [
            "INSERT INTO credential (advertiser_id, id, kind, person_id, person_name_sealed, scopes, state, created_at)
             VALUES ($1, $2, 'user', '1', '', '{}', 'valid', $6)",
            "INSERT INTO dataset (advertiser_id, id, meta_id, name, was_created, created_at)
             VALUES ($1, $3, $7, '', true, $6)",
            "INSERT INTO asset (advertiser_id, id, kind, meta_id, name, business_name, tasks, dataset_id, dataset_kind, created_at)
             VALUES ($1, $4, 'page', $8, 'Florist', '', '{}', $3, 'page', $6)",
            "INSERT INTO connection (advertiser_id, id, channel, asset_id, credential_id, health, health_since, webhook_fields, created_at)
             VALUES ($1, $5, 'messenger', $4, $2, 'healthy', $6, '{}', $6)",
        ] {
            // Every statement takes all of them, so that each has its type.
            let sql = format!(
                "WITH given AS (SELECT $1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::timestamptz, $7::text, $8::text) {sql}"
            );
            sqlx::query(sqlx::AssertSqlSafe(sql))
                .bind(advertiser.uuid())
                .bind(credential_id)
                .bind(dataset_id)
                .bind(asset_id)
                .bind(connection.uuid())
                .bind(clock.now())
                .bind(dataset)
                .bind(page)
                .execute(&mut owner)
                .await
                .expect("the row fits");
        }
        owner.close().await.expect("it closes");
        connection
    }
}
