//! What is handed on, how often, and what never is.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use domain::{RelayState, Role, WebhookMessageId, console::NeedKind};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{Config, Error, testing};

/// The partner's bot: answers with a status, and keeps what came.
struct Bot {
    url: String,
    came: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<u16>>,
}

impl Bot {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/meta", listener.local_addr().unwrap());
        let (came, status) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(200)));
        let (keep, answer) = (came.clone(), status.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (mut request, mut buffer) = (String::new(), [0; 4096]);
                while !(request.contains("\r\n\r\n") && request.ends_with('}')) {
                    let Ok(read @ 1..) = stream.read(&mut buffer).await else {
                        break;
                    };
                    request += &String::from_utf8_lossy(&buffer[..read]);
                }
                let status = *answer.lock().unwrap();
                keep.lock().unwrap().push(request);
                let head = format!("HTTP/1.1 {status} x\r\nlocation: http://127.0.0.1:9/\r\n");
                let rest = "content-length: 0\r\nconnection: close\r\n\r\n";
                let _ = stream.write_all((head + rest).as_bytes()).await;
            }
        });
        Self { url, came, status }
    }

    fn came(&self) -> Vec<String> {
        std::mem::take(&mut self.came.lock().unwrap())
    }

    fn answer(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }
}

fn header<'a>(request: &'a str, name: &str) -> &'a str {
    let line = request.lines().find(|line| line.starts_with(name)).unwrap();
    &line[name.len() + 2..]
}

const RAW: &str = r#"{"object":"page", "entry":[{"id":"5550009","messaging":[{"sender":{"id":"7"},"message":{"mid":"m_1","text":"\u82b1"}}]}]}"#;

async fn receive(db: &testing::TestBackend) {
    let secret = &db.backend.config().graph.app_secret;
    let signature = graph::signature::webhook_signature(secret, RAW.as_bytes());
    let raw = RAW.as_bytes();
    db.backend
        .receive_webhook(raw, Some(&signature))
        .await
        .unwrap();
    db.backend.split_webhooks().await.unwrap();
}

