//! Events in Meta's shape: every way to say the same, and Meta's own answers.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use domain::KeyScope;
use proptest::prelude::*;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    sender::{DATASET, Sender},
    test_app::{Answer, TestApp},
};

const PATH: &str = "/v25.0/8800000000000001/events";

async fn send(app: &TestApp, path: &str, kind: &str, body: String) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body))
        .expect("a request");
    app.send(request).await
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

#[tokio::test]
async fn metas_clients_are_understood_however_they_say_it() {
    let app = TestApp::start().await;
    let sender = Sender::new(&app).await;
    let key = sender.key.as_str();
    let event = |id: &str| sender.purchase(id);
    let json_kind = "application/json";
    let form_kind = "application/x-www-form-urlencoded";
    let in_query = format!("{PATH}?access_token={key}");
    let texts = json!([event("b").to_string()]).to_string();
    let part = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts = format!(
        "{}{}--x--\r\n",
        part("access_token", key),
        part("data", &json!([event("f")]).to_string())
    );
    let cases = [
        (
            PATH,
            json_kind,
            json!({ "access_token": key, "data": [event("a")] }).to_string(),
        ),
        (
            PATH,
            form_kind,
            form(&[
                ("access_token", key),
                ("data", &texts),
                ("partner_agent", "x"),
            ]),
        ),
        (
            &in_query,
            json_kind,
            json!({ "data": [event("c").to_string()] }).to_string(),
        ),
        (
            &in_query,
            form_kind,
            form(&[("data", &json!([event("d")]).to_string())]),
        ),
        (
            &in_query,
            "",
            form(&[("data", &json!([event("e")]).to_string())]),
        ),
        (PATH, "multipart/form-data; boundary=x", parts),
    ];
    for (path, kind, body) in cases {
        let answer = send(&app, path, kind, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{kind}: {}", answer.body);
        let said = answer.json();
        assert_eq!(
            (&said["events_received"], &said["messages"]),
            (&json!(1), &json!([]))
        );
        assert_eq!(said["fbtrace_id"], answer.header("x-request-id"));
    }
    let again = sender
        .post(PATH, &json!({ "data": [event("a"), event("new")] }))
        .await;
    assert_eq!(
        again.json()["events_received"],
        2,
        "a duplicate is a success"
    );
    let listed = sender.get("/api/v1/events").await.json();
    let states: Vec<_> = listed["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["state"])
        .collect();
    assert_eq!(states.iter().filter(|state| **state == "queued").count(), 7);
    assert_eq!(
        states.iter().filter(|state| **state == "duplicate").count(),
        1
    );
}

#[tokio::test]
async fn failures_come_in_metas_envelope() {
    let app = TestApp::start().await;
    let sender = Sender::new(&app).await;
    let good = sender.purchase("a");
    let mut lead = good.clone();
    lead["event_name"] = "Lead".into();
    let mut web = good.clone();
    web["action_source"] = "website".into();
    let reader = Sender::key_for(&app, Some(sender.advertiser), &[KeyScope::EventsRead]).await;
    let elsewhere = app.db.advertiser("elsewhere").await;
    let other = Sender::key_for(&app, Some(elsewhere), KeyScope::ALL).await;
    let batch = |event: &Value| json!({ "data": [good, event] });
    let own = sender.key.as_str();
    let cases = [
        (own, PATH, batch(&lead), 400, 100, json!(2_804_066)),
        (own, PATH, batch(&web), 400, 100, Value::Null),
        (own, PATH, json!({ "data": [] }), 400, 100, Value::Null),
        (own, PATH, json!({}), 400, 100, Value::Null),
        (
            own,
            PATH,
            json!({ "data": [good], "test_event_code": "no code" }),
            400,
            100,
            Value::Null,
        ),
        (own, "/v25.0/4711/events", batch(&good), 400, 100, json!(33)),
        (other.as_str(), PATH, batch(&good), 400, 100, json!(33)),
        ("pbk_unknown", PATH, batch(&good), 401, 190, Value::Null),
        (reader.as_str(), PATH, batch(&good), 403, 200, Value::Null),
        (
            own,
            "/things/4711/events",
            batch(&good),
            400,
            2500,
            Value::Null,
        ),
    ];
    for (key, path, body, status, code, subcode) in cases {
        let answer = sender.post_with(key, path, &body).await;
        let error = &answer.json()["error"];
        assert_eq!(
            (
                answer.status.as_u16(),
                &error["code"],
                error.get("error_subcode").unwrap_or(&Value::Null)
            ),
            (status, &json!(code), &subcode),
            "{}",
            answer.body
        );
        assert_eq!(error["fbtrace_id"], answer.header("x-request-id"));
        assert!(!answer.body.contains(key), "no key is repeated");
    }
    let refused = sender.post(PATH, &batch(&lead)).await.json();
    let blame: Value =
        serde_json::from_str(refused["error"]["error_data"].as_str().unwrap()).unwrap();
    assert_eq!(
        blame["blame_field_specs"],
        json!([["data", "1", "event_name"]])
    );
    assert!(refused["error"]["error_user_title"].is_string());
    let refused = sender.post(PATH, &batch(&web)).await.body;
    assert!(
        refused.contains("Conversions API for web or app"),
        "{refused}"
    );
    let broken = send(&app, PATH, "application/json", "{".into()).await;
    assert_eq!(
        broken.status,
        StatusCode::UNAUTHORIZED,
        "who calls is told first"
    );
    let events = sender.get("/api/v1/events").await.json();
    assert_eq!(
        events["events"],
        json!([]),
        "nothing of a refused batch is taken"
    );
}

#[tokio::test]
async fn too_much_at_once_is_refused() {
    let app = TestApp::with_key_rate(2).await;
    let sender = Sender::new(&app).await;
    let body = json!({ "data": [sender.purchase("a")] });
    let mut statuses = Vec::new();
    for _ in 0..2 {
        statuses.push(sender.post(PATH, &body).await.status.as_u16());
    }
    let limited = sender.post(PATH, &body).await;
    assert_eq!((statuses, limited.status.as_u16()), (vec![200, 200], 403));
    assert_eq!(limited.json()["error"]["code"], 4);
    assert!(limited.header("x-app-usage").contains("\"call_count\":100"));
    assert_eq!(limited.header(header::RETRY_AFTER), "1");
    let handed_in = format!("/webhooks/on-premises/{}", sender.connection);
    for native in [
        sender.get("/api/v1/events").await,
        sender.csv("/api/v1/events.csv", "").await,
        sender.post(&handed_in, &json!({})).await,
    ] {
        assert_eq!(
            (native.status.as_u16(), native.header(header::RETRY_AFTER)),
            (429, "1")
        );
    }
    let other = Sender::key_for(&app, None, KeyScope::ALL).await;
    assert_eq!(
        sender.post_with(&other, PATH, &body).await.status,
        200,
        "each key by itself"
    );
}

#[tokio::test]
async fn what_is_too_large_is_told_so() {
    let app = TestApp::start().await;
    let body = format!("{{\"data\":[\"{}\"]}}", "x".repeat(5 * 1024 * 1024));
    let sender = Sender::new(&app).await;
    let request = Request::post(PATH)
        .header(header::AUTHORIZATION, format!("Bearer {}", sender.key))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))
        .unwrap();
    let answer = app.send(request).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["error"]["code"], 100);
}

