//! The dataset that somebody links in Events Manager, found and followed.

use domain::{Health, console::DatasetToday};

use super::super::testing::Meta;

#[tokio::test]
async fn a_dataset_linked_elsewhere_is_seen_when_asked_and_followed_when_told() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let backend = &meta.db.backend;
    let dataset = async || {
        let connection = backend
            .connection(&operator, advertiser, connection)
            .await
            .unwrap();
        (connection.dataset.unwrap(), connection.health)
    };
    let check = async || {
        backend
            .check_dataset(&operator, advertiser, connection)
            .await
    };
    let (recorded, _) = dataset().await;
    assert_eq!(recorded.today, DatasetToday::Same, "it was linked just now");

    let page = meta.page("florist");
    let state = meta.sandbox.state();
    state.link_dataset(&page, None).unwrap();
    check().await.unwrap();
    assert_eq!(dataset().await.0.today, DatasetToday::Missing);
    backend
        .adopt_dataset(&operator, advertiser, connection)
        .await
        .unwrap();
    assert_eq!(
        dataset().await.0.meta_id,
        recorded.meta_id,
        "none to follow"
    );

    let token = backend
        .sending_token(advertiser, connection)
        .await
        .unwrap()
        .unwrap();
    let other = backend
        .graph()
        .create_dataset(&token, &page, None)
        .await
        .unwrap();
    check().await.unwrap();
    let (seen, _) = dataset().await;
    assert_eq!(seen.today, DatasetToday::Another(other.id.clone()));
    assert_eq!(seen.meta_id, recorded.meta_id, "asking changes nothing");

    backend
        .adopt_dataset(&operator, advertiser, connection)
        .await
        .unwrap();
    let (now, health) = dataset().await;
    assert_eq!(
        (now.today, now.meta_id, now.was_created),
        (DatasetToday::Same, other.id, false)
    );
    assert_eq!(health, Health::Healthy);
}

#[tokio::test]
async fn what_meta_refuses_to_tell_is_an_error_and_no_finding() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    meta.fault(super::refusal(), "dataset");
    let backend = &meta.db.backend;
    let refused = backend
        .check_dataset(&operator, advertiser, connection)
        .await;
    assert!(matches!(refused, Err(crate::Error::Graph(_))));
    let support = meta.db.staff(domain::Role::Support).await;
    let forbidden = backend
        .check_dataset(&support, advertiser, connection)
        .await;
    assert!(matches!(forbidden, Err(crate::Error::Forbidden)));
}
