//! Signing in and out over HTTP.

use axum::http::{StatusCode, header};
use domain::Role;

use crate::test_app::TestApp;

#[tokio::test]
async fn a_signed_in_person_sees_the_console_until_they_sign_out() {
    let app = TestApp::start().await;
    let owner = app.staff(Role::Owner).await;
    assert_eq!(owner.get("/advertisers").await.status, StatusCode::OK);
    let answer = owner.post("/sign-out", "").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in"));
    assert!(answer.header(header::SET_COOKIE).contains("Max-Age=0"));
    assert_eq!(owner.get("/advertisers").await.status, StatusCode::SEE_OTHER, "the cookie is worth nothing now");
}