#[test]
fn no_body_breaks_the_edge() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let app = runtime.block_on(TestApp::start());
    let key = runtime.block_on(async { Sender::new(&app).await.key });
    let kinds = [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(96));
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        any::<String>().prop_map(|text| format!("{{\"data\":[{text:?}]}}").into_bytes()),
        any::<String>().prop_map(|text| format!("data=[{text}]").into_bytes()),
    ];
    runner
        .run(
            &(body, prop::sample::select(kinds.to_vec()), any::<bool>()),
            |(body, kind, native)| {
                let path = if native { "/api/v1/events" } else { PATH };
                let request = Request::post(path)
                    .header(header::AUTHORIZATION, format!("Bearer {key}"))
                    .header(header::CONTENT_TYPE, kind)
                    .body(Body::from(body))
                    .unwrap();
                let answer = runtime.block_on(app.send(request));
                prop_assert!(
                    answer.status.is_client_error(),
                    "{} {}",
                    answer.status,
                    answer.body
                );
                prop_assert!(serde_json::from_str::<Value>(&answer.body).is_ok());
                Ok(())
            },
        )
        .unwrap();
}

#[tokio::test]
async fn a_get_of_the_address_is_no_page() {
    let app = TestApp::start().await;
    let answer = app
        .stranger()
        .get(&format!("/v25.0/{DATASET}/events"))
        .await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn an_answer_says_when_a_test_code_has_ended_and_the_events_are_live() {
    let app = TestApp::start().await;
    let sender = Sender::new(&app).await;
    let send = async |ids: [&str; 2]| {
        let data: Vec<Value> = ids.iter().map(|id| sender.purchase(id)).collect();
        let body = json!({ "data": data, "test_event_code": "TEST1" });
        let answer = sender.post(PATH, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()["messages"].clone()
    };
    assert_eq!(send(["a", "b"]).await, json!([]));
    app.db.backend.clock().advance(chrono::TimeDelta::hours(25));
    let said = send(["c", "d"]).await;
    assert_eq!(said.as_array().unwrap().len(), 1, "once for all of them");
    let said = said[0].as_str().unwrap();
    assert!(
        said.starts_with("test_event_code: ") && said.contains("live"),
        "{said}"
    );
    let listed = sender.get("/api/v1/events").await.json();
    let codes: Vec<&Value> = listed["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["test_event_code"])
        .collect();
    let (live, test) = (&Value::Null, &json!("TEST1"));
    assert_eq!(codes, [live, live, test, test]);
}
