//! Meta's signup window: code and message in any order, and every way it may end.

use domain::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, SignupEnd, SignupOutcome,
    SignupStep,
};
use sandbox::{Outcome, SignupRequest, SignupResult};
use serde_json::json;

use super::{parties, shown};
use crate::{
    Error, Scope, SecretToken,
    connect::{
        LOGIN_LIFETIME, SignupReport, SignupStart,
        testing::{Meta, holds},
    },
};

/// The landscaper, who has two of everything.
fn sora(event: Outcome) -> SignupRequest {
    SignupRequest {
        person: "sora".into(),
        waba: Some("garden".into()),
        event: Some(event),
        ..SignupRequest::default()
    }
}

fn end(meta: &Meta, event: Outcome) -> SignupResult {
    meta.sandbox.state().sign_up(&sora(event)).unwrap()
}

struct Signup {
    meta: Meta,
    scope: Scope,
    advertiser: AdvertiserId,
    start: SignupStart,
}

impl Signup {
    async fn begin() -> Self {
        let meta = Meta::start().await;
        let (scope, advertiser) = parties(&meta).await;
        let start = meta
            .db
            .backend
            .start_signup(&scope, advertiser, None)
            .await
            .unwrap();
        Self {
            meta,
            scope,
            advertiser,
            start,
        }
    }

    async fn report(&self, report: SignupReport) {
        let Self {
            meta,
            advertiser,
            start,
            ..
        } = self;
        meta.db
            .backend
            .report_signup(*advertiser, start.attempt, Some(&start.browser), report)
            .await
            .unwrap();
    }

    async fn code(&self, code: &str) {
        self.report(SignupReport::Code(code.into())).await;
    }

    async fn message(&self, message: impl ToString) {
        self.report(SignupReport::Message(message.to_string()))
            .await;
    }

    async fn no_code(&self) {
        self.report(SignupReport::Ended(SignupOutcome::NoCode))
            .await;
    }

    async fn stopped(&self) -> (ConnectFailure, Option<SignupEnd>) {
        let attempt = shown(&self.meta, &self.scope, self.advertiser, self.start.attempt).await;
        let failure = attempt.failure.expect("it stopped");
        (failure.reason, failure.signup)
    }

    async fn step(&self) -> ConnectStep {
        let Self {
            meta,
            scope,
            advertiser,
            start,
        } = self;
        shown(meta, scope, *advertiser, start.attempt).await.step
    }
}

#[tokio::test]
async fn code_and_message_meet_in_either_order_and_the_account_becomes_a_connection() {
    for is_code_first in [true, false] {
        let signup = Signup::begin().await;
        let SignupResult { code, message } = end(&signup.meta, Outcome::Finish);
        if is_code_first {
            signup.code(&code).await;
            signup.message(&message).await;
        } else {
            signup.message(&message).await;
            signup.code(&code).await;
        }
        let (meta, scope, advertiser) = (&signup.meta, &signup.scope, signup.advertiser);
        let attempt = shown(meta, scope, advertiser, signup.start.attempt).await;
        assert_eq!(attempt.step, ConnectStep::Verified, "{:?}", attempt.failure);
        let [choice] = attempt.choices.as_slice() else {
            panic!("{:?}", attempt.choices);
        };
        assert!(attempt.suggested.contains(&choice.meta_id));

        meta.db
            .backend
            .choose_assets(
                scope,
                advertiser,
                attempt.id,
                std::slice::from_ref(&choice.meta_id),
            )
            .await
            .unwrap();
        let attempt = shown(meta, scope, advertiser, attempt.id).await;
        assert_eq!(attempt.step, ConnectStep::Done, "{:?}", attempt.failure);
        assert!(!attempt.connected[0].dataset_meta_id.is_empty());
        assert_eq!(attempt.channel, Channel::Whatsapp);
        assert!(!holds(&meta.dump().await, &code), "the code is nowhere");
    }
}

