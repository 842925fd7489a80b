//! Pasted tokens of every kind: looked at, kept or not, and what a limited one is named for.

use domain::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, Health,
    console::{PastedFacts, PastedKind, PastedStage},
};
use sandbox::{Minting, TokenRequest};

use super::{parties, shown};
use crate::{
    Conflict, Error, LimitedAsset, Scope,
    connect::{
        pasted::UNDECIDED,
        testing::{Meta, holds},
    },
};

fn mint(meta: &Meta, request: TokenRequest) -> String {
    meta.sandbox
        .state()
        .mint_token(&request)
        .unwrap()
        .access_token
}

fn of(person: &str, kind: Minting) -> TokenRequest {
    TokenRequest {
        person: person.into(),
        kind,
        ..TokenRequest::default()
    }
}

async fn paste(
    meta: &Meta,
    scope: &Scope,
    advertiser: AdvertiserId,
    channel: Channel,
    token: &str,
) -> ConnectAttemptId {
    meta.db
        .backend
        .inspect_token(scope, advertiser, channel, &token.into())
        .await
        .unwrap()
}

async fn facts(
    meta: &Meta,
    scope: &Scope,
    advertiser: AdvertiserId,
    attempt: ConnectAttemptId,
) -> PastedFacts {
    let shown = meta
        .db
        .backend
        .pasted_token(scope, advertiser, attempt)
        .await
        .unwrap();
    assert_eq!(shown.stage, PastedStage::Keep);
    shown.facts.unwrap()
}

/// What a limited token of the florist's dataset needs: the dataset exists, and nothing else is connected.
async fn limited(meta: &Meta, scope: &Scope, advertiser: AdvertiserId) -> (String, LimitedAsset) {
    let attempt = paste(
        meta,
        scope,
        advertiser,
        Channel::Messenger,
        &mint(meta, of("hana", Minting::SystemUser)),
    )
    .await;
    let backend = &meta.db.backend;
    backend
        .keep_token(scope, advertiser, attempt)
        .await
        .unwrap();
    let page = meta.page("florist");
    backend
        .choose_assets(scope, advertiser, attempt, std::slice::from_ref(&page))
        .await
        .unwrap();
    let dataset = shown(meta, scope, advertiser, attempt).await.connected[0]
        .dataset_meta_id
        .clone();
    let token = mint(
        meta,
        TokenRequest {
            dataset: Some(dataset.clone()),
            ..of("hana", Minting::EventsManager)
        },
    );
    let named = LimitedAsset {
        asset: page.parse().unwrap(),
        name: "花の木フローリスト".into(),
        dataset: dataset.parse().unwrap(),
    };
    (token, named)
}

#[tokio::test]
async fn a_token_is_shown_before_it_is_kept_and_then_goes_the_common_way() {
    let meta = Meta::start().await;
    let (scope, advertiser) = parties(&meta).await;
    let backend = &meta.db.backend;
    for (minting, kind) in [
        (Minting::User, PastedKind::User),
        (Minting::SystemUser, PastedKind::SystemUser),
        (
            Minting::BusinessIntegration,
            PastedKind::IntegrationSystemUser,
        ),
    ] {
        let token = mint(&meta, of("hana", minting));
        let attempt = paste(&meta, &scope, advertiser, Channel::Messenger, &token).await;
        let told = facts(&meta, &scope, advertiser, attempt).await;
        assert_eq!((told.kind, told.is_limited), (kind, false));
        assert!(told.scopes.iter().any(|it| it == "page_events"));
        assert!(told.missing_required.is_empty());
        assert!(
            told.reach
                .iter()
                .any(|it| it.meta_id == meta.page("florist"))
        );
        assert!(
            !holds(&meta.dump().await, &token),
            "an undecided token is sealed"
        );
        backend
            .keep_token(&scope, advertiser, attempt)
            .await
            .unwrap();
        let verified = shown(&meta, &scope, advertiser, attempt).await;
        assert_eq!(
            verified.step,
            ConnectStep::Verified,
            "{:?}",
            verified.failure
        );
        let again = backend.keep_token(&scope, advertiser, attempt).await;
        assert!(matches!(
            again,
            Err(Error::Conflict(Conflict::AttemptMoved))
        ));
        backend
            .choose_assets(&scope, advertiser, attempt, &[meta.page("florist")])
            .await
            .unwrap();
        let done = shown(&meta, &scope, advertiser, attempt).await;
        assert_eq!(done.step, ConnectStep::Done, "{:?}", done.failure);
        assert!(!holds(&meta.dump().await, &token));
    }
}

