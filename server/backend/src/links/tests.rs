//! Links from end to end: written, looked at, started, walked, told of, ended.

use chrono::TimeDelta;
use domain::{
    AdvertiserId, Channel, ConnectFailure, ConnectStep, EventState, Language, LinkKind,
    LinkStanding, Permission, Role,
};

use super::*;
use crate::{
    connect::testing::{HANA, Meta, holds},
    mail::MailConfig,
    testing::{self, world::World},
};

fn draft(kind: LinkKind) -> LinkDraft {
    LinkDraft {
        kind,
        channels: match kind {
            LinkKind::Connect => vec![Channel::Messenger],
            LinkKind::Status => Vec::new(),
        },
        language: Language::Ja,
        days: 7,
        is_trusted: false,
        email: None,
    }
}

/// The secret at the end of a link.
fn secret(link: &NewLink) -> SecretToken {
    let url = link.expose();
    assert!(url.starts_with("http://127.0.0.1:3000/c/"), "{url}");
    SecretToken::from_outside(url.rsplit('/').next().unwrap())
}

async fn add(meta: &Meta, scope: &Scope, advertiser: AdvertiserId, draft: &LinkDraft) -> NewLink {
    meta.db
        .backend
        .add_link(scope, advertiser, draft)
        .await
        .unwrap()
}

/// Starts a link; answers the scope of who walks by it.
async fn start(meta: &Meta, link: &NewLink) -> Scope {
    let backend = &meta.db.backend;
    let started = backend
        .start_link(&secret(link), "192.0.2.1")
        .await
        .unwrap();
    backend.visitor(&started.token).await.unwrap().unwrap().0
}

async fn parties(meta: &Meta) -> (Scope, AdvertiserId) {
    (
        meta.db.staff(Role::Operator).await,
        meta.db.advertiser("Hana").await,
    )
}

/// Walks through Meta's dialog and chooses the florist's Page; answers the attempt.
async fn walk(meta: &Meta, visitor: &Scope, advertiser: AdvertiserId) -> domain::ConnectAttemptId {
    let backend = &meta.db.backend;
    let login = backend
        .start_facebook_login(visitor, advertiser, Channel::Messenger, None)
        .await
        .unwrap();
    let callback = meta.agree(&login, HANA).await;
    backend.finish_facebook_login(callback).await.unwrap();
    backend
        .choose_assets(visitor, advertiser, login.attempt, &[meta.page("florist")])
        .await
        .unwrap();
    login.attempt
}

#[tokio::test]
async fn who_has_no_account_connects_by_a_link_and_the_staff_confirm() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let backend = &meta.db.backend;
    let link = add(&meta, &operator, advertiser, &draft(LinkKind::Connect)).await;
    for _ in 0..3 {
        let shown = backend
            .link_shown(&secret(&link), "192.0.2.1")
            .await
            .unwrap();
        assert_eq!(
            (shown.standing, shown.language),
            (LinkStanding::Open, Language::Ja)
        );
    }
    let listed = &backend.links(&operator, advertiser).await.unwrap()[0];
    assert!(listed.opened.is_none(), "looking has no effect");

    let visitor = start(&meta, &link).await;
    assert!(!backend.welcome(&visitor).await.unwrap().is_done);
    let attempt = walk(&meta, &visitor, advertiser).await;
    let welcome = backend.welcome(&visitor).await.unwrap();
    assert!(welcome.is_done && welcome.is_confirmed_later);
    let listed = &backend.links(&operator, advertiser).await.unwrap()[0];
    assert_eq!(listed.standing, LinkStanding::Done);
    assert!(listed.opened.is_some());
    let reached = listed.channels[0].attempt.as_ref().unwrap();
    assert_eq!(
        (reached.id, reached.step, reached.connected.len()),
        (attempt, ConnectStep::Done, 1)
    );
    assert!(
        backend
            .is_visitors_attempt(advertiser, attempt)
            .await
            .unwrap()
    );

    let connection = &backend.connections(&operator, advertiser).await.unwrap()[0];
    assert!(connection.awaits_confirmation);
    backend
        .confirm_connection(&operator, advertiser, connection.id)
        .await
        .unwrap();
    let again = backend
        .confirm_connection(&operator, advertiser, connection.id)
        .await;
    assert!(matches!(again, Err(Error::NotFound(_))));
    assert!(!backend.connections(&operator, advertiser).await.unwrap()[0].awaits_confirmation);
    let over = backend.start_link(&secret(&link), "192.0.2.1").await;
    assert!(
        matches!(over, Err(Error::Conflict(Conflict::LinkOver))),
        "used up"
    );
    assert!(
        !holds(&meta.dump().await, secret(&link).expose()),
        "stored hashed"
    );
}

