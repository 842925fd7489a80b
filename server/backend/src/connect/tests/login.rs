//! Through Meta's dialog and back, and what may go wrong on the way.

use chrono::TimeDelta;
use domain::{Channel, ConnectFailure, ConnectStep, MetaPermission, Role};
use secrecy::ExposeSecret;

use super::{
    super::{
        Callback, CallbackOutcome,
        testing::{Answers, HANA, Meta, holds},
    },
    again, begin, finish, parties, shown, trouble,
};
use crate::{Error, error::Conflict};

#[tokio::test]
async fn who_declines_may_start_again_and_is_asked_again() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let start = begin(&meta, &operator, advertiser, None).await;
    assert!(!start.url.query().unwrap().contains("auth_type"));
    let callback = meta.cancel(&start).await;
    let outcome = finish(&meta, callback).await;
    assert_eq!(
        outcome,
        CallbackOutcome::Attempt {
            advertiser,
            attempt: start.attempt
        }
    );
    let failure = shown(&meta, &operator, advertiser, start.attempt)
        .await
        .failure
        .unwrap();
    assert_eq!(
        (failure.reason, failure.reached, failure.can_resume),
        (ConnectFailure::Declined, ConnectStep::Opened, false)
    );
    let refused = meta
        .db
        .backend
        .resume_connect(&operator, advertiser, start.attempt)
        .await;
    assert!(matches!(
        refused,
        Err(Error::Conflict(Conflict::AttemptMoved))
    ));

    let start = begin(&meta, &operator, advertiser, Some(start.attempt)).await;
    assert!(start.url.query().unwrap().contains("auth_type=rerequest"));
    let without = Answers {
        without: &["page_events"],
        ..HANA
    };
    let callback = meta.agree(&start, without).await;
    finish(&meta, callback).await;
    let failure = shown(&meta, &operator, advertiser, start.attempt)
        .await
        .failure
        .unwrap();
    assert_eq!(
        (failure.reason, failure.missing),
        (ConnectFailure::MissingScope, vec!["page_events".to_owned()])
    );

    let start = begin(&meta, &operator, advertiser, Some(start.attempt)).await;
    let callback = meta
        .agree(
            &start,
            Answers {
                without: &["business_management"],
                ..HANA
            },
        )
        .await;
    finish(&meta, callback).await;
    let verified = shown(&meta, &operator, advertiser, start.attempt).await;
    assert_eq!(
        (verified.step, verified.missing_wanted()),
        (
            ConnectStep::Verified,
            vec![MetaPermission::BusinessManagement]
        )
    );
    assert!(verified.failure.is_none());
}

#[tokio::test]
async fn a_code_is_exchanged_once_however_often_it_comes_back() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let start = begin(&meta, &operator, advertiser, None).await;
    let callback = meta.agree(&start, HANA).await;
    let (one, two, three) = tokio::join!(
        finish(&meta, again(&callback)),
        finish(&meta, again(&callback)),
        finish(&meta, again(&callback))
    );
    let expected = CallbackOutcome::Attempt {
        advertiser,
        attempt: start.attempt,
    };
    assert_eq!([one, two, three], [expected; 3]);
    let verified = shown(&meta, &operator, advertiser, start.attempt).await;
    assert_eq!(
        verified.step,
        ConnectStep::Verified,
        "{:?}",
        verified.failure
    );

    // Late, and even without the cookie: it is shown what came of it.
    assert_eq!(
        finish(
            &meta,
            Callback {
                browser: None,
                ..again(&callback)
            }
        )
        .await,
        expected
    );
    assert_eq!(
        shown(&meta, &operator, advertiser, start.attempt).await,
        verified
    );

    // The same code under another login's state has been used.
    let start = begin(&meta, &operator, advertiser, None).await;
    let fresh = meta.agree(&start, HANA).await;
    finish(
        &meta,
        Callback {
            code: callback.code.clone(),
            ..again(&fresh)
        },
    )
    .await;
    let failure = shown(&meta, &operator, advertiser, start.attempt)
        .await
        .failure
        .unwrap();
    assert_eq!(
        (failure.reason, failure.reached),
        (ConnectFailure::CodeUsed, ConnectStep::Consented)
    );
    assert_eq!(failure.meta.unwrap().code, 100);

    // A state of before the login was started again is nobody's.
    begin(&meta, &operator, advertiser, Some(start.attempt)).await;
    assert_eq!(finish(&meta, fresh).await, CallbackOutcome::UnknownState);
}

#[tokio::test]
async fn another_browser_and_a_late_one_are_turned_away() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    for browser in [
        None,
        Some(begin(&meta, &operator, advertiser, None).await.browser),
    ] {
        let start = begin(&meta, &operator, advertiser, None).await;
        let callback = meta.agree(&start, HANA).await;
        finish(
            &meta,
            Callback {
                browser,
                ..callback
            },
        )
        .await;
        let failure = shown(&meta, &operator, advertiser, start.attempt)
            .await
            .failure
            .unwrap();
        assert_eq!(failure.reason, ConnectFailure::OtherBrowser);
    }
    let start = begin(&meta, &operator, advertiser, None).await;
    let callback = meta.agree(&start, HANA).await;
    meta.db.backend.clock().advance(TimeDelta::minutes(61));
    let left = shown(&meta, &operator, advertiser, start.attempt).await;
    assert_eq!(
        (left.step, left.failure.unwrap().reason),
        (ConnectStep::Failed, ConnectFailure::AttemptExpired)
    );
    finish(&meta, callback).await;
    let failure = shown(&meta, &operator, advertiser, start.attempt)
        .await
        .failure
        .unwrap();
    assert_eq!(failure.reason, ConnectFailure::AttemptExpired);
}

