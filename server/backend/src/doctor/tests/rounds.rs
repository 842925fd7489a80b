//! Notes, rounds and the history.

use chrono::TimeDelta;
use domain::{Channel, Health, Probe, ProbeOutcome};
use sandbox::{Effect, Fault};

use super::ward::Ward;
use crate::{Scope, connect::testing::Meta};

#[tokio::test]
async fn what_only_needs_a_note_leaves_the_connection_healthy() {
    let ward = Ward::open(Channel::Messenger).await;
    let state = ward.meta.sandbox.state();
    let notes = [
        (
            Effect::RetireVersion { version: 26 },
            Probe::Version,
            "v27.0",
        ),
        (Effect::ClockSkew { seconds: 90 }, Probe::Clock, " s "),
        (
            Effect::TokenExpiry {
                person: "hana".into(),
                in_seconds: 3 * 24 * 3_600,
            },
            Probe::Expiry,
            "Reconnect",
        ),
        (
            Effect::DropPermission {
                permission: "business_management".into(),
            },
            Probe::Scope,
            "Not granted",
        ),
        (
            Effect::DropPermission {
                permission: "pages_manage_metadata".into(),
            },
            Probe::Webhook,
            "Not subscribed",
        ),
    ];
    for (effect, probe, words) in notes {
        state.set_faults(vec![Fault::new(effect)]).unwrap();
        assert_eq!(ward.recheck().await, Health::Healthy, "{probe}");
        let results = ward.examination().await.results;
        let noted = results
            .iter()
            .find(|it| it.probe == probe && it.outcome == ProbeOutcome::Warned)
            .unwrap_or_else(|| panic!("{probe}: {results:#?}"));
        assert!(noted.what.contains(words), "{}", noted.what);
    }
}

#[tokio::test]
async fn a_version_that_does_not_exist_stops_everything_that_asks_meta() {
    let ward = Ward::open(Channel::Messenger).await;
    let meta = Meta::start_with(|config| config.graph.version = "v99.0".into()).await;
    let around = meta.db.backend.surroundings().await;
    let examined = ward
        .meta
        .db
        .backend
        .examine(&ward.subject().await, &around)
        .await;
    let asked: Vec<_> = examined
        .findings
        .0
        .iter()
        .filter(|it| it.outcome != ProbeOutcome::NotRun)
        .map(|it| it.probe)
        .collect();
    assert_eq!(
        asked,
        [
            Probe::Clock,
            Probe::Version,
            Probe::Inbound,
            Probe::Accepted
        ]
    );
}

#[tokio::test]
async fn the_same_answer_lasts_and_another_one_begins_a_row() {
    let ward = Ward::open(Channel::Messenger).await;
    ward.recheck().await;
    let before = ward.examination().await.history.len();
    ward.wait(TimeDelta::minutes(1));
    ward.recheck().await;
    assert_eq!(ward.examination().await.history.len(), before);
    let fault = Fault::new(Effect::DatasetUnavailable).page("florist");
    ward.meta.sandbox.state().add_fault(fault).unwrap();
    ward.recheck().await;
    let history = ward.examination().await.history;
    assert_eq!(history.len(), before + 1);
    assert_eq!(
        (history[0].probe, history[0].outcome, history[0].ended),
        (Probe::Dataset, ProbeOutcome::Failed, None)
    );
    assert!(
        history
            .iter()
            .any(|it| it.probe == Probe::Dataset && it.ended.is_some())
    );
}

#[tokio::test]
async fn a_healthy_connection_is_visited_at_night_alone_and_an_archived_advertisers_never() {
    let ward = Ward::open(Channel::Messenger).await;
    let backend = &ward.meta.db.backend;
    assert_eq!(backend.visit_due().await.unwrap().visited.len(), 1);
    assert_eq!(backend.visit_due().await.unwrap().visited, []);
    ward.wait(TimeDelta::days(1));
    assert_eq!(backend.visit_due().await.unwrap().visited.len(), 1);
    backend
        .archive_advertiser(&ward.operator, ward.advertiser)
        .await
        .unwrap();
    ward.wait(TimeDelta::days(1));
    assert_eq!(backend.visit_due().await.unwrap().visited, []);
    let all = backend.visit_all(&Scope::command(), None).await.unwrap();
    assert_eq!(all.visited, []);
}

#[tokio::test]
async fn neither_tokens_nor_people_are_kept_with_what_was_found() {
    let ward = Ward::open(Channel::Messenger).await;
    ward.recheck().await;
    let token = ward.subject().await.token.unwrap();
    let dump = ward.meta.dump().await;
    assert!(!crate::connect::testing::holds(&dump, token.expose()));
}
