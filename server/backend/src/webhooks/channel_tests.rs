//! Instagram's and WhatsApp's conversations, and what Meta says of a WhatsApp account itself.

use chrono::TimeDelta;
use domain::{AdvertiserId, AssetId, AssetKind, Channel, ConnectionId, ContactId};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::tests::receive;
use crate::connect::testing::{Meta, holds};

const ACCOUNT: &str = "17841400000000777";
const WABA: &str = "330000000000777";
const PHONE: &str = "819012345678";

/// One advertiser with an Instagram account and a WABA beside its Page.
pub(super) struct Lines {
    pub meta: Meta,
    pub advertiser: AdvertiserId,
    pub waba: ConnectionId,
}

pub(super) async fn lines() -> Lines {
    let meta = Meta::start().await;
    let (_, advertiser, _) = meta.connected().await;
    connect(
        &meta,
        advertiser,
        AssetKind::InstagramAccount,
        ACCOUNT,
        Channel::Instagram,
    )
    .await;
    let waba = connect(&meta, advertiser, AssetKind::Waba, WABA, Channel::Whatsapp).await;
    Lines {
        meta,
        advertiser,
        waba,
    }
}

async fn connect(
    meta: &Meta,
    advertiser: AdvertiserId,
    kind: AssetKind,
    id: &str,
    channel: Channel,
) -> ConnectionId {
    let backend = &meta.db.backend;
    let scope = meta.db.system();
    let mut tx = backend.begin_for(&scope, advertiser).await.unwrap();
    let asset: AssetId = tx
        .hold_asset(advertiser, kind, id, "Hana")
        .await
        .unwrap()
        .unwrap();
    let connection: ConnectionId = backend.clock().mint();
    sqlx::query(
        "INSERT INTO connection (advertiser_id, id, channel, asset_id, credential_id, health, health_since, webhook_fields,
                                 created_at)
         SELECT $1, $2, $3, $4, id, 'healthy', $5, '{}', $5 FROM credential LIMIT 1",
    )
    .bind(advertiser.uuid())
    .bind(connection.uuid())
    .bind(channel.as_str())
    .bind(asset.uuid())
    .bind(tx.now())
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    connection
}

impl Lines {
    async fn receive(&self, body: Value) {
        receive(&self.meta, body.to_string()).await;
        self.meta.db.backend.split_webhooks().await.unwrap();
    }

    async fn whatsapp(&self, value: Value) {
        let change = json!({ "field": "messages", "value": value });
        let entry = json!({ "id": WABA, "changes": [change] });
        self.receive(json!({ "object": "whatsapp_business_account", "entry": [entry] }))
            .await;
    }

    async fn updated(&self, event: &str, id: &str, at: i64, info: Value) {
        let change =
            json!({ "field": "account_update", "value": { "event": event, "waba_info": info } });
        let entry = json!({ "id": id, "time": at, "changes": [change] });
        self.receive(json!({ "object": "whatsapp_business_account", "entry": [entry] }))
            .await;
    }

    pub(super) async fn contacts(
        &self,
        channel: &str,
    ) -> Vec<(uuid::Uuid, String, Option<String>, i64)> {
        sqlx::query_as(
            "SELECT id, hint, ad_id, messages FROM contact WHERE channel = $1 ORDER BY id",
        )
        .bind(channel)
        .fetch_all(self.meta.db.backend.0.database.partner())
        .await
        .unwrap()
    }

    pub(super) async fn wire_identity(&self, contact: uuid::Uuid) -> Option<String> {
        let backend = &self.meta.db.backend;
        let scope = self.meta.db.system();
        let mut tx = backend.begin_for(&scope, self.advertiser).await.unwrap();
        let contact = ContactId::from(contact);
        let identity = backend
            .wire_identity(&mut tx, self.advertiser, contact)
            .await;
        identity.unwrap().map(|it| it.expose_secret().to_owned())
    }

    async fn health(&self) -> (String, Option<String>) {
        sqlx::query_as("SELECT health, cause FROM connection WHERE id = $1")
            .bind(self.waba.uuid())
            .fetch_one(self.meta.db.backend.0.database.partner())
            .await
            .unwrap()
    }

