//! The page that opens Meta's signup window: the only one that may load a script of Meta's.

use axum::http::header;
use domain::Role;

use crate::test_app::TestApp;

/// A directive of a policy; empty when it is not there.
fn directive<'a>(policy: &'a str, name: &str) -> &'a str {
    policy
        .split(';')
        .map(str::trim)
        .find_map(|directive| directive.strip_prefix(name)?.strip_prefix(' '))
        .unwrap_or_default()
}

#[tokio::test]
async fn only_the_signups_page_may_load_metas_script() {
    let app = TestApp::start().await;
    let operator = app.staff(Role::Operator).await;
    let config = app.db.backend.config().clone();
    let sdk = config.sdk_url.origin().ascii_serialization();
    let advertiser = "adv_01900000000070008000000000000000";
    let attempt = "cat_01900000000070008000000000000000";
    let page = format!("/advertisers/{advertiser}/connect/{attempt}");
    let signup = operator.get(&format!("{page}/signup")).await;
    let policy = signup.header(header::CONTENT_SECURITY_POLICY);
    for name in ["script-src", "connect-src", "frame-src"] {
        assert!(directive(policy, name).contains(&sdk), "{name}: {policy}");
    }
    assert!(
        directive(policy, "script-src").contains("'nonce-") && !policy.contains("unsafe-inline"),
        "{policy}"
    );
    assert_eq!(
        signup.header("cross-origin-opener-policy"),
        "same-origin-allow-popups",
        "the window has to find the page that opened it"
    );

    let theirs = operator
        .get(&format!("/welcome/{advertiser}/{attempt}/signup"))
        .await;
    let policy = theirs.header(header::CONTENT_SECURITY_POLICY);
    assert!(directive(policy, "script-src").contains(&sdk), "{policy}");

    for path in [
        page.clone(),
        format!("/welcome/{advertiser}/{attempt}"),
        format!("/welcome/{advertiser}"),
        format!("{page}/signup/more"),
        format!("/advertisers/{advertiser}/connect"),
        "/advertisers".to_owned(),
        "/sign-in".to_owned(),
        "/signup".to_owned(),
    ] {
        let answer = operator.get(&path).await;
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        for name in ["script-src", "connect-src", "frame-src"] {
            assert!(!directive(policy, name).contains(&sdk), "{path}: {policy}");
        }
    }
}
