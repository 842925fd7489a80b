//! What the inbox shows, to whom, and how somebody is found in it.

use domain::{
    Channel, MessageKind, MessageOutcome, Role,
    console::{Day, InboxFilter},
};
use serde_json::json;

use super::InboxFound;
use crate::{Error, connect::testing::Meta, webhooks::tests::receive};

const PSID: &str = "7123456789012345";

fn entry(page: &str, psid: &str, mid: &str, at: i64) -> serde_json::Value {
    json!({ "id": page, "messaging": [{ "sender": { "id": psid }, "recipient": { "id": page },
            "timestamp": at, "message": { "mid": mid, "text": "hi" } }] })
}

#[tokio::test]
async fn each_message_says_what_it_yielded_or_why_nothing() {
    let meta = Meta::start().await;
    let (operator, advertiser, _) = meta.connected().await;
    let (backend, page) = (&meta.db.backend, meta.page("florist"));
    let at = backend.clock().now().timestamp_millis();
    let entries = json!([
        entry(&page, PSID, "m_1", at),
        entry("5550009", PSID, "m_2", at)
    ]);
    receive(
        &meta,
        json!({ "object": "page", "entry": entries }).to_string(),
    )
    .await;
    receive(&meta, "no webhook").await;
    backend.split_webhooks().await.unwrap();

    let shown = backend
        .inbox(&operator, &InboxFilter::default())
        .await
        .unwrap();
    assert_eq!(shown.rows.len(), 3);
    assert!(shown.rows.is_sorted_by(|one, other| one.id > other.id));
    assert!(shown.newest.is_some());
    for row in &shown.rows {
        assert!(!row.why.is_empty());
        assert_eq!(row.has_identity, row.outcome == MessageOutcome::Contact);
    }
    let only = async |filter: InboxFilter| {
        let mut rows = backend.inbox(&operator, &filter).await.unwrap().rows;
        assert_eq!(rows.len(), 1, "{filter:?}");
        rows.remove(0)
    };
    let stray = only(InboxFilter {
        outcome: Some(MessageOutcome::Unrouted),
        ..Default::default()
    })
    .await;
    assert_eq!(
        (stray.asset_meta_id.as_str(), stray.advertiser.is_none()),
        ("5550009", true)
    );
    let known = only(InboxFilter {
        advertiser: Some(advertiser),
        channel: Some(Channel::Messenger),
        kind: Some(MessageKind::Message),
        ..Default::default()
    })
    .await;
    assert_eq!(known.contact_hint, "•••2345");
    let long_ago = Day {
        year: 2020,
        month: 1,
        day: 1,
    };
    let filter = InboxFilter {
        until: Some(long_ago),
        ..Default::default()
    };
    assert!(
        backend
            .inbox(&operator, &filter)
            .await
            .unwrap()
            .rows
            .is_empty()
    );

    let one = backend.inbox_message(&operator, stray.id).await.unwrap();
    assert_eq!((one.is_kept, one.unrouted, one.is_held), (true, 1, false));
    assert_eq!(one.row, stray);
}

#[tokio::test]
async fn somebody_is_found_by_what_meta_calls_them_and_a_message_by_its_id() {
    let meta = Meta::start().await;
    let (operator, ..) = meta.connected().await;
    let (backend, page) = (&meta.db.backend, meta.page("florist"));
    let at = backend.clock().now().timestamp_millis();
    let body = json!({ "object": "page", "entry": [entry(&page, PSID, "m_1", at)] });
    receive(&meta, body.to_string()).await;
    backend.split_webhooks().await.unwrap();
    let find = async |sought: &str| backend.find_in_inbox(&operator, sought).await.unwrap();
    let Some(InboxFound::Contact(contact)) = find(&format!(" {PSID}\n")).await else {
        panic!("the person is known")
    };
    let filter = InboxFilter {
        contact: Some(contact),
        ..Default::default()
    };
    let theirs = backend.inbox(&operator, &filter).await.unwrap().rows;
    assert_eq!(find("m_1").await, Some(InboxFound::Message(theirs[0].id)));
    for nobody in ["", "   ", "m_9", "+81 90 0000 0000"] {
        assert_eq!(find(nobody).await, None, "{nobody}");
    }
}

#[tokio::test]
async fn the_inbox_is_for_the_partners_staff_alone() {
    let meta = Meta::start().await;
    let (_, advertiser, _) = meta.connected().await;
    let backend = &meta.db.backend;
    let auditor = meta.db.staff(Role::Auditor).await;
    let theirs = meta.db.advertiser_scope(advertiser, Role::AdvertiserAdmin);
    for scope in [&auditor, &theirs] {
        let refused = backend.inbox(scope, &InboxFilter::default()).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
        let refused = backend.find_in_inbox(scope, PSID).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
        let refused = backend.inbox_message(scope, backend.clock().mint()).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
}
