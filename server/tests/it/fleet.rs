//! The list of advertisers, the board, and tables of advertisers, through the router.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use backend::{LinkDraft, MailConfig, testing};
use domain::{AdvertiserFileId, Channel, Language, LinkKind, Role};

use crate::test_app::{Answer, Person, TestApp};

/// Uploads a file as the page's form does, without JavaScript.
async fn upload(app: &TestApp, person: &Person<'_>, file: &[u8]) -> Answer {
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";
    let body = [head.as_bytes(), file, b"\r\n--x--\r\n"].concat();
    let request = person
        .request("POST", "/advertisers/import/upload")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(Body::from(body))
        .expect("a request");
    app.send(request).await
}

const FILE: &str = "name,reference,language,time_zone\n花屋,KD-1,ja,Asia/Tokyo\nSora,KD-2,en,UTC\n";

#[tokio::test]
async fn a_table_is_uploaded_checked_imported_and_exported_without_javascript() {
    let app = TestApp::start().await;
    let operator = app.staff(Role::Operator).await;
    let uploaded = upload(&app, &operator, FILE.as_bytes()).await;
    assert_eq!(uploaded.status, StatusCode::SEE_OTHER);
    let page = uploaded.location().to_owned();
    let file = page
        .strip_prefix("/advertisers/import?file=")
        .expect("the check's page");
    assert!(file.parse::<AdvertiserFileId>().is_ok());
    let checked = operator.get(&page).await;
    assert_eq!(checked.status, StatusCode::OK);
    assert!(
        checked.body.contains("Import 2 advertisers"),
        "{}",
        checked.body
    );
    assert!(!operator.get("/advertisers").await.body.contains("花屋"));

    let form = format!("file={file}");
    let imported = operator.post("/api/import_advertisers", &form).await;
    assert_eq!(imported.location(), page);
    assert!(
        operator
            .get(&page)
            .await
            .body
            .contains("2 added, 0 changed")
    );
    assert!(
        operator
            .get("/advertisers?step=nothing")
            .await
            .body
            .contains("花屋")
    );
    assert!(
        !operator
            .get("/advertisers?step=done")
            .await
            .body
            .contains("花屋")
    );
    let board = operator.get("/advertisers/board?language=ja").await.body;
    assert!(board.contains("花屋") && !board.contains("Sora"));

    let export = operator.get("/advertisers/export.csv?search=KD-1").await;
    assert!(export.header(header::CONTENT_TYPE).starts_with("text/csv"));
    assert!(export.body.contains("花屋,KD-1,ja,Asia/Tokyo") && !export.body.contains("Sora"));
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_on_the_page() {
    let app = TestApp::start().await;
    let operator = app.staff(Role::Operator).await;
    let large = vec![b'a'; 2 * 1024 * 1024 + 1];
    let answer = upload(&app, &operator, &large).await;
    assert_eq!(answer.location(), "/advertisers/import?problem=too_large");
    assert!(
        operator
            .get(answer.location())
            .await
            .body
            .contains("larger than 2 MB")
    );
    let answer = upload(&app, &operator, b"name,reference\na,b\n").await;
    let page = operator.get(answer.location()).await.body;
    assert!(
        page.contains("time_zone") && page.contains("is missing"),
        "{page}"
    );
    let gone = "/advertisers/import?file=fil_00000000000070008000000000000000";
    assert!(operator.get(gone).await.body.contains("no longer here"));
}

#[tokio::test]
async fn roles_see_what_they_may() {
    let app = TestApp::start().await;
    let support = app.staff(Role::Support).await;
    assert_eq!(
        upload(&app, &support, FILE.as_bytes()).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        support.get("/advertisers/board").await.status,
        StatusCode::OK
    );
    let stranger = app.stranger().get("/advertisers/export.csv").await;
    assert!(stranger.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn reminders_are_announced_on_the_board_and_sent_without_javascript() {
    // Letters wait in the outbox: nobody takes them here.
    let url = "smtp://127.0.0.1:9".to_owned().into();
    let mail = MailConfig::new(&url, "Kaede <p@kaede.example>").expect("a mail server");
    let config = backend::Config {
        mail: Some(mail),
        ..testing::config("http://127.0.0.1:9/")
    };
    let app = TestApp::start_with(config).await;
    let advertiser = app.db.advertiser("Hana").await;
    let draft = LinkDraft {
        kind: LinkKind::Connect,
        channels: vec![Channel::Messenger],
        language: Language::Ja,
        days: 7,
        is_trusted: false,
        email: "owner@hana.example".parse().ok(),
    };
    let sender = app.db.staff(Role::Operator).await;
    let link = app.db.backend.add_link(&sender, advertiser, &draft).await;
    link.expect("a link is written");
    let clock = app.db.backend.clock();
    clock.advance(chrono::TimeDelta::hours(13));
    let operator = app.staff(Role::Operator).await;
    let board = operator.get("/advertisers/board").await.body;
    assert!(board.contains("Send 1 reminder"), "{board}");
    let support = app.staff(Role::Support).await;
    let theirs = support.get("/advertisers/board").await.body;
    assert!(!theirs.contains("Send 1 reminder"));
    let refused = support.post("/api/send_reminders", "query=").await;
    assert!(refused.location().contains("__err") || refused.status == StatusCode::FORBIDDEN);

    let elsewhere = operator
        .post("/api/send_reminders", "query=search%3DNobody")
        .await;
    assert!(elsewhere.status.is_redirection(), "{}", elsewhere.body);
    let board = operator.get("/advertisers/board").await.body;
    assert!(board.contains("Send 1 reminder"), "nobody of that name");
    operator.post("/api/send_reminders", "query=").await;
    let board = operator.get("/advertisers/board").await.body;
    assert!(!board.contains("Send 1 reminder"), "sent");
}
