//! Forgetting with age. What is known of events leaves week by week, by the partner's setting; what they hold is erased
//! earlier, after as many days as their advertiser's setting says.

use chrono::{DateTime, TimeDelta, Utc};
use domain::AdvertiserId;

use crate::{Backend, Result, Scope};

/// Payloads erased in one transaction.
const SLICE: i64 = 5_000;

impl Backend {
    /// Drops what is too old and erases what events hold. For a nightly job.
    ///
    /// # Errors
    /// When the database fails; a table that is busy is dropped the next time.
    pub(crate) async fn forget_old(&self) -> Result<()> {
        self.erase_old_payloads().await?;
        self.drop_old_partitions().await
    }

    async fn drop_old_partitions(&self) -> Result<()> {
        let now = self.clock().now();
        while let Some(name) = sqlx::query_scalar!("SELECT drop_old_partition($1)", now)
            .fetch_one(self.0.database.partner())
            .await?
        {
            tracing::info!(partition = name, "A week of history was dropped.");
        }
        Ok(())
    }

    async fn erase_old_payloads(&self) -> Result<()> {
        let advertisers = sqlx::query!(
            r#"SELECT advertiser.id AS "id: AdvertiserId", coalesce(advertiser.payload_days, partner.payload_days) AS "days!"
               FROM advertiser CROSS JOIN partner"#
        )
        .fetch_all(self.0.database.partner())
        .await?;
        let now = self.clock().now();
        for row in advertisers {
            let before = now - TimeDelta::days(row.days.into());
            let erased = self.erase_payloads_before(row.id, before).await?;
            if erased > 0 {
                tracing::info!(advertiser.id = %row.id, erased, "What old events held was erased.");
            }
        }
        Ok(())
    }

