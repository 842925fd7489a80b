//! The history and an event's page, over events that went to the simulated Meta.

use chrono::TimeDelta;
use domain::{
    Channel, EventName, EventState, Language, Role,
    console::{AttemptOutcome, EventFilter, StudioEvent, TimelineEntry},
};
use sandbox::Effect;

use crate::{Error, error::Conflict, testing::world::World};

#[tokio::test]
async fn filters_find_what_they_name_and_nothing_else() {
    let world = World::start().await;
    let (florist, sushi) = (
        world.connect("hana", "florist").await,
        world.connect("kenji", "sushi").await,
    );
    let sold = world.send(&florist).await;
    let lead = StudioEvent {
        name: "LeadSubmitted".into(),
        order_id: "A-1008".into(),
        ..world.form(&sushi)
    };
    let lead = world.send_form(&sushi, &lead).await;
    world.deliver().await;
    let waiting = world.send(&sushi).await;

    let found = async |filter: EventFilter| {
        let page = world
            .db
            .backend
            .events(&world.operator, &filter)
            .await
            .unwrap();
        page.rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let all = EventFilter::default;
    assert_eq!(found(all()).await, [waiting, lead, sold]);
    assert_eq!(
        found(EventFilter {
            advertiser: Some(florist.advertiser),
            ..all()
        })
        .await,
        [sold]
    );
    assert_eq!(
        found(EventFilter {
            channel: Some(Channel::Messenger),
            ..all()
        })
        .await
        .len(),
        3
    );
    let of_order = async |order: &str| {
        let order_id = Some(order.to_owned());
        found(EventFilter { order_id, ..all() }).await
    };
    assert_eq!(of_order("A-1008").await, [lead]);
    assert_eq!(of_order("A-1007").await, [waiting, sold]);
    assert_eq!(of_order("A-100").await, []);
    assert_eq!(
        found(EventFilter {
            channel: Some(Channel::Whatsapp),
            ..all()
        })
        .await,
        []
    );
    assert_eq!(
        found(EventFilter {
            name: Some(EventName::LeadSubmitted),
            ..all()
        })
        .await,
        [lead]
    );
    assert_eq!(
        found(EventFilter {
            state: Some(EventState::Queued),
            ..all()
        })
        .await,
        [waiting]
    );
    assert_eq!(
        found(EventFilter {
            contact: Some(florist.contact),
            ..all()
        })
        .await,
        [sold]
    );
    assert_eq!(
        found(EventFilter {
            after: Some(lead),
            ..all()
        })
        .await,
        [sold]
    );
    let now = world.db.backend.clock().now().timestamp_millis();
    assert_eq!(
        found(EventFilter {
            until_ms: Some(now - 60_000),
            ..all()
        })
        .await,
        []
    );
    let narrow = EventFilter {
        advertiser: Some(sushi.advertiser),
        state: Some(EventState::Delivered),
        name: Some(EventName::LeadSubmitted),
        from_ms: Some(now - 60_000),
        ..all()
    };
    assert_eq!(found(narrow).await, [lead]);
    world.db.backend.clock().advance(TimeDelta::days(8));
    assert_eq!(
        found(all()).await,
        [],
        "a week is shown unless more is asked for"
    );
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let mut sent = Vec::new();
    for _ in 0..51 {
        sent.push(world.send(&line).await);
    }
    sent.reverse();
    let first = world
        .db
        .backend
        .events(&world.operator, &EventFilter::default())
        .await
        .unwrap();
    assert_eq!((first.rows.len(), first.next), (50, Some(sent[49])));
    let filter = EventFilter {
        after: first.next,
        ..EventFilter::default()
    };
    let second = world
        .db
        .backend
        .events(&world.operator, &filter)
        .await
        .unwrap();
    assert_eq!((second.rows.len(), second.next), (1, None));
    let ids: Vec<_> = first
        .rows
        .iter()
        .chain(&second.rows)
        .map(|row| row.id)
        .collect();
    assert_eq!(ids, sent);
    let row = &first.rows[0];
    assert_eq!(
        (
            row.value.as_str(),
            row.currency.as_str(),
            row.order_id.as_str()
        ),
        ("4800", "JPY", "A-1007")
    );
    assert_eq!(
        (row.advertiser_name.as_str(), row.accepted.offset),
        ("florist", 9 * 3_600)
    );
    assert!(row.contact_hint.starts_with("•••") && row.contact_hint.chars().count() == 7);
}

#[tokio::test]
async fn a_parked_event_shows_its_request_masked_its_answer_in_full_and_what_to_do() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let revoke = Effect::RevokeToken {
        person: Some("hana".into()),
        subcode: 460,
    };
    world
        .sandbox
        .state()
        .add_fault(sandbox::Fault::new(revoke))
        .unwrap();
    let id = world.send(&line).await;
    world.deliver().await;

    let operator = world.operator.clone().in_language(Language::Ja);
    let event = world.db.backend.event(&operator, id).await.unwrap();
    assert_eq!(
        (event.row.state, event.needs_reconnect, event.can_resolve),
        (EventState::Parked, true, false)
    );
    assert_eq!(
        (event.external_id.as_str(), event.sent_by.as_str()),
        (id.to_string().as_str(), "Test Person")
    );
    assert!(event.explanation.unwrap().cause.contains("パスワード"));
    let psid = world.sandbox.state();
    let psid = psid.world().psid(
        &psid.world().page("florist").unwrap().id,
        psid.world().customer("aoi").unwrap(),
    );
    let [attempt] = event.attempts.as_slice() else {
        panic!("one attempt")
    };
    for shown in [&event.payload, &attempt.request] {
        assert!(
            shown.contains("\"page_scoped_user_id\": \"•••") && !shown.contains(&psid),
            "{shown}"
        );
    }
    assert!(attempt.request.starts_with(&format!(
        "POST http://{}/v26.0/{}/events\n",
        world.sandbox.addr(),
        line.dataset
    )));
    assert_eq!(
        (attempt.outcome, attempt.code, attempt.subcode),
        (Some(AttemptOutcome::Parked), Some(190), Some(460))
    );
    assert!(attempt.answer.contains("\"fbtrace_id\"") && !attempt.fbtrace_id.is_empty());
    assert!(attempt.latency_ms.is_some() && attempt.explanation.is_some());
    assert!(matches!(
        event.timeline.as_slice(),
        [
            TimelineEntry::Accepted(_),
            TimelineEntry::Attempted(_, 0),
            TimelineEntry::Reached(_, EventState::Parked)
        ]
    ));
}

