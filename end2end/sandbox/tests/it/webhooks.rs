//! Someone writes to a Page: what goes out, when, and how it is signed.

use crate::World;
use axum::{
    Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use hmac::{Hmac, KeyInit, Mac};
use sandbox::{Message, Webhook};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

type Inbox = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// A callback that keeps what comes, and refuses the first `refusals`.
async fn callback(refusals: usize) -> (Webhook, Inbox) {
    let inbox = Inbox::default();
    let receive = async move |State(inbox): State<Inbox>, headers: HeaderMap, body: Bytes| {
        let mut inbox = inbox.lock().expect("no holder panics");
        inbox.push((headers, body));
        if inbox.len() <= refusals {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::OK
        }
    };
    let verify = async |Query(query): Query<HashMap<String, String>>| {
        let right = query["hub.verify_token"] == "open sesame" && query["hub.mode"] == "subscribe";
        if right {
            query["hub.challenge"].clone()
        } else {
            "no".into()
        }
    };
    let router = Router::new()
        .route("/webhooks", get(verify).post(receive))
        .with_state(inbox.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let url = format!(
        "http://{}/webhooks",
        listener.local_addr().expect("a free port")
    );
    tokio::spawn(async move { axum::serve(listener, router).await });
    (
        Webhook {
            url,
            verify_token: "open sesame".into(),
        },
        inbox,
    )
}

async fn subscribed(refusals: usize) -> (World, Inbox) {
    let world = World::start().await;
    let (webhook, inbox) = callback(refusals).await;
    world.meta.state().set_webhook(Some(webhook));
    let token = world.page_token("hana", "florist").await;
    let path = format!("/v26.0/{}/subscribed_apps", world.page("florist").id);
    world
        .post(&path, &token, &json!({ "subscribed_fields": ["messages"] }))
        .await;
    (world, inbox)
}

fn message() -> Message {
    Message {
        page_id: "florist".into(),
        person: Some("aoi".into()),
        text: Some("花束 😀".into()),
        referral: Some(json!(true)),
        ..Message::default()
    }
}

#[tokio::test]
async fn a_message_goes_out_signed_over_the_escaped_bytes() {
    let (world, inbox) = subscribed(0).await;
    let sent = world.meta.state().send_message(message()).await.unwrap();
    assert!(sent.subscribed && sent.delivered && sent.status == Some(200));

    let (headers, body) = inbox.lock().unwrap().pop().unwrap();
    assert!(body.is_ascii());
    let mut mac = Hmac::<Sha256>::new_from_slice(b"5a4db0c5eb0c4a5d9a7e61c7d1f0e2ab").unwrap();
    mac.update(&body);
    let expected = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    assert_eq!(headers["x-hub-signature-256"], expected.as_str());
    let payload: Value = serde_json::from_slice(&body).unwrap();
    let messaging = &payload["entry"][0]["messaging"][0];
    assert_eq!(messaging["message"]["text"], "花束 😀");
    assert_eq!(messaging["message"]["mid"], sent.mid.as_str());
    assert_eq!(messaging["sender"]["id"], sent.psid.as_str());
    assert_eq!(
        messaging["recipient"]["id"],
        world.page("florist").id.as_str()
    );
    assert_eq!(messaging["message"]["referral"]["source"], "ADS");
}

#[tokio::test]
async fn a_failed_delivery_is_tried_again_at_once() {
    let (world, inbox) = subscribed(1).await;
    let sent = world.meta.state().send_message(message()).await.unwrap();
    assert!(sent.delivered && sent.attempts == 2);
    let inbox = inbox.lock().unwrap();
    assert_eq!(inbox[0].1, inbox[1].1);
}

#[tokio::test]
async fn nothing_goes_out_for_a_page_that_is_not_subscribed() {
    let (world, inbox) = subscribed(0).await;
    let sent = world
        .meta
        .state()
        .send_message(Message {
            page_id: "sushi".into(),
            ..message()
        })
        .await
        .unwrap();
    assert!(!sent.subscribed && !sent.delivered && inbox.lock().unwrap().is_empty());
    assert!(
        world
            .meta
            .state()
            .send_message(Message {
                person: Some("nobody".into()),
                ..message()
            })
            .await
            .is_err()
    );
}

#[tokio::test]
async fn the_callback_must_know_the_verify_token() {
    let (world, _) = subscribed(0).await;
    let state = world.meta.state();
    assert_eq!(state.verify_webhook().await, Ok(()));
    let (webhook, _) = callback(0).await;
    state.set_webhook(Some(Webhook {
        verify_token: "wrong".into(),
        ..webhook
    }));
    assert!(state.verify_webhook().await.is_err());
}
