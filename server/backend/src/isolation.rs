//! Proof that row-level security holds for every table that an advertiser owns, those of tomorrow included: they are
//! read from the catalogue, and one without rows to prove it with fails the test.

use domain::{AdvertiserId, Channel, Role};
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use uuid::Uuid;

use crate::{Backend, testing::world::World};

/// Tables and partitioned tables with an owner's column, and that column. Partitions are their parents' matter.
async fn owned_tables(owner: &PgPool) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT relname::text, CASE relname WHEN 'advertiser' THEN 'id' ELSE 'advertiser_id' END
         FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
           AND (relname = 'advertiser'
                OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'advertiser_id'))
         ORDER BY relname",
    )
    .fetch_all(owner)
    .await
    .unwrap()
}

/// Two advertisers with rows in every table.
async fn two_advertisers() -> (World, AdvertiserId, AdvertiserId) {
    let world = World::start().await;
    let (ours, theirs) = (
        world.connect("hana", "florist").await,
        world.connect("kenji", "sushi").await,
    );
    for line in [&ours, &theirs] {
        world.send(line).await;
        // An invitation that was accepted, and the membership it made.
        world
            .db
            .member(line.advertiser, Role::AdvertiserViewer)
            .await;
        world
            .db
            .backend
            .start_facebook_login(&world.operator, line.advertiser, Channel::Messenger, None)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO webhook_message (id, delivery_id, advertiser_id, kind, outcome, sent_at, received_at)
             VALUES ($1, $1, $2, 'message', 'contact', $3, $3)",
        )
        .bind(world.db.backend.clock().mint::<Uuid>())
        .bind(line.advertiser.uuid())
        .bind(world.db.backend.clock().now())
        .execute(&world.owner)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO inbound_hour (advertiser_id, asset_id, hour, messages, clicks)
             SELECT advertiser_id, id, $2, 1, 0 FROM asset WHERE advertiser_id = $1",
        )
        .bind(line.advertiser.uuid())
        .bind(world.db.backend.clock().now())
        .execute(&world.owner)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO contact_click (advertiser_id, id, contact_id, click_hash, click_sealed, at)
             VALUES ($1, $2, $3, '', '', $4)",
        )
        .bind(line.advertiser.uuid())
        .bind(world.db.backend.clock().mint::<Uuid>())
        .bind(line.contact.uuid())
        .bind(world.db.backend.clock().now())
        .execute(&world.owner)
        .await
        .unwrap();
        world
            .db
            .backend
            .hold_test_code(
                &world.operator,
                line.advertiser,
                line.connection,
                &"TEST1".parse().unwrap(),
            )
            .await
            .unwrap();
        let key = crate::KeyDraft {
            name: "Shop backend".parse().unwrap(),
            scopes: domain::KeyScope::ALL.iter().copied().collect(),
            days: None,
        };
        world
            .db
            .backend
            .add_api_key(&world.operator, Some(line.advertiser), &key)
            .await
            .unwrap();
        let link = crate::LinkDraft {
            kind: domain::LinkKind::Status,
            channels: Vec::new(),
            language: domain::Language::En,
            days: 7,
            is_trusted: false,
            email: None,
        };
        let backend = &world.db.backend;
        backend
            .add_link(&world.operator, line.advertiser, &link)
            .await
            .unwrap();
        sqlx::query("INSERT INTO mail (id, advertiser_id, kind, language, created_at) VALUES ($1, $2, 'a_letter', 'en', $3)")
            .bind(world.db.backend.clock().mint::<Uuid>())
            .bind(line.advertiser.uuid())
            .bind(world.db.backend.clock().now())
            .execute(&world.owner)
            .await
            .unwrap();
    }
    world.deliver().await;
    world.db.backend.visit_due().await.unwrap();
    world.db.backend.fold_event_hours().await.unwrap();
    for line in [&ours, &theirs] {
        world.send(line).await;
        unwell(&world, line).await;
    }
    world.deliver().await;
    (world, ours.advertiser, theirs.advertiser)
}

/// An incident that hits it, of which a notice tells.
async fn unwell(world: &World, line: &crate::testing::world::Line) {
    let backend = &world.db.backend;
    let mut tx = backend
        .begin_for(&world.db.system(), line.advertiser)
        .await
        .unwrap();
    crate::connections::set_health(
        &mut tx,
        line.advertiser,
        line.connection,
        domain::Health::Degraded,
        Some(domain::CauseKey::MetaFailed),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    sqlx::query(
        "WITH opened AS (INSERT INTO incident (id, cause, opened_at, closed_at) VALUES ($1, 'meta_failed', $4, $4))
         INSERT INTO incident_connection (advertiser_id, incident_id, connection_id, joined_at) VALUES ($2, $1, $3, $4)",
    )
    .bind(backend.clock().mint::<Uuid>())
    .bind(line.advertiser.uuid())
    .bind(line.connection.uuid())
    .bind(backend.clock().now())
    .execute(&world.owner)
    .await
    .unwrap();
}

async fn as_advertiser(
    backend: &Backend,
    advertiser: AdvertiserId,
) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut tx = backend.0.database.advertiser().begin().await.unwrap();
    sqlx::query("SELECT set_config('app.advertiser', $1, true)")
        .bind(advertiser.uuid().to_string())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx
}