    async fn logged(&self) -> Vec<Value> {
        sqlx::query_scalar(
            "SELECT detail FROM audit WHERE action = 'connection.account_update' ORDER BY id",
        )
        .fetch_all(self.meta.db.backend.0.database.partner())
        .await
        .unwrap()
    }
}

/// A message with its sender's number and scoped id, either of which may be empty, and the click that led there.
fn message(id: &str, phone: &str, scoped: &str, at: i64, click: Option<&str>) -> Value {
    let mut message = json!({ "from": phone, "from_user_id": scoped, "id": id, "timestamp": at.to_string(), "type": "text" });
    if let Some(click) = click {
        message["referral"] =
            json!({ "source_type": "ad", "source_id": "1200", "ctwa_clid": click });
    }
    json!({ "metadata": { "phone_number_id": "1066" }, "messages": [message] })
}

#[tokio::test]
async fn somebody_on_instagram_becomes_a_contact_of_the_account() {
    let lines = lines().await;
    let at = lines.meta.db.backend.clock().now().timestamp_millis();
    let referral = json!({ "ad_id": "1200", "source": "ADS" });
    let said = json!({ "sender": { "id": "igsid-SENTINEL" }, "recipient": { "id": ACCOUNT }, "timestamp": at,
                       "message": { "mid": "m_1", "referral": referral } });
    let pressed = json!({ "sender": { "id": "igsid-SENTINEL" }, "timestamp": at, "postback": { "mid": "p_1" } });
    let body = json!({ "object": "instagram", "entry": [{ "id": ACCOUNT, "messaging": [said, pressed] }] });
    lines.receive(body).await;
    let contacts = lines.contacts("instagram").await;
    let [(contact, hint, ad, messages)] = contacts.as_slice() else {
        panic!("one contact, not {contacts:?}")
    };
    assert_eq!(
        (hint.as_str(), ad.as_deref(), *messages),
        ("INEL", Some("1200"), 2)
    );
    assert_eq!(
        lines.wire_identity(*contact).await.as_deref(),
        Some("igsid-SENTINEL")
    );
    assert!(!holds(&lines.meta.dump().await, "igsid-SENTINEL"));
}

#[tokio::test]
async fn a_person_on_whatsapp_is_known_by_either_identifier_and_counted_by_the_newest_click() {
    let lines = lines().await;
    let now = lines.meta.db.backend.clock().now();
    let at = |minutes| (now - TimeDelta::minutes(minutes)).timestamp();
    // The number alone, then both, then each alone: one person.
    lines.whatsapp(message("w1", PHONE, "", at(9), None)).await;
    let contacts = lines.contacts("whatsapp").await;
    assert_eq!(contacts.len(), 1);
    assert_eq!(
        lines.wire_identity(contacts[0].0).await,
        None,
        "nobody clicked yet"
    );
    lines
        .whatsapp(message(
            "w2",
            PHONE,
            "JP.abcdefgh",
            at(8),
            Some("click-new"),
        ))
        .await;
    lines
        .whatsapp(message("w3", "", "JP.abcdefgh", at(7), None))
        .await;
    lines.whatsapp(message("w4", PHONE, "", at(6), None)).await;
    // Webhooks come in any order: the older click does not win.
    lines
        .whatsapp(message(
            "w0",
            PHONE,
            "JP.abcdefgh",
            at(99),
            Some("click-old"),
        ))
        .await;
    let contacts = lines.contacts("whatsapp").await;
    let [(contact, hint, ad, messages)] = contacts.as_slice() else {
        panic!("one person, not {contacts:?}")
    };
    assert_eq!(
        (hint.as_str(), ad.as_deref(), *messages),
        ("efgh", Some("1200"), 5)
    );
    assert_eq!(
        lines.wire_identity(*contact).await.as_deref(),
        Some("click-new")
    );
    let clicks: i64 = sqlx::query_scalar("SELECT count(*) FROM contact_click")
        .fetch_one(lines.meta.db.backend.0.database.partner())
        .await
        .unwrap();
    assert_eq!(clicks, 2, "older clicks are kept");
    let dump = lines.meta.dump().await;
    for secret in [PHONE, "JP.abcdefgh", "click-new", "click-old"] {
        assert!(!holds(&dump, secret), "{secret}");
    }
}

