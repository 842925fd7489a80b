//! A simulated Meta, and somebody who walks through its login dialog, for the tests of whatever needs a connection.

use std::net::SocketAddr;

use domain::{AdvertiserId, Channel, ConnectAttemptId, ConnectStep, ConnectionId, Role};
use reqwest::redirect::Policy;
use sandbox::{Effect, Fault, Sandbox};

use super::{Callback, LoginStart};
use crate::{
    Config, Scope, connections,
    testing::{self, TestBackend},
};

/// What the dialog is asked for.
const PERMISSIONS: [&str; 5] = [
    "page_events",
    "pages_show_list",
    "pages_messaging",
    "pages_manage_metadata",
    "business_management",
];

/// A backend whose Meta is simulated.
pub(crate) struct Meta {
    pub db: TestBackend,
    pub sandbox: Sandbox,
    http: reqwest::Client,
}

/// What somebody answers in the dialog.
#[derive(Clone, Copy)]
pub(crate) struct Answers<'a> {
    pub person: &'a str,
    pub business: &'a str,
    /// Keys of Pages.
    pub pages: &'a [&'a str],
    /// Permissions that are unticked.
    pub without: &'a [&'a str],
}

/// The florist, who ticks everything.
pub(crate) const HANA: Answers<'static> = Answers {
    person: "hana",
    business: "florist",
    pages: &["florist"],
    without: &[],
};

impl Meta {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let meta = sandbox::Config::default();
        let (id, secret) = (meta.app_id.clone(), meta.app_secret.clone());
        let sandbox = Sandbox::start(meta, SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .unwrap();
        let mut config = testing::config(&format!("http://{}/", sandbox.addr()));
        (config.graph.app_id, config.graph.app_secret) = (id, secret.into());
        change(&mut config);
        let db = testing::backend_with(config).await;
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { db, sandbox, http }
    }

    /// Meta's id of a Page.
    pub(crate) fn page(&self, key: &str) -> String {
        self.sandbox.state().world().page(key).unwrap().id.clone()
    }

    /// Meta's id of an Instagram account.
    pub(crate) fn instagram(&self, key: &str) -> String {
        let state = self.sandbox.state();
        state.world().instagram(key).unwrap().id.clone()
    }

    /// Meta's id of a WhatsApp Business Account.
    pub(crate) fn waba(&self, key: &str) -> String {
        self.sandbox.state().world().waba(key).unwrap().id.clone()
    }

    pub(crate) fn fault(&self, effect: Effect, edge: &str) {
        self.sandbox
            .state()
            .add_fault(Fault::new(effect).edge(edge))
            .unwrap();
    }

    /// Goes through the dialog; answers what it sends to our redirect URI.
    pub(crate) async fn agree(&self, start: &LoginStart, answers: Answers<'_>) -> Callback {
        let mut form = vec![
            ("person", answers.person.to_owned()),
            ("business", answers.business.to_owned()),
        ];
        form.extend(answers.pages.iter().map(|key| ("page", self.page(key))));
        let ticked = PERMISSIONS
            .iter()
            .filter(|it| !answers.without.contains(it));
        form.extend(ticked.map(|it| ("permission", (*it).to_owned())));
        self.answer(start, form).await
    }

    pub(crate) async fn cancel(&self, start: &LoginStart) -> Callback {
        self.answer(start, vec![("answer", "cancel".to_owned())])
            .await
    }

