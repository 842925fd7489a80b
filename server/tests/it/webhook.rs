//! Meta's webhook: the challenge, signatures, and what is kept.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::test_app::TestApp;

const BODY: &str = r#"{"object":"page","entry":[{"id":"10001","time":1795359600000,"messaging":[{"sender":{"id":"7123456789012345"},"recipient":{"id":"10001"},"timestamp":1795359600000,"message":{"mid":"m_1","text":"hi"}}]}]}"#;

fn signed(body: &str, secret: &str) -> Request<Body> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes any key");
    mac.update(body.as_bytes());
    Request::post("/webhooks/meta")
        .header(
            "x-hub-signature-256",
            format!("sha256={}", hex::encode(mac.finalize().into_bytes())),
        )
        .body(Body::from(body.to_owned()))
        .expect("a request")
}

#[tokio::test]
async fn the_challenge_comes_back_to_who_knows_the_token() {
    let app = TestApp::start().await;
    let asked = |token: &str| {
        format!(
            "/webhooks/meta?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}"
        )
    };
    let answer = app.stranger().get(&asked("verify")).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::OK, "1158201444")
    );
    assert_eq!(
        app.stranger().get(&asked("guess")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        app.stranger().get("/webhooks/meta").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn only_what_meta_signed_is_taken_whatever_it_says() {
    let app = TestApp::start().await;
    let secret = "0123456789abcdef0123456789abcdef";
    assert_eq!(app.send(signed(BODY, secret)).await.status, StatusCode::OK);
    assert_eq!(
        app.send(signed("not even JSON", secret)).await.status,
        StatusCode::OK
    );
    assert_eq!(
        app.send(signed(BODY, "another secret")).await.status,
        StatusCode::FORBIDDEN
    );
    let unsigned = Request::post("/webhooks/meta")
        .body(Body::from(BODY))
        .unwrap();
    assert_eq!(app.send(unsigned).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn messages_are_handed_in_with_a_key_alone() {
    let app = TestApp::start().await;
    let owner = app.db.staff(domain::Role::Owner).await;
    let draft = backend::KeyDraft {
        name: "Bot".parse().unwrap(),
        scopes: [domain::KeyScope::WebhooksWrite].into_iter().collect(),
        days: None,
    };
    let made = app.db.backend.add_api_key(&owner, None, &draft).await;
    let key = made.unwrap().expose().to_owned();
    let connection = "cxn_00000000000070008000000000000000";
    let hand_in = async |key: &str, connection: &str| {
        let request = Request::post(format!("/webhooks/on-premises/{connection}"))
            .header("authorization", format!("Bearer {key}"))
            .body(Body::from(r#"{"contacts":[],"messages":[]}"#))
            .unwrap();
        app.send(request).await
    };
    for (key, connection, status) in [
        ("", connection, StatusCode::UNAUTHORIZED),
        ("pbk_guess", connection, StatusCode::UNAUTHORIZED),
        (&*key, connection, StatusCode::NOT_FOUND),
        (&*key, "x", StatusCode::NOT_FOUND),
    ] {
        let answer = hand_in(key, connection).await;
        assert_eq!(answer.status, status, "{connection}: {}", answer.body);
        assert_eq!(answer.json()["status"], status.as_u16());
    }
    let unsigned = Request::post(format!("/webhooks/on-premises/{connection}"))
        .body(Body::empty())
        .unwrap();
    assert_eq!(app.send(unsigned).await.status, StatusCode::UNAUTHORIZED);
}