#[tokio::test]
async fn what_a_business_wrote_itself_is_nobodys_message() {
    let lines = lines().await;
    let status = json!({ "id": "wamid.X", "status": "read", "recipient_id": PHONE, "timestamp": "1790500000" });
    lines
        .whatsapp(json!({ "metadata": { "phone_number_id": "1066" }, "statuses": [status] }))
        .await;
    assert!(lines.contacts("whatsapp").await.is_empty());
}

#[tokio::test]
async fn an_account_that_left_asks_for_a_new_login_and_other_news_is_logged() {
    let lines = lines().await;
    let app = lines.meta.db.backend.config().graph.app_id.clone();
    let info =
        |app: &str| json!({ "waba_id": WABA, "owner_business_id": "22", "partner_app_id": app });
    lines
        .updated("PARTNER_APP_UNINSTALLED", "22", 1, info("999"))
        .await;
    lines.updated("ACCOUNT_VIOLATION", WABA, 2, json!({})).await;
    assert_eq!(lines.health().await, ("healthy".into(), None));
    assert_eq!(
        lines.logged().await,
        [json!({ "event": "ACCOUNT_VIOLATION" })]
    );

    lines
        .updated("PARTNER_APP_UNINSTALLED", "22", 3, info(&app))
        .await;
    lines
        .updated("PARTNER_APP_UNINSTALLED", "22", 3, info(&app))
        .await;
    assert_eq!(
        lines.health().await,
        ("reconnect".into(), Some("app_removed".into()))
    );
    assert_eq!(
        lines.logged().await.len(),
        2,
        "Meta repeats itself, the log does not"
    );
    lines.updated("ACCOUNT_DELETED", "22", 4, info(&app)).await;
    assert_eq!(
        lines.health().await,
        ("reconnect".into(), Some("account_deleted".into()))
    );
}

#[tokio::test]
async fn an_installation_without_a_code_is_told_to_the_signup_that_waits() {
    let lines = lines().await;
    let other = lines.meta.db.advertiser("Other").await;
    let pool = lines.meta.db.backend.0.database.partner();
    let waiting = async |advertiser: AdvertiserId, signup: Option<Value>| {
        let id: uuid::Uuid = lines.meta.db.backend.clock().mint();
        sqlx::query(
            "INSERT INTO connect_attempt (advertiser_id, id, channel, way, step, state_hash, browser_hash, redirect_uri,
                                          created_at, updated_at, signup)
             VALUES ($1, $2, 'whatsapp', 'embedded_signup', 'opened', $3, '', '', $4, $4, $5)",
        )
        .bind(advertiser.uuid())
        .bind(id)
        .bind(id.as_bytes().as_slice())
        .bind(lines.meta.db.backend.clock().now())
        .bind(signup)
        .execute(pool)
        .await
        .unwrap();
        id
    };
    let marked = async || -> Vec<uuid::Uuid> {
        sqlx::query_scalar(
            "SELECT id FROM connect_attempt WHERE app_installed_at IS NOT NULL ORDER BY id",
        )
        .fetch_all(pool)
        .await
        .unwrap()
    };
    let installed = async |waba: &str, at| {
        let info = json!({ "waba_id": waba, "owner_business_id": "22" });
        lines.updated("PARTNER_APP_INSTALLED", "22", at, info).await;
    };
    installed("44", 1).await;
    assert!(marked().await.is_empty(), "nobody waits");
    let silent = waiting(lines.advertiser, None).await;
    let named = waiting(other, Some(json!({ "assets": { "wabas": ["55"] } }))).await;
    installed("44", 2).await;
    assert!(marked().await.is_empty(), "it could be either's");
    installed("55", 3).await;
    assert_eq!(marked().await, [named]);
    sqlx::query("UPDATE connect_attempt SET step = 'done' WHERE id = $1")
        .bind(named)
        .execute(pool)
        .await
        .unwrap();
    installed("44", 4).await;
    let mut both = [silent, named];
    both.sort_unstable();
    assert_eq!(marked().await, both, "only one waits now");
}