#[tokio::test]
async fn what_a_trusted_link_connects_needs_no_confirmation() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let trusted = LinkDraft {
        is_trusted: true,
        ..draft(LinkKind::Connect)
    };
    let link = add(&meta, &operator, advertiser, &trusted).await;
    let visitor = start(&meta, &link).await;
    walk(&meta, &visitor, advertiser).await;
    assert!(
        !meta
            .db
            .backend
            .welcome(&visitor)
            .await
            .unwrap()
            .is_confirmed_later
    );
    let connections = meta
        .db
        .backend
        .connections(&operator, advertiser)
        .await
        .unwrap();
    assert!(!connections[0].awaits_confirmation);
}

#[tokio::test]
async fn a_visitor_may_walk_the_attempts_of_that_link_and_nothing_else() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let backend = &meta.db.backend;
    let link = add(&meta, &operator, advertiser, &draft(LinkKind::Connect)).await;
    let visitor = start(&meta, &link).await;
    let allowed: Vec<_> = Permission::ALL
        .iter()
        .filter(|one| visitor.may(**one))
        .collect();
    assert_eq!(allowed, [&Permission::WalkConnect]);

    let other = add(&meta, &operator, advertiser, &draft(LinkKind::Connect)).await;
    let other = start(&meta, &other).await;
    let theirs = walk(&meta, &other, advertiser).await;
    let staffs = backend
        .start_facebook_login(&operator, advertiser, Channel::Messenger, None)
        .await
        .unwrap();
    for attempt in [theirs, staffs.attempt] {
        let shown = backend.connect_attempt(&visitor, advertiser, attempt).await;
        assert!(matches!(shown, Err(Error::NotFound(_))));
        let chosen = backend
            .choose_assets(&visitor, advertiser, attempt, &[])
            .await;
        assert!(matches!(chosen, Err(Error::NotFound(_))));
        let resumed = backend.resume_connect(&visitor, advertiser, attempt).await;
        assert!(matches!(resumed, Err(Error::NotFound(_))));
        let taken = backend
            .start_facebook_login(&visitor, advertiser, Channel::Messenger, Some(attempt))
            .await;
        assert!(matches!(taken, Err(Error::NotFound(_))));
    }
    let elsewhere = meta.db.advertiser("Other").await;
    let away = backend
        .start_facebook_login(&visitor, elsewhere, Channel::Messenger, None)
        .await;
    assert!(matches!(away, Err(Error::NotFound(_))));
    assert!(matches!(
        backend.links(&visitor, advertiser).await,
        Err(Error::Forbidden)
    ));
    assert!(matches!(
        backend.connections(&visitor, advertiser).await,
        Err(Error::Forbidden)
    ));
}

