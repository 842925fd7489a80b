//! Meta's callbacks about people who leave, and the page where they see how their request stands.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::test_app::{Answer, HOST, TestApp};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn signed(secret: &str) -> String {
    let payload = URL_SAFE_NO_PAD.encode(r#"{"algorithm":"HMAC-SHA256","user_id":"218471"}"#);
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .expect("HMAC takes any key")
        .chain_update(&payload);
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{signature}.{payload}")
}

/// As Meta calls: from nowhere, with no cookie and nothing that a browser says.
async fn call(app: &TestApp, path: &str, form: String) -> Answer {
    let request = Request::post(path)
        .header(header::HOST, HOST)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .expect("a request");
    app.send(request).await
}

#[tokio::test]
async fn who_meta_says_has_left_gets_a_code_and_a_page_without_signing_in() {
    let app = TestApp::start().await;
    for path in ["/meta/data-deletion", "/meta/deauthorize"] {
        let answer = call(&app, path, format!("signed_request={}", signed(SECRET))).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let json: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        let code = json["confirmation_code"].as_str().expect("a code");
        let url = json["url"].as_str().expect("an address");
        assert_eq!(url, format!("http://{HOST}/deletion/{code}"));
        for (language, words) in [
            ("en", "Your deletion request"),
            ("ja", "データ削除のリクエスト"),
        ] {
            let request = Request::get(format!("/deletion/{code}"))
                .header(header::HOST, HOST)
                .header(header::ACCEPT_LANGUAGE, language);
            let page = app
                .send(request.body(Body::empty()).expect("a request"))
                .await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(
                page.body.contains(words) && page.body.contains(code),
                "{}",
                page.body
            );
            assert!(!page.body.contains("218471"));
        }
    }
}

#[tokio::test]
async fn what_meta_did_not_sign_is_refused() {
    let app = TestApp::start().await;
    for form in [
        format!("signed_request={}", signed("another secret")),
        "signed_request=x.y".to_owned(),
        String::new(),
    ] {
        let answer = call(&app, "/meta/data-deletion", form.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{form}");
    }
    let unknown = app.stranger().get("/deletion/00").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
