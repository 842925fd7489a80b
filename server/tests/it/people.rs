//! People of advertisers over HTTP: how they come, and that they see their own advertiser alone.

use axum::http::{StatusCode, header};
use domain::Role;

use crate::test_app::TestApp;

#[tokio::test]
async fn an_invited_person_reads_the_page_accepts_and_is_signed_in() {
    let app = TestApp::start().await;
    let hana = app.db.advertiser("Hana").await;
    let operator = app.staff(Role::Operator).await;
    let invited = operator
        .call(
            "/api/invite_person",
            &format!("advertiser={hana}&email=rin%40hana.example&role=advertiser_viewer&language=ja&days=7"),
        )
        .await;
    assert_eq!(invited.status, StatusCode::OK, "{}", invited.body);
    let link: serde_json::Value = serde_json::from_str(&invited.body).unwrap();
    let path = link["link"].as_str().unwrap();
    let path = &path[path.find("/invitation/").unwrap()..];
    let token = path.rsplit('/').next().unwrap();

    let stranger = app.stranger();
    let page = stranger.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("rin@hana.example") && page.body.contains("Hana"));
    let accepted = stranger
        .post(
            "/api/accept_invitation",
            &format!(
                "token={token}&name=Rin&password=a+few+words+together&language=ja&is_known=false"
            ),
        )
        .await;
    assert_eq!(accepted.location(), "/status", "{}", accepted.body);
    assert!(
        accepted
            .header(header::SET_COOKIE)
            .starts_with("__Host-session=")
    );
    let again = stranger.get(path).await;
    assert!(!again.body.contains("rin@hana.example"), "it is used up");
    let nobody = stranger.get("/invitation/made-up").await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_of_an_advertisers_people_is_shown_nothing_of_another() {
    let app = TestApp::start().await;
    let (hana, kenji) = (
        app.db.advertiser("Hana Florist").await,
        app.db.advertiser("Kenji Sushi").await,
    );
    let stranger_email = {
        let other = app.db.member(kenji, Role::AdvertiserAdmin).await;
        app.db.email_of(&other).await
    };
    for role in [Role::AdvertiserViewer, Role::AdvertiserAdmin] {
        let person = app.member(hana, role).await;
        let own = person.get("/advertisers").await;
        assert!(own.body.contains("Hana Florist"), "{role}");
        for path in [
            "/advertisers",
            "/advertisers/board",
            "/events",
            "/studio",
            "/team",
            "/audit",
            "/settings",
            "/readiness",
            "/account",
            "/account/advertisers",
        ] {
            for query in [String::new(), format!("?advertiser={kenji}&search=Kenji")] {
                let page = person.get(&format!("{path}{query}")).await;
                assert!(
                    !page.body.contains("Kenji Sushi") && !page.body.contains(&stranger_email),
                    "{role} {path}{query}"
                );
            }
        }
        for tail in ["", "/edit", "/connect", "/people", "/audit", "/links"] {
            let page = person.get(&format!("/advertisers/{kenji}{tail}")).await;
            assert!(
                matches!(page.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN),
                "{role} {tail}: {}",
                page.status
            );
            assert!(!page.body.contains("Kenji Sushi"), "{role} {tail}");
        }
        assert_eq!(
            person.get("/audit/export.csv").await.status,
            StatusCode::FORBIDDEN
        );
        let form = format!(
            "advertiser={kenji}&query=advertiser%3D{kenji}&search=Kenji&person=per_0&role=advertiser_admin&email=x%40y.example&language=en&days=7&archived=false&after=&name=x&time_zone=UTC&reference="
        );
        for (path, _) in leptos::server_fn::axum::server_fn_paths() {
            if path.starts_with("/api/sign_in") {
                continue;
            }
            let answer = person.call(path, &form).await;
            assert!(
                !answer.body.contains("Kenji Sushi") && !answer.body.contains(&stranger_email),
                "{role} {path}: {}",
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn the_audit_is_a_file_that_spreadsheets_take() {
    let app = TestApp::start().await;
    app.db.advertiser("=1+1").await;
    let auditor = app.staff(Role::Auditor).await;
    let file = auditor.get("/audit/export.csv?group=advertiser").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header(header::CONTENT_TYPE).starts_with("text/csv"));
    assert!(file.body.starts_with("\u{feff}at,"), "{}", file.body);
    assert!(file.body.contains("\"'=1+1\""), "{}", file.body);
    let support = app.staff(Role::Support).await;
    assert_eq!(
        support.get("/audit/export.csv").await.status,
        StatusCode::FORBIDDEN
    );
}
