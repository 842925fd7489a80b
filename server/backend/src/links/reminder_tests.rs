//! Who is reminded, when, and how often: against a real mail server.

use chrono::TimeDelta;
use domain::{
    AdvertiserId, Channel, Language, LinkKind, LinkStanding, OnboardingStep, Permission, Role,
    console::BoardFilter,
};

use super::{LinkDraft, NewLink};
use crate::{
    Error, MailConfig, Scope, SecretToken,
    mail::testing::Server,
    testing::{self, TestBackend},
};

struct Fixture {
    db: TestBackend,
    server: Server,
    operator: Scope,
}

impl Fixture {
    async fn start() -> Self {
        let server = Server::start(&[]);
        let mut config = testing::config("http://127.0.0.1:9/");
        let url = format!("smtp://127.0.0.1:{}", server.port);
        config.mail = Some(MailConfig::new(&url.into(), "カエデ <p@kaede.example>").unwrap());
        let db = testing::backend_with(config).await;
        let operator = db.staff(Role::Operator).await;
        Self {
            db,
            server,
            operator,
        }
    }

    /// An advertiser whose link was mailed.
    async fn asked(&self, name: &str) -> (AdvertiserId, NewLink) {
        let advertiser = self.db.advertiser(name).await;
        let link = self.write(advertiser, Some("owner@hana.example")).await;
        (advertiser, link)
    }

    async fn write(&self, advertiser: AdvertiserId, email: Option<&str>) -> NewLink {
        let draft = LinkDraft {
            kind: LinkKind::Connect,
            channels: vec![Channel::Messenger],
            language: Language::Ja,
            days: 7,
            is_trusted: false,
            email: email.map(|email| email.parse().unwrap()),
        };
        let backend = &self.db.backend;
        backend
            .add_link(&self.operator, advertiser, &draft)
            .await
            .unwrap()
    }

    fn later(&self, hours: i64) {
        self.db.backend.clock().advance(TimeDelta::hours(hours));
    }

    async fn by_hand(&self, filter: &BoardFilter) -> u32 {
        let backend = &self.db.backend;
        let told = backend.remindable(&self.operator, filter).await.unwrap();
        let sent = backend.send_reminders(&self.operator, filter).await;
        assert_eq!(told, sent.unwrap(), "as many as were announced");
        told
    }

    /// What the mail server took since the last time, each as its subject and text.
    async fn letters(&mut self) -> Vec<(String, String)> {
        let count = self.db.backend.send_due_mail().await.unwrap();
        (0..count).map(|_| read(&self.server.letter())).collect()
    }

    async fn standing(&self, url: &str) -> Result<LinkStanding, Error> {
        let secret = SecretToken::from_outside(url.rsplit('/').next().unwrap());
        let shown = self.db.backend.link_shown(&secret, "192.0.2.1").await?;
        Ok(shown.standing)
    }
}

