//! An advertiser whose Page is connected to a simulated Meta, and people who wrote to it.

use std::time::Duration;

use domain::{
    AdvertiserId, Channel, ConnectionId, ContactId, DatasetId, EventId, EventState, Health, Role,
    console::{StudioAnswer, StudioEvent},
};
use graph::{AccessToken, TokenKind};
use sandbox::{Effect, Fault, Filter, Sandbox, TokenRequest};
use sqlx::PgPool;
use uuid::Uuid;

use super::{TestBackend, backend_with, config};
use crate::{Scope, assets::Reached, contacts::Sighting, credentials::NewCredential};

/// The sandbox's app has the same secret as [`config`]'s.
const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Short, so that a test of a timeout takes no ten seconds.
const TIMEOUT: Duration = Duration::from_millis(800);

/// A backend and a simulated Meta that know each other.
pub(crate) struct World {
    pub db: TestBackend,
    pub sandbox: Sandbox,
    pub operator: Scope,
    /// Where the sandbox keeps its memory while it is stopped.
    memory: tempfile::TempDir,
    /// For what a test looks at or spoils past the use cases.
    pub owner: PgPool,
}

/// A connected Page.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub advertiser: AdvertiserId,
    pub connection: ConnectionId,
    pub dataset: String,
    /// Somebody whom the Page knows.
    pub contact: ContactId,
    /// Somebody of whom Meta says that the Page does not know them.
    pub stranger: ContactId,
}

