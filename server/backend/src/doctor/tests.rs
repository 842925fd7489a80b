//! The list against a simulated Meta: what is broken there is named here, what is behind it is not run, and what is
//! mended heals without anybody's doing.

use chrono::TimeDelta;
use domain::{
    AdvertiserId, ConnectionId, Health, Probe, ProbeOutcome,
    console::{Examination, ProbeResult},
};
use sandbox::{Effect, Fault};

use crate::{Scope, connect::testing::Meta, doctor::subject::Subject};

/// One way in which a connection can be ill.
struct Ailment {
    name: &'static str,
    breaks: Break,
    /// What the doctor says.
    probe: Probe,
    outcome: ProbeOutcome,
    cause: &'static str,
    health: Health,
    /// How many probes are not run for it.
    not_run: usize,
}

enum Break {
    /// A knob of the simulated Meta.
    Knob(fn() -> Fault),
    /// Somebody takes the Page off its dataset…
    Unlink,
    /// …and makes it a new one.
    Drift,
    /// Meta ends the subscription, or leaves these fields of it.
    Subscription(&'static [&'static str]),
}

const HANA: &str = "hana";

fn of_florist(effect: Effect) -> Fault {
    Fault::new(effect).page("florist")
}

/// Everything behind the token: app, expiry, five permissions, and the five about the Page.
const BEHIND_TOKEN: usize = 12;

fn ailments() -> Vec<Ailment> {
    use Break::{Drift, Knob, Subscription, Unlink};
    use Health::{Degraded, Misconfigured, Reconnect};
    use ProbeOutcome::{Failed, Unanswered};
    let row = |name, breaks, probe, outcome, cause, health, not_run| Ailment {
        name,
        breaks,
        probe,
        outcome,
        cause,
        health,
        not_run,
    };
    vec![
        row(
            "our clock is ten minutes off",
            Knob(|| Fault::new(Effect::ClockSkew { seconds: 600 })),
            Probe::Clock,
            Failed,
            "clock_skewed",
            Misconfigured,
            0,
        ),
        row(
            "Meta is down",
            Knob(|| {
                Fault::new(Effect::HttpError {
                    status: 502,
                    body: String::new(),
                })
                .edge("debug_token")
            }),
            Probe::Token,
            Unanswered,
            "meta_failed",
            Degraded,
            BEHIND_TOKEN,
        ),
        row(
            "the password was changed",
            Knob(|| {
                Fault::new(Effect::InvalidToken {
                    person: HANA.into(),
                    subcode: 460,
                })
            }),
            Probe::Token,
            Failed,
            "password_changed",
            Reconnect,
            BEHIND_TOKEN,
        ),
        row(
            "the token has expired",
            Knob(|| {
                Fault::new(Effect::TokenExpiry {
                    person: HANA.into(),
                    in_seconds: -60,
                })
            }),
            Probe::Token,
            Failed,
            "token_expired",
            Reconnect,
            BEHIND_TOKEN,
        ),
        row(
            "the token is another app's",
            Knob(|| {
                Fault::new(Effect::OtherApp {
                    person: HANA.into(),
                })
            }),
            Probe::App,
            Failed,
            "token_of_other_app",
            Reconnect,
            BEHIND_TOKEN - 1,
        ),
        row(
            "a permission is gone",
            Knob(|| {
                Fault::new(Effect::DropPermission {
                    permission: "page_events".into(),
                })
            }),
            Probe::Scope,
            Failed,
            "permission_missing",
            Reconnect,
            5,
        ),
        row(
            "the Page is out of reach",
            Knob(|| of_florist(Effect::HideAsset)),
            Probe::Asset,
            Failed,
            "asset_unreachable",
            Misconfigured,
            4,
        ),
        row(
            "the dataset is gone",
            Knob(|| of_florist(Effect::HideDataset)),
            Probe::Dataset,
            Failed,
            "object_missing",
            Misconfigured,
            1,
        ),
        row(
            "the dataset is shut",
            Knob(|| of_florist(Effect::DatasetUnavailable)),
            Probe::Dataset,
            Failed,
            "dataset_unavailable",
            Misconfigured,
            1,
        ),
        row(
            "another dataset is linked",
            Drift,
            Probe::Link,
            Failed,
            "dataset_drifted",
            Misconfigured,
            0,
        ),
        row(
            "no dataset is linked",
            Unlink,
            Probe::Link,
            Failed,
            "dataset_unlinked",
            Misconfigured,
            0,
        ),
        row(
            "the subscription has ended",
            Subscription(&[]),
            Probe::Webhook,
            Failed,
            "webhook_missing",
            Misconfigured,
            1,
        ),
        row(
            "the subscription lacks fields",
            Subscription(&["messages"]),
            Probe::Fields,
            Failed,
            "webhook_fields_missing",
            Misconfigured,
            0,
        ),
    ]
}

/// A connected florist and whoever looks after it.
struct Ward {
    meta: Meta,
    operator: Scope,
    advertiser: AdvertiserId,
    connection: ConnectionId,
}

impl Ward {
    async fn open() -> Self {
        let meta = Meta::start().await;
        let (operator, advertiser, connection) = meta.connected().await;
        Self {
            meta,
            operator,
            advertiser,
            connection,
        }
    }

