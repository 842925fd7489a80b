//! The whole flow against the simulated Meta and a real database.

use chrono::TimeDelta;
use domain::{Channel, ConnectFailure, ConnectStep, Role, console::{ConnectAttempt, PageHolder}};
use sandbox::Effect;

use super::{
    Callback, CallbackOutcome, LoginStart,
    testing::{Answers, HANA, Meta, holds},
};
use crate::{Error, Scope, error::Conflict};
use domain::{AdvertiserId, ConnectAttemptId};

fn trouble() -> Effect {
    Effect::HttpError { status: 503, body: "later".into() }
}

fn refusal() -> Effect {
    Effect::Error {
        code: 100,
        subcode: None,
        status: 400,
        message: Some("Invalid parameter".into()),
        title: None,
        user_message: None,
        is_transient: false,
    }
}

async fn begin(meta: &Meta, scope: &Scope, advertiser: AdvertiserId, resume: Option<ConnectAttemptId>) -> LoginStart {
    meta.db.backend.start_facebook_login(scope, advertiser, Channel::Messenger, resume).await.unwrap()
}

async fn finish(meta: &Meta, callback: Callback) -> CallbackOutcome {
    meta.db.backend.finish_facebook_login(callback).await.unwrap()
}

async fn shown(meta: &Meta, scope: &Scope, advertiser: AdvertiserId, attempt: ConnectAttemptId) -> ConnectAttempt {
    meta.db.backend.connect_attempt(scope, advertiser, attempt).await.unwrap()
}

fn again(callback: &Callback) -> Callback {
    Callback {
        state: callback.state.clone(),
        code: callback.code.clone(),
        error: callback.error.clone(),
        error_reason: callback.error_reason.clone(),
        browser: callback.browser.clone(),
    }
}

async fn parties(meta: &Meta) -> (Scope, AdvertiserId) {
    (meta.db.staff(Role::Operator).await, meta.db.advertiser("Hana").await)
}

#[tokio::test]
async fn a_page_is_connected_and_what_was_made_is_told() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    let verified = shown(&meta, &operator, advertiser, attempt).await;
    assert_eq!(verified.step, ConnectStep::Verified, "{:?}", verified.failure);
    assert_eq!(verified.person_name, "森田 花");
    assert_eq!(verified.missing_wanted, [""; 0]);
    let [choice] = &verified.pages[..] else { panic!("{:?}", verified.pages) };
    assert_eq!((choice.holder, choice.can_subscribe), (PageHolder::Free, true));
    assert_eq!(choice.business_name, "花の木フローリスト株式会社");

    meta.db.backend.choose_pages(&operator, advertiser, attempt, std::slice::from_ref(&choice.meta_id)).await.unwrap();
    let done = shown(&meta, &operator, advertiser, attempt).await;
    assert_eq!(done.step, ConnectStep::Done, "{:?}", done.failure);
    let [page] = &done.connected[..] else { panic!("{:?}", done.connected) };
    assert!(page.dataset_was_created && page.is_subscribed && page.is_visible_to_advertiser);
    let [connection] = &meta.db.backend.connections(&operator, advertiser).await.unwrap()[..] else { panic!("one connection") };
    let dataset = connection.dataset.as_ref().unwrap();
    assert_eq!(dataset.meta_id, meta.sandbox.state().datasets().last().unwrap().id);
    assert_eq!(connection.webhook_fields, ["messages", "messaging_postbacks", "messaging_referrals"]);
    assert!(dataset.events_manager_url.ends_with(&format!("/{}/overview", dataset.meta_id)));
    assert!(connection.expires.is_some(), "the token was exchanged for a longer one that ends");

    // Choosing the same again, and taking up what is done, change nothing.
    meta.db.backend.choose_pages(&operator, advertiser, attempt, std::slice::from_ref(&choice.meta_id)).await.unwrap();
    meta.db.backend.resume_connect(&operator, advertiser, attempt).await.unwrap();
    assert_eq!(shown(&meta, &operator, advertiser, attempt).await, done);
}

