//! Subscribing again.

use domain::{Channel, Health, Role};
use sandbox::{Effect, Fault};

use super::ward::{Break, Ward};
use crate::{Error, connect::testing::Meta, error::Conflict};

#[tokio::test]
async fn subscribing_again_heals_on_every_channel_and_is_audited() {
    for channel in Channel::ALL {
        let ward = Ward::open(*channel).await;
        let backend = &ward.meta.db.backend;
        ward.inflict(&Break::Subscription(&[])).await;
        assert_eq!(ward.recheck().await, Health::Misconfigured, "{channel}");
        assert!(ward.examination().await.needs_subscription);
        let connection = || backend.connection(&ward.operator, ward.advertiser, ward.connection);
        assert!(connection().await.unwrap().needs_subscription);

        let support = ward.meta.db.staff(Role::Support).await;
        let refused = backend
            .subscribe_again(&support, ward.advertiser, ward.connection)
            .await;
        assert!(matches!(refused, Err(Error::Forbidden)));
        let health = backend
            .subscribe_again(&ward.operator, ward.advertiser, ward.connection)
            .await
            .unwrap();
        assert_eq!(health, Health::Healthy, "{channel}");
        let shown = connection().await.unwrap();
        assert!(!shown.needs_subscription && !shown.webhook_fields.is_empty());
        let audited: i64 =
            sqlx::query_scalar("SELECT count(*) FROM audit WHERE action = 'connection.subscribed'")
                .fetch_one(backend.0.database.partner())
                .await
                .unwrap();
        assert_eq!(audited, 1);
    }
}

#[tokio::test]
async fn what_meta_refuses_is_told_and_what_cannot_subscribe_is_not_asked() {
    let ward = Ward::open(Channel::Messenger).await;
    let backend = &ward.meta.db.backend;
    let fault = Fault::new(Effect::DropPermission {
        permission: "pages_manage_metadata".into(),
    });
    ward.meta.sandbox.state().add_fault(fault).unwrap();
    let subscribe = || backend.subscribe_again(&ward.operator, ward.advertiser, ward.connection);
    assert!(matches!(subscribe().await, Err(Error::Graph(_))));
    let pool = sqlx::PgPool::connect_with(ward.meta.db.owner.clone())
        .await
        .unwrap();
    sqlx::query("UPDATE asset SET token_sealed = NULL")
        .execute(&pool)
        .await
        .unwrap();
    assert!(matches!(
        subscribe().await,
        Err(Error::Conflict(Conflict::NoSubscription))
    ));
}

#[tokio::test]
async fn an_incident_of_ended_subscriptions_is_mended_at_once() {
    let meta = Meta::start().await;
    let operator = meta.db.staff(Role::Operator).await;
    let backend = &meta.db.backend;
    let mut hit = Vec::new();
    for (person, business, page) in [
        ("hana", "florist", "florist"),
        ("kenji", "sushi", "sushi"),
        ("oliver", "bikes", "bikes"),
    ] {
        let advertiser = meta.db.advertiser(page).await;
        let answers = crate::connect::testing::Answers {
            person,
            business,
            pages: &[page],
            without: &[],
        };
        let connection = meta.connect(&operator, advertiser, answers).await[0];
        let subject = backend
            .subject(&operator, advertiser, connection)
            .await
            .unwrap();
        let token = subject.page_token.unwrap();
        let graph = backend.graph();
        graph.unsubscribe_page(&token, &subject.page).await.unwrap();
        let health = backend
            .recheck_connection(&operator, advertiser, connection)
            .await
            .unwrap();
        assert_eq!(health, Health::Misconfigured);
        hit.push((advertiser, connection));
    }
    backend.tell().await.unwrap();
    let matrix = backend
        .matrix(&operator, &Default::default())
        .await
        .unwrap();
    let [incident] = matrix.incidents.as_slice() else {
        panic!("{:?}", matrix.incidents)
    };
    assert!(incident.cause.needs_subscription());
    let done = backend.subscribe_incident(&operator, incident.id).await;
    assert_eq!(done.unwrap(), 3);
    for (advertiser, connection) in hit {
        let shown = backend.connection(&operator, advertiser, connection).await;
        assert_eq!(shown.unwrap().health, Health::Healthy);
    }
    backend.tell().await.unwrap();
    let over = backend.subscribe_incident(&operator, incident.id).await;
    assert!(matches!(over, Err(Error::NotFound(_))));
}
