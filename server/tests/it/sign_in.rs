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
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/sign-in")
    );
    assert!(answer.header(header::SET_COOKIE).contains("Max-Age=0"));
    assert_eq!(
        owner.get("/advertisers").await.status,
        StatusCode::SEE_OTHER,
        "the cookie is worth nothing now"
    );
}

/// Every other argument that a server function takes, as far as anything can be read into it.
const OTHERS: &str = "query=&search=&archived=false&after=&name=x&language=en&time_zone=UTC&reference=&draft_id=&contact=\
    &event_name=Purchase&event_time=&event_id=&test_code=&value=&currency=&order_id=&contents=&kind=connect&role=support\
    &email=x%40y.example&days=7&password=x&new_password=x&name_en=&name_ja=&partner_agent=&login_messenger=\
    &login_instagram=&login_whatsapp=&signup=&unconfirmed_policy=hold&metadata_weeks=1&payload_days=1&silence_hours=1&report_automatic=off&notify_emails=\
    &notify_webhook_url=&notify_secret=&access_calls=1&access_error_percent=1&access_guide_calls=1\
    &access_guide_error_percent=1&channel=messenger&token=x&asset=1&dataset=1&health=&probe=&is_met=true\
    &requirement=app_live&sought=x&relay_url=x&contact_email=&key=x&hours=1&code=x&chosen=";

#[tokio::test]
async fn no_server_function_but_signing_in_answers_a_stranger() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let (mut asked, mut wrong) = (0, Vec::new());
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert_eq!(method, "POST", "{path}: nothing is written or told by GET");
        // The secret of a link is all that its page takes; `links.rs` and `people.rs` look at that.
        if [
            "/api/sign_in",
            "/api/load_link",
            "/api/load_invitation",
            "/api/accept_invitation",
        ]
        .contains(&path)
        {
            continue;
        }
        // Arguments that parse as far as possible: whoever checks them first must still say 401.
        let zero = "00000000000070008000000000000000";
        let ids = [
            ("advertiser", "adv"),
            ("to", "adv"),
            ("connection", "cxn"),
            ("attempt", "cat"),
            ("event", "evt"),
            ("link", "lnk"),
            ("file", "fil"),
            ("incident", "inc"),
            ("person", "per"),
            ("invitation", "inv"),
            ("session", "ses"),
            ("message", "whm"),
            ("target", "rly"),
            ("event_file", "evf"),
        ];
        let ids: String = ids
            .iter()
            .map(|(name, prefix)| format!("{name}={prefix}_{zero}&"))
            .collect();
        let answer = stranger.call(path, &format!("{ids}{OTHERS}")).await;
        if answer.status != StatusCode::UNAUTHORIZED {
            wrong.push(format!("{path}: {} {}", answer.status, answer.body));
        }
        asked += 1;
    }
    assert!(
        wrong.is_empty(),
        "name their arguments above, or ask for the scope first: {wrong:#?}"
    );
    assert!(asked >= 10, "only {asked} server functions were found");
}

#[tokio::test]
async fn a_form_without_javascript_signs_in_and_a_wrong_password_says_so() {
    let app = TestApp::start().await;
    let scope = app.db.staff(Role::Support).await;
    let email = app.db.email_of(&scope).await;
    let stranger = app.stranger();
    let form = |password: &str| {
        format!(
            "email={}&password={}&return_to=%2Fevents",
            email.replace('@', "%40"),
            password.replace(' ', "+")
        )
    };
    let answer = stranger
        .post("/api/sign_in", &form(backend::testing::PASSWORD))
        .await;
    assert!(
        answer.status.is_redirection(),
        "{} {}",
        answer.status,
        answer.body
    );
    assert_eq!(answer.location(), "/events");
    let cookie = answer.header(header::SET_COOKIE);
    assert!(
        cookie.starts_with("__Host-session=")
            && cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Lax")
    );
    let wrong = stranger
        .post("/api/sign_in", &form("not the password"))
        .await;
    assert!(
        wrong.status.is_redirection() && wrong.location().contains("__err="),
        "{} {}",
        wrong.status,
        wrong.location()
    );
    assert!(
        !wrong.location().contains("not+the+password")
            && wrong
                .headers
                .get(header::SET_COOKIE)
                .is_none_or(|it| !it.to_str().unwrap().contains("session="))
    );
}