#[tokio::test]
async fn connecting_again_links_the_dataset_that_is_there() {
    let meta = Meta::start().await;
    let (operator, advertiser, connection) = meta.connected().await;
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    assert_eq!(shown(&meta, &operator, advertiser, attempt).await.pages[0].holder, PageHolder::ThisAdvertiser);
    meta.db.backend.choose_pages(&operator, advertiser, attempt, &[meta.page("florist")]).await.unwrap();
    let done = shown(&meta, &operator, advertiser, attempt).await;
    assert!(!done.connected[0].dataset_was_created);
    let connections = meta.db.backend.connections(&operator, advertiser).await.unwrap();
    assert_eq!(connections.iter().map(|it| it.id).collect::<Vec<_>>(), [connection]);
    let tokens: Vec<String> = sqlx::query_scalar("SELECT state FROM credential WHERE token_sealed IS NOT NULL OR state <> 'dead'")
        .fetch_all(meta.db.backend.0.database.partner())
        .await
        .unwrap();
    assert_eq!(tokens, ["valid"], "the token that was replaced is dropped");
}

#[tokio::test]
async fn who_declines_may_start_again_and_is_asked_again() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let start = begin(&meta, &operator, advertiser, None).await;
    assert!(!start.url.query().unwrap().contains("auth_type"));
    let callback = meta.cancel(&start).await;
    let outcome = finish(&meta, callback).await;
    assert_eq!(outcome, CallbackOutcome::Attempt { advertiser, attempt: start.attempt });
    let failure = shown(&meta, &operator, advertiser, start.attempt).await.failure.unwrap();
    assert_eq!((failure.reason, failure.reached, failure.can_resume), (ConnectFailure::Declined, ConnectStep::Opened, false));
    let refused = meta.db.backend.resume_connect(&operator, advertiser, start.attempt).await;
    assert!(matches!(refused, Err(Error::Conflict(Conflict::AttemptMoved))));

    let start = begin(&meta, &operator, advertiser, Some(start.attempt)).await;
    assert!(start.url.query().unwrap().contains("auth_type=rerequest"));
    let without = Answers { without: &["page_events"], ..HANA };
    let callback = meta.agree(&start, without).await;
    finish(&meta, callback).await;
    let failure = shown(&meta, &operator, advertiser, start.attempt).await.failure.unwrap();
    assert_eq!((failure.reason, failure.missing), (ConnectFailure::MissingScope, vec!["page_events".to_owned()]));

    let start = begin(&meta, &operator, advertiser, Some(start.attempt)).await;
    let callback = meta.agree(&start, Answers { without: &["business_management"], ..HANA }).await;
    finish(&meta, callback).await;
    let verified = shown(&meta, &operator, advertiser, start.attempt).await;
    assert_eq!((verified.step, verified.missing_wanted), (ConnectStep::Verified, vec!["business_management".to_owned()]));
    assert!(verified.failure.is_none());
}

#[tokio::test]
async fn a_code_is_exchanged_once_however_often_it_comes_back() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let start = begin(&meta, &operator, advertiser, None).await;
    let callback = meta.agree(&start, HANA).await;
    let (one, two, three) =
        tokio::join!(finish(&meta, again(&callback)), finish(&meta, again(&callback)), finish(&meta, again(&callback)));
    let expected = CallbackOutcome::Attempt { advertiser, attempt: start.attempt };
    assert_eq!([one, two, three], [expected; 3]);
    let verified = shown(&meta, &operator, advertiser, start.attempt).await;
    assert_eq!(verified.step, ConnectStep::Verified, "{:?}", verified.failure);

    // Late, and even without the cookie: it is shown what came of it.
    assert_eq!(finish(&meta, Callback { browser: None, ..again(&callback) }).await, expected);
    assert_eq!(shown(&meta, &operator, advertiser, start.attempt).await, verified);

    // The same code under another login's state has been used.
    let start = begin(&meta, &operator, advertiser, None).await;
    let fresh = meta.agree(&start, HANA).await;
    finish(&meta, Callback { code: callback.code.clone(), ..again(&fresh) }).await;
    let failure = shown(&meta, &operator, advertiser, start.attempt).await.failure.unwrap();
    assert_eq!((failure.reason, failure.reached), (ConnectFailure::CodeUsed, ConnectStep::Consented));
    assert_eq!(failure.meta.unwrap().code, 100);

    // A state of before the login was started again is nobody's.
    begin(&meta, &operator, advertiser, Some(start.attempt)).await;
    assert_eq!(finish(&meta, fresh).await, CallbackOutcome::UnknownState);
}