#[tokio::test]
async fn expired_revoked_replaced_and_unknown_links_shut_their_holders_out() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let backend = &meta.db.backend;
    let link = add(&meta, &operator, advertiser, &draft(LinkKind::Connect)).await;
    let started = backend
        .start_link(&secret(&link), "192.0.2.1")
        .await
        .unwrap();
    let again = backend
        .start_link(&secret(&link), "192.0.2.1")
        .await
        .unwrap();
    assert!(
        backend.visitor(&started.token).await.unwrap().is_none(),
        "one browser at a time"
    );
    backend
        .revoke_link(&operator, advertiser, link.id)
        .await
        .unwrap();
    assert!(backend.visitor(&again.token).await.unwrap().is_none());
    let shown = backend
        .link_shown(&secret(&link), "192.0.2.1")
        .await
        .unwrap();
    assert_eq!(shown.standing, LinkStanding::Revoked);
    let twice = backend.revoke_link(&operator, advertiser, link.id).await;
    assert!(matches!(twice, Err(Error::Conflict(Conflict::LinkOver))));

    let link = add(&meta, &operator, advertiser, &draft(LinkKind::Connect)).await;
    let renewed = backend
        .resend_link(&operator, advertiser, link.id)
        .await
        .unwrap();
    let old = backend.link_shown(&secret(&link), "192.0.2.1").await;
    assert!(matches!(old, Err(Error::NotFound(_))));
    let started = backend
        .start_link(&secret(&renewed), "192.0.2.1")
        .await
        .unwrap();
    backend.clock().advance(TimeDelta::days(7));
    assert!(backend.visitor(&started.token).await.unwrap().is_none());
    let shown = backend
        .link_shown(&secret(&renewed), "192.0.2.1")
        .await
        .unwrap();
    assert_eq!(shown.standing, LinkStanding::Expired);
    let late = backend.start_link(&secret(&renewed), "192.0.2.1").await;
    assert!(matches!(late, Err(Error::Conflict(Conflict::LinkOver))));

    let mut last = Ok(());
    for _ in 0..12 {
        last = backend
            .link_shown(&SecretToken::generate(), "192.0.2.9")
            .await
            .map(drop);
    }
    assert!(
        matches!(last, Err(Error::TooMany(_))),
        "nobody guesses for long"
    );
}

#[tokio::test]
async fn asking_for_a_new_link_is_seen_and_told_once_an_hour() {
    let mail = MailConfig::new(
        &"smtp://127.0.0.1:9".to_owned().into(),
        "Kaede <p@kaede.example>",
    );
    let meta = Meta::start_with(|config| config.mail = Some(mail.unwrap())).await;
    let (operator, advertiser) = parties(&meta).await;
    let backend = &meta.db.backend;
    let to_hana = LinkDraft {
        email: Some("owner@hana.example".parse().unwrap()),
        ..draft(LinkKind::Connect)
    };
    let link = add(&meta, &operator, advertiser, &to_hana).await;
    assert!(link.is_mailed);
    assert_eq!(
        backend.links(&operator, advertiser).await.unwrap()[0].recipient,
        "owner@hana.example"
    );
    let letters = async || {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM mail")
            .fetch_one(backend.0.database.partner())
            .await
            .unwrap();
        count
    };
    assert_eq!(letters().await, 1);
    backend.clock().advance(TimeDelta::days(8));
    for _ in 0..3 {
        backend
            .ask_for_link(&secret(&link), "192.0.2.1")
            .await
            .unwrap();
    }
    assert_eq!(letters().await, 2, "the sender is told once");
    assert!(
        backend.links(&operator, advertiser).await.unwrap()[0]
            .asked
            .is_some()
    );
    backend.clock().advance(TimeDelta::minutes(61));
    backend
        .ask_for_link(&secret(&link), "192.0.2.1")
        .await
        .unwrap();
    assert_eq!(letters().await, 3);
    assert!(!holds(&meta.dump().await, "owner@hana.example"), "sealed");
}

#[tokio::test]
async fn a_page_that_another_advertiser_holds_is_named_to_the_staff_alone() {
    let meta = Meta::start().await;
    let (operator, _, _) = meta.connected().await;
    let backend = &meta.db.backend;
    let other = meta.db.advertiser("Other").await;
    let link = add(&meta, &operator, other, &draft(LinkKind::Connect)).await;
    let visitor = start(&meta, &link).await;
    walk(&meta, &visitor, other).await;
    let seen = backend.welcome(&visitor).await.unwrap();
    let seen = seen.channels[0].attempt.as_ref().unwrap();
    assert_eq!(seen.failure, Some(ConnectFailure::HeldElsewhere));
    let listed = &backend.links(&operator, other).await.unwrap()[0];
    assert!(listed.held[0].ends_with("(Hana)"), "{:?}", listed.held);

    // Who only looks at the choice is noted too: what is held cannot be ticked there.
    let link = add(&meta, &operator, other, &draft(LinkKind::Connect)).await;
    let visitor = start(&meta, &link).await;
    let login = backend
        .start_facebook_login(&visitor, other, Channel::Messenger, None)
        .await
        .unwrap();
    let callback = meta.agree(&login, HANA).await;
    backend.finish_facebook_login(callback).await.unwrap();
    backend
        .connect_attempt(&visitor, other, login.attempt)
        .await
        .unwrap();
    let listed = &backend.links(&operator, other).await.unwrap()[0];
    assert_eq!((listed.id, listed.held.len()), (link.id, 1));
}