#[tokio::test]
async fn every_finish_is_a_success_and_what_the_window_claims_is_not_believed() {
    let signup = Signup::begin().await;
    let SignupResult { code, message } = end(&signup.meta, Outcome::FinishX);
    let lie = message.replace("\"waba_id\":\"", "\"waba_id\":\"9");
    assert_ne!(lie, message);
    signup.message(lie).await;
    signup.code(&code).await;
    let (meta, scope) = (&signup.meta, &signup.scope);
    let attempt = shown(meta, scope, signup.advertiser, signup.start.attempt).await;
    assert_eq!(attempt.step, ConnectStep::Verified);
    let proven: Vec<_> = attempt.choices.iter().map(|it| &it.meta_id).collect();
    assert_eq!(proven.len(), 1);
    let claimed: Vec<_> = attempt
        .suggested
        .iter()
        .filter(|id| id.starts_with('9') && id.ends_with(proven[0].as_str()))
        .cloned()
        .collect();
    assert_eq!(claimed.len(), 1);
    let refused = meta
        .db
        .backend
        .choose_assets(scope, signup.advertiser, attempt.id, &claimed)
        .await;
    assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_window_that_is_left_says_where_in_either_order() {
    let left = json!({
        "type": "WA_EMBEDDED_SIGNUP", "event": "CANCEL", "data": { "current_step": "PHONE_NUMBER_SETUP" },
    });
    let expected = (
        ConnectFailure::SignupLeft,
        Some(SignupEnd::Left {
            step: Some(SignupStep::Number),
        }),
    );
    let signup = Signup::begin().await;
    signup.message(&left).await;
    signup.no_code().await;
    assert_eq!(signup.stopped().await, expected);

    let signup = Signup::begin().await;
    signup.no_code().await;
    let nothing = SignupEnd::Left { step: None };
    assert_eq!(
        signup.stopped().await,
        (ConnectFailure::SignupLeft, Some(nothing))
    );
    signup.message(&left).await;
    assert_eq!(signup.stopped().await, expected);
}

#[tokio::test]
async fn an_error_in_the_window_a_missing_code_and_no_window_at_all_are_told_apart() {
    let signup = Signup::begin().await;
    let error = json!({
        "type": "WA_EMBEDDED_SIGNUP", "event": "CANCEL",
        "data": { "error_message": "Secret words", "error_code": "3441049", "session_id": "s1" },
    });
    signup.message(&error).await;
    let (reason, told) = signup.stopped().await;
    assert_eq!(reason, ConnectFailure::SignupFailed);
    assert_eq!(
        told.unwrap().trouble(),
        Some(domain::SignupTrouble::NumberInUse)
    );
    assert!(!holds(&signup.meta.dump().await, "Secret words"));

    let signup = Signup::begin().await;
    signup
        .message(&end(&signup.meta, Outcome::FinishOnlyWaba).message)
        .await;
    assert_eq!(signup.step().await, ConnectStep::Opened);
    signup.no_code().await;
    assert_eq!(signup.stopped().await.0, ConnectFailure::NoCode);

    for (outcome, reason) in [
        (SignupOutcome::PopupBlocked, ConnectFailure::PopupBlocked),
        (SignupOutcome::SdkNotLoaded, ConnectFailure::SdkNotLoaded),
    ] {
        let signup = Signup::begin().await;
        signup.report(SignupReport::Ended(outcome)).await;
        assert_eq!(signup.stopped().await, (reason, None));
    }
}

#[tokio::test]
async fn a_code_that_comes_after_all_is_taken_once_and_in_time() {
    let signup = Signup::begin().await;
    let SignupResult { code, .. } = end(&signup.meta, Outcome::Finish);
    signup.no_code().await;
    signup.code(&code).await;
    assert_eq!(signup.step().await, ConnectStep::Verified);
    signup.code("another").await;
    assert_eq!(signup.step().await, ConnectStep::Verified);

    let signup = Signup::begin().await;
    let SignupResult { code, .. } = end(&signup.meta, Outcome::Finish);
    signup
        .meta
        .db
        .backend
        .clock()
        .advance(LOGIN_LIFETIME + chrono::TimeDelta::seconds(1));
    signup.code(&code).await;
    assert_eq!(signup.stopped().await.0, ConnectFailure::AttemptExpired);
}

#[tokio::test]
async fn an_exchange_that_came_too_late_is_said_so_and_the_login_goes_on_with_the_attempt() {
    let signup = Signup::begin().await;
    let SignupResult { code, .. } = end(&signup.meta, Outcome::Finish);
    signup
        .meta
        .sandbox
        .state()
        .clock()
        .advance(chrono::TimeDelta::seconds(31));
    signup.code(&code).await;
    assert_eq!(signup.stopped().await.0, ConnectFailure::CodeExpired);

    let Signup {
        meta,
        scope,
        advertiser,
        start,
    } = &signup;
    let login = meta
        .db
        .backend
        .start_facebook_login(scope, *advertiser, Channel::Whatsapp, Some(start.attempt))
        .await
        .unwrap();
    assert_eq!(login.attempt, start.attempt);
    let late = end(meta, Outcome::Finish).code;
    let late = meta
        .db
        .backend
        .report_signup(
            *advertiser,
            start.attempt,
            Some(&start.browser),
            SignupReport::Code(late.into()),
        )
        .await;
    assert!(matches!(late, Err(Error::NotFound(_))), "{late:?}");
}

#[tokio::test]
async fn nothing_is_taken_from_another_browser_or_for_another_advertiser() {
    let signup = Signup::begin().await;
    let SignupResult { code, message } = end(&signup.meta, Outcome::Finish);
    let backend = &signup.meta.db.backend;
    let other = signup.meta.db.advertiser("Other").await;
    let stranger = SecretToken::from_outside("somebody else's");
    let attempt: ConnectAttemptId = signup.start.attempt;
    for (advertiser, browser) in [
        (signup.advertiser, None),
        (signup.advertiser, Some(&stranger)),
        (other, Some(&signup.start.browser)),
    ] {
        for report in [
            SignupReport::Code(code.as_str().into()),
            SignupReport::Message(message.clone()),
            SignupReport::Ended(SignupOutcome::NoCode),
        ] {
            let answer = backend
                .report_signup(advertiser, attempt, browser, report)
                .await;
            assert!(matches!(answer, Err(Error::NotFound(_))), "{answer:?}");
        }
    }
    assert_eq!(signup.step().await, ConnectStep::Opened);
}

#[tokio::test]
async fn the_page_learns_what_the_window_needs_and_whether_it_is_still_waited_for() {
    let meta = Meta::start_with(|config| config.signup_config_id = Some("7700".into())).await;
    let (scope, advertiser) = parties(&meta).await;
    let backend = &meta.db.backend;
    let start = backend
        .start_signup(&scope, advertiser, None)
        .await
        .unwrap();
    let page = backend
        .signup(&scope, advertiser, start.attempt)
        .await
        .unwrap();
    assert!(page.is_open);
    let window = page.window.unwrap();
    assert_eq!(window.config_id, "7700");
    assert_eq!(
        window.also_origin,
        format!("http://{}", meta.sandbox.addr()),
        "a simulated Meta's messages count, from its own address alone"
    );
    let login = backend
        .start_facebook_login(&scope, advertiser, Channel::Whatsapp, None)
        .await
        .unwrap();
    let other_way = backend.signup(&scope, advertiser, login.attempt).await;
    assert!(matches!(other_way, Err(Error::NotFound(_))));
    backend.clock().advance(LOGIN_LIFETIME * 2);
    let page = backend
        .signup(&scope, advertiser, start.attempt)
        .await
        .unwrap();
    assert!(!page.is_open);
}