#[tokio::test]
async fn another_browser_and_a_late_one_are_turned_away() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    for browser in [None, Some(begin(&meta, &operator, advertiser, None).await.browser)] {
        let start = begin(&meta, &operator, advertiser, None).await;
        let callback = meta.agree(&start, HANA).await;
        finish(&meta, Callback { browser, ..callback }).await;
        let failure = shown(&meta, &operator, advertiser, start.attempt).await.failure.unwrap();
        assert_eq!(failure.reason, ConnectFailure::OtherBrowser);
    }
    let start = begin(&meta, &operator, advertiser, None).await;
    let callback = meta.agree(&start, HANA).await;
    meta.db.backend.clock().advance(TimeDelta::minutes(61));
    let left = shown(&meta, &operator, advertiser, start.attempt).await;
    assert_eq!((left.step, left.failure.unwrap().reason), (ConnectStep::Failed, ConnectFailure::AttemptExpired));
    finish(&meta, callback).await;
    let failure = shown(&meta, &operator, advertiser, start.attempt).await.failure.unwrap();
    assert_eq!(failure.reason, ConnectFailure::AttemptExpired);
}

#[tokio::test]
async fn what_our_app_has_wrong_is_told_from_what_the_person_has() {
    let meta = Meta::start_with(|config| config.graph.app_secret = "another secret".into()).await;
    let (operator, advertiser) = parties(&meta).await;
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    let failure = shown(&meta, &operator, advertiser, attempt).await.failure.unwrap();
    assert_eq!(failure.reason, ConnectFailure::AppMisconfigured);
    assert!(failure.meta.unwrap().explanation.is_some());

    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let chiyo = Answers { person: "chiyo", business: "empty", pages: &[], without: &[] };
    let attempt = meta.log_in(&operator, advertiser, chiyo).await;
    let failure = shown(&meta, &operator, advertiser, attempt).await.failure.unwrap();
    assert_eq!(failure.reason, ConnectFailure::NoPage);

    meta.fault(trouble(), "debug_token");
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    let failure = shown(&meta, &operator, advertiser, attempt).await.failure.unwrap();
    assert_eq!((failure.reason, failure.reached), (ConnectFailure::MetaUnreachable, ConnectStep::Exchanged));
}

#[tokio::test]
async fn a_page_of_another_advertiser_is_named_and_its_holder_is_not() {
    let meta = Meta::start().await;
    let (operator, first, _) = meta.connected().await;
    let second = meta.db.advertiser("Second").await;
    let attempt = meta.log_in(&operator, second, HANA).await;
    assert_eq!(shown(&meta, &operator, second, attempt).await.pages[0].holder, PageHolder::Elsewhere);
    meta.db.backend.choose_pages(&operator, second, attempt, &[meta.page("florist")]).await.unwrap();
    let failure = shown(&meta, &operator, second, attempt).await.failure.unwrap();
    assert_eq!((failure.reason, &failure.pages[..]), (ConnectFailure::PageHeldElsewhere, &["花の木フローリスト".to_owned()][..]));
    assert!(failure.can_resume && failure.reached == ConnectStep::Verified);
    assert!(meta.db.backend.connections(&operator, second).await.unwrap().is_empty());
    assert_eq!(meta.db.backend.connections(&operator, first).await.unwrap().len(), 1);
    // Back to the choice, with the same token.
    meta.db.backend.resume_connect(&operator, second, attempt).await.unwrap();
    assert_eq!(shown(&meta, &operator, second, attempt).await.step, ConnectStep::Verified);

    let choose = async |pages: &[String]| meta.db.backend.choose_pages(&operator, second, attempt, pages).await;
    assert!(matches!(choose(&[]).await, Err(Error::Invalid { field: "pages", .. })));
    assert!(matches!(choose(&[meta.page("sushi")]).await, Err(Error::Invalid { field: "pages", .. })));
}

#[tokio::test]
async fn an_attempt_that_met_trouble_goes_on_where_it_stopped() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let attempt = meta.log_in(&operator, advertiser, HANA).await;
    let page = [meta.page("florist")];
    let stopped = async || {
        let shown = shown(&meta, &operator, advertiser, attempt).await;
        shown.failure.map(|failure| (failure.reason, failure.reached, failure.can_resume))
    };
    meta.fault(trouble(), "accounts");
    assert_eq!(stopped().await, Some((ConnectFailure::MetaUnreachable, ConnectStep::Verified, true)));
    meta.db.backend.choose_pages(&operator, advertiser, attempt, &page).await.unwrap();
    assert_eq!(stopped().await, Some((ConnectFailure::MetaUnreachable, ConnectStep::Verified, true)));
    meta.sandbox.state().clear_faults();
    meta.db.backend.resume_connect(&operator, advertiser, attempt).await.unwrap();
    assert_eq!(stopped().await, None);

    for (effect, edge, expected) in [
        (trouble(), "dataset", (ConnectFailure::MetaUnreachable, ConnectStep::AssetsChosen, true)),
        (refusal(), "dataset", (ConnectFailure::DatasetFailed, ConnectStep::AssetsChosen, true)),
        (refusal(), "subscribed_apps", (ConnectFailure::SubscribeFailed, ConnectStep::DatasetReady, true)),
    ] {
        meta.sandbox.state().clear_faults();
        meta.fault(effect, edge);
        match edge {
            "dataset" => meta.db.backend.choose_pages(&operator, advertiser, attempt, &page).await.unwrap(),
            _ => meta.db.backend.resume_connect(&operator, advertiser, attempt).await.unwrap(),
        }
        assert_eq!(stopped().await, Some(expected));
    }
    meta.sandbox.state().clear_faults();
    meta.db.backend.resume_connect(&operator, advertiser, attempt).await.unwrap();
    let done = shown(&meta, &operator, advertiser, attempt).await;
    assert_eq!(done.step, ConnectStep::Done);
    assert!(done.connected[0].dataset_was_created && done.connected[0].is_subscribed);
}

