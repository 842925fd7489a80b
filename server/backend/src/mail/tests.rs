//! The outbox against a real SMTP server: aiosmtpd, which `scripts/setup` installs.

use chrono::TimeDelta;
use domain::{AdvertiserId, Language};
use sqlx::{Connection, PgConnection, Row};

use super::{testing::Server, *};
use crate::{
    Error, Scope,
    testing::{self, TestBackend},
};

async fn backend(url: String) -> TestBackend {
    let mut config = testing::config("http://127.0.0.1:9/");
    let mail = MailConfig::new(&url.into(), "カエデ <patchbay@kaede.example>");
    config.mail = Some(mail.expect("a configuration"));
    testing::backend_with(config).await
}

async fn write(db: &TestBackend, advertiser: AdvertiserId, to: &str) -> bool {
    let letter = Letter {
        kind: "test_letter",
        to: &to.parse().unwrap(),
        language: Language::Ja,
        subject: "接続のお願い\r\nBcc: all@example.com".into(),
        body: "花の木フローリスト様\n\nhttps://kaede.example/c/abc\n".into(),
    };
    let mut tx = db
        .backend
        .begin_for(&Scope::system(), advertiser)
        .await
        .unwrap();
    let queued = tx.queue_mail(&letter).await.unwrap();
    tx.commit().await.unwrap();
    queued
}

/// Attempts, whether it was sent, whether it is due again, the last error, and every byte of the row as text.
async fn rows(db: &TestBackend) -> Vec<(i32, bool, bool, Option<String>, String)> {
    let mut owner = PgConnection::connect_with(&db.owner).await.unwrap();
    sqlx::query("SELECT attempts, sent_at IS NOT NULL, next_attempt_at IS NOT NULL, last_error, mail::text FROM mail ORDER BY id")
        .fetch_all(&mut owner)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4)))
        .collect()
}

#[tokio::test]
async fn a_letter_reaches_the_server_and_nothing_of_it_stays() {
    let mut server = Server::start(&["--password", "s3cret"]);
    let db = backend(format!("smtp://patchbay:s3cret@127.0.0.1:{}", server.port)).await;
    let hana = db.advertiser("Hana").await;
    assert!(write(&db, hana, "owner@hana.example").await);
    let waiting = &rows(&db).await[0].4;
    assert!(!waiting.contains("owner@") && !waiting.contains("/c/abc"));
    assert_eq!(db.backend.send_due_mail().await.unwrap(), 1);
    let letter = server.letter();
    assert_eq!(letter["to"][0], "owner@hana.example");
    assert_eq!(letter["from"], "patchbay@kaede.example");
    let content = letter["content"].as_str().unwrap();
    assert!(content.contains("Subject: =?utf-8?b?"), "{content}");
    assert!(
        !content.contains("\nBcc:"),
        "one line stays one line: {content}"
    );
    assert!(content.contains("Content-Type: text/plain; charset=utf-8"));
    let (attempts, sent, due, error, row) = rows(&db).await.remove(0);
    assert_eq!((attempts, sent, due, error), (1, true, false, None));
    assert!(row.contains(",,"), "recipient and letter are erased: {row}");
    assert_eq!(db.backend.send_due_mail().await.unwrap(), 0, "once");
    db.backend.clock().advance(TimeDelta::days(91));
    db.backend.forget_mail().await.unwrap();
    assert!(rows(&db).await.is_empty());
}