#[tokio::test]
async fn live_events_wait_for_the_confirmation_and_test_events_do_not() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    sqlx::query("UPDATE connection SET awaits_confirmation = true")
        .execute(&world.owner)
        .await
        .unwrap();
    let event = world.send(&line).await;
    world.deliver().await;
    let (state, cause, attempts) = world.fate(event).await;
    assert_eq!(
        (state, cause.as_deref(), attempts),
        (EventState::Parked, Some("awaiting_confirmation"), 0)
    );
    let backend = &world.db.backend;
    let support = world.db.staff(Role::Support).await;
    let refused = backend
        .confirm_connection(&support, line.advertiser, line.connection)
        .await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    let released = backend
        .confirm_connection(&world.operator, line.advertiser, line.connection)
        .await
        .unwrap();
    assert_eq!(released, 1);
    world.deliver().await;
    assert_eq!(world.state(event).await, EventState::Delivered);
}

#[tokio::test]
async fn the_own_page_counts_the_week_and_knows_who_reads_it() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let backend = &world.db.backend;
    world.send(&line).await;
    world.deliver().await;
    let link = backend
        .add_link(&world.operator, line.advertiser, &draft(LinkKind::Status))
        .await
        .unwrap();
    let started = backend
        .start_link(&secret(&link), "192.0.2.1")
        .await
        .unwrap();
    let (visitor, language) = backend.visitor(&started.token).await.unwrap().unwrap();
    assert_eq!(language, Language::Ja);
    assert!(Permission::ALL.iter().all(|one| !visitor.may(*one)));
    let page = backend.own_page(&visitor).await.unwrap();
    assert_eq!((page.arrived, page.channels.len()), (1, 1));
    assert!(page.is_visitor && page.reconnect_at.is_empty());
    let admin = world
        .db
        .advertiser_scope(line.advertiser, Role::AdvertiserAdmin);
    let page = backend.own_page(&admin).await.unwrap();
    assert!(!page.is_visitor && page.reconnect_at.ends_with("/connect"));
    assert!(matches!(
        backend.own_page(&world.operator).await,
        Err(Error::Forbidden)
    ));
    assert!(matches!(
        backend.welcome(&visitor).await,
        Err(Error::Forbidden)
    ));
}

#[tokio::test]
async fn a_link_says_what_it_is_for_and_how_long() {
    let db = testing::backend().await;
    let operator = db.staff(Role::Operator).await;
    let advertiser = db.advertiser("Hana").await;
    let wrong = [
        LinkDraft {
            channels: vec![],
            ..draft(LinkKind::Connect)
        },
        LinkDraft {
            days: 0,
            ..draft(LinkKind::Connect)
        },
        LinkDraft {
            days: 91,
            ..draft(LinkKind::Connect)
        },
        LinkDraft {
            email: Some("a@b.example".parse().unwrap()),
            ..draft(LinkKind::Connect)
        },
        LinkDraft {
            channels: vec![Channel::Messenger],
            ..draft(LinkKind::Status)
        },
    ];
    for draft in wrong {
        let refused = db.backend.add_link(&operator, advertiser, &draft).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{draft:?}");
    }
    let support = db.staff(Role::Support).await;
    let refused = db
        .backend
        .add_link(&support, advertiser, &draft(LinkKind::Connect))
        .await;
    assert!(matches!(refused, Err(Error::Forbidden)));
}