    async fn erase_payloads_before(
        &self,
        advertiser: AdvertiserId,
        before: DateTime<Utc>,
    ) -> Result<u64> {
        let mut erased = 0;
        loop {
            let mut tx = self.begin_for(&Scope::system(), advertiser).await?;
            let slice = sqlx::query!(
                "DELETE FROM event_payload WHERE advertiser_id = $1 AND id IN (
                     SELECT id FROM event_payload WHERE advertiser_id = $1 AND id < uuid_from($2) LIMIT $3)",
                advertiser.uuid(),
                before,
                SLICE,
            )
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
            erased += slice.rows_affected();
            if slice.rows_affected() < SLICE.cast_unsigned() {
                return Ok(erased);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain::{EventId, EventState, Permission, Role, UnconfirmedPolicy};
    use sandbox::Effect;

    use crate::{
        AdvertiserDraft, Error, PartnerChange, Policies,
        error::Conflict,
        testing::{
            self,
            world::{Line, World},
        },
    };

    async fn keep(world: &World, metadata_weeks: u32, payload_days: u32) {
        let owner = world.db.staff(Role::Owner).await;
        let policies = Policies {
            unconfirmed: UnconfirmedPolicy::Hold,
            metadata_weeks,
            payload_days,
            silence_hours: 24,
            report_automatic: false,
        };
        let change = PartnerChange::Policies(policies);
        let backend = &world.db.backend;
        backend.save_partner(&owner, change).await.unwrap();
    }

    /// Lives through days as the jobs do.
    async fn live(world: &World, days: i64) {
        let backend = &world.db.backend;
        backend.clock().advance(TimeDelta::days(days));
        world.sandbox.state().clock().advance(TimeDelta::days(days));
        backend.make_partitions().await.unwrap();
        backend.forget_old().await.unwrap();
    }

    async fn payload(world: &World, id: EventId) -> String {
        let event = world.db.backend.event(&world.operator, id).await.unwrap();
        assert_eq!(event.payload_until.is_some(), !event.payload.is_empty());
        event.payload
    }

    async fn partitions(world: &World, of: &str) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM pg_inherits WHERE inhparent = $1::regclass")
            .bind(of)
            .fetch_one(&world.owner)
            .await
            .unwrap()
    }

    async fn unconfirmed(world: &World, line: &Line) -> EventId {
        world.fault(Effect::ResetAfterAccept, Some(1));
        let id = world.send(line).await;
        world.deliver().await;
        assert_eq!(world.state(id).await, EventState::Unconfirmed);
        id
    }

    #[tokio::test]
    async fn what_an_event_holds_is_erased_after_its_advertisers_days_and_no_longer_sent() {
        let world = World::start().await;
        keep(&world, 10, 14).await;
        let (short, long) = (
            world.connect("hana", "florist").await,
            world.connect("kenji", "sushi").await,
        );
        let draft = AdvertiserDraft {
            payload_days: Some(40),
            ..testing::advertiser_draft("sushi")
        };
        let backend = &world.db.backend;
        backend
            .edit_advertiser(&world.operator, long.advertiser, &draft)
            .await
            .unwrap();
        let (erased, kept) = (
            unconfirmed(&world, &short).await,
            unconfirmed(&world, &long).await,
        );

        live(&world, 13).await;
        assert!(payload(&world, erased).await.contains("Purchase"));
        live(&world, 2).await;
        assert_eq!(payload(&world, erased).await, "");
        assert!(payload(&world, kept).await.contains("Purchase"));
        let event = backend.event(&world.operator, erased).await.unwrap();
        assert!(event.can_resolve && !event.can_resend);
        assert_eq!(event.attempts[0].request, "", "nor what was sent");

        assert!(world.operator.may(Permission::ResolveEvents));
        let refused = backend.resend_event(&world.operator, erased).await;
        assert!(matches!(
            refused,
            Err(Error::Conflict(Conflict::PayloadErased))
        ));
        let many = backend.resend_events(&world.operator, &[erased]).await;
        assert_eq!(many.unwrap(), 0, "passed over");
        assert_eq!(world.state(erased).await, EventState::Unconfirmed);
        backend.accept_event(&world.operator, erased).await.unwrap();
        assert_eq!(world.state(erased).await, EventState::Delivered);

        live(&world, 26).await;
        assert_eq!(payload(&world, kept).await, "");
    }

    #[tokio::test]
    async fn history_is_dropped_by_weeks_and_webhooks_earlier() {
        let world = World::start().await;
        keep(&world, 6, 35).await;
        let line = world.connect("hana", "florist").await;
        let id = world.send(&line).await;
        world.deliver().await;
        let backend = &world.db.backend;
        sqlx::query(
            "INSERT INTO webhook_delivery (id, received_at, body_sealed) VALUES ($1, $2, '')",
        )
        .bind(backend.clock().mint::<uuid::Uuid>())
        .bind(backend.clock().now())
        .execute(&world.owner)
        .await
        .unwrap();
        let webhooks = async || -> i64 {
            sqlx::query_scalar("SELECT count(*) FROM webhook_delivery")
                .fetch_one(&world.owner)
                .await
                .unwrap()
        };
        live(&world, 23).await;
        assert_eq!(webhooks().await, 1, "nobody has read it yet");
        sqlx::query("UPDATE webhook_delivery SET split_at = received_at")
            .execute(&world.owner)
            .await
            .unwrap();
        live(&world, 0).await;
        assert_eq!(webhooks().await, 0);
        assert!(backend.event(&world.operator, id).await.is_ok());

        live(&world, 19).await;
        assert!(
            backend.event(&world.operator, id).await.is_ok(),
            "six weeks"
        );
        let before = partitions(&world, "event").await;
        live(&world, 7).await;
        let gone = backend.event(&world.operator, id).await;
        assert!(matches!(gone, Err(Error::NotFound(_))));
        assert!(partitions(&world, "event").await <= before);
        assert_eq!(
            partitions(&world, "event").await,
            partitions(&world, "attempt").await
        );
        // Life goes on in what is left, and running it twice does no harm.
        live(&world, 0).await;
        let again = world.send(&line).await;
        world.deliver().await;
        assert_eq!(world.state(again).await, EventState::Delivered);
    }
}