/// Subject and text of a letter, from the bytes that arrived.
fn read(letter: &serde_json::Value) -> (String, String) {
    let script = "import email, email.policy, sys
m = email.message_from_string(sys.argv[1], policy=email.policy.default)
print(m['subject']); print(m.get_content())";
    let output = std::process::Command::new(crate::mail::testing::python())
        .args(["-c", script, letter["content"].as_str().unwrap()])
        .env("PYTHONUTF8", "1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (subject, body) = text.split_once('\n').unwrap();
    (subject.to_owned(), body.to_owned())
}

fn url_in(letter: &str) -> &str {
    letter
        .lines()
        .find(|line| line.starts_with("http"))
        .expect("a letter holds its link")
}

#[tokio::test]
async fn a_reminder_reaches_the_mailbox_with_a_new_address_three_times_at_most() {
    let mut fixture = Fixture::start().await;
    let (hana, link) = fixture.asked("Hana").await;
    let first = fixture.letters().await.remove(0);
    assert_eq!(url_in(&first.1), link.expose());

    let backend = fixture.db.backend.clone();
    fixture.later(71);
    assert_eq!(backend.remind_stuck().await.unwrap(), 0, "not before time");
    let mut seen = vec![link.expose().to_owned()];
    for round in 1..=3 {
        fixture.later(73);
        assert_eq!(backend.remind_stuck().await.unwrap(), 1, "{round}");
        assert_eq!(backend.remind_stuck().await.unwrap(), 0, "once");
        let (subject, body) = fixture.letters().await.remove(0);
        assert!(subject.contains("再送"), "{subject}");
        let url = url_in(&body).to_owned();
        let open = fixture.standing(&url).await.unwrap();
        assert_eq!(open, LinkStanding::Open);
        let before = fixture.standing(seen.last().unwrap()).await;
        assert!(
            matches!(before, Err(Error::NotFound(_))),
            "the old one ends"
        );
        seen.push(url);
    }
    fixture.later(73);
    assert_eq!(backend.remind_stuck().await.unwrap(), 0, "often enough");
    assert_eq!(fixture.by_hand(&BoardFilter::default()).await, 0);
    let page = fixture.db.backend.links(&fixture.operator, hana).await;
    assert_eq!(page.unwrap().len(), 1, "still the same link");
}

#[tokio::test]
async fn only_who_was_mailed_and_is_not_done_is_reminded() {
    let mut fixture = Fixture::start().await;
    let (hana, _) = fixture.asked("Hana").await;
    fixture.asked("Bike").await;
    let (_, revoked) = {
        let (advertiser, link) = fixture.asked("Revoked").await;
        let backend = &fixture.db.backend;
        backend
            .revoke_link(&fixture.operator, advertiser, link.id)
            .await
            .unwrap();
        (advertiser, link)
    };
    let (archived, _) = fixture.asked("Archived").await;
    let backend = fixture.db.backend.clone();
    backend
        .archive_advertiser(&fixture.operator, archived)
        .await
        .unwrap();
    let copied = fixture.db.advertiser("Copied").await;
    fixture.write(copied, None).await;
    fixture.db.advertiser("Nothing sent").await;
    fixture.letters().await;

    assert_eq!(
        fixture.by_hand(&BoardFilter::default()).await,
        0,
        "too soon"
    );
    fixture.later(13);
    let narrow = |search: &str, step| BoardFilter {
        search: search.into(),
        step,
        ..BoardFilter::default()
    };
    let opened = narrow("", Some(OnboardingStep::Opened));
    assert_eq!(fixture.by_hand(&opened).await, 0, "nobody opened theirs");
    assert_eq!(fixture.by_hand(&narrow("Han", None)).await, 1);
    assert_eq!(fixture.letters().await.len(), 1);
    let rest = fixture.by_hand(&BoardFilter::default()).await;
    assert_eq!(rest, 1, "Bike; Hana was reminded just now");
    let standing = fixture.standing(revoked.expose()).await.unwrap();
    assert_eq!(standing, LinkStanding::Revoked);

    // What the staff let expire comes alive by hand alone.
    fixture.later(24 * 8);
    assert_eq!(backend.remind_stuck().await.unwrap(), 0);
    assert_eq!(fixture.by_hand(&narrow("Hana", None)).await, 1);
    let audit = backend
        .audit_trail(
            &fixture.db.staff(Role::Owner).await,
            &domain::console::AuditFilter {
                advertiser: Some(hana),
                ..Default::default()
            },
        )
        .await
        .unwrap();
    let sentence = text::Text::new(domain::Language::En)
        .audit_sentence("connect_link.reminded")
        .unwrap();
    let reminded = audit.rows.iter().filter(|row| row.what == sentence);
    assert_eq!(reminded.count(), 2);
}

#[tokio::test]
async fn reminding_needs_the_role_and_a_mail_server() {
    let fixture = Fixture::start().await;
    fixture.asked("Hana").await;
    fixture.later(13);
    for role in [Role::Support, Role::Auditor] {
        let scope = fixture.db.staff(role).await;
        assert!(!scope.may(Permission::SendConnectLinks));
        let backend = &fixture.db.backend;
        let refused = backend
            .send_reminders(&scope, &BoardFilter::default())
            .await;
        assert!(matches!(refused, Err(Error::Forbidden)));
        let refused = backend.remindable(&scope, &BoardFilter::default()).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
    // Without one, a link written anew would only stop working.
    let db = testing::backend().await;
    let operator = db.staff(Role::Operator).await;
    let filter = BoardFilter::default();
    assert_eq!(
        db.backend.send_reminders(&operator, &filter).await.unwrap(),
        0
    );
}
