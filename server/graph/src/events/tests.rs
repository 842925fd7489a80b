//! Every way in which sending can end.

use super::*;
use crate::testing::{Stub, client};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

fn request() -> EventsRequest {
    let event =
        json!({"event_name": "Purchase", "user_data": {"page_scoped_user_id": "7123-SENTINEL"}});
    EventsRequest {
        data: vec![event.clone(), event],
        test_event_code: Some("TEST1".into()),
        partner_agent: None,
    }
}

async fn send(client: &Client) -> SendReport {
    let report = client
        .send_events(&AccessToken::new("EAAB-SENTINEL"), "88", &request())
        .await;
    let shown = format!(
        "{report:?} {:?} {:?} {}",
        request(),
        report.body,
        report.url
    );
    assert!(
        !shown.contains("SENTINEL") && !shown.contains("appsecret_proof"),
        "{shown}"
    );
    report
}

async fn verdict(status: u16, text: &str) -> SendVerdict {
    send(&Stub::with_text([(status, text.to_owned())]).await.client())
        .await
        .verdict
}

#[tokio::test]
async fn what_meta_counted_in_full_is_accepted() {
    let headers = [
        ("x-app-usage", r#"{"call_count":97}"#),
        ("facebook-api-version", "v27.0"),
    ];
    let headers = headers
        .into_iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect();
    let text =
        json!({"events_received": 2, "messages": ["careful"], "fbtrace_id": "A1"}).to_string();
    let stub = Stub::with_headers([(200, headers, text.clone())]).await;
    let report = send(&stub.client()).await;
    assert_eq!(
        report.verdict,
        SendVerdict::Accepted {
            events_received: 2,
            messages: vec!["careful".into()],
            fbtrace_id: Some("A1".into())
        }
    );
    assert_eq!(
        (report.http_status, report.version_used.as_deref()),
        (Some(200), Some("v27.0"))
    );
    assert_eq!(
        (report.usage.app_percent(), report.body),
        (97.0, Some(text))
    );
    assert!(report.url.ends_with("/v26.0/88/events"));
    let sent: Value = serde_json::from_str(&stub.requests()[0].body).unwrap();
    assert_eq!(
        sent,
        json!({"data": request().data, "test_event_code": "TEST1"})
    );
}

#[tokio::test]
async fn an_envelope_is_a_refusal_under_any_status() {
    for status in [200, 400, 503] {
        let text = r#"{"error":{"code":190,"message":"Malformed EAAB-SENTINEL"}}"#;
        let SendVerdict::Refused(error) = verdict(status, text).await else {
            panic!("not refused")
        };
        assert_eq!((error.code, error.http_status), (190, status));
    }
}

#[tokio::test]
async fn an_answer_that_proves_nothing_leaves_the_outcome_unknown() {
    for (status, text, expected) in [
        (
            200,
            r#"{"events_received":1}"#,
            UnknownWhy::ShortCount { received: Some(1) },
        ),
        (
            200,
            r#"{"events_received":0}"#,
            UnknownWhy::ShortCount { received: Some(0) },
        ),
        (200, "{}", UnknownWhy::ShortCount { received: None }),
        (200, "[]", UnknownWhy::ShortCount { received: None }),
        (200, "<html>", UnknownWhy::NotJson),
        (200, "", UnknownWhy::NotJson),
        (502, "<html>", UnknownWhy::ServerError(502)),
        (500, "{}", UnknownWhy::ServerError(500)),
        (302, "", UnknownWhy::ServerError(302)),
    ] {
        assert_eq!(
            verdict(status, text).await,
            SendVerdict::Unknown { why: expected },
            "{status} {text}"
        );
    }
}

#[tokio::test]
async fn what_never_left_is_told_from_what_may_have_arrived() {
    assert!(matches!(
        send(&client("http://127.0.0.1:1")).await.verdict,
        SendVerdict::NotConnected { .. }
    ));
    assert!(matches!(
        send(&client("http://nowhere.localhost:1")).await.verdict,
        SendVerdict::NotConnected { .. }
    ));
    let bad_id = client("http://127.0.0.1:1")
        .send_events(&AccessToken::new("t"), "../me", &request())
        .await;
    assert!(matches!(bad_id.verdict, SendVerdict::NotConnected { .. }));

    for (answer, hangs, expected) in [
        ("", false, UnknownWhy::Reset),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"events",
            false,
            UnknownWhy::Reset,
        ),
        ("", true, UnknownWhy::Timeout),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"events",
            true,
            UnknownWhy::Timeout,
        ),
    ] {
        let report = send(&client(&misbehaving(answer, hangs).await)).await;
        assert_eq!(
            report.verdict,
            SendVerdict::Unknown { why: expected },
            "{answer} {hangs}"
        );
        assert_eq!(report.http_status.is_some(), !answer.is_empty());
    }
}

#[tokio::test]
async fn a_tls_handshake_that_fails_or_hangs_is_no_connection() {
    for hangs in [false, true] {
        let url = misbehaving("not tls", hangs)
            .await
            .replace("http:", "https:");
        let report = send(&client(&url)).await;
        assert!(
            matches!(report.verdict, SendVerdict::NotConnected { .. }),
            "{report:?}"
        );
    }
}

/// A server that reads a request, writes that much and then breaks off or hangs.
async fn misbehaving(answer: &'static str, hangs: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            assert_ne!(stream.read(&mut request).await.unwrap(), 0);
            if hangs && !answer.starts_with("HTTP") {
                kept.push(stream);
                continue;
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
            if hangs {
                kept.push(stream);
            }
        }
    });
    url
}