#[tokio::test]
async fn what_our_app_has_wrong_is_told_from_what_the_person_has() {
    let meta = Meta::start_with(|config| config.graph.app_secret = "another secret".into()).await;
    let (operator, advertiser) = parties(&meta).await;
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    let failure = shown(&meta, &operator, advertiser, attempt)
        .await
        .failure
        .unwrap();
    assert_eq!(failure.reason, ConnectFailure::AppMisconfigured);
    assert!(failure.meta.unwrap().explanation.is_some());

    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let chiyo = Answers {
        person: "chiyo",
        business: "empty",
        pages: &[],
        without: &[],
    };
    let attempt = meta.log_in(&operator, advertiser, chiyo).await;
    let failure = shown(&meta, &operator, advertiser, attempt)
        .await
        .failure
        .unwrap();
    assert_eq!(failure.reason, ConnectFailure::NoPage);

    meta.fault(trouble(), "debug_token");
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    let failure = shown(&meta, &operator, advertiser, attempt)
        .await
        .failure
        .unwrap();
    assert_eq!(
        (failure.reason, failure.reached),
        (ConnectFailure::MetaUnreachable, ConnectStep::Exchanged)
    );
}

#[tokio::test]
async fn tokens_and_people_are_nowhere_in_plain() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let start = begin(&meta, &operator, advertiser, None).await;
    assert!(!format!("{:?}", start.browser).contains(start.browser.expose()));
    let callback = meta.agree(&start, HANA).await;
    let secrets = [
        callback.state.expose_secret().to_owned(),
        start.browser.expose().to_owned(),
    ];
    finish(&meta, callback).await;
    meta.db
        .backend
        .choose_assets(
            &operator,
            advertiser,
            start.attempt,
            &[meta.page("florist")],
        )
        .await
        .unwrap();
    let connection = meta
        .db
        .backend
        .connections(&operator, advertiser)
        .await
        .unwrap()[0]
        .id;
    let token = meta
        .db
        .backend
        .sending_token(advertiser, connection)
        .await
        .unwrap()
        .unwrap();
    let dump = meta.dump().await;
    assert!(
        holds(&dump, &meta.page("florist")),
        "the dump shows what is there"
    );
    for secret in secrets
        .iter()
        .map(String::as_str)
        .chain([token.expose(), "森田 花", "EAA"])
    {
        assert!(!holds(&dump, secret), "{secret}");
    }
}

#[tokio::test]
async fn another_tenant_finds_nothing_and_support_may_not() {
    let meta = Meta::start().await;
    let (operator, ours) = parties(&meta).await;
    let theirs = meta.db.advertiser("Theirs").await;
    let attempt = meta.log_in(&operator, theirs, HANA).await;
    let backend = &meta.db.backend;
    let page = [meta.page("florist")];
    for advertiser in [ours, theirs] {
        let scope = meta.db.advertiser_scope(ours, Role::AdvertiserAdmin);
        let not_found = |error: Error| matches!(error, Error::NotFound(_));
        assert!(not_found(
            backend
                .connect_attempt(&scope, advertiser, attempt)
                .await
                .unwrap_err()
        ));
        assert!(not_found(
            backend
                .choose_assets(&scope, advertiser, attempt, &page)
                .await
                .unwrap_err()
        ));
        assert!(not_found(
            backend
                .resume_connect(&scope, advertiser, attempt)
                .await
                .unwrap_err()
        ));
        let started = backend
            .start_facebook_login(&scope, advertiser, Channel::Messenger, Some(attempt))
            .await;
        assert!(not_found(started.unwrap_err()));
    }
    for role in [Role::Support, Role::Auditor] {
        let scope = meta.db.staff(role).await;
        let forbidden = |error: Error| matches!(error, Error::Forbidden);
        assert!(forbidden(
            backend
                .connect_attempt(&scope, theirs, attempt)
                .await
                .unwrap_err()
        ));
        assert!(forbidden(
            backend
                .choose_assets(&scope, theirs, attempt, &page)
                .await
                .unwrap_err()
        ));
        assert!(forbidden(
            backend
                .resume_connect(&scope, theirs, attempt)
                .await
                .unwrap_err()
        ));
        let started = backend
            .start_facebook_login(&scope, theirs, Channel::Messenger, None)
            .await;
        assert!(forbidden(started.unwrap_err()));
    }
    backend.archive_advertiser(&operator, theirs).await.unwrap();
    let archived = backend
        .start_facebook_login(&operator, theirs, Channel::Messenger, None)
        .await;
    assert!(matches!(
        archived,
        Err(Error::Conflict(Conflict::AdvertiserArchived))
    ));
}

#[tokio::test]
async fn a_system_users_token_is_kept_as_it_is_and_never_ends() {
    let configuration = Some("7700000000000004".to_owned());
    let meta = Meta::start_with(|config| config.login_config_id = configuration).await;
    let (operator, advertiser) = parties(&meta).await;
    let start = begin(&meta, &operator, advertiser, None).await;
    let query = start.url.query().unwrap();
    assert!(query.contains("config_id=7700000000000004") && !query.contains("scope="));
    meta.connect(&operator, advertiser, HANA).await;
    let connections = meta
        .db
        .backend
        .connections(&operator, advertiser)
        .await
        .unwrap();
    assert_eq!(connections[0].expires, None);
    let dataset = connections[0].dataset.as_ref().unwrap();
    assert!(
        dataset.events_manager_url.contains("business_id="),
        "{}: in the portfolio of the system user",
        dataset.events_manager_url
    );
}