    async fn answer(&self, start: &LoginStart, form: Vec<(&str, String)>) -> Callback {
        let dialog = self.http.get(start.url.clone()).send().await.unwrap();
        assert!(
            dialog.status().is_success(),
            "{}",
            dialog.text().await.unwrap()
        );
        let answer = self
            .http
            .post(start.url.clone())
            .form(&form)
            .send()
            .await
            .unwrap();
        let location = answer
            .headers()
            .get("location")
            .expect("the dialog sends the browser back");
        let location: url::Url = location.to_str().unwrap().parse().unwrap();
        assert_eq!(location.path(), "/connect/callback");
        let value = |name: &str| {
            location
                .query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        Callback {
            state: value("state").unwrap().into(),
            code: value("code").map(Into::into),
            error: value("error"),
            error_reason: value("error_reason"),
            browser: Some(start.browser.clone()),
        }
    }

    /// Logs in; answers the attempt, verified.
    pub(crate) async fn log_in(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        answers: Answers<'_>,
    ) -> ConnectAttemptId {
        let start = self
            .db
            .backend
            .start_facebook_login(scope, advertiser, Channel::Messenger, None)
            .await
            .unwrap();
        let callback = self.agree(&start, answers).await;
        self.db
            .backend
            .finish_facebook_login(callback)
            .await
            .unwrap();
        start.attempt
    }

    /// Logs in for any channel as this person of this business, with every permission of the channel; `ticked` are fields
    /// of the dialog and Meta's ids.
    pub(crate) async fn log_in_for(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        channel: Channel,
        (person, business): (&str, &str),
        ticked: &[(&str, String)],
    ) -> ConnectAttemptId {
        let backend = &self.db.backend;
        let start = backend
            .start_facebook_login(scope, advertiser, channel, None)
            .await
            .unwrap();
        let permissions = channel
            .required_permissions()
            .iter()
            .chain(channel.wanted_permissions());
        let mut form = vec![("person", person.into()), ("business", business.into())];
        form.extend(permissions.map(|it| ("permission", it.to_string())));
        form.extend_from_slice(ticked);
        let callback = self.answer(&start, form).await;
        backend.finish_facebook_login(callback).await.unwrap();
        start.attempt
    }

    /// Connects the Pages that are ticked, in the dialog and with us; answers the connections of the advertiser.
    pub(crate) async fn connect(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        answers: Answers<'_>,
    ) -> Vec<ConnectionId> {
        let attempt = self.log_in(scope, advertiser, answers).await;
        let pages: Vec<_> = answers.pages.iter().map(|key| self.page(key)).collect();
        self.db
            .backend
            .choose_assets(scope, advertiser, attempt, &pages)
            .await
            .unwrap();
        let attempt = self
            .db
            .backend
            .connect_attempt(scope, advertiser, attempt)
            .await
            .unwrap();
        assert_eq!(attempt.step, ConnectStep::Done, "{:?}", attempt.failure);
        let connections = self
            .db
            .backend
            .connections(scope, advertiser)
            .await
            .unwrap();
        connections
            .into_iter()
            .map(|connection| connection.id)
            .collect()
    }

    /// An operator, an advertiser and its connected florist.
    pub(crate) async fn connected(&self) -> (Scope, AdvertiserId, ConnectionId) {
        let operator = self.db.staff(Role::Operator).await;
        let advertiser = self.db.advertiser("Hana").await;
        let connection = self.connect(&operator, advertiser, HANA).await[0];
        (operator, advertiser, connection)
    }

    /// Puts an event into the parked state, as old as said, on a connection that asks for a new login.
    pub(crate) async fn park(
        &self,
        advertiser: AdvertiserId,
        connection: ConnectionId,
        age: chrono::TimeDelta,
    ) -> uuid::Uuid {
        let scope = self.db.system();
        let mut tx = self.db.backend.begin_for(&scope, advertiser).await.unwrap();
        connections::set_health(
            &mut tx,
            advertiser,
            connection,
            domain::Health::Reconnect,
            Some(domain::CauseKey::TokenInvalid),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        self.park_event(advertiser, connection, age).await
    }

    /// The same, whatever the connection's health.
    pub(crate) async fn park_quietly(
        &self,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> uuid::Uuid {
        self.park_event(advertiser, connection, chrono::TimeDelta::hours(1))
            .await
    }

    async fn park_event(
        &self,
        advertiser: AdvertiserId,
        connection: ConnectionId,
        age: chrono::TimeDelta,
    ) -> uuid::Uuid {
        let clock = self.db.backend.clock();
        let (lane, event): (uuid::Uuid, uuid::Uuid) = (clock.mint(), clock.mint());
        let scope = self.db.system();
        let mut tx = self.db.backend.begin_for(&scope, advertiser).await.unwrap();
        sqlx::query(
            "INSERT INTO lane (advertiser_id, id, dataset_id, connection_id, channel, test_code, created_at)
             SELECT $1, $2, asset.dataset_id, connection.id, 'messenger', $2::text, $4
             FROM connection JOIN asset ON asset.id = connection.asset_id WHERE connection.id = $3",
        )
        .bind(advertiser.uuid())
        .bind(lane)
        .bind(connection.uuid())
        .bind(clock.now())
        .execute(&mut *tx)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO event (advertiser_id, id, connection_id, dataset_id, lane_id, channel, name, event_time, external_id,
                                test_code, source, accepted_at, state, state_at, cause)
             SELECT $1, $2, connection_id, dataset_id, id, channel, 'Purchase', $4, 'x', test_code, 'studio', $5, 'parked', $5,
                    'token_invalid'
             FROM lane WHERE id = $3",
        )
        .bind(advertiser.uuid())
        .bind(event)
        .bind(lane)
        .bind(clock.now() - age)
        .bind(clock.now())
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        event
    }

    /// The state of an event.
    pub(crate) async fn state_of(&self, event: uuid::Uuid) -> String {
        sqlx::query_scalar("SELECT state FROM event WHERE id = $1")
            .bind(event)
            .fetch_one(self.db.backend.0.database.partner())
            .await
            .unwrap()
    }

    /// Every row of every table as text, to look for what must not be there.
    pub(crate) async fn dump(&self) -> String {
        let pool = sqlx::PgPool::connect_with(self.db.owner.clone())
            .await
            .unwrap();
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
             AND NOT relispartition AND relname <> '_sqlx_migrations'",
        )
        .fetch_all(&pool)
        .await
        .unwrap();
        let mut dump = String::new();
        for table in tables {
            let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
                "SELECT {table}::text FROM {table}"
            )))
            .fetch_all(&pool)
            .await
            .unwrap();
            dump += &rows.join("\n");
        }
        dump
    }
}

/// Whether a dump holds a text, plain or as bytes.
pub(crate) fn holds(dump: &str, text: &str) -> bool {
    dump.contains(text) || dump.contains(&hex::encode(text))
}