    async fn subject(&self) -> Subject {
        let backend = &self.meta.db.backend;
        backend
            .subject(&self.operator, self.advertiser, self.connection)
            .await
            .unwrap()
    }

    async fn subscribe(&self, fields: &[&str]) {
        let subject = self.subject().await;
        let (graph, token) = (self.meta.db.backend.graph(), subject.page_token.unwrap());
        graph
            .unsubscribe_page(&token, &subject.asset)
            .await
            .unwrap();
        if !fields.is_empty() {
            let done = graph.subscribe_page(&token, &subject.asset, fields).await;
            done.unwrap();
        }
    }

    async fn inflict(&self, breaks: &Break) {
        let state = self.meta.sandbox.state();
        match breaks {
            Break::Knob(fault) => {
                state.add_fault(fault()).unwrap();
            }
            Break::Unlink => state
                .link_dataset(&self.meta.page("florist"), None)
                .unwrap(),
            Break::Drift => {
                let page = self.meta.page("florist");
                state.link_dataset(&page, None).unwrap();
                let token = self.subject().await.token.unwrap();
                let graph = self.meta.db.backend.graph();
                graph.create_dataset(&token, &page, None).await.unwrap();
            }
            Break::Subscription(fields) => self.subscribe(fields).await,
        }
    }

    async fn mend(&self, dataset: &str) {
        let state = self.meta.sandbox.state();
        state.clear_faults();
        state
            .link_dataset(&self.meta.page("florist"), Some(dataset))
            .unwrap();
        self.subscribe(domain::Channel::Messenger.page_fields())
            .await;
    }

    async fn recheck(&self) -> Health {
        let backend = &self.meta.db.backend;
        backend
            .recheck_connection(&self.operator, self.advertiser, self.connection)
            .await
            .unwrap()
    }

    async fn examination(&self) -> Examination {
        let backend = &self.meta.db.backend;
        backend
            .examination(&self.operator, self.advertiser, self.connection)
            .await
            .unwrap()
    }

    async fn cause(&self) -> Option<String> {
        sqlx::query_scalar("SELECT cause FROM connection")
            .fetch_one(self.meta.db.backend.0.database.partner())
            .await
            .unwrap()
    }

    /// For us and for Meta.
    fn wait(&self, span: TimeDelta) {
        self.meta.db.backend.clock().advance(span);
        self.meta.sandbox.state().clock().advance(span);
    }
}

fn of(results: &[ProbeResult], outcome: ProbeOutcome) -> Vec<&ProbeResult> {
    results.iter().filter(|it| it.outcome == outcome).collect()
}

#[tokio::test]
async fn each_ailment_is_named_hides_what_is_behind_it_and_heals_by_itself() {
    let ward = Ward::open().await;
    let dataset = ward.subject().await.dataset.unwrap();
    assert_eq!(ward.recheck().await, Health::Healthy);
    for ailment in ailments() {
        let name = ailment.name;
        ward.inflict(&ailment.breaks).await;
        assert_eq!(ward.recheck().await, ailment.health, "{name}");
        assert_eq!(ward.cause().await.as_deref(), Some(ailment.cause), "{name}");
        let results = ward.examination().await.results;
        let found = of(&results, ailment.outcome);
        assert_eq!(
            found.iter().map(|it| it.probe).collect::<Vec<_>>(),
            [ailment.probe],
            "{name}"
        );
        assert!(
            !found[0].what.is_empty() && !found[0].next.is_empty(),
            "{name}"
        );
        assert_eq!(
            of(&results, ProbeOutcome::NotRun).len(),
            ailment.not_run,
            "{name}"
        );
        let waiting = ward
            .meta
            .park_quietly(ward.advertiser, ward.connection)
            .await;

        ward.mend(&dataset).await;
        ward.wait(TimeDelta::minutes(15));
        let round = ward.meta.db.backend.visit_due().await.unwrap();
        assert_eq!(
            round.visited,
            [(ward.advertiser, ward.connection, Health::Healthy)],
            "{name}"
        );
        assert_eq!(ward.meta.state_of(waiting).await, "queued", "{name}");
        assert_eq!(
            of(&ward.examination().await.results, ProbeOutcome::NotRun),
            Vec::<&ProbeResult>::new()
        );
    }
    let ended: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM probe WHERE outcome = 'failed' AND ended_at IS NOT NULL",
    )
    .fetch_one(ward.meta.db.backend.0.database.partner())
    .await
    .unwrap();
    assert_eq!(ended, 12, "all but the silence are in the history");
}

#[tokio::test]
async fn what_only_needs_a_note_leaves_the_connection_healthy() {
    let ward = Ward::open().await;
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
                person: HANA.into(),
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
    let ward = Ward::open().await;
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
    let ward = Ward::open().await;
    ward.recheck().await;
    let before = ward.examination().await.history.len();
    ward.wait(TimeDelta::minutes(1));
    ward.recheck().await;
    assert_eq!(ward.examination().await.history.len(), before);
    let fault = of_florist(Effect::DatasetUnavailable);
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
    let ward = Ward::open().await;
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
    let ward = Ward::open().await;
    ward.recheck().await;
    let token = ward.subject().await.token.unwrap();
    let dump = ward.meta.dump().await;
    assert!(!crate::connect::testing::holds(&dump, token.expose()));
}
