//! What the board says of advertisers who were taken through the real use cases.

use chrono::TimeDelta;
use domain::{
    AdvertiserId, Channel, ConnectFailure, ConnectStep, OnboardingStep, Role,
    console::{AdvertiserFilter, BoardColumn, BoardFilter},
};
use secrecy::SecretString;

use crate::{Callback, Error, testing, testing::world::World};

fn names(columns: &[BoardColumn], step: OnboardingStep) -> Vec<&str> {
    let column = columns.iter().find(|column| column.step == step);
    column
        .expect("every step has a column")
        .cards
        .iter()
        .map(|card| card.name.as_str())
        .collect()
}

/// A login at Meta that somebody began and, if `declined`, broke off there.
async fn login(world: &World, advertiser: AdvertiserId, declined: bool) {
    let backend = &world.db.backend;
    let login = backend
        .start_facebook_login(&world.operator, advertiser, Channel::Messenger, None)
        .await
        .unwrap();
    if declined {
        let (_, state) = login
            .url
            .query_pairs()
            .find(|(name, _)| name == "state")
            .expect("the dialog gets a state");
        backend
            .finish_facebook_login(Callback {
                state: SecretString::from(state.into_owned()),
                code: None,
                error: Some("access_denied".into()),
                error_reason: Some("user_denied".into()),
                browser: Some(login.browser),
            })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_advertiser_moves_over_the_board_as_it_is_connected() {
    let world = World::start().await;
    let backend = &world.db.backend;
    let board = async || {
        backend
            .board(&world.operator, &BoardFilter::default())
            .await
            .unwrap()
    };
    let new = world.db.advertiser("New").await;
    let begun = world.db.advertiser("Begun").await;
    let broken = world.db.advertiser("Broken off").await;
    login(&world, begun, false).await;
    login(&world, broken, true).await;
    let line = world.connect("hana", "florist").await;

    let columns = board().await;
    assert_eq!(
        columns.iter().map(|column| column.step).collect::<Vec<_>>(),
        OnboardingStep::NEED
    );
    assert_eq!(names(&columns, OnboardingStep::Nothing), ["New"]);
    assert_eq!(names(&columns, OnboardingStep::Opened), ["Begun"]);
    assert_eq!(names(&columns, OnboardingStep::Stopped), ["Broken off"]);
    assert_eq!(names(&columns, OnboardingStep::Connected), ["florist"]);
    let stopped = &columns[0].cards[0].standing;
    assert_eq!(stopped.failure, Some(ConnectFailure::Declined));
    assert_eq!(stopped.at, Some(ConnectStep::Consented));
    assert!(stopped.attempt.is_some() && stopped.channel == Some(Channel::Messenger));

    world.send(&line).await;
    world.deliver().await;
    login(&world, broken, false).await;
    backend
        .archive_advertiser(&world.operator, new)
        .await
        .unwrap();
    let columns = board().await;
    assert_eq!(names(&columns, OnboardingStep::Done), ["florist"]);
    assert_eq!(names(&columns, OnboardingStep::Connected), [""; 0]);
    assert_eq!(names(&columns, OnboardingStep::Nothing), [""; 0]);
    assert_eq!(
        names(&columns, OnboardingStep::Opened),
        ["Begun", "Broken off"]
    );
    let counts: Vec<_> = columns.iter().map(|column| column.count).collect();
    assert_eq!(counts, [0, 2, 0, 0, 0, 1]);

    let filter = AdvertiserFilter {
        step: Some(OnboardingStep::Done),
        ..AdvertiserFilter::default()
    };
    let list = backend.advertisers(&world.operator, &filter).await.unwrap();
    assert_eq!(list.rows.len(), 1);
    assert_eq!(list.rows[0].advertiser.id, line.advertiser);
}

#[tokio::test]
async fn a_long_column_is_read_to_its_end_page_by_page() {
    let db = testing::backend().await;
    let operator = db.staff(Role::Operator).await;
    for number in 0..65 {
        db.advertiser(&format!("Shop {number:02}")).await;
    }
    let glance = db
        .backend
        .board(&operator, &BoardFilter::default())
        .await
        .unwrap();
    let nothing = &glance[3];
    assert_eq!((nothing.cards.len(), nothing.count), (6, 65));
    assert!(nothing.next.is_some());

    let mut filter = BoardFilter {
        step: Some(OnboardingStep::Nothing),
        ..BoardFilter::default()
    };
    let mut seen = Vec::new();
    loop {
        let mut columns = db.backend.board(&operator, &filter).await.unwrap();
        let column = columns.remove(0);
        seen.extend(column.cards.into_iter().map(|card| card.name));
        filter.after = column.next;
        if filter.after.is_none() {
            break;
        }
    }
    let all: Vec<_> = (0..65).map(|number| format!("Shop {number:02}")).collect();
    assert_eq!(seen, all);
}

#[tokio::test]
async fn the_board_is_narrowed_by_age_language_channel_and_words() {
    let db = testing::backend().await;
    let operator = db.staff(Role::Operator).await;
    db.advertiser("Old 50%").await;
    db.move_to(db.backend.clock().now() + TimeDelta::days(8));
    db.advertiser("Young").await;
    let count = async |filter: BoardFilter| {
        let columns = db.backend.board(&operator, &filter).await.unwrap();
        columns.iter().map(|column| column.count).sum::<u32>()
    };
    let all = BoardFilter::default;
    assert_eq!(count(all()).await, 2);
    assert_eq!(
        count(BoardFilter {
            days: Some(7),
            ..all()
        })
        .await,
        1
    );
    assert_eq!(
        count(BoardFilter {
            language: Some(domain::Language::En),
            ..all()
        })
        .await,
        0
    );
    assert_eq!(
        count(BoardFilter {
            channel: Some(Channel::Messenger),
            ..all()
        })
        .await,
        0
    );
    for (search, expected) in [("50%", 1), ("o", 2), ("%", 1), ("nobody", 0)] {
        let search = search.to_owned();
        assert_eq!(count(BoardFilter { search, ..all() }).await, expected);
    }
}

#[tokio::test]
async fn an_advertisers_own_people_see_no_board() {
    let db = testing::backend().await;
    let own = db.advertiser("Hana").await;
    let scope = db.advertiser_scope(own, Role::AdvertiserAdmin);
    assert!(matches!(
        db.backend.board(&scope, &BoardFilter::default()).await,
        Err(Error::Forbidden)
    ));
}
