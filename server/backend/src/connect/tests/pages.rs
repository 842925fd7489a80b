//! Choosing Pages, and what the server sets up for them.

use chrono::TimeDelta;
use domain::{ConnectFailure, ConnectStep, Health, console::AssetHolder};

use super::{
    super::testing::{Answers, HANA, Meta},
    parties, refusal, shown, trouble,
};
use crate::Error;

#[tokio::test]
async fn a_page_is_connected_and_what_was_made_is_told() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    let verified = shown(&meta, &operator, advertiser, attempt).await;
    assert_eq!(
        verified.step,
        ConnectStep::Verified,
        "{:?}",
        verified.failure
    );
    assert_eq!(verified.person_name, "森田 花");
    assert!(verified.missing_wanted().is_empty());
    let [choice] = &verified.choices[..] else {
        panic!("{:?}", verified.choices)
    };
    assert_eq!(
        (choice.holder, choice.can_subscribe),
        (AssetHolder::Free, true)
    );
    assert_eq!(choice.business_name, "花の木フローリスト株式会社");

    meta.db
        .backend
        .choose_assets(
            &operator,
            advertiser,
            attempt,
            std::slice::from_ref(&choice.meta_id),
        )
        .await
        .unwrap();
    let done = shown(&meta, &operator, advertiser, attempt).await;
    assert_eq!(done.step, ConnectStep::Done, "{:?}", done.failure);
    let [page] = &done.connected[..] else {
        panic!("{:?}", done.connected)
    };
    assert!(page.dataset_was_created && page.is_subscribed && page.is_visible_to_advertiser);
    let [connection] = &meta
        .db
        .backend
        .connections(&operator, advertiser)
        .await
        .unwrap()[..]
    else {
        panic!("one connection")
    };
    let dataset = connection.dataset.as_ref().unwrap();
    assert_eq!(
        dataset.meta_id,
        meta.sandbox.state().datasets().last().unwrap().id
    );
    assert_eq!(
        connection.webhook_fields,
        ["messages", "messaging_postbacks", "messaging_referrals"]
    );
    assert!(
        dataset
            .events_manager_url
            .ends_with(&format!("/{}/overview", dataset.meta_id))
    );
    assert!(
        connection.expires.is_some(),
        "the token was exchanged for a longer one that ends"
    );

    // Choosing the same again, and taking up what is done, change nothing.
    meta.db
        .backend
        .choose_assets(
            &operator,
            advertiser,
            attempt,
            std::slice::from_ref(&choice.meta_id),
        )
        .await
        .unwrap();
    meta.db
        .backend
        .resume_connect(&operator, advertiser, attempt)
        .await
        .unwrap();
    assert_eq!(shown(&meta, &operator, advertiser, attempt).await, done);
}

#[tokio::test]
async fn connecting_again_links_the_dataset_that_is_there() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    assert_eq!(
        shown(&meta, &operator, advertiser, attempt).await.choices[0].holder,
        AssetHolder::ThisAdvertiser
    );
    meta.db
        .backend
        .choose_assets(&operator, advertiser, attempt, &[meta.page("florist")])
        .await
        .unwrap();
    let done = shown(&meta, &operator, advertiser, attempt).await;
    assert!(!done.connected[0].dataset_was_created);
    let connections = meta
        .db
        .backend
        .connections(&operator, advertiser)
        .await
        .unwrap();
    assert_eq!(
        connections.iter().map(|it| it.id).collect::<Vec<_>>(),
        [connection]
    );
    let tokens: Vec<String> = sqlx::query_scalar(
        "SELECT state FROM credential WHERE token_sealed IS NOT NULL OR state <> 'dead'",
    )
    .fetch_all(meta.db.backend.0.database.partner())
    .await
    .unwrap();
    assert_eq!(tokens, ["valid"], "the token that was replaced is dropped");
}

#[tokio::test]
async fn a_page_of_another_advertiser_is_named_and_its_holder_is_not() {
    let meta = Meta::start().await;
    let (operator, first, _) = meta.connected().await;
    let second = meta.db.advertiser("Second").await;
    let attempt = meta.log_in(&operator, second, HANA).await;
    assert_eq!(
        shown(&meta, &operator, second, attempt).await.choices[0].holder,
        AssetHolder::Elsewhere
    );
    meta.db
        .backend
        .choose_assets(&operator, second, attempt, &[meta.page("florist")])
        .await
        .unwrap();
    let failure = shown(&meta, &operator, second, attempt)
        .await
        .failure
        .unwrap();
    assert_eq!(
        (failure.reason, &failure.assets[..]),
        (
            ConnectFailure::HeldElsewhere,
            &["花の木フローリスト".to_owned()][..]
        )
    );
    assert!(failure.can_resume && failure.reached == ConnectStep::Verified);
    assert!(
        meta.db
            .backend
            .connections(&operator, second)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        meta.db
            .backend
            .connections(&operator, first)
            .await
            .unwrap()
            .len(),
        1
    );
    // Back to the choice, with the same token.
    meta.db
        .backend
        .resume_connect(&operator, second, attempt)
        .await
        .unwrap();
    assert_eq!(
        shown(&meta, &operator, second, attempt).await.step,
        ConnectStep::Verified
    );

    let choose = async |pages: &[String]| {
        meta.db
            .backend
            .choose_assets(&operator, second, attempt, pages)
            .await
    };
    assert!(matches!(
        choose(&[]).await,
        Err(Error::Invalid {
            field: "assets",
            ..
        })
    ));
    assert!(matches!(
        choose(&[meta.page("sushi")]).await,
        Err(Error::Invalid {
            field: "assets",
            ..
        })
    ));
}

