//! Connections as Meta's answers leave them.

use chrono::TimeDelta;
use domain::{Health, Role};
use sandbox::{Effect, Fault};

use crate::{
    Error,
    connect::testing::{Answers, HANA, Meta},
};

async fn health(meta: &Meta) -> (Health, Option<String>) {
    let (health, cause): (String, Option<String>) =
        sqlx::query_as("SELECT health, cause FROM connection")
            .fetch_one(meta.db.backend.0.database.partner())
            .await
            .unwrap();
    (health.parse().unwrap(), cause)
}

#[tokio::test]
async fn a_dead_token_asks_for_a_new_login_which_sends_what_was_parked() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let recheck = async || {
        meta.db
            .backend
            .recheck_connection(&operator, advertiser, connection)
            .await
            .unwrap()
    };
    assert_eq!(recheck().await, Health::Healthy);
    meta.sandbox
        .state()
        .add_fault(Fault::new(Effect::RevokeToken {
            person: Some("hana".into()),
            subcode: 460,
        }))
        .unwrap();
    assert_eq!(recheck().await, Health::Reconnect);
    assert_eq!(
        health(&meta).await,
        (Health::Reconnect, Some("password_changed".into()))
    );
    let shown = meta
        .db
        .backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap();
    assert!(shown.explanation.unwrap().remedy.contains("econnect"));

    let waiting = meta.park(advertiser, connection, TimeDelta::days(1)).await;
    let too_old = meta
        .park(advertiser, connection, TimeDelta::hours(7 * 24 - 1))
        .await;
    assert_eq!(
        meta.db
            .backend
            .connection(&operator, advertiser, connection)
            .await
            .unwrap()
            .parked,
        2
    );
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    meta.db
        .backend
        .choose_assets(&operator, advertiser, attempt, &[meta.page("florist")])
        .await
        .unwrap();
    let done = meta
        .db
        .backend
        .connect_attempt(&operator, advertiser, attempt)
        .await
        .unwrap();
    assert_eq!(done.released, 1, "{:?}", done.failure);
    assert_eq!(
        (meta.state_of(waiting).await, meta.state_of(too_old).await),
        ("queued".into(), "expired".into())
    );
    assert_eq!(health(&meta).await, (Health::Healthy, None));
    assert_eq!(recheck().await, Health::Healthy);
}

#[tokio::test]
async fn a_check_tells_what_is_wrong_from_what_will_pass() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let recheck = async || {
        meta.db
            .backend
            .recheck_connection(&operator, advertiser, connection)
            .await
            .unwrap()
    };
    let state = meta.sandbox.state();
    for effect in [
        Effect::HttpError {
            status: 502,
            body: String::new(),
        },
        Effect::Reset,
    ] {
        state.clear_faults();
        meta.fault(effect, "debug_token");
        assert_eq!(recheck().await, Health::Degraded);
        assert_eq!(
            health(&meta).await,
            (Health::Degraded, Some("meta_failed".into()))
        );
    }
    state.clear_faults();
    assert_eq!(recheck().await, Health::Healthy);

    meta.fault(
        Effect::RateLimit {
            code: 4,
            minutes: 5,
        },
        "dataset",
    );
    assert_eq!(
        recheck().await,
        Health::Healthy,
        "too many calls say nothing of the connection"
    );
    state.clear_faults();

    state
        .add_fault(Fault::new(Effect::DropPermission {
            permission: "page_events".into(),
        }))
        .unwrap();
    assert_eq!(recheck().await, Health::Reconnect);
    assert_eq!(health(&meta).await.1, Some("permission_missing".into()));
    let shown = meta
        .db
        .backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap();
    assert_eq!(shown.missing(true), [domain::MetaPermission::PageEvents]);
    meta.fault(Effect::Reset, "debug_token");
    assert_eq!(recheck().await, Health::Reconnect, "silence does not heal");
    state.clear_faults();
    assert_eq!(recheck().await, Health::Healthy);

    state
        .add_fault(Fault::new(Effect::UnlinkDataset).page("florist"))
        .unwrap();
    assert_eq!(recheck().await, Health::Misconfigured);
    assert_eq!(health(&meta).await.1, Some("dataset_unlinked".into()));
}

