//! Messages that are handed in with a key.

use domain::{AdvertiserId, ConnectionId, KeyScope, console::InboxFilter};
use serde_json::{Value, json};

use super::channel_tests::lines;
use crate::{
    Error, HandedIn, KeyDraft, Scope, SecretToken, connect::testing::holds, testing::TestBackend,
};

const PHONE: &str = "16315551234";
const CLICK: &str = "ARA-of-the-guide";

fn guide(mid: &str, click: Option<&str>) -> Value {
    let mut message =
        json!({ "from": PHONE, "id": mid, "timestamp": "1603059201", "type": "text" });
    if let Some(click) = click {
        message["referral"] =
            json!({ "ctwa_clid": click, "source_id": "6160", "source_type": "ad" });
    }
    json!({ "contacts": [{ "profile": { "name": "Kerry" }, "wa_id": PHONE }], "messages": [message] })
}

async fn key(db: &TestBackend, of: Option<AdvertiserId>, scope: KeyScope) -> Scope {
    let owner = db.staff(domain::Role::Owner).await;
    let draft = KeyDraft {
        name: "Bot".parse().unwrap(),
        scopes: [scope].into_iter().collect(),
        days: None,
    };
    let made = db.backend.add_api_key(&owner, of, &draft).await.unwrap();
    let token = SecretToken::from_outside(made.expose());
    db.backend.key_scope(&token).await.unwrap().unwrap()
}

#[tokio::test]
async fn what_is_handed_in_once_is_a_contact_with_its_click() {
    let lines = lines().await;
    let db = &lines.meta.db;
    for of in [Some(lines.advertiser), None] {
        let key = key(db, of, KeyScope::WebhooksWrite).await;
        let hand_in = async |body: Value| {
            let raw = body.to_string();
            db.backend
                .hand_in_messages(&key, lines.waba, raw.as_bytes())
                .await
                .unwrap()
        };
        let mid = format!("ABGG-{}", of.is_some());
        let both = json!({ "data": [guide(&mid, Some(CLICK)), guide(&format!("{mid}-2"), None)] });
        let all = HandedIn {
            messages: 2,
            new: 2,
            clicks: 1,
        };
        assert_eq!(hand_in(both.clone()).await, all);
        let again = HandedIn {
            messages: 2,
            ..HandedIn::default()
        };
        assert_eq!(hand_in(both).await, again);
        assert_eq!(hand_in(guide(&mid, Some(CLICK))).await.new, 0);
    }
    let contacts = lines.contacts("whatsapp").await;
    assert_eq!(contacts.len(), 1);
    assert_eq!(
        lines.wire_identity(contacts[0].0).await.as_deref(),
        Some(CLICK)
    );
    let owner = db.staff(domain::Role::Owner).await;
    let shown = db
        .backend
        .inbox(&owner, &InboxFilter::default())
        .await
        .unwrap();
    assert_eq!(shown.rows.len(), 4);
    let dump = lines.meta.dump().await;
    assert!(!holds(&dump, PHONE) && !holds(&dump, CLICK));
}

#[tokio::test]
async fn only_the_connections_own_key_may_and_only_in_that_shape() {
    let lines = lines().await;
    let db = &lines.meta.db;
    let mine = key(db, Some(lines.advertiser), KeyScope::WebhooksWrite).await;
    let other = db.advertiser("Other").await;
    let theirs = key(db, Some(other), KeyScope::WebhooksWrite).await;
    let events = key(db, Some(lines.advertiser), KeyScope::EventsWrite).await;
    let hand_in = async |scope: &Scope, connection: ConnectionId, body: &Value| {
        let raw = body.to_string();
        db.backend
            .hand_in_messages(scope, connection, raw.as_bytes())
            .await
    };
    let body = guide("ABGG", None);
    assert!(matches!(
        hand_in(&events, lines.waba, &body).await,
        Err(Error::Forbidden)
    ));
    let missing = hand_in(&theirs, lines.waba, &body).await;
    assert!(matches!(missing, Err(Error::NotFound(_))));
    let messenger: uuid::Uuid =
        sqlx::query_scalar("SELECT id FROM connection WHERE channel = 'messenger'")
            .fetch_one(db.backend.0.database.partner())
            .await
            .unwrap();
    let missing = hand_in(&mine, messenger.into(), &body).await;
    assert!(matches!(missing, Err(Error::NotFound(_))));
    let many: Vec<_> = (0..1_001).map(|n| json!({ "id": n.to_string() })).collect();
    for wrong in [
        json!({ "object": "whatsapp_business_account", "entry": [] }),
        json!({ "messages": many }),
    ] {
        let refused = hand_in(&mine, lines.waba, &wrong).await;
        assert!(matches!(
            refused,
            Err(Error::Invalid {
                field: "messages",
                ..
            })
        ));
    }
}