#[tokio::test]
async fn what_is_unconfirmed_is_resent_or_accepted_by_a_person_and_audited() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    world.fault(Effect::ResetAfterAccept, Some(1));
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(world.send(&line).await);
    }
    world.deliver().await;
    let backend = &world.db.backend;
    let auditor = world.db.staff(Role::Auditor).await;
    assert!(matches!(
        backend.accept_event(&auditor, ids[0]).await,
        Err(Error::Forbidden)
    ));
    let shown = backend.event(&world.operator, ids[0]).await.unwrap();
    assert!(shown.can_resolve && shown.explanation.is_some());

    backend.accept_event(&world.operator, ids[0]).await.unwrap();
    assert_eq!(world.fate(ids[0]).await, (EventState::Delivered, None, 1));
    let again = backend.resend_event(&world.operator, ids[0]).await;
    assert!(matches!(again, Err(Error::Conflict(Conflict::EventState))));
    assert_eq!(
        backend
            .accept_events(&world.operator, &ids[..2])
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        backend.resend_events(&world.operator, &ids).await.unwrap(),
        2
    );
    world.deliver().await;
    for id in &ids[2..] {
        assert_eq!(world.fate(*id).await, (EventState::Delivered, None, 2));
    }
    let audited: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit WHERE object_id = ANY($1) ORDER BY id")
            .bind(ids.iter().map(ToString::to_string).collect::<Vec<_>>())
            .fetch_all(&world.owner)
            .await
            .unwrap();
    let settled: Vec<_> = audited
        .iter()
        .filter(|action| *action != "event.sent_from_studio")
        .collect();
    assert_eq!(
        settled,
        [
            "event.accepted_as_delivered",
            "event.accepted_as_delivered",
            "event.resent",
            "event.resent"
        ]
    );
}