#[tokio::test]
async fn the_very_bytes_go_on_signed_as_they_came_until_they_are_taken() {
    let db = testing::backend().await;
    let (owner, bot) = (db.staff(Role::Owner).await, Bot::start().await);
    db.backend.add_relay_target(&owner, &bot.url).await.unwrap();
    db.backend.add_relay_target(&owner, &bot.url).await.unwrap();
    bot.answer(503);
    receive(&db).await;
    assert_eq!(db.backend.relay_due().await.unwrap(), 1);
    assert_eq!(
        db.backend.relay_due().await.unwrap(),
        0,
        "the pause is not over"
    );
    let first = bot.came().remove(0);
    assert!(first.ends_with(RAW));
    let signature = header(&first, "x-hub-signature-256");
    let secret = &db.backend.config().graph.app_secret;
    assert!(graph::signature::verify_webhook(
        secret,
        RAW.as_bytes(),
        signature
    ));

    // A redirect is no answer, and leads nowhere.
    for status in [307, 200] {
        bot.answer(status);
        db.backend.clock().advance(TimeDelta::hours(1));
        assert_eq!(db.backend.relay_due().await.unwrap(), 1, "{status}");
        let again = bot.came().remove(0);
        let id = |request| header(request, "x-patchbay-delivery").to_owned();
        assert_eq!(id(&again), id(&first));
    }
    db.backend.clock().advance(TimeDelta::hours(1));
    assert_eq!(db.backend.relay_due().await.unwrap(), 0, "it was taken");
    // Whoever reads the inbox sees it.
    let rows = db
        .backend
        .inbox(&owner, &Default::default())
        .await
        .unwrap()
        .rows;
    let id: WebhookMessageId = rows[0].id;
    let relays = db.backend.inbox_message(&owner, id).await.unwrap().relays;
    assert_eq!(
        (relays.len(), relays[0].state, relays[0].host.as_str()),
        (1, RelayState::Taken, "127.0.0.1")
    );
    // Taking it apart again hands nothing on.
    db.backend.replay_webhook(&owner, id).await.unwrap();
    assert_eq!(db.backend.relay_due().await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_never_taken_is_given_up_after_36_hours_and_shown() {
    let db = testing::backend().await;
    let (owner, bot) = (db.staff(Role::Owner).await, Bot::start().await);
    db.backend.add_relay_target(&owner, &bot.url).await.unwrap();
    bot.answer(500);
    receive(&db).await;
    let mut tries = 0;
    for _ in 0..40 {
        tries += db.backend.relay_due().await.unwrap();
        db.backend.clock().advance(TimeDelta::hours(1));
    }
    assert!((30..=37).contains(&tries), "{tries}");
    let shown = db.backend.relay_targets(&owner).await.unwrap().targets;
    assert_eq!((shown[0].waiting, shown[0].given_up), (0, 1));
    assert!(shown[0].failing_since.is_some() && shown[0].answer.contains("500"));
    let needs = db.backend.overview(&owner).await.unwrap().needs;
    assert_eq!(needs[0].kind, NeedKind::Relay);
    bot.answer(200);
    receive(&db).await;
    db.backend.relay_due().await.unwrap();
    assert!(db.backend.overview(&owner).await.unwrap().needs.is_empty());
    db.backend.clock().advance(TimeDelta::days(8));
    db.backend.forget_relays().await.unwrap();
    let shown = db.backend.relay_targets(&owner).await.unwrap().targets;
    assert_eq!(shown[0].given_up, 0);
}

#[tokio::test]
async fn an_address_is_tested_and_removed_with_what_waits() {
    let db = testing::backend().await;
    let (owner, bot) = (db.staff(Role::Owner).await, Bot::start().await);
    db.backend.add_relay_target(&owner, &bot.url).await.unwrap();
    let id = db.backend.relay_targets(&owner).await.unwrap().targets[0].id;
    assert!(
        db.backend
            .test_relay_target(&owner, id)
            .await
            .unwrap()
            .is_taken
    );
    bot.answer(404);
    let tested = db.backend.test_relay_target(&owner, id).await.unwrap();
    assert!(!tested.is_taken && tested.answer.contains("404"));
    assert_eq!(bot.came().len(), 2);
    receive(&db).await;
    db.backend.remove_relay_target(&owner, id).await.unwrap();
    assert_eq!(db.backend.relay_due().await.unwrap(), 0);
    let gone = db.backend.remove_relay_target(&owner, id).await;
    assert!(matches!(gone, Err(Error::NotFound(_))));
    let operator = db.staff(Role::Operator).await;
    for refused in [
        db.backend.add_relay_target(&operator, &bot.url).await,
        db.backend.remove_relay_target(&operator, id).await,
    ] {
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
}

#[tokio::test]
async fn nothing_is_handed_on_into_our_own_network() {
    let config = Config {
        allow_private_webhooks: false,
        ..testing::config("http://127.0.0.1:9/")
    };
    let db = testing::backend_with(config).await;
    let owner = db.staff(Role::Owner).await;
    for url in [
        "",
        "x",
        "http://127.0.0.1/",
        "http://bot.example/",
        "https://a:b@bot.example/",
        "ftp://bot.example/",
    ] {
        let refused = db.backend.add_relay_target(&owner, url).await;
        assert!(
            matches!(
                refused,
                Err(Error::Invalid {
                    field: "relay_url",
                    ..
                })
            ),
            "{url}"
        );
    }
    // A name is looked up when it is called.
    db.backend
        .add_relay_target(&owner, "https://localhost/")
        .await
        .unwrap();
    receive(&db).await;
    db.backend.relay_due().await.unwrap();
    let shown = db.backend.relay_targets(&owner).await.unwrap().targets;
    let text = text::Text::new(domain::Language::En);
    assert_eq!(shown[0].answer, text.relay_answer_private_address());
}

#[tokio::test]
async fn what_was_erased_meanwhile_is_withdrawn() {
    let db = testing::backend().await;
    let (owner, bot) = (db.staff(Role::Owner).await, Bot::start().await);
    db.backend.add_relay_target(&owner, &bot.url).await.unwrap();
    receive(&db).await;
    sqlx::query("DELETE FROM webhook_delivery")
        .execute(db.backend.0.database.partner())
        .await
        .unwrap();
    db.backend.relay_due().await.unwrap();
    assert!(bot.came().is_empty());
    let waiting = db.backend.relay_targets(&owner).await.unwrap().targets[0].waiting;
    assert_eq!(waiting, 0);
}