#[tokio::test]
async fn a_refused_letter_is_given_up_and_one_for_later_is_tried_for_days() {
    let server = Server::start(&[]);
    let db = backend(format!("smtp://127.0.0.1:{}", server.port)).await;
    let hana = db.advertiser("Hana").await;
    write(&db, hana, "nobody@hana.example").await;
    write(&db, hana, "later@hana.example").await;
    assert_eq!(db.backend.send_due_mail().await.unwrap(), 0);
    let seen = rows(&db).await;
    assert_eq!((seen[0].0, seen[0].1, seen[0].2), (1, false, false));
    assert_eq!(
        seen[0].3.as_deref(),
        Some("refused with 550"),
        "without the address"
    );
    assert_eq!((seen[1].0, seen[1].1, seen[1].2), (1, false, true));
    db.backend.send_due_mail().await.unwrap();
    assert_eq!(rows(&db).await[1].0, 1, "not before its time");
    for _ in 0..40 {
        db.backend.clock().advance(TimeDelta::hours(4));
        db.backend.send_due_mail().await.unwrap();
    }
    let late = &rows(&db).await[1];
    assert!(late.0 > 10 && !late.1 && !late.2, "{late:?}");
    assert_eq!(late.3.as_deref(), Some("refused with 451"));
}

#[tokio::test]
async fn a_server_that_is_away_or_refuses_our_password_is_asked_again() {
    let port = {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        gone.local_addr().unwrap().port()
    };
    let server = Server::start(&["--password", "s3cret"]);
    for (url, error) in [
        (format!("smtp://127.0.0.1:{port}"), "not connected"),
        (
            format!("smtp://patchbay:wrong@127.0.0.1:{}", server.port),
            "refused with 535",
        ),
    ] {
        let db = backend(url).await;
        let hana = db.advertiser("Hana").await;
        write(&db, hana, "owner@hana.example").await;
        db.backend.send_due_mail().await.unwrap();
        let (_, sent, due, last, _) = rows(&db).await.remove(0);
        assert_eq!((sent, due, last.as_deref()), (false, true, Some(error)));
    }
}

#[tokio::test]
async fn a_letter_goes_only_if_its_transaction_commits_and_mail_is_set_up() {
    let mut db = backend("smtp://127.0.0.1:9".into()).await;
    let hana = db.advertiser("Hana").await;
    let mut tx = db.backend.begin_for(&Scope::system(), hana).await.unwrap();
    let letter = Letter {
        kind: "test_letter",
        to: &"a@hana.example".parse().unwrap(),
        language: Language::En,
        subject: "x".into(),
        body: "y".into(),
    };
    assert!(tx.queue_mail(&letter).await.unwrap());
    drop(tx);
    assert!(rows(&db).await.is_empty());

    db = testing::backend().await;
    assert!(!db.backend.can_mail());
    let hana = db.advertiser("Hana").await;
    assert!(!write(&db, hana, "a@hana.example").await);
    assert!(rows(&db).await.is_empty());
}

#[tokio::test]
async fn a_letter_moved_to_another_row_does_not_open() {
    let db = backend("smtp://127.0.0.1:9".into()).await;
    let (hana, other) = (db.advertiser("Hana").await, db.advertiser("Other").await);
    write(&db, hana, "a@hana.example").await;
    write(&db, other, "b@other.example").await;
    let mut owner = PgConnection::connect_with(&db.owner).await.unwrap();
    sqlx::query("UPDATE mail SET recipient_sealed = (SELECT recipient_sealed FROM mail ORDER BY id LIMIT 1)")
        .execute(&mut owner)
        .await
        .unwrap();
    db.backend.send_due_mail().await.unwrap();
    let moved = rows(&db).await.remove(1);
    assert_eq!(moved.3, Some(Error::Sealed.to_string()));
}

#[test]
fn what_cannot_be_a_server_or_a_sender_is_refused_without_repeating_it() {
    let url = |text: &str| text.to_owned().into();
    let from = "Kaede <patchbay@kaede.example>";
    assert!(MailConfig::new(&url("smtps://u:p@mail.example"), from).is_ok());
    assert_eq!(
        MailConfig::new(&url("https://u:p@mail.example"), from).unwrap_err(),
        MailConfigError::Url
    );
    assert_eq!(
        MailConfig::new(&url("smtp://mail.example"), "Kaede").unwrap_err(),
        MailConfigError::From
    );
    let shown = format!(
        "{:?}",
        MailConfig::new(&url("smtp://u:hush@mail.example"), from).unwrap()
    );
    assert!(!shown.contains("hush"));
}
