//! Instagram and WhatsApp, and several channels by one login.

use domain::{Channel, ConnectFailure, ConnectStep, DatasetKind, Standing, console::AssetHolder};
use sandbox::Effect;

use super::{
    super::testing::{Answers, HANA, Meta},
    parties, shown,
};

/// The configuration that asks for every channel's permissions, of a system user.
const EVERY_CHANNEL: &str = "7700000000000008";

#[tokio::test]
async fn a_waba_is_connected_with_its_numbers_though_its_events_permission_names_another_id() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let waba = meta.waba("airline");
    let ticked = [("waba", waba.clone()), ("only", "waba".into())];
    let takumi = ("takumi", "airline");
    let attempt = meta
        .log_in_for(&operator, advertiser, Channel::Whatsapp, takumi, &ticked)
        .await;
    let verified = shown(&meta, &operator, advertiser, attempt).await;
    let [choice] = &verified.choices[..] else {
        panic!("{:?} {:?}", verified.choices, verified.failure)
    };
    assert_eq!(
        (&choice.meta_id, &choice.name[..]),
        (&waba, "そらかぜ ご予約")
    );
    let backend = &meta.db.backend;
    backend
        .choose_assets(&operator, advertiser, attempt, std::slice::from_ref(&waba))
        .await
        .unwrap();
    let done = shown(&meta, &operator, advertiser, attempt).await;
    assert_eq!(done.step, ConnectStep::Done, "{:?}", done.failure);
    let [asset] = &done.connected[..] else {
        panic!("{:?}", done.connected)
    };
    assert!(asset.dataset_was_created && asset.is_subscribed);
    assert_eq!(asset.phone_numbers.len(), 1);
    let connections = backend.connections(&operator, advertiser).await.unwrap();
    let dataset = connections[0].dataset.as_ref().unwrap();
    assert_eq!(dataset.kind, DatasetKind::Waba);
    assert_eq!(
        connections[0].webhook_fields,
        ["messages", "account_update"]
    );
    assert_eq!(connections[0].asset.phone_numbers, asset.phone_numbers);

    // Another advertiser cannot have it: staff are told whose it is, the advertiser's own people are not.
    let second = meta.db.advertiser("Second").await;
    let attempt = meta
        .log_in_for(&operator, second, Channel::Whatsapp, takumi, &ticked)
        .await;
    let choice = &shown(&meta, &operator, second, attempt).await.choices[0];
    assert_eq!(choice.holder, AssetHolder::Elsewhere);
    assert_eq!(choice.held_by.as_ref().map(|it| it.id), Some(advertiser));
    backend
        .choose_assets(&operator, second, attempt, &[waba])
        .await
        .unwrap();
    let failure = shown(&meta, &operator, second, attempt)
        .await
        .failure
        .unwrap();
    assert_eq!(failure.reason, ConnectFailure::HeldElsewhere);
    assert_eq!(failure.holders[0].id, advertiser);
    let own = meta
        .db
        .advertiser_scope(second, domain::Role::AdvertiserAdmin);
    let failure = shown(&meta, &own, second, attempt).await.failure.unwrap();
    assert_eq!(failure.assets, ["そらかぜ ご予約"]);
    assert!(failure.holders.is_empty());
}

#[tokio::test]
async fn an_instagram_account_may_share_the_dataset_of_its_page() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let maria = Answers {
        person: "maria",
        business: "language",
        pages: &["language"],
        without: &[],
    };
    meta.connect(&operator, advertiser, maria).await;
    let ticked = [
        ("page", meta.page("language")),
        ("instagram", meta.instagram("language")),
    ];
    let attempt = meta
        .log_in_for(
            &operator,
            advertiser,
            Channel::Instagram,
            ("maria", "language"),
            &ticked,
        )
        .await;
    let verified = shown(&meta, &operator, advertiser, attempt).await;
    let [choice] = &verified.choices[..] else {
        panic!("{:?} {:?}", verified.choices, verified.failure)
    };
    assert_eq!(
        (&choice.name[..], &choice.page_name[..]),
        ("@linguanord", "Lingua Nord")
    );
    let backend = &meta.db.backend;
    backend
        .choose_assets(
            &operator,
            advertiser,
            attempt,
            &[meta.instagram("language")],
        )
        .await
        .unwrap();
    let done = shown(&meta, &operator, advertiser, attempt).await;
    assert_eq!(done.step, ConnectStep::Done, "{:?}", done.failure);
    let asset = &done.connected[0];
    assert_eq!(asset.shares_dataset_with, ["Lingua Nord"]);
    assert!(asset.is_subscribed && !asset.dataset_was_created);
    let connections = backend.connections(&operator, advertiser).await.unwrap();
    let kinds: Vec<_> = connections
        .iter()
        .map(|it| it.dataset.as_ref().unwrap())
        .map(|it| (it.kind, it.meta_id.clone()))
        .collect();
    assert_eq!(kinds[0].1, kinds[1].1, "one dataset");
    assert_eq!(
        [kinds[0].0, kinds[1].0],
        [DatasetKind::Page, DatasetKind::Instagram]
    );
}

