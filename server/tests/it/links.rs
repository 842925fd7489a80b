//! Links over HTTP: looking has no effect, starting swaps the secret for a cookie, and that opens nothing else.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use backend::{LinkDraft, Scope};
use domain::{AdvertiserId, Channel, Language, LinkKind, Role};

use crate::test_app::{Answer, HOST, TestApp};

async fn link(app: &TestApp, advertiser: AdvertiserId, kind: LinkKind) -> (Scope, String) {
    let operator = app.db.staff(Role::Operator).await;
    let draft = LinkDraft {
        kind,
        channels: match kind {
            LinkKind::Connect => vec![Channel::Messenger],
            LinkKind::Status => Vec::new(),
        },
        language: Language::Ja,
        days: 7,
        is_trusted: false,
        email: None,
    };
    let link = app.db.backend.add_link(&operator, advertiser, &draft).await;
    let link = link.expect("a link is written");
    let path = link.expose().split(HOST).nth(1).expect("our own address");
    (operator, path.to_owned())
}

/// A request of a browser with one cookie, from a page of ours.
async fn ask(app: &TestApp, method: &str, path: &str, cookie: &str, from: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, HOST)
        .header(header::COOKIE, cookie)
        .header(header::ACCEPT, "text/html")
        .header("sec-fetch-site", "same-origin")
        .header(header::REFERER, format!("http://{HOST}{from}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(if method == "POST" {
            "channel=messenger"
        } else {
            ""
        }))
        .expect("a request");
    app.send(request).await
}

/// Presses *Start*; answers the cookie.
async fn start(app: &TestApp, path: &str) -> String {
    let answer = app.stranger().post(&format!("{path}/start"), "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let cookie = answer.header(header::SET_COOKIE);
    for part in [
        "__Host-visitor=",
        "; Path=/",
        "; Secure",
        "; HttpOnly",
        "; SameSite=Lax",
    ] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    cookie.split(';').next().expect("name and value").to_owned()
}

#[tokio::test]
async fn looking_at_a_link_has_no_effect_and_speaks_its_language() {
    let app = TestApp::start().await;
    let advertiser = app.db.advertiser("花の木").await;
    let (operator, path) = link(&app, advertiser, LinkKind::Connect).await;
    for _ in 0..3 {
        let page = app.stranger().get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.headers.get(header::SET_COOKIE).is_none());
        assert!(
            page.body.contains("lang=\"ja\"") && page.body.contains("花の木"),
            "{}",
            page.body
        );
    }
    let listed = app.db.backend.links(&operator, advertiser).await.unwrap();
    assert!(listed[0].opened.is_none());
    let unknown = app.stranger().get("/c/nobody-knows-this").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn starting_swaps_the_secret_for_a_cookie_on_a_clean_address() {
    let app = TestApp::start().await;
    let advertiser = app.db.advertiser("Hana").await;
    let (operator, path) = link(&app, advertiser, LinkKind::Connect).await;
    let secret = path.strip_prefix("/c/").expect("a secret");
    let answer = app.stranger().post(&format!("{path}/start"), "").await;
    assert_eq!(answer.location(), "/welcome");
    assert!(
        !answer.header(header::SET_COOKIE).contains(secret),
        "another secret"
    );
    let cookie = start(&app, &path).await;
    let page = ask(&app, "GET", "/welcome", &cookie, "/welcome").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("lang=\"ja\"") && !page.body.contains(secret));
    assert!(
        app.db.backend.links(&operator, advertiser).await.unwrap()[0]
            .opened
            .is_some()
    );

    let login = ask(
        &app,
        "POST",
        &format!("/connect/{advertiser}/start"),
        &cookie,
        "/welcome",
    )
    .await;
    assert!(
        login.location().contains("/dialog/oauth?"),
        "{} {}",
        login.status,
        login.location()
    );
    assert!(!login.location().contains(secret));
}

#[tokio::test]
async fn a_visitor_opens_no_page_of_the_console_and_no_other_links_attempt() {
    let app = TestApp::start().await;
    let advertiser = app.db.advertiser("Hana").await;
    let (operator, path) = link(&app, advertiser, LinkKind::Connect).await;
    let cookie = start(&app, &path).await;
    for path in [
        "/",
        "/advertisers",
        "/events",
        &format!("/advertisers/{advertiser}"),
    ] {
        let page = ask(&app, "GET", path, &cookie, "/welcome").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        assert!(
            page.location().starts_with("/sign-in"),
            "{path}: {}",
            page.location()
        );
    }
    let started = app
        .db
        .backend
        .start_facebook_login(&operator, advertiser, Channel::Messenger, None)
        .await
        .expect("a login starts");
    let page = ask(
        &app,
        "GET",
        &format!("/welcome/{advertiser}/{}", started.attempt),
        &cookie,
        "/welcome",
    )
    .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let other = app.db.advertiser("Other").await;
    let away = ask(
        &app,
        "POST",
        &format!("/connect/{other}/start"),
        &cookie,
        "/welcome",
    )
    .await;
    assert_eq!(away.status, StatusCode::NOT_FOUND);
    for (path, _) in leptos::server_fn::axum::server_fn_paths() {
        if ["/api/load_link", "/api/load_welcome", "/api/load_own_page"].contains(&path)
            || path.contains("connect")
        {
            continue;
        }
        let answer = ask(&app, "POST", path, &cookie, "/welcome").await;
        assert_ne!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_visit_ends_with_its_link_and_says_so() {
    let app = TestApp::start().await;
    let advertiser = app.db.advertiser("Hana").await;
    let (operator, path) = link(&app, advertiser, LinkKind::Connect).await;
    let cookie = start(&app, &path).await;
    let id = app.db.backend.links(&operator, advertiser).await.unwrap()[0].id;
    app.db
        .backend
        .revoke_link(&operator, advertiser, id)
        .await
        .unwrap();
    let page = ask(&app, "GET", "/welcome", &cookie, "/welcome").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let answer = app.stranger().post(&format!("{path}/start"), "").await;
    assert_eq!(answer.location(), path, "the page says why");
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
    let page = app.stranger().get(&path).await;
    assert!(
        page.body.contains(&format!("{path}/ask")),
        "a new one can be asked for"
    );
    let asked = app.stranger().post(&format!("{path}/ask"), "").await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    assert!(
        app.db.backend.links(&operator, advertiser).await.unwrap()[0]
            .asked
            .is_some()
    );
}

#[tokio::test]
async fn a_status_link_shows_how_it_goes_and_starts_no_login() {
    let app = TestApp::start().await;
    let advertiser = app.db.advertiser("Hana").await;
    let (_, path) = link(&app, advertiser, LinkKind::Status).await;
    let cookie = start(&app, &path).await;
    let page = ask(&app, "GET", "/status", &cookie, "/status").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("イベントマネージャ"));
    let login = ask(
        &app,
        "POST",
        &format!("/connect/{advertiser}/start"),
        &cookie,
        "/status",
    )
    .await;
    assert_eq!(login.status, StatusCode::FORBIDDEN);
    let stranger = app.stranger().get("/status").await;
    assert!(stranger.location().starts_with("/sign-in"));
}
