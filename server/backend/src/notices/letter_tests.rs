//! A change of health reaches every mailbox once, and the partner's webhook once, signed.

use chrono::TimeDelta;
use domain::Health;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::tests::{Partner, becomes, told_to};
use crate::{MailConfig, mail::testing::Server, testing::world::World};

const MAILBOXES: [&str; 2] = ["oncall@kaede.example", "lead@kaede.example"];

fn header<'a>(request: &'a str, name: &str) -> &'a str {
    let line = request.lines().find(|line| line.starts_with(name)).unwrap();
    &line[name.len() + 2..]
}

/// Whether a request carries the signature that whoever holds the secret computes.
fn is_signed(request: &str, secret: &str) -> bool {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let (id, at) = (
        header(request, "webhook-id"),
        header(request, "webhook-timestamp"),
    );
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .unwrap()
        .chain_update(format!("{id}.{at}.{body}"));
    let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    header(request, "webhook-signature") == format!("v1,{signature}")
}

#[tokio::test]
async fn a_transition_is_told_once_to_those_who_want_it_by_letter_and_signed_webhook() {
    let mut server = Server::start(&[]);
    let url = format!("smtp://127.0.0.1:{}", server.port);
    let mail = MailConfig::new(&url.into(), "Kaede <p@kaede.example>").unwrap();
    let world = World::start_with(|config| config.mail = Some(mail)).await;
    let partner = Partner::start().await;
    told_to(&world, &partner, &MAILBOXES).await;
    let line = world.connect("hana", "florist").await;
    let line = (line.advertiser, line.connection);
    let backend = &world.db.backend;
    let mut told = async |subject: &str| {
        for _ in 0..3 {
            // The job comes by again and again; so does the doctor.
            backend.clock().advance(TimeDelta::minutes(2));
            backend.tell().await.unwrap();
        }
        let sent = backend.send_due_mail().await.unwrap();
        assert_eq!(sent, 2, "one letter for each mailbox");
        let mut to = Vec::new();
        for _ in 0..sent {
            let letter = server.letter();
            let content = letter["content"].as_str().unwrap().to_owned();
            assert!(content.contains(subject), "{content}");
            to.push(letter["to"][0].as_str().unwrap().to_owned());
        }
        to.sort_unstable();
        assert_eq!(to, ["lead@kaede.example", "oncall@kaede.example"]);
        let came = partner.came();
        assert_eq!(came.len(), 1, "one message to the webhook: {came:?}");
        assert!(is_signed(&came[0], "a secret") && !is_signed(&came[0], "another"));
    };
    becomes(&world, line, Health::Reconnect).await;
    becomes(&world, line, Health::Reconnect).await;
    told("econnect").await;
    becomes(&world, line, Health::Healthy).await;
    told("ealthy").await;

    told_to(&world, &partner, &[]).await;
    becomes(&world, line, Health::Degraded).await;
    backend.clock().advance(TimeDelta::minutes(2));
    backend.tell().await.unwrap();
    assert_eq!(backend.send_due_mail().await.unwrap(), 0, "nobody asked");
}
