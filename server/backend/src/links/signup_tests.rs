//! Who came by a link, in Meta's signup window.

use domain::{Channel, ConnectStep, ConnectWay, Language, LinkKind, Role};
use sandbox::{Outcome, SignupRequest};

use super::LinkDraft;
use crate::{Error, SecretToken, SignupReport, connect::testing::Meta};

#[tokio::test]
async fn a_visitor_connects_whatsapp_in_metas_window_and_another_link_sees_nothing_of_it() {
    let meta =
        Meta::start_with(|config| config.signup_config_id = Some("7700000000000011".into())).await;
    let operator = meta.db.staff(Role::Operator).await;
    let advertiser = meta.db.advertiser("Sora").await;
    let backend = &meta.db.backend;
    let draft = LinkDraft {
        kind: LinkKind::Connect,
        channels: vec![Channel::Whatsapp],
        language: Language::Ja,
        days: 7,
        is_trusted: true,
        email: None,
    };
    let visit = async || {
        let link = backend
            .add_link(&operator, advertiser, &draft)
            .await
            .unwrap();
        let secret = SecretToken::from_outside(link.expose().rsplit('/').next().unwrap());
        let started = backend.start_link(&secret, "192.0.2.1").await.unwrap();
        backend.visitor(&started.token).await.unwrap().unwrap().0
    };
    let (visitor, other) = (visit().await, visit().await);
    assert!(backend.welcome(&visitor).await.unwrap().has_window);
    let start = backend
        .start_signup(&visitor, advertiser, None)
        .await
        .unwrap();
    let shown = backend
        .signup(&visitor, advertiser, start.attempt)
        .await
        .unwrap();
    assert!(shown.is_open && shown.window.is_some());
    let hidden = backend.signup(&other, advertiser, start.attempt).await;
    assert!(matches!(hidden, Err(Error::NotFound(_))));
    let elsewhere = meta.db.advertiser("Elsewhere").await;
    let away = backend.start_signup(&visitor, elsewhere, None).await;
    assert!(matches!(away, Err(Error::NotFound(_))));
    let hijacked = backend
        .start_signup(&other, advertiser, Some(start.attempt))
        .await;
    assert!(matches!(hijacked, Err(Error::NotFound(_))));

    let request = SignupRequest {
        person: "sora".into(),
        waba: Some("garden".into()),
        event: Some(Outcome::Finish),
        ..SignupRequest::default()
    };
    let ended = meta.sandbox.state().sign_up(&request).unwrap();
    for report in [
        SignupReport::Message(ended.message),
        SignupReport::Code(ended.code.into()),
    ] {
        backend
            .report_signup(advertiser, start.attempt, Some(&start.browser), report)
            .await
            .unwrap();
    }
    let attempt = backend
        .connect_attempt(&visitor, advertiser, start.attempt)
        .await
        .unwrap();
    assert_eq!(
        (attempt.step, attempt.way),
        (ConnectStep::Verified, ConnectWay::EmbeddedSignup)
    );
    let chosen = [attempt.choices[0].meta_id.clone()];
    backend
        .choose_assets(&visitor, advertiser, start.attempt, &chosen)
        .await
        .unwrap();
    assert!(backend.welcome(&visitor).await.unwrap().is_done);
}
