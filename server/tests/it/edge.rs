//! What every answer carries, and who is turned away before any page.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use domain::Role;

use crate::test_app::{HOST, TestApp};

const ALWAYS: [&str; 5] = [
    "content-security-policy",
    "cross-origin-opener-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-request-id",
];

#[tokio::test]
async fn every_answer_carries_the_security_headers_refused_ones_too() {
    let app = TestApp::start().await;
    let cross_site = Request::post("/sign-out")
        .header(header::HOST, HOST)
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap();
    let elsewhere = Request::get("/")
        .header(header::HOST, "evil.example")
        .body(Body::empty())
        .unwrap();
    for (answer, status) in [
        (app.stranger().get("/sign-in").await, StatusCode::OK),
        (
            app.stranger().get("/advertisers").await,
            StatusCode::SEE_OTHER,
        ),
        (
            app.stranger().get("/pkg/none.js").await,
            StatusCode::NOT_FOUND,
        ),
        (app.send(cross_site).await, StatusCode::FORBIDDEN),
        (app.send(elsewhere).await, StatusCode::MISDIRECTED_REQUEST),
    ] {
        assert_eq!(answer.status, status, "{}", answer.body);
        for name in ALWAYS {
            assert!(!answer.header(name).is_empty(), "{status} lacks {name}");
        }
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(
            !policy.contains("unsafe-inline") && policy.contains("'nonce-"),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn no_script_of_a_page_lacks_the_nonce_that_its_policy_names() {
    let app = TestApp::start().await;
    let page = app.stranger().get("/sign-in").await;
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .expect("a nonce");
    let scripts: Vec<&str> = page.body.split("<script").skip(1).collect();
    assert!(!scripts.is_empty());
    for script in scripts {
        let tag = script.split('>').next().unwrap_or_default();
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "<script{tag}>");
    }
    assert!(
        !page.body.contains(" style=\""),
        "style attributes are blocked"
    );
    assert_ne!(
        page.body,
        app.stranger().get("/sign-in").await.body,
        "a nonce is used once"
    );
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in_and_comes_back_to_the_same_page() {
    let app = TestApp::start().await;
    let answer = app.stranger().get("/events?state=parked").await;
    assert_eq!(
        answer.location(),
        "/sign-in?return_to=%2Fevents%3Fstate%3Dparked"
    );
}

#[tokio::test]
async fn language_and_theme_are_kept_and_shown() {
    let app = TestApp::start().await;
    let person = app.stranger();
    let answer = person
        .post("/preferences", "language=ja&theme=dark&return_to=/sign-in")
        .await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/sign-in")
    );
    let cookies: Vec<&str> = answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|it| it.to_str().unwrap())
        .collect();
    assert!(
        cookies
            .iter()
            .any(|it| it.starts_with("__Host-language=ja;")),
        "{cookies:?}"
    );
    assert!(
        cookies
            .iter()
            .any(|it| it.starts_with("__Host-theme=dark;")),
        "{cookies:?}"
    );
    let chosen = Request::get("/sign-in")
        .header(header::HOST, HOST)
        .header(header::COOKIE, "__Host-language=ja; __Host-theme=dark")
        .body(Body::empty())
        .unwrap();
    let page = app.send(chosen).await.body;
    assert!(
        page.contains("lang=\"ja\"") && page.contains("data-theme=\"patchbay-dark\""),
        "{}",
        &page[..400]
    );
    let asked = Request::get("/sign-in")
        .header(header::HOST, HOST)
        .header(header::ACCEPT_LANGUAGE, "ja,en;q=0.5")
        .body(Body::empty())
        .unwrap();
    assert!(app.send(asked).await.body.contains("lang=\"ja\""));
}

#[tokio::test]
async fn the_texts_of_each_language_are_served_under_a_name_that_changes_with_them() {
    let app = TestApp::start().await;
    for language in ["en", "ja"] {
        let request = Request::get("/sign-in")
            .header(header::HOST, HOST)
            .header(header::COOKIE, format!("__Host-language={language}"))
            .body(Body::empty())
            .unwrap();
        let page = app.send(request).await.body;
        let file = page
            .split(&format!("/text/{language}-"))
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("the page names its texts");
        let answer = app
            .stranger()
            .get(&format!("/text/{language}-{file}"))
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.header(header::CACHE_CONTROL).contains("immutable"));
        assert!(serde_json::from_str::<Vec<String>>(&answer.body).is_ok());
    }
    assert_eq!(
        app.stranger().get("/text/en-0.json").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn another_advertisers_id_and_nonsense_start_no_login() {
    let app = TestApp::start().await;
    let operator = app.staff(Role::Operator).await;
    for (path, status) in [
        (
            "/connect/adv_00000000000070008000000000000000/start",
            StatusCode::NOT_FOUND,
        ),
        ("/connect/nonsense/start", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(
            operator.post(path, "channel=messenger").await.status,
            status,
            "{path}"
        );
    }
    let advertiser = app.db.advertiser("Hana").await;
    let path = format!("/connect/{advertiser}/start");
    let support = app.staff(Role::Support).await;
    assert_eq!(
        support.post(&path, "channel=messenger").await.status,
        StatusCode::FORBIDDEN
    );
    let answer = operator.post(&path, "channel=messenger").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(
        answer.location().contains("/v26.0/dialog/oauth?"),
        "{}",
        answer.location()
    );
    let cookie = answer.header(header::SET_COOKIE);
    assert!(
        cookie.starts_with("__Host-connect=")
            && cookie.contains("HttpOnly")
            && cookie.contains("Secure")
    );
}

#[tokio::test]
async fn a_callback_that_nobody_started_gets_a_page_that_says_so() {
    let app = TestApp::start().await;
    let answer = app
        .stranger()
        .get("/connect/callback?state=made-up&code=stolen")
        .await;
    assert_eq!(answer.location(), "/connect/unknown");
    assert!(!answer.location().contains("stolen"));
}