async fn owners(connection: &mut PgConnection, table: &str, key: &str) -> Vec<Option<Uuid>> {
    let all = format!("SELECT DISTINCT {key} FROM {table}");
    sqlx::query_scalar(AssertSqlSafe(all))
        .fetch_all(connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn without_a_where_an_advertiser_sees_its_own_rows_alone() {
    let (world, ours, theirs) = two_advertisers().await;
    let tables = owned_tables(&world.owner).await;
    assert!(tables.len() >= 13, "{tables:?}");
    for (table, key) in &tables {
        let all = owners(&mut world.owner.acquire().await.unwrap(), table, key).await;
        assert!(
            all.contains(&Some(ours.uuid())) && all.contains(&Some(theirs.uuid())),
            "`two_advertisers` leaves no rows in {table}: nothing would be proved"
        );
        let mut tx = as_advertiser(&world.db.backend, ours).await;
        assert_eq!(
            owners(&mut tx, table, key).await,
            [Some(ours.uuid())],
            "{table}"
        );
        let mut nobody = world
            .db
            .backend
            .0
            .database
            .advertiser()
            .begin()
            .await
            .unwrap();
        assert_eq!(
            owners(&mut nobody, table, key).await,
            [],
            "{table}, with no advertiser named"
        );
    }
}

#[tokio::test]
async fn an_advertiser_writes_nothing_into_another() {
    let (world, ours, theirs) = two_advertisers().await;
    for (table, key) in owned_tables(&world.owner).await {
        let stolen = format!(
            "INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(own, jsonb_build_object('{key}', $1))).* FROM {table} own LIMIT 1"
        );
        let given = format!("UPDATE {table} SET {key} = $1");
        for sql in [stolen, given] {
            let mut tx = as_advertiser(&world.db.backend, ours).await;
            let refused = sqlx::query(AssertSqlSafe(sql.clone()))
                .bind(theirs.uuid())
                .execute(&mut *tx)
                .await;
            let refused = refused.expect_err(&sql);
            let code = refused
                .as_database_error()
                .and_then(|error| error.code().map(|code| code.into_owned()));
            assert_eq!(code.as_deref(), Some("42501"), "{sql}: {refused}");
        }
    }
}

#[tokio::test]
async fn security_is_forced_on_every_owned_table_and_no_partition_can_be_reached() {
    let (world, ..) = two_advertisers().await;
    for (table, _) in owned_tables(&world.owner).await {
        let forced: bool = sqlx::query_scalar(
            "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = $1::regclass",
        )
        .bind(&table)
        .fetch_one(&world.owner)
        .await
        .unwrap();
        assert!(forced, "{table}");
    }
    let reachable: Vec<String> = sqlx::query_scalar(
        "SELECT relname || ' by ' || rolname FROM pg_class, pg_roles
         WHERE relispartition AND relkind IN ('r', 'p') AND rolname LIKE 'patchbay\\_%'
           AND has_table_privilege(pg_roles.oid, pg_class.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    assert_eq!(reachable, [""; 0]);
    let partitions: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_class WHERE relispartition AND relkind = 'r'")
            .fetch_one(&world.owner)
            .await
            .unwrap();
    assert!(partitions > 20, "{partitions}");
}

#[tokio::test]
async fn another_advertisers_events_are_not_found() {
    let (world, ours, theirs) = two_advertisers().await;
    let backend = &world.db.backend;
    let scope = world.db.advertiser_scope(theirs, Role::AdvertiserAdmin);
    let page = backend
        .events(&world.operator, &Default::default())
        .await
        .unwrap();
    let id = page
        .rows
        .iter()
        .find(|row| row.advertiser_id == ours)
        .unwrap()
        .id;
    assert!(matches!(
        backend.event(&scope, id).await,
        Err(crate::Error::NotFound(_))
    ));
    assert!(matches!(
        backend.studio(&scope, ours).await,
        Err(crate::Error::NotFound(_))
    ));
    let filter = domain::console::EventFilter {
        advertiser: Some(ours),
        ..Default::default()
    };
    assert!(matches!(
        backend.events(&scope, &filter).await,
        Err(crate::Error::NotFound(_))
    ));
    let own = backend.events(&scope, &Default::default()).await.unwrap();
    assert!(own.rows.iter().all(|row| row.advertiser_id == theirs) && own.rows.len() == 2);
}
