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

#[tokio::test]
async fn a_reference_is_given_once_and_an_edit_says_what_it_changed() {
    let db = testing::backend().await;
    let operator = db.staff(Role::Operator).await;
    let hana = AdvertiserDraft {
        reference: " KD-1 ".into(),
        contact_email: "owner@hana.example".parse().ok(),
        ..testing::advertiser_draft("Hana")
    };
    let id = db.backend.add_advertiser(&operator, &hana).await.unwrap();
    let other = AdvertiserDraft {
        reference: "KD-1".into(),
        ..testing::advertiser_draft("Other")
    };
    let taken = |result: Result<(), Error>| {
        assert!(matches!(
            result,
            Err(Error::Conflict(Conflict::AdvertiserReference))
        ));
    };
    taken(db.backend.add_advertiser(&operator, &other).await.map(drop));
    for name in ["No reference", "None either"] {
        db.advertiser(name).await;
    }
    let later = db.advertiser("Other").await;
    taken(db.backend.edit_advertiser(&operator, later, &other).await);
    db.backend.archive_advertiser(&operator, id).await.unwrap();
    taken(db.backend.edit_advertiser(&operator, later, &other).await);
    db.backend.restore_advertiser(&operator, id).await.unwrap();

    let to_edit = db.backend.advertiser_to_edit(&operator, id).await.unwrap();
    assert_eq!(to_edit.contact_email, "owner@hana.example");
    assert_eq!(
        (to_edit.payload_days, to_edit.partner_payload_days),
        (None, 35)
    );
    let support = db.staff(Role::Support).await;
    let hidden = db.backend.advertiser_to_edit(&support, id).await;
    assert!(matches!(hidden, Err(Error::Forbidden)));
    let changed = AdvertiserDraft {
        contact_email: None,
        payload_days: Some(10),
        ..hana.clone()
    };
    db.backend
        .edit_advertiser(&operator, id, &changed)
        .await
        .unwrap();
    let email = db.backend.contact_email(&operator, id).await.unwrap();
    assert_eq!(email, None);
    let detail: serde_json::Value = sqlx::query_scalar(
        "SELECT detail FROM audit WHERE action = 'advertiser.edited' ORDER BY id DESC LIMIT 1",
    )
    .fetch_one(db.backend.0.database.partner())
    .await
    .unwrap();
    assert_eq!(
        detail["fields"],
        serde_json::json!(["contact_email", "payload_days"])
    );
    let never = AdvertiserDraft {
        payload_days: Some(6),
        ..hana
    };
    let refused = db.backend.edit_advertiser(&operator, id, &never).await;
    assert!(matches!(
        refused,
        Err(Error::Invalid {
            field: "payload_days",
            ..
        })
    ));
}

#[tokio::test]
async fn a_filter_offers_names_in_order_and_the_chosen_one_whatever_it_is() {
    let db = testing::backend().await;
    let operator = db.staff(Role::Operator).await;
    let choices = async |scope: &Scope, chosen| {
        let offered = db.backend.advertiser_choices(scope, chosen).await.unwrap();
        let names = offered.choices.into_iter().map(|(_, name)| name);
        (names.collect::<Vec<_>>(), offered.has_more)
    };
    let zebra = db.advertiser("Zebra Shoes").await;
    let sora = db.advertiser("Sora Bikes").await;
    db.advertiser("hana").await;
    db.backend
        .archive_advertiser(&operator, zebra)
        .await
        .unwrap();
    let of = |names: &[&str], has_more| (names.iter().map(ToString::to_string).collect(), has_more);
    let all = of(&["hana", "Sora Bikes"], false);
    assert_eq!(choices(&operator, None).await, all);
    let with_chosen = of(&["hana", "Sora Bikes", "Zebra Shoes"], false);
    assert_eq!(choices(&operator, Some(zebra)).await, with_chosen);

    // Another tenant's name is not told, even to somebody who knows the id.
    let member = db.advertiser_scope(sora, Role::AdvertiserAdmin);
    let own = of(&["Sora Bikes"], false);
    assert_eq!(choices(&member, Some(zebra)).await, own);

    for number in 0..200 {
        db.advertiser(&format!("Shop {number:03}")).await;
    }
    let (names, has_more) = choices(&operator, Some(zebra)).await;
    assert_eq!(names.len(), 200);
    assert_eq!(names.last().unwrap(), "Zebra Shoes");
    assert!(has_more);
}