#[tokio::test]
async fn one_login_sets_up_what_it_reaches_on_other_channels_too() {
    let meta = Meta::start_with(|config| config.login_config_id = Some(EVERY_CHANNEL.into())).await;
    let (operator, advertiser) = parties(&meta).await;
    let ticked = [
        ("page", meta.page("garden")),
        ("page", meta.page("garden-cafe")),
        ("instagram", meta.instagram("garden")),
        ("instagram", meta.instagram("garden-cafe")),
        ("waba", meta.waba("garden")),
    ];
    let sora = ("sora", "garden");
    let attempt = meta
        .log_in_for(&operator, advertiser, Channel::Whatsapp, sora, &ticked)
        .await;
    let backend = &meta.db.backend;
    let refused = backend
        .continue_login(&operator, advertiser, attempt, Channel::Instagram)
        .await;
    assert!(refused.is_err(), "the attempt is not done");
    backend
        .choose_assets(&operator, advertiser, attempt, &[meta.waba("garden")])
        .await
        .unwrap();
    let done = shown(&meta, &operator, advertiser, attempt).await;
    let also: Vec<_> = done.also.iter().map(|it| (it.channel, it.count)).collect();
    assert_eq!(also, [(Channel::Messenger, 2), (Channel::Instagram, 2)]);

    let second = backend
        .continue_login(&operator, advertiser, attempt, Channel::Instagram)
        .await
        .unwrap();
    let waiting = backend
        .waiting_attempts(&operator, advertiser)
        .await
        .unwrap();
    assert_eq!(
        waiting
            .iter()
            .map(|it| (it.id, it.step))
            .collect::<Vec<_>>(),
        [(second, ConnectStep::Verified)]
    );
    backend
        .choose_assets(&operator, advertiser, second, &[meta.instagram("garden")])
        .await
        .unwrap();
    let other = shown(&meta, &operator, advertiser, second).await;
    assert_eq!(other.step, ConnectStep::Done, "{:?}", other.failure);
    let done = shown(&meta, &operator, advertiser, attempt).await;
    let also: Vec<_> = done.also.iter().map(|it| (it.channel, it.count)).collect();
    assert_eq!(
        also,
        [(Channel::Messenger, 2), (Channel::Instagram, 1)],
        "what is connected is not offered"
    );
}

#[tokio::test]
async fn a_login_that_reaches_nothing_says_what_is_missing() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    for (channel, who, ticked, expected) in [
        (
            Channel::Whatsapp,
            ("chiyo", "empty"),
            None,
            ConnectFailure::NoWaba,
        ),
        (
            Channel::Instagram,
            ("kenji", "sushi"),
            Some(("page", meta.page("sushi"))),
            ConnectFailure::NoInstagram,
        ),
    ] {
        let ticked: Vec<_> = ticked.into_iter().collect();
        let attempt = meta
            .log_in_for(&operator, advertiser, channel, who, &ticked)
            .await;
        let failure = shown(&meta, &operator, advertiser, attempt)
            .await
            .failure
            .unwrap();
        assert_eq!(failure.reason, expected);
    }
}

#[tokio::test]
async fn an_account_of_another_portfolio_than_its_pages_is_told_and_tried_again() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let ticked = [
        ("page", meta.page("florist")),
        ("instagram", meta.instagram("florist")),
    ];
    let attempt = meta
        .log_in_for(
            &operator,
            advertiser,
            Channel::Instagram,
            ("hana", "florist"),
            &ticked,
        )
        .await;
    let refusal = Effect::Error {
        code: 100,
        subcode: Some(2_804_133),
        status: 400,
        message: Some("No Instagram Account Associated With Dataset".into()),
        title: None,
        user_message: None,
        is_transient: false,
    };
    meta.fault(refusal, "dataset");
    let account = [meta.instagram("florist")];
    let backend = &meta.db.backend;
    backend
        .choose_assets(&operator, advertiser, attempt, &account)
        .await
        .unwrap();
    let failure = shown(&meta, &operator, advertiser, attempt)
        .await
        .failure
        .unwrap();
    assert_eq!(
        (failure.reason, failure.can_resume),
        (ConnectFailure::InstagramAcrossPortfolios, true)
    );
    assert_eq!(failure.meta.unwrap().subcode, Some(2_804_133));
    meta.sandbox.state().clear_faults();
    backend
        .resume_connect(&operator, advertiser, attempt)
        .await
        .unwrap();
    let done = shown(&meta, &operator, advertiser, attempt).await;
    assert_eq!(done.step, ConnectStep::Done);
}

#[tokio::test]
async fn a_permission_that_was_there_before_is_lost_and_not_merely_missing() {
    let meta = Meta::start().await;
    let (operator, advertiser, _) = meta.connected().await;
    let without = Answers {
        without: &["pages_messaging"],
        ..HANA
    };
    let attempt = meta.log_in(&operator, advertiser, without).await;
    let verified = shown(&meta, &operator, advertiser, attempt).await;
    let standing = |name: &str| {
        let found = verified
            .permissions
            .iter()
            .find(|it| it.permission.as_str() == name);
        found.unwrap().standing
    };
    assert_eq!(standing("pages_messaging"), Standing::Lost);
    assert_eq!(standing("page_events"), Standing::Granted);
}

#[tokio::test]
async fn a_chain_of_thirty_one_pages_is_connected_at_once() {
    let meta = Meta::start().await;
    let (operator, advertiser) = parties(&meta).await;
    let state = meta.sandbox.state();
    let mei = state.world().person("mei").unwrap().id.clone();
    let pages: Vec<_> = state
        .world()
        .pages_of(&mei)
        .map(|page| page.id.clone())
        .collect();
    let ticked: Vec<_> = pages.iter().map(|id| ("page", id.clone())).collect();
    let attempt = meta
        .log_in_for(
            &operator,
            advertiser,
            Channel::Messenger,
            ("mei", "bento"),
            &ticked,
        )
        .await;
    meta.db
        .backend
        .choose_assets(&operator, advertiser, attempt, &pages)
        .await
        .unwrap();
    let done = shown(&meta, &operator, advertiser, attempt).await;
    assert_eq!(
        (done.step, done.connected.len()),
        (ConnectStep::Done, 31),
        "{:?}",
        done.failure
    );
    assert!(done.connected.iter().all(|it| it.dataset_was_created));
}