async fn start_sandbox(memory: &tempfile::TempDir, address: std::net::SocketAddr) -> Sandbox {
    let app = sandbox::Config {
        app_secret: APP_SECRET.into(),
        state_file: Some(memory.path().join("sandbox.json")),
        ..sandbox::Config::default()
    };
    Sandbox::start(app, address)
        .await
        .expect("the address is free")
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// With a configuration that the test changes.
    pub(crate) async fn start_with(change: impl FnOnce(&mut crate::Config)) -> Self {
        let memory = tempfile::tempdir().expect("a directory can be made");
        let sandbox = start_sandbox(&memory, ([127, 0, 0, 1], 0).into()).await;
        let mut config = config(&format!("http://{}", sandbox.addr()));
        config.graph.timeout = TIMEOUT;
        change(&mut config);
        let db = backend_with(config).await;
        let operator = db.staff(Role::Operator).await;
        let owner = PgPool::connect_with(db.owner.clone())
            .await
            .expect("the owner may connect");
        Self {
            db,
            sandbox,
            operator,
            memory,
            owner,
        }
    }

    /// The sandbox that was stopped comes back, at its address and with its memory.
    pub(crate) async fn restart_sandbox(&mut self) {
        self.sandbox = start_sandbox(&self.memory, self.sandbox.addr()).await;
    }

    /// A token as the login dialog would have given it.
    pub(crate) fn token(&self, person: &str) -> AccessToken {
        let request = TokenRequest {
            person: person.into(),
            ..TokenRequest::default()
        };
        AccessToken::new(
            self.sandbox
                .state()
                .mint_token(&request)
                .expect("the person exists")
                .access_token,
        )
    }

    /// Connects a person's Page, both by the sandbox's keys.
    pub(crate) async fn connect(&self, person: &str, page: &str) -> Line {
        let backend = &self.db.backend;
        let token = self.token(person);
        let advertiser = self.db.advertiser(page).await;
        let page_id = self
            .sandbox
            .state()
            .world()
            .page(page)
            .expect("the Page exists")
            .id
            .clone();
        let page = backend
            .graph()
            .page(&token, &page_id)
            .await
            .expect("the token sees the Page");
        let dataset = backend
            .graph()
            .create_dataset(&token, &page_id, None)
            .await
            .expect("a dataset is made");
        let credential = NewCredential {
            token,
            kind: TokenKind::User,
            person_id: "1".into(),
            person_name: "Test Person".into(),
            scopes: Vec::new(),
            expires_at: None,
            data_access_expires_at: None,
            client_business_id: None,
        };
        let mut tx = backend
            .begin_for(&Scope::system(), advertiser)
            .await
            .expect("the database answers");
        let credential = backend
            .seal_credential(&mut tx, advertiser, &credential, &[])
            .await
            .expect("it is sealed");
        let asset = backend
            .take_asset(&mut tx, advertiser, &Reached::page(page))
            .await
            .expect("it is taken")
            .expect("it is free");
        let dataset_id: DatasetId = backend.clock().mint();
        let connection: ConnectionId = backend.clock().mint();
        sqlx::query(
            "INSERT INTO dataset (advertiser_id, id, meta_id, name, was_created, created_at)
             VALUES ($1, $2, $3, '', true, $4)",
        )
        .bind(advertiser.uuid())
        .bind(dataset_id.uuid())
        .bind(&dataset.id)
        .bind(tx.now())
        .execute(&mut *tx)
        .await
        .expect("a dataset is kept");
        sqlx::query("UPDATE asset SET dataset_id = $3, dataset_kind = 'page' WHERE advertiser_id = $1 AND id = $2")
            .bind(advertiser.uuid())
            .bind(asset.uuid())
            .bind(dataset_id.uuid())
            .execute(&mut *tx)
            .await
            .expect("the asset has a dataset");
        sqlx::query(
            "INSERT INTO connection (advertiser_id, id, channel, asset_id, credential_id, health, health_since,
                                     webhook_fields, created_at)
             VALUES ($1, $2, 'messenger', $3, $4, 'healthy', $5, '{}', $5)",
        )
        .bind(advertiser.uuid())
        .bind(connection.uuid())
        .bind(asset.uuid())
        .bind(credential.uuid())
        .bind(tx.now())
        .execute(&mut *tx)
        .await
        .expect("a connection is kept");
        let state = self.sandbox.state();
        let customer = state.world().customer("aoi").expect("the customer exists");
        let mut contacts = Vec::new();
        for identity in [
            state.world().psid(&page_id, customer),
            "7000000000000001".to_owned(),
        ] {
            let seen = Sighting {
                asset,
                channel: Channel::Messenger,
                identity: &identity,
                phone: None,
                click: None,
                at: backend.clock().now(),
                ad_id: None,
                wrote: true,
            };
            contacts.push(
                backend
                    .see_contact(&mut tx, advertiser, &seen)
                    .await
                    .expect("a contact is kept"),
            );
        }
        tx.commit().await.expect("the database answers");
        Line {
            advertiser,
            connection,
            dataset: dataset.id,
            contact: contacts[0],
            stranger: contacts[1],
        }
    }

    /// A form that keeps every rule.
    pub(crate) fn form(&self, line: &Line) -> StudioEvent {
        StudioEvent {
            draft_id: self.db.backend.clock().mint::<EventId>().to_string(),
            connection: line.connection.to_string(),
            contact: line.contact.to_string(),
            name: "Purchase".into(),
            value: "4800".into(),
            currency: "JPY".into(),
            order_id: "A-1007".into(),
            ..StudioEvent::default()
        }
    }

    pub(crate) async fn send_form(&self, line: &Line, form: &StudioEvent) -> EventId {
        match self
            .db
            .backend
            .send_test_event(&self.operator, line.advertiser, form)
            .await
            .expect("it is taken")
        {
            StudioAnswer::Accepted(id) => id,
            StudioAnswer::Refused(problems) => panic!("refused: {problems:?}"),
        }
    }

    pub(crate) async fn send(&self, line: &Line) -> EventId {
        self.send_form(line, &self.form(line)).await
    }

    /// An event that our rules take and Meta's do not.
    pub(crate) async fn send_invalid(&self, line: &Line) -> EventId {
        let form = StudioEvent {
            contact: line.stranger.to_string(),
            ..self.form(line)
        };
        self.send_form(line, &form).await
    }

    /// Sends everything that is due now.
    pub(crate) async fn deliver(&self) {
        while self
            .db
            .backend
            .deliver_once()
            .await
            .expect("the database answers")
        {}
    }

    pub(crate) fn fault(&self, effect: Effect, times: Option<u32>) {
        let mut fault = Fault::new(effect).edge("events");
        fault.times = times;
        self.sandbox
            .state()
            .add_fault(fault)
            .expect("the knob exists");
    }

    /// State, cause, and how often Meta has counted it.
    pub(crate) async fn fate(&self, id: EventId) -> (EventState, Option<String>, usize) {
        let (state, cause): (String, Option<String>) =
            sqlx::query_as("SELECT state, cause FROM event WHERE id = $1")
                .bind(id.uuid())
                .fetch_one(&self.owner)
                .await
                .expect("the event exists");
        (state.parse().expect("a state"), cause, self.counted(id))
    }

    pub(crate) async fn state(&self, id: EventId) -> EventState {
        self.fate(id).await.0
    }

    /// How often Meta has counted an event: what the ledger says.
    pub(crate) fn counted(&self, id: EventId) -> usize {
        let filter = Filter {
            event_id: Some(id.to_string()),
            ..Filter::default()
        };
        self.sandbox.state().events(&filter).len()
    }

    pub(crate) fn posts(&self) -> usize {
        self.sandbox.state().posts(&Filter::default()).len()
    }

    pub(crate) async fn health(&self, line: &Line) -> Health {
        let health: String = sqlx::query_scalar("SELECT health FROM connection WHERE id = $1")
            .bind(line.connection.uuid())
            .fetch_one(&self.owner)
            .await
            .expect("the connection exists");
        health.parse().expect("a health")
    }

    /// The outcome of every attempt for an event, oldest first.
    pub(crate) async fn outcomes(&self, id: EventId) -> Vec<Option<String>> {
        sqlx::query_scalar("SELECT outcome FROM attempt WHERE $1 = ANY(event_ids) ORDER BY id")
            .bind::<Uuid>(id.uuid())
            .fetch_all(&self.owner)
            .await
            .expect("the database answers")
    }
}
