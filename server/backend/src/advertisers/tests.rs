//! What holds of one advertiser and of the list.

use domain::{Role, console::AdvertiserFilter};

use super::*;
use crate::testing;

#[tokio::test]
async fn an_advertiser_is_added_found_edited_put_away_and_brought_back() {
    let db = testing::backend().await;
    let operator = db.staff(Role::Operator).await;
    let id = db
        .backend
        .add_advertiser(&operator, &testing::advertiser_draft("Hana 50% Florist"))
        .await
        .unwrap();
    db.backend
        .add_advertiser(&operator, &testing::advertiser_draft("Sora Bikes"))
        .await
        .unwrap();

    let search = async |search: &str, archived| {
        let filter = AdvertiserFilter {
            search: search.into(),
            archived,
            ..AdvertiserFilter::default()
        };
        let page = db.backend.advertisers(&operator, &filter).await.unwrap();
        assert_eq!(page.next, None);
        page.rows
            .into_iter()
            .map(|row| row.advertiser.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(search("", false).await, ["Sora Bikes", "Hana 50% Florist"]);
    assert_eq!(search("hana", false).await, ["Hana 50% Florist"]);
    assert_eq!(search("50%", false).await, ["Hana 50% Florist"]);
    assert_eq!(search("a_a", false).await, [""; 0]);

    db.backend
        .edit_advertiser(&operator, id, &testing::advertiser_draft("Hana"))
        .await
        .unwrap();
    db.backend.archive_advertiser(&operator, id).await.unwrap();
    assert_eq!(search("", false).await, ["Sora Bikes"]);
    assert_eq!(search("", true).await, ["Hana"]);
    let refused = db
        .backend
        .edit_advertiser(&operator, id, &testing::advertiser_draft("Again"))
        .await;
    assert!(matches!(
        refused,
        Err(Error::Conflict(Conflict::AdvertiserArchived))
    ));
    db.backend.restore_advertiser(&operator, id).await.unwrap();
    assert_eq!(search("", false).await, ["Sora Bikes", "Hana"]);
}

#[tokio::test]
async fn a_name_is_taken_once_whatever_its_case() {
    let db = testing::backend().await;
    let operator = db.staff(Role::Operator).await;
    db.backend
        .add_advertiser(&operator, &testing::advertiser_draft("Hana"))
        .await
        .unwrap();
    let again = db
        .backend
        .add_advertiser(&operator, &testing::advertiser_draft("HANA"))
        .await;
    assert!(matches!(
        again,
        Err(Error::Conflict(Conflict::AdvertiserName))
    ));
    let unknown = AdvertiserDraft {
        time_zone: "Mars/Olympus".into(),
        ..testing::advertiser_draft("Other")
    };
    assert!(matches!(
        db.backend.add_advertiser(&operator, &unknown).await,
        Err(Error::Invalid {
            field: "time_zone",
            ..
        })
    ));
}

#[tokio::test]
async fn another_advertiser_is_not_found_and_support_changes_nothing() {
    let db = testing::backend().await;
    let (ours, theirs) = (db.advertiser("Ours").await, db.advertiser("Theirs").await);
    let ours_only = db.advertiser_scope(ours, Role::AdvertiserAdmin);
    assert!(db.backend.advertiser(&ours_only, ours).await.is_ok());
    assert!(matches!(
        db.backend.advertiser(&ours_only, theirs).await,
        Err(Error::NotFound(_))
    ));
    let page = db
        .backend
        .advertisers(&ours_only, &AdvertiserFilter::default())
        .await
        .unwrap();
    assert_eq!(
        page.rows
            .iter()
            .map(|row| row.advertiser.id)
            .collect::<Vec<_>>(),
        [ours]
    );

    let support = db.staff(Role::Support).await;
    assert!(matches!(
        db.backend.archive_advertiser(&support, ours).await,
        Err(Error::Forbidden)
    ));
}