#[tokio::test]
async fn it_serves_instagram_and_whatsapp_alike() {
    let meta = Meta::start().await;
    let (scope, advertiser) = parties(&meta).await;
    let backend = &meta.db.backend;
    for channel in [Channel::Instagram, Channel::Whatsapp] {
        let token = mint(&meta, of("sora", Minting::SystemUser));
        let attempt = paste(&meta, &scope, advertiser, channel, &token).await;
        let told = facts(&meta, &scope, advertiser, attempt).await;
        let asset = told.reach[0].meta_id.clone();
        backend
            .keep_token(&scope, advertiser, attempt)
            .await
            .unwrap();
        backend
            .choose_assets(&scope, advertiser, attempt, &[asset])
            .await
            .unwrap();
        let done = shown(&meta, &scope, advertiser, attempt).await;
        assert_eq!(
            done.step,
            ConnectStep::Done,
            "{channel}: {:?}",
            done.failure
        );
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_said_and_not_kept() {
    let meta = Meta::start().await;
    let (scope, advertiser) = parties(&meta).await;
    let backend = &meta.db.backend;
    for token in ["", "  ", "two words", &"x".repeat(5_000)] {
        let refused = backend
            .inspect_token(&scope, advertiser, Channel::Messenger, &token.into())
            .await;
        assert!(matches!(
            refused,
            Err(Error::Invalid { field: "token", .. })
        ));
    }
    let dead = paste(
        &meta,
        &scope,
        advertiser,
        Channel::Messenger,
        "EAAB-SENTINEL",
    )
    .await;
    let failure = shown(&meta, &scope, advertiser, dead)
        .await
        .failure
        .unwrap();
    assert_eq!(failure.reason, ConnectFailure::MetaRefused);
    assert!(!holds(&meta.dump().await, "SENTINEL"));

    let blind = mint(
        &meta,
        TokenRequest {
            scopes: vec!["pages_show_list".into()],
            ..of("hana", Minting::SystemUser)
        },
    );
    let attempt = paste(&meta, &scope, advertiser, Channel::Messenger, &blind).await;
    let told = facts(&meta, &scope, advertiser, attempt).await;
    assert_eq!(told.missing_required, ["page_events"]);
    backend
        .keep_token(&scope, advertiser, attempt)
        .await
        .unwrap();
    let failure = shown(&meta, &scope, advertiser, attempt)
        .await
        .failure
        .unwrap();
    assert_eq!(failure.reason, ConnectFailure::MissingScope);
}

#[tokio::test]
async fn an_undecided_token_is_forgotten() {
    let meta = Meta::start().await;
    let (scope, advertiser) = parties(&meta).await;
    let backend = &meta.db.backend;
    let token = mint(&meta, of("hana", Minting::SystemUser));
    let discarded = paste(&meta, &scope, advertiser, Channel::Messenger, &token).await;
    backend
        .discard_token(&scope, advertiser, discarded)
        .await
        .unwrap();
    let failure = shown(&meta, &scope, advertiser, discarded)
        .await
        .failure
        .unwrap();
    assert_eq!(failure.reason, ConnectFailure::TokenDiscarded);

    let (late, forgotten) = (
        paste(&meta, &scope, advertiser, Channel::Messenger, &token).await,
        paste(&meta, &scope, advertiser, Channel::Messenger, &token).await,
    );
    backend
        .clock()
        .advance(UNDECIDED + chrono::TimeDelta::seconds(1));
    backend.keep_token(&scope, advertiser, late).await.unwrap();
    backend.forget_undecided_tokens().await.unwrap();
    for attempt in [late, forgotten] {
        let failure = shown(&meta, &scope, advertiser, attempt)
            .await
            .failure
            .unwrap();
        assert_eq!(failure.reason, ConnectFailure::AttemptExpired);
        let page = backend
            .pasted_token(&scope, advertiser, attempt)
            .await
            .unwrap();
        assert_eq!((page.stage, page.facts), (PastedStage::Over, None));
    }
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM connect_attempt WHERE pasted_sealed IS NOT NULL")
            .fetch_one(backend.0.database.partner())
            .await
            .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_limited_token_is_told_apart_and_its_asset_is_named_by_hand() {
    let meta = Meta::start().await;
    let (scope, advertiser) = parties(&meta).await;
    let backend = &meta.db.backend;
    let (token, named) = limited(&meta, &scope, advertiser).await;
    let attempt = paste(&meta, &scope, advertiser, Channel::Messenger, &token).await;
    let told = facts(&meta, &scope, advertiser, attempt).await;
    assert!(told.is_limited && told.reach.is_empty());
    assert_ne!(told.app_id, backend.config().graph.app_id);
    backend
        .keep_token(&scope, advertiser, attempt)
        .await
        .unwrap();
    let page = backend
        .pasted_token(&scope, advertiser, attempt)
        .await
        .unwrap();
    assert_eq!(page.stage, PastedStage::NameAssets);

    let taken = backend
        .name_limited_asset(&scope, advertiser, attempt, &named)
        .await;
    assert!(
        matches!(taken, Err(Error::Invalid { field: "asset", .. })),
        "a token of our app does more: {taken:?}"
    );
    let other = LimitedAsset {
        asset: meta.page("bikes").parse().unwrap(),
        ..named
    };
    backend
        .name_limited_asset(&scope, advertiser, attempt, &other)
        .await
        .unwrap();
    let done = shown(&meta, &scope, advertiser, attempt).await;
    assert_eq!(done.step, ConnectStep::Done, "{:?}", done.failure);
    assert!(done.is_limited && !done.connected[0].is_subscribed);
    let connections = backend.connections(&scope, advertiser).await.unwrap();
    let limited = connections.iter().find(|it| it.is_limited).unwrap();
    assert_eq!(limited.asset.meta_id, meta.page("bikes"));
    let health = backend
        .recheck_connection(&scope, advertiser, limited.id)
        .await
        .unwrap();
    assert_eq!(health, Health::Healthy);
    assert!(!holds(&meta.dump().await, &token));
}
