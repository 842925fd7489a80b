//! The native API, and the document that describes it.

use axum::{body::Body, http::Request};
use domain::{KeyScope, Role};
use serde_json::{Value, json};

use crate::{
    sender::{DATASET, PAGE, PSID, Sender},
    test_app::TestApp,
};

fn about(sender: &Sender<'_>) -> Value {
    json!({
        "connection": sender.connection, "person": PSID, "event_name": "Purchase", "value": 12.5, "currency": "USD",
        "order_id": "A-1", "contents": [{ "id": "rose", "quantity": 12, "item_price": 1.04 }],
    })
}

#[tokio::test]
async fn a_person_is_found_in_a_message_that_nobody_has_read_yet() {
    let app = TestApp::start().await;
    let sender = Sender::new(&app).await;
    let nobody = sender.post("/api/v1/events", &about(&sender)).await;
    assert_eq!(nobody.status, 422);
    assert_eq!(nobody.json()["type"], "/problems/nothing-to-attribute");
    sender.somebody_writes().await;
    let taken = sender.post("/api/v1/events", &about(&sender)).await;
    assert_eq!(taken.status, 201, "{}", taken.body);
    let id = taken.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(taken.location(), format!("/api/v1/events/{id}"));
    let again = sender.post("/api/v1/events", &about(&sender)).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["duplicate_of"]),
        (200, &json!(id))
    );

    let read = sender.get(&format!("/api/v1/events/{id}")).await.json();
    for (key, expected) in [
        ("name", "Purchase"),
        ("state", "queued"),
        ("source", "api"),
        ("value", "12.5"),
        ("currency", "USD"),
        ("order_id", "A-1"),
        ("event_id", id.as_str()),
        ("dataset_id", DATASET),
    ] {
        assert_eq!(read[key], expected, "{key}");
    }
    let contacts: Vec<_> = app
        .db
        .backend
        .recent_contacts(&app.db.system(), sender.advertiser)
        .await
        .unwrap();
    let by_contact = json!({ "contact": contacts[0].id, "event_name": "LeadSubmitted" });
    assert_eq!(sender.post("/api/v1/events", &by_contact).await.status, 201);
    let order = sender.get("/api/v1/events?order_id=A-1").await.json();
    assert_eq!(order["events"].as_array().map(Vec::len), Some(2));
    let leads = sender.get("/api/v1/events?name=LeadSubmitted").await.json();
    assert_eq!(leads["events"].as_array().map(Vec::len), Some(1));
    let of_contact = sender
        .get(&format!("/api/v1/events?contact={}", contacts[0].id))
        .await
        .json();
    assert_eq!(of_contact["events"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn what_is_wrong_is_told_as_problem_json() {
    let app = TestApp::start().await;
    let sender = Sender::new(&app).await;
    sender.somebody_writes().await;
    let with = |key: &str, value: Value| {
        let mut body = about(&sender);
        body[key] = value;
        body
    };
    let cases = [
        (
            with("event_name", json!("Lead")),
            422,
            "/problems/invalid-event",
            "/event_name",
        ),
        (
            with("event_time", json!(1)),
            422,
            "/problems/invalid-event",
            "/event_time",
        ),
        (
            with("currency", Value::Null),
            422,
            "/problems/invalid-event",
            "/currency",
        ),
        (
            with("contents", json!([{ "id": "" }])),
            422,
            "/problems/invalid-event",
            "/contents/0/id",
        ),
        (
            with("contact", json!("con_1")),
            422,
            "/problems/invalid-event",
            "",
        ),
        (
            with("test_event_code", json!("no code")),
            422,
            "/problems/invalid-event",
            "/test_event_code",
        ),
        (
            with("value", json!("much")),
            400,
            "/problems/unreadable",
            "",
        ),
        (with("valeu", json!(1)), 400, "/problems/unreadable", ""),
        (
            with("connection", json!("cxn_0192f0c17e5b7c3a9d1e2f3a4b5c6d7e")),
            404,
            "/problems/not-found",
            "",
        ),
    ];
    for (body, status, kind, pointer) in cases {
        let answer = sender.post("/api/v1/events", &body).await;
        let problem = answer.json();
        assert_eq!(
            (answer.status.as_u16(), &problem["type"]),
            (status, &json!(kind)),
            "{}",
            answer.body
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(problem["request_id"], answer.header("x-request-id"));
        if status == 422 {
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{}", answer.body);
        }
        assert!(!answer.body.contains(PSID), "nobody's id is repeated");
    }
    for (path, status) in [
        ("/api/v1/events?state=lost", 400),
        ("/api/v1/events?from=yesterday", 400),
        ("/api/v1/events?order_id=%00", 400),
        ("/api/v1/events?state=queued&state=queued", 400),
        ("/api/v1/events/evt_1", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/connections?after=1", 400),
        (
            "/api/v1/events?from=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59Z",
            200,
        ),
    ] {
        assert_eq!(sender.get(path).await.status.as_u16(), status, "{path}");
    }
}

#[tokio::test]
async fn a_key_opens_what_it_is_for_and_its_own_advertiser_alone() {
    let app = TestApp::start().await;
    let sender = Sender::new(&app).await;
    let stranger = app.stranger().get("/api/v1/events").await;
    assert_eq!(
        (
            stranger.status.as_u16(),
            stranger.header("www-authenticate")
        ),
        (401, "Bearer")
    );
    let signed_in = app.staff(Role::Owner).await.get("/api/v1/events").await;
    assert_eq!(signed_in.status, 401, "a session is no key");
    let writer = Sender::key_for(&app, Some(sender.advertiser), &[KeyScope::EventsWrite]).await;
    let elsewhere = app.db.advertiser("elsewhere").await;
    let other = Sender::key_for(&app, Some(elsewhere), KeyScope::ALL).await;
    let get = async |key: &str, path: &str| {
        let request = Request::get(path).header("authorization", format!("Bearer {key}"));
        app.send(request.body(Body::empty()).unwrap()).await
    };
    for path in ["/api/v1/events", "/api/v1/connections"] {
        assert_eq!(get(&writer, path).await.status, 403, "{path}");
    }
    assert_eq!(
        get(&other, "/api/v1/connections").await.json()["connections"],
        json!([])
    );
    let path = format!("/api/v1/connections?advertiser={}", sender.advertiser);
    assert_eq!(get(&other, &path).await.status, 404);
    let own = sender.get("/api/v1/connections").await.json();
    let own = &own["connections"][0];
    assert_eq!(
        (&own["asset_id"], &own["dataset_id"]),
        (&json!(PAGE), &json!(DATASET))
    );
    assert_eq!(own["health"], "healthy");
}

#[tokio::test]
async fn the_document_describes_every_operation_and_the_page_shows_it() {
    let app = TestApp::start().await;
    let document = app.stranger().get("/api/v1/openapi.json").await;
    let document = document.json();
    let mut operations = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, about) in methods.as_object().unwrap() {
            operations += 1;
            assert!(
                about["summary"].is_string() && about["operationId"].is_string(),
                "{method} {path}"
            );
            assert!(
                about["responses"]["401"].is_object() && about["responses"]["503"].is_object(),
                "{method} {path}"
            );
        }
    }
    assert_eq!(operations, 7);
    let page = app.staff(Role::Auditor).await.get("/developers").await;
    assert_eq!(page.status, 200);
    for shown in [
        "Send events in Meta",
        "/api/v1/events/{id}",
        "data[].user_data.page_id",
        "curl -X POST",
        "--data-binary @events.csv",
    ] {
        assert!(page.body.contains(shown), "{shown}");
    }
}

#[tokio::test]
async fn a_table_is_checked_then_taken_and_each_bad_row_is_told() {
    let app = TestApp::start().await;
    let sender = Sender::new(&app).await;
    let at = app.db.backend.clock().now().timestamp() - 60;
    let of = sender.connection;
    let table = format!(
        "connection,event_name,event_time,person,value,currency,note\n\
         {of},Purchase,{at},{PSID},4800,JPY,x\n\
         {of},Purchase,{at},{PSID},4800,,x\n"
    );
    let dry = sender.csv("/api/v1/events.csv?dry_run=true", &table).await;
    assert_eq!(dry.status, 200, "{}", dry.body);
    let mut expected = json!({
        "dry_run": true, "rows": 2, "accepted": 1, "duplicates": 0, "faulty": 1, "ignored_columns": ["note"],
        "problems": [{ "line": 3, "column": "currency", "problem": dry.json()["problems"][0]["problem"] }],
    });
    assert_eq!(dry.json(), expected);
    let listed = async || {
        let events = sender.get("/api/v1/events").await.json();
        events["events"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(listed().await, 0, "only checked");
    expected["dry_run"] = json!(false);
    assert_eq!(
        sender.csv("/api/v1/events.csv", &table).await.json(),
        expected
    );
    expected["duplicates"] = json!(1);
    assert_eq!(
        sender.csv("/api/v1/events.csv", &table).await.json(),
        expected
    );
    assert_eq!(listed().await, 2);

    for (path, table, status, kind) in [
        ("/api/v1/events.csv", "a,b\n1,2\n", 422, "invalid-table"),
        (
            "/api/v1/events.csv?dry_run=perhaps",
            &table,
            400,
            "unreadable",
        ),
        (
            "/api/v1/events.csv",
            &"x".repeat(3 * 1024 * 1024 + 1),
            413,
            "too-large",
        ),
    ] {
        let refused = sender.csv(path, table).await;
        assert_eq!(refused.status, status, "{}", refused.body);
        assert_eq!(refused.json()["type"], format!("/problems/{kind}"));
    }
    let reader = Sender::key_for(&app, Some(sender.advertiser), &[KeyScope::EventsRead]).await;
    let post = async |key: &str| {
        sender
            .post_with(key, "/api/v1/events.csv", &json!({}))
            .await
    };
    assert_eq!(post(&reader).await.status, 403);
    assert_eq!(post("pbk_guess").await.status, 401);
}

#[tokio::test]
async fn a_key_is_made_without_javascript_and_shown_once() {
    let app = TestApp::start().await;
    let advertiser = app.db.advertiser("florist").await;
    let operator = app.staff(Role::Operator).await;
    let path = format!("/advertisers/{advertiser}/keys");
    let form = format!("advertiser={advertiser}&name=Shop&scopes[]=events:write&days=90");
    let made = operator.post("/api/add_api_key", &form).await;
    assert_eq!(made.status, 302, "{}", made.body);
    let cookie = made
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    assert!(cookie.starts_with("__Host-told="), "{cookie}");
    let from = cookie.find("pbk_").expect("the key is handed over");
    let is_of_key = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let key: String = cookie[from..].chars().take_while(is_of_key).collect();
    let page = operator.holding(&cookie).get(&path).await;
    assert!(page.body.contains(&key), "shown");
    assert!(
        page.header("set-cookie").contains("__Host-told=;"),
        "and taken back"
    );
    let page = operator.get(&path).await;
    assert!(!page.body.contains(&key) && page.body.contains(&key[..10]));
    let auditor = app.staff(Role::Auditor).await;
    assert_eq!(auditor.get(&path).await.status, 403);
    assert_eq!(operator.get("/keys").await.status, 403, "the owner's alone");
}