#[tokio::test]
async fn a_page_that_may_not_be_subscribed_is_connected_without_its_messages() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let aya = Answers { person: "aya", business: "pets", pages: &["pets"], without: &[] };
    meta.connect(&operator, advertiser, aya).await;
    let noah = Answers { person: "noah", business: "none", pages: &["pottery"], without: &["pages_manage_metadata"] };
    meta.connect(&operator, advertiser, noah).await;
    let connections = meta.db.backend.connections(&operator, advertiser).await.unwrap();
    assert_eq!(connections.len(), 2);
    for connection in &connections {
        assert!(connection.webhook_fields.is_empty());
        assert_eq!(connection.health, domain::Health::Healthy);
    }
    let dataset = connections[1].dataset.as_ref().unwrap();
    assert!(!dataset.is_visible_to_advertiser, "no business owns the Page");
    assert_eq!(connections[1].missing_wanted, ["pages_manage_metadata"]);
}

#[tokio::test]
async fn tokens_and_people_are_nowhere_in_plain() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let start = begin(&meta, &operator, advertiser, None).await;
    assert!(!format!("{:?}", start.browser).contains(start.browser.expose()));
    let callback = meta.agree(&start, HANA).await;
    use secrecy::ExposeSecret;
    let secrets = [callback.state.expose_secret().to_owned(), start.browser.expose().to_owned()];
    finish(&meta, callback).await;
    meta.db.backend.choose_pages(&operator, advertiser, start.attempt, &[meta.page("florist")]).await.unwrap();
    let connection = meta.db.backend.connections(&operator, advertiser).await.unwrap()[0].id;
    let token = meta.db.backend.sending_token(advertiser, connection).await.unwrap().unwrap();
    let dump = meta.dump().await;
    assert!(holds(&dump, &meta.page("florist")), "the dump shows what is there");
    for secret in secrets.iter().map(String::as_str).chain([token.expose(), "森田 花", "EAA"]) {
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
        assert!(not_found(backend.connect_attempt(&scope, advertiser, attempt).await.unwrap_err()));
        assert!(not_found(backend.choose_pages(&scope, advertiser, attempt, &page).await.unwrap_err()));
        assert!(not_found(backend.resume_connect(&scope, advertiser, attempt).await.unwrap_err()));
        let started = backend.start_facebook_login(&scope, advertiser, Channel::Messenger, Some(attempt)).await;
        assert!(not_found(started.unwrap_err()));
    }
    for role in [Role::Support, Role::Auditor] {
        let scope = meta.db.staff(role).await;
        let forbidden = |error: Error| matches!(error, Error::Forbidden);
        assert!(forbidden(backend.connect_attempt(&scope, theirs, attempt).await.unwrap_err()));
        assert!(forbidden(backend.choose_pages(&scope, theirs, attempt, &page).await.unwrap_err()));
        assert!(forbidden(backend.resume_connect(&scope, theirs, attempt).await.unwrap_err()));
        let started = backend.start_facebook_login(&scope, theirs, Channel::Messenger, None).await;
        assert!(forbidden(started.unwrap_err()));
    }
    let other = backend.start_facebook_login(&operator, theirs, Channel::Whatsapp, None).await;
    assert!(matches!(other, Err(Error::Invalid { field: "channel", .. })));
    backend.archive_advertiser(&operator, theirs).await.unwrap();
    let archived = backend.start_facebook_login(&operator, theirs, Channel::Messenger, None).await;
    assert!(matches!(archived, Err(Error::Conflict(Conflict::AdvertiserArchived))));
}
