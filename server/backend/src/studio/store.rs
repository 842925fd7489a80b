//! What the studio reads and writes: where an event goes, its lane, its row.

use chrono::DateTime;
use domain::{
    AdvertiserId, Channel, ConnectionId, ContactId, DatasetId, DatasetKind, EventDraft, EventId,
    LaneId, Why, console::StudioEvent,
};

use super::Target;
use crate::{Error, Result, Scope, Tx};

impl Tx {
    pub(super) async fn has_event(
        &mut self,
        advertiser: AdvertiserId,
        id: EventId,
    ) -> Result<bool> {
        let found = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM event WHERE advertiser_id = $1 AND id = $2) AS "exists!""#,
            advertiser.uuid(),
            id.uuid()
        );
        Ok(found.fetch_one(&mut **self).await?)
    }

    pub(super) async fn target(
        &mut self,
        advertiser: AdvertiserId,
        form: &StudioEvent,
    ) -> Result<Target> {
        let unknown = || Error::invalid("connection", Why::NotAChoice);
        let connection: ConnectionId = form.connection.parse().map_err(|_| unknown())?;
        sqlx::query_as!(
            Target,
            r#"SELECT connection.id AS "connection: ConnectionId", connection.channel AS "channel: Channel",
                      asset.meta_id AS asset_meta_id, dataset.id AS "dataset: DatasetId",
                      asset.dataset_kind AS "dataset_kind!: DatasetKind"
               FROM connection
               JOIN asset ON asset.advertiser_id = connection.advertiser_id AND asset.id = connection.asset_id
               JOIN dataset ON dataset.advertiser_id = connection.advertiser_id AND dataset.id = asset.dataset_id
               WHERE connection.advertiser_id = $1 AND connection.id = $2"#,
            advertiser.uuid(),
            connection.uuid(),
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or_else(unknown)
    }

    /// The lane of a target and test code, made when there is none.
    pub(super) async fn lane(
        &mut self,
        fresh: LaneId,
        advertiser: AdvertiserId,
        target: &Target,
        test_code: Option<&str>,
    ) -> Result<LaneId> {
        let now = self.now();
        sqlx::query!(
            "INSERT INTO lane (advertiser_id, id, dataset_id, connection_id, channel, test_code, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ON CONSTRAINT lane_once DO NOTHING",
            advertiser.uuid(),
            fresh.uuid(),
            target.dataset.uuid(),
            target.connection.uuid(),
            target.channel.as_str(),
            test_code.unwrap_or_default(),
            now,
        )
        .execute(&mut **self)
        .await?;
        let lane = sqlx::query_scalar!(
            r#"SELECT id AS "id: LaneId" FROM lane
               WHERE advertiser_id = $1 AND connection_id = $2 AND dataset_id = $3 AND channel = $4 AND test_code = $5"#,
            advertiser.uuid(),
            target.connection.uuid(),
            target.dataset.uuid(),
            target.channel.as_str(),
            test_code.unwrap_or_default(),
        );
        Ok(lane.fetch_one(&mut **self).await?)
    }

    /// False when the same form was faster on another way here.
    #[expect(
        clippy::too_many_arguments,
        reason = "the columns of a row come from as many places"
    )]
    pub(super) async fn insert_event(
        &mut self,
        scope: &Scope,
        advertiser: AdvertiserId,
        id: EventId,
        target: &Target,
        lane: LaneId,
        contact: ContactId,
        draft: &EventDraft,
    ) -> Result<bool> {
        let now = self.now();
        let event_time = DateTime::from_timestamp(draft.event_time, 0)
            .ok_or(Error::invalid("event_time", Why::NotAChoice))?;
        let data = &draft.custom_data;
        let inserted = sqlx::query!(
            "INSERT INTO event (advertiser_id, id, connection_id, dataset_id, lane_id, contact_id, channel, name,
                                event_time, external_id, order_id, value, currency, test_code, source, created_by,
                                accepted_at, state, state_at, due_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'studio', $15, $16, 'queued', $16, $16)
             ON CONFLICT ON CONSTRAINT event_pk DO NOTHING",
            advertiser.uuid(),
            id.uuid(),
            target.connection.uuid(),
            target.dataset.uuid(),
            lane.uuid(),
            contact.uuid(),
            target.channel.as_str(),
            draft.name,
            event_time,
            draft.event_id.as_deref().unwrap_or_default(),
            data.order_id,
            data.value,
            data.currency,
            draft.test_event_code.as_deref().unwrap_or_default(),
            scope.staff_id().map(domain::PersonId::uuid),
            now,
        )
        .execute(&mut **self)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }
}