#[tokio::test]
async fn an_attempt_that_met_trouble_goes_on_where_it_stopped() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    let page = [meta.page("florist")];
    let stopped = async || {
        let shown = shown(&meta, &operator, advertiser, attempt).await;
        shown
            .failure
            .map(|failure| (failure.reason, failure.reached, failure.can_resume))
    };
    meta.fault(trouble(), "accounts");
    assert_eq!(
        stopped().await,
        Some((ConnectFailure::MetaUnreachable, ConnectStep::Verified, true))
    );
    meta.db
        .backend
        .choose_assets(&operator, advertiser, attempt, &page)
        .await
        .unwrap();
    assert_eq!(
        stopped().await,
        Some((ConnectFailure::MetaUnreachable, ConnectStep::Verified, true))
    );
    meta.sandbox.state().clear_faults();
    meta.db
        .backend
        .resume_connect(&operator, advertiser, attempt)
        .await
        .unwrap();
    assert_eq!(stopped().await, None);

    for (effect, edge, expected) in [
        (
            trouble(),
            "dataset",
            (
                ConnectFailure::MetaUnreachable,
                ConnectStep::AssetsChosen,
                true,
            ),
        ),
        (
            refusal(),
            "dataset",
            (
                ConnectFailure::DatasetFailed,
                ConnectStep::AssetsChosen,
                true,
            ),
        ),
        (
            refusal(),
            "subscribed_apps",
            (
                ConnectFailure::SubscribeFailed,
                ConnectStep::DatasetReady,
                true,
            ),
        ),
    ] {
        meta.sandbox.state().clear_faults();
        meta.fault(effect, edge);
        match edge {
            "dataset" => meta
                .db
                .backend
                .choose_assets(&operator, advertiser, attempt, &page)
                .await
                .unwrap(),
            _ => meta
                .db
                .backend
                .resume_connect(&operator, advertiser, attempt)
                .await
                .unwrap(),
        }
        assert_eq!(stopped().await, Some(expected));
    }
    meta.sandbox.state().clear_faults();
    meta.db
        .backend
        .resume_connect(&operator, advertiser, attempt)
        .await
        .unwrap();
    let done = shown(&meta, &operator, advertiser, attempt).await;
    assert_eq!(done.step, ConnectStep::Done);
    assert!(done.connected[0].dataset_was_created && done.connected[0].is_subscribed);
}

#[tokio::test]
async fn an_attempt_that_was_cut_short_goes_on_where_it_stood() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    meta.db
        .backend
        .choose_assets(&operator, advertiser, attempt, &[meta.page("florist")])
        .await
        .unwrap();
    for step in ["assets_chosen", "dataset_ready", "webhooks_subscribed"] {
        sqlx::query("UPDATE connect_attempt SET step = $1, released = 9")
            .bind(step)
            .execute(meta.db.backend.0.database.partner())
            .await
            .unwrap();
        meta.db.backend.clock().advance(TimeDelta::minutes(3));
        let cut = shown(&meta, &operator, advertiser, attempt).await;
        assert!(cut.failure.unwrap().can_resume, "{step}");
        meta.db
            .backend
            .resume_connect(&operator, advertiser, attempt)
            .await
            .unwrap();
        let done = shown(&meta, &operator, advertiser, attempt).await;
        assert_eq!(
            (done.step, done.connected.len(), done.released),
            (ConnectStep::Done, 1, 0)
        );
    }
    assert_eq!(
        meta.db
            .backend
            .connections(&operator, advertiser)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_page_that_may_not_be_subscribed_is_connected_without_its_messages() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let aya = Answers {
        person: "aya",
        business: "pets",
        pages: &["pets"],
        without: &[],
    };
    meta.connect(&operator, advertiser, aya).await;
    let noah = Answers {
        person: "noah",
        business: "none",
        pages: &["pottery"],
        without: &["pages_manage_metadata"],
    };
    meta.connect(&operator, advertiser, noah).await;
    let connections = meta
        .db
        .backend
        .connections(&operator, advertiser)
        .await
        .unwrap();
    assert_eq!(connections.len(), 2);
    for connection in &connections {
        assert!(connection.webhook_fields.is_empty());
        assert_eq!(connection.health, Health::Healthy);
    }
    let dataset = connections[1].dataset.as_ref().unwrap();
    assert!(
        !dataset.is_visible_to_advertiser,
        "no business owns the Page"
    );
    assert_eq!(
        connections[1].missing(false),
        [domain::MetaPermission::PagesManageMetadata]
    );
}