#[tokio::test]
async fn a_dataset_that_drifted_is_noticed_and_connecting_again_follows_it() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let recheck = async || {
        meta.db
            .backend
            .recheck_connection(&operator, advertiser, connection)
            .await
            .unwrap()
    };
    meta.sandbox
        .state()
        .add_fault(Fault::new(Effect::UnlinkDataset).page("florist"))
        .unwrap();
    // Somebody else makes the Page a new one.
    let token = meta
        .db
        .backend
        .sending_token(advertiser, connection)
        .await
        .unwrap()
        .unwrap();
    meta.db
        .backend
        .graph()
        .create_dataset(&token, &meta.page("florist"), None)
        .await
        .unwrap();
    assert_eq!(recheck().await, Health::Misconfigured);
    assert_eq!(health(&meta).await.1, Some("dataset_drifted".into()));

    let was = meta
        .db
        .backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap()
        .dataset
        .unwrap();
    let parked = meta.park(advertiser, connection, TimeDelta::hours(1)).await;
    meta.connect(&operator, advertiser, HANA).await;
    let now = meta
        .db
        .backend
        .connection(&operator, advertiser, connection)
        .await
        .unwrap();
    let dataset = now.dataset.unwrap();
    assert!(dataset.meta_id != was.meta_id && !dataset.was_created);
    assert_eq!((now.health, now.parked), (Health::Healthy, 0));
    assert_eq!(meta.state_of(parked).await, "queued");
    let target: (uuid::Uuid, uuid::Uuid) = sqlx::query_as(
        "SELECT event.dataset_id, lane.dataset_id FROM event JOIN lane ON lane.id = event.lane_id WHERE event.id = $1",
    )
    .bind(parked)
    .fetch_one(meta.db.backend.0.database.partner())
    .await
    .unwrap();
    assert_eq!(
        target,
        (dataset.id.uuid(), dataset.id.uuid()),
        "it goes to the dataset of today"
    );
    assert_eq!(recheck().await, Health::Healthy);
}

#[tokio::test]
async fn a_change_of_health_is_on_record_once() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    meta.fault(Effect::Reset, "debug_token");
    for _ in 0..2 {
        meta.db
            .backend
            .recheck_connection(&operator, advertiser, connection)
            .await
            .unwrap();
    }
    let changes: Vec<serde_json::Value> = sqlx::query_scalar(
        "SELECT detail FROM audit WHERE action = 'connection.health_changed' AND advertiser_id = $1 AND object_id = $2",
    )
    .bind(advertiser.uuid())
    .bind(connection.to_string())
    .fetch_all(meta.db.backend.0.database.partner())
    .await
    .unwrap();
    assert_eq!(
        changes,
        [serde_json::json!({ "from": "healthy", "to": "degraded", "cause": "meta_failed" })]
    );
}

#[tokio::test]
async fn another_tenant_sees_no_connection_and_support_checks_none() {
    let meta = Meta::start().await;
    let (operator, theirs, connection) = meta.connected().await;
    let ours = meta.db.advertiser("Ours").await;
    let oliver = Answers {
        person: "oliver",
        business: "bikes",
        pages: &["bikes"],
        without: &[],
    };
    let own = meta.connect(&operator, ours, oliver).await[0];
    let scope = meta.db.advertiser_scope(ours, Role::AdvertiserAdmin);
    let backend = &meta.db.backend;
    let seen = backend.connections(&scope, ours).await.unwrap();
    assert_eq!(seen.iter().map(|it| it.id).collect::<Vec<_>>(), [own]);
    assert!(matches!(
        backend.connections(&scope, theirs).await,
        Err(Error::NotFound(_))
    ));
    for advertiser in [ours, theirs] {
        assert!(matches!(
            backend.connection(&scope, advertiser, connection).await,
            Err(Error::NotFound(_))
        ));
        assert!(matches!(
            backend
                .recheck_connection(&scope, advertiser, connection)
                .await,
            Err(Error::NotFound(_))
        ));
    }
    let viewer = meta.db.advertiser_scope(ours, Role::AdvertiserViewer);
    assert!(backend.connection(&viewer, ours, own).await.is_ok());
    assert!(matches!(
        backend.recheck_connection(&viewer, ours, own).await,
        Err(Error::Forbidden)
    ));
    let support = meta.db.staff(Role::Support).await;
    assert!(
        backend
            .connection(&support, theirs, connection)
            .await
            .is_ok()
    );
    assert!(matches!(
        backend
            .recheck_connection(&support, theirs, connection)
            .await,
        Err(Error::Forbidden)
    ));
}
