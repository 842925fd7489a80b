//! What goes out to the app, when, and how it is signed.

use crate::World;
use axum::{
    Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sandbox::{AccountUpdate, Callbacks, Leaving, Message, Minting, TokenRequest, Webhook};
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
    assert!(sent.subscribed && sent.sent.delivered && sent.sent.status == Some(200));

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
    assert_eq!(messaging["sender"]["id"], sent.sender_id.as_str());
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
    assert!(sent.sent.delivered && sent.sent.attempts == 2);
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
    assert!(!sent.subscribed && !sent.sent.delivered && inbox.lock().unwrap().is_empty());
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

fn last(inbox: &Inbox) -> Value {
    let mut inbox = inbox.lock().expect("no holder panics");
    let (_, body) = inbox.pop().expect("a webhook came");
    serde_json::from_slice(&body).expect("JSON")
}

#[tokio::test]
async fn whatsapp_messages_come_in_the_cloud_apis_shape_with_a_real_click() {
    let (world, inbox) = subscribed(0).await;
    let state = world.meta.state();
    let waba = world.waba("florist");
    let write = Message {
        page_id: String::new(),
        waba_id: "florist".into(),
        ..message()
    };
    assert!(!state.send_message(write.clone()).await.unwrap().subscribed);
    let token = world.user_token("hana");
    let path = format!("/v26.0/{}/subscribed_apps", waba.id);
    world.post(&path, &token, &json!({})).await;
    let sent = state.send_message(write.clone()).await.unwrap();
    assert!(sent.sent.delivered);
    let payload = last(&inbox);
    let change = &payload["entry"][0]["changes"][0];
    assert_eq!(payload["entry"][0]["id"], waba.id.as_str());
    assert_eq!(change["field"], "messages");
    let value = &change["value"];
    assert_eq!(
        value["metadata"]["phone_number_id"],
        waba.phone_numbers[0].id.as_str()
    );
    assert_eq!(value["messages"][0]["from"], sent.sender_id.as_str());
    let clid = sent.ctwa_clid.unwrap();
    assert_eq!(value["messages"][0]["referral"]["ctwa_clid"], clid.as_str());

    // The click is one that an event may carry.
    let (_, dataset) = world
        .post(&format!("/v26.0/{}/dataset", waba.id), &token, &json!({}))
        .await;
    let mut event = world.purchase("clicked");
    event["messaging_channel"] = "whatsapp".into();
    event["user_data"] = json!({ "whatsapp_business_account_id": waba.id, "ctwa_clid": clid });
    let id = dataset["id"].as_str().unwrap();
    assert_eq!(world.send(id, &token, &[event.clone()]).await.0, 200);
    event["user_data"]["ctwa_clid"] = "ARAmine".into();
    let (_, unknown) = world.send(id, &token, &[event.clone()]).await;
    assert_eq!(unknown["error"]["error_subcode"], 2_804_087);
    let named = Message {
        referral: Some(json!({ "source_type": "ad", "ctwa_clid": "ARAmine" })),
        ..write
    };
    state.send_message(named).await.unwrap();
    assert_eq!(world.send(id, &token, &[event]).await.0, 200);
}

#[tokio::test]
async fn instagram_messages_come_by_the_subscription_of_the_page() {
    let (world, inbox) = subscribed(0).await;
    let account = world.instagram("florist");
    let write = Message {
        page_id: String::new(),
        instagram_id: account.id.clone(),
        ..message()
    };
    let sent = world.meta.state().send_message(write).await.unwrap();
    assert!(sent.subscribed && sent.sent.delivered);
    let payload = last(&inbox);
    assert_eq!(payload["object"], "instagram");
    assert_eq!(payload["entry"][0]["id"], account.id.as_str());
    let messaging = &payload["entry"][0]["messaging"][0];
    assert_eq!(messaging["sender"]["id"], sent.sender_id.as_str());
    assert_eq!(messaging["message"]["referral"]["source"], "ADS");
    let elsewhere = Message {
        page_id: String::new(),
        instagram_id: "tea".into(),
        ..message()
    };
    let state = world.meta.state();
    assert!(!state.send_message(elsewhere).await.unwrap().subscribed);
    let both = Message {
        waba_id: "sushi".into(),
        ..message()
    };
    assert!(state.send_message(both).await.is_err());
}

#[tokio::test]
async fn an_account_update_names_the_account_inside_and_another_id_outside() {
    let (world, inbox) = subscribed(0).await;
    let waba = world.waba("garden");
    let update = |event: &str| AccountUpdate {
        waba: "garden".into(),
        event: event.into(),
        ban_state: None,
    };
    let state = world.meta.state();
    let sent = state.update_account(&update("PARTNER_APP_INSTALLED")).await;
    assert!(sent.unwrap().delivered);
    let payload = last(&inbox);
    let entry = &payload["entry"][0];
    assert_ne!(entry["id"], waba.id.as_str());
    assert_eq!(entry["changes"][0]["field"], "account_update");
    let info = &entry["changes"][0]["value"]["waba_info"];
    assert_eq!(info["waba_id"], waba.id.as_str());
    assert_eq!(info["partner_app_id"], "1203440000000001");
    let sent = state.update_account(&update("DISABLED_UPDATE")).await;
    assert!(sent.unwrap().delivered);
    let payload = last(&inbox);
    assert_eq!(payload["entry"][0]["id"], waba.id.as_str());

    // An app that is not subscribed to the field hears nothing.
    let url = world.url("/_sandbox/app");
    let body = json!({ "subscriptions": { "whatsapp_business_account": ["messages"] } });
    world.http.put(url).json(&body).send().await.unwrap();
    let sent = state.update_account(&update("ACCOUNT_DELETED")).await;
    assert!(!sent.unwrap().delivered && inbox.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_business_that_removes_the_app_is_told_of_by_account_update() {
    let (world, inbox) = subscribed(0).await;
    let state = world.meta.state();
    let token = world.mint(TokenRequest {
        person: "sora".into(),
        kind: Minting::BusinessIntegration,
        wabas: Some(vec!["garden".into()]),
        ..TokenRequest::default()
    });
    let person = world.user_token("sora");
    let gone = state.disconnect_business("garden").await.unwrap();
    assert_eq!(gone, [world.waba("garden").id]);
    let (status, dead) = world.get("/v26.0/me", &token).await;
    assert_eq!(
        (status, &dead["error"]["error_subcode"]),
        (401, &json!(458))
    );
    assert_eq!(world.get("/v26.0/me", &person).await.0, 200);
    let value = last(&inbox)["entry"][0]["changes"][0]["value"].clone();
    assert_eq!(value["event"], "PARTNER_APP_UNINSTALLED");
}

#[tokio::test]
async fn people_who_leave_are_told_of_by_a_signed_request() {
    let (world, inbox) = subscribed(0).await;
    let state = world.meta.state();
    let url = state.webhook().unwrap().url;
    state.set_callbacks(Callbacks {
        deauthorize_url: Some(url.clone()),
        data_deletion_url: Some(url),
    });
    let token = world.user_token("hana");
    let hana = state.world().person("hana").unwrap().id.clone();
    let asked = state.leave("hana", Leaving::DeleteData).await.unwrap();
    assert_eq!(asked.status, Some(200));
    assert_eq!(world.get("/v26.0/me", &token).await.0, 200);
    let left = state.leave("hana", Leaving::Deauthorize).await.unwrap();
    assert_eq!(left.status, Some(200));
    assert_eq!(world.get("/v26.0/me", &token).await.0, 401);

    let (headers, body) = inbox.lock().unwrap().pop().unwrap();
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    let (_, request) = url::form_urlencoded::parse(&body).next().unwrap();
    let (signature, payload) = request.split_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(b"5a4db0c5eb0c4a5d9a7e61c7d1f0e2ab").unwrap();
    mac.update(payload.as_bytes());
    mac.verify_slice(&decode(signature)).unwrap();
    let payload: Value = serde_json::from_slice(&decode(payload)).unwrap();
    assert_eq!(
        (&payload["algorithm"], &payload["user_id"]),
        (&json!("HMAC-SHA256"), &json!(hana))
    );
}
