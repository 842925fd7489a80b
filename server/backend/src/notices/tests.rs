//! What is told, to whom, and how often.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use domain::{AdvertiserId, CauseKey, ConnectionId, Health, Role};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{NotifyChange, PartnerChange, Scope, connections::set_health, testing::world::World};

/// The partner's system: answers with a status, and keeps what came.
pub(super) struct Partner {
    url: String,
    came: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<u16>>,
}

impl Partner {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let came = Arc::new(Mutex::new(Vec::new()));
        let status = Arc::new(Mutex::new(200));
        let (keep, answer) = (came.clone(), status.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = String::new();
                let mut buffer = [0; 4096];
                // The body is JSON, and the last thing that comes.
                while !(request.contains("\r\n\r\n") && request.ends_with('}')) {
                    let Ok(read @ 1..) = stream.read(&mut buffer).await else {
                        break;
                    };
                    request += &String::from_utf8_lossy(&buffer[..read]);
                }
                let status = *answer.lock().unwrap();
                let text = format!(
                    "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                keep.lock().unwrap().push(request);
                let _ = stream.write_all(text.as_bytes()).await;
            }
        });
        Self { url, came, status }
    }

    pub(super) fn came(&self) -> Vec<String> {
        std::mem::take(&mut self.came.lock().unwrap())
    }
}

/// From now on, with this signing secret: `a secret`.
pub(super) async fn told_to(world: &World, partner: &Partner, emails: &[&str]) {
    let owner = world.db.staff(Role::Owner).await;
    let change = PartnerChange::Notify(NotifyChange {
        emails: emails.iter().map(|email| email.parse().unwrap()).collect(),
        webhook: Some(partner.url.parse().unwrap()),
        secret: Some("a secret".into()),
    });
    world.db.backend.save_partner(&owner, change).await.unwrap();
}

pub(super) async fn becomes(world: &World, line: (AdvertiserId, ConnectionId), health: Health) {
    let cause = (health != Health::Healthy).then_some(CauseKey::TokenExpired);
    let scope = Scope::system();
    let mut tx = world.db.backend.begin_for(&scope, line.0).await.unwrap();
    set_health(&mut tx, line.0, line.1, health, cause)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_change_is_posted_once_signed_and_again_until_it_is_taken() {
    let world = World::start().await;
    let partner = Partner::start().await;
    told_to(&world, &partner, &[]).await;
    let line = world.connect("hana", "florist").await;
    let line = (line.advertiser, line.connection);
    let backend = &world.db.backend;
    becomes(&world, line, Health::Reconnect).await;
    backend.tell().await.unwrap();
    assert_eq!(partner.came(), Vec::<String>::new(), "it has not settled");
    backend.clock().advance(TimeDelta::minutes(1));
    *partner.status.lock().unwrap() = 503;
    backend.tell().await.unwrap();
    let first = partner.came();
    assert_eq!(first.len(), 1);
    assert!(
        first[0].contains("connection.health_changed") && first[0].contains("\"to\":\"reconnect\"")
    );
    let header = |request: &str, name: &str| {
        let line = request.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len() + 2..].to_owned()
    };
    assert!(header(&first[0], "webhook-signature").starts_with("v1,"));
    backend.tell().await.unwrap();
    assert_eq!(partner.came().len(), 0, "the pause is not over");
    *partner.status.lock().unwrap() = 200;
    backend.clock().advance(TimeDelta::minutes(1));
    backend.tell().await.unwrap();
    let second = partner.came();
    assert_eq!(
        header(&second[0], "webhook-id"),
        header(&first[0], "webhook-id")
    );
    backend.clock().advance(TimeDelta::hours(1));
    backend.tell().await.unwrap();
    assert_eq!(partner.came().len(), 0, "it was taken");
}

#[tokio::test]
async fn what_changes_back_at_once_is_not_told() {
    let world = World::start().await;
    let partner = Partner::start().await;
    told_to(&world, &partner, &[]).await;
    let line = world.connect("hana", "florist").await;
    let line = (line.advertiser, line.connection);
    becomes(&world, line, Health::Degraded).await;
    becomes(&world, line, Health::Healthy).await;
    world.db.backend.clock().advance(TimeDelta::minutes(2));
    world.db.backend.tell().await.unwrap();
    assert_eq!(partner.came(), Vec::<String>::new());
}

#[tokio::test]
async fn one_cause_that_hits_many_is_one_incident_which_ends_by_itself() {
    let world = World::start().await;
    let partner = Partner::start().await;
    told_to(&world, &partner, &[]).await;
    let backend = &world.db.backend;
    let mut lines = Vec::new();
    for (person, page) in [("hana", "florist"), ("kenji", "sushi"), ("oliver", "bikes")] {
        let line = world.connect(person, page).await;
        lines.push((line.advertiser, line.connection));
    }
    for line in &lines {
        becomes(&world, *line, Health::Reconnect).await;
    }
    backend.tell().await.unwrap();
    let matrix = backend
        .matrix(&world.operator, &Default::default())
        .await
        .unwrap();
    let [incident] = matrix.incidents.as_slice() else {
        panic!("{:?}", matrix.incidents);
    };
    assert_eq!((incident.advertisers, incident.connections), (3, 3));
    let needs = backend.overview(&world.operator).await.unwrap().needs;
    assert_eq!(needs.len(), 1, "the incident speaks for all: {needs:?}");
    backend.clock().advance(TimeDelta::minutes(1));
    backend.tell().await.unwrap();
    let came = partner.came();
    assert_eq!(came.len(), 1, "{came:?}");
    assert!(came[0].contains("incident.opened"));

    let asked = backend
        .recheck_incident(&world.operator, incident.id)
        .await
        .unwrap();
    assert_eq!(asked, 3);
    for line in &lines {
        becomes(&world, *line, Health::Healthy).await;
    }
    backend.clock().advance(TimeDelta::minutes(2));
    backend.tell().await.unwrap();
    let came = partner.came();
    assert_eq!(came.len(), 1, "{came:?}");
    assert!(came[0].contains("incident.closed"));
    let matrix = backend
        .matrix(&world.operator, &Default::default())
        .await
        .unwrap();
    assert!(matrix.incidents[0].closed.is_some());
    let over = backend.recheck_incident(&world.operator, incident.id).await;
    assert!(over.is_err());
}
