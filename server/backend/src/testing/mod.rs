//! What tests of this crate and of `server` start from: a fresh database, a clock that moves, people and advertisers
//! made through the use cases.

mod page;
pub mod readers;
#[cfg(test)]
pub(crate) mod world;

use chrono::{DateTime, Utc};
use domain::{AdvertiserId, Email, Language, Role};
use secrecy::ExposeSecret;
use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

use crate::{
    Acceptance, AdvertiserDraft, Backend, Clock, Config, Database, Error, InvitationDraft, KeyRing,
    MIGRATOR, NewSession, Scope, StaffDraft,
    cluster::{Cluster, TestServer},
    scope::Actor,
};

/// The password of everybody that tests make.
pub const PASSWORD: &str = "tests sign in with this";
/// Another one.
pub const PASSWORD_2: &str = "and sometimes with that";

/// A backend on a database of its own.
pub struct TestBackend {
    /// The backend under test.
    pub backend: Backend,
    /// How to reach its database as the owner.
    pub owner: PgConnectOptions,
}

/// A backend whose Graph host answers nothing.
pub async fn backend() -> TestBackend {
    backend_with(config("http://127.0.0.1:9/")).await
}

/// A backend with a configuration of the test's own.
pub async fn backend_with(config: Config) -> TestBackend {
    let clock = Clock::system();
    let owner = database().await;
    let database = Database::open(owner.clone(), &clock, 6)
        .await
        .expect("a migrated database opens");
    TestBackend {
        backend: Backend::new(database, clock, config).expect("the parts fit"),
        owner,
    }
}

/// A configuration that speaks to a Graph host of the test's own.
#[must_use]
pub fn config(graph_url: &str) -> Config {
    let url: url::Url = graph_url.parse().expect("a URL");
    Config {
        graph: graph::Config {
            graph_url: url.clone(),
            dialog_url: url.clone(),
            ..graph::Config::new(
                "1203440000000001",
                "0123456789abcdef0123456789abcdef".into(),
            )
        },
        keys: KeyRing::parse(KeyRing::generate().expose_secret()).expect("a generated ring parses"),
        public_url: "http://127.0.0.1:3000/".parse().expect("a URL"),
        login_config_id: None,
        signup_config_id: None,
        sdk_url: url.join("en_US/sdk.js").expect("a URL"),
        allow_private_webhooks: true,
        partner_agent: "patchbay-tests".into(),
        webhook_verify_token: "verify".into(),
        mail: None,
        events_manager_url: url,
    }
}

/// A member of staff as a form would say it.
#[must_use]
pub fn staff_draft(email: &str, role: Role) -> StaffDraft {
    StaffDraft {
        email: email.parse().expect("an email"),
        name: "Test Person".parse().expect("a name"),
        role,
        language: Language::En,
        password: PASSWORD.parse().expect("a password"),
    }
}

/// An advertiser as a form would say it.
#[must_use]
pub fn advertiser_draft(name: &str) -> AdvertiserDraft {
    AdvertiserDraft {
        name: name.parse().expect("a name"),
        language: Language::Ja,
        time_zone: "Asia/Tokyo".into(),
        reference: String::new(),
        contact_email: None,
        payload_days: None,
    }
}

impl TestBackend {
    /// The scope of a new member of staff.
    pub async fn staff(&self, role: Role) -> Scope {
        let email = format!(
            "{role}-{}@kaede.example",
            self.backend.clock().mint::<uuid::Uuid>().simple()
        );
        let id = self
            .backend
            .add_staff(&Scope::command(), staff_draft(&email, role))
            .await
            .expect("staff is added");
        Scope::staff(id, role)
    }

    /// What the person behind a scope signs in with.
    pub async fn email_of(&self, scope: &Scope) -> String {
        self.backend
            .own_account(scope)
            .await
            .expect("staff has an account")
            .email
    }

    /// Signs in with [`PASSWORD`].
    ///
    /// # Errors
    /// As [`Backend::sign_in`].
    pub async fn sign_in(&self, email: &str) -> Result<NewSession, Error> {
        let email: Email = email.parse().expect("an email");
        self.backend
            .sign_in(&email, PASSWORD.into(), "127.0.0.1", "tests")
            .await
    }

    /// A new advertiser.
    pub async fn advertiser(&self, name: &str) -> AdvertiserId {
        self.backend
            .add_advertiser(&Scope::command(), &advertiser_draft(name))
            .await
            .expect("it is added")
    }

    /// The scope of one of the advertiser's own people.
    #[must_use]
    pub fn advertiser_scope(&self, id: AdvertiserId, role: Role) -> Scope {
        Scope::advertiser(id, role, Actor::Visitor)
    }

    /// The scope of somebody new who was invited by an advertiser and came.
    pub async fn member(&self, advertiser: AdvertiserId, role: Role) -> Scope {
        let email = format!(
            "{}@people.example",
            self.backend.clock().mint::<uuid::Uuid>().simple()
        );
        let acceptance = Acceptance::New {
            name: "Test Member".parse().expect("a name"),
            password: PASSWORD.parse().expect("a password"),
            language: Language::En,
        };
        let session = self.accept(advertiser, role, &email, acceptance).await;
        self.backend
            .session(&session.token)
            .await
            .expect("the database answers")
            .expect("who was invited is signed in")
    }

    /// Makes somebody who signs in with [`PASSWORD`] one of another advertiser's people too.
    pub async fn join(&self, advertiser: AdvertiserId, role: Role, email: &str) {
        let password = PASSWORD.into();
        self.accept(advertiser, role, email, Acceptance::Known { password })
            .await;
    }

    async fn accept(
        &self,
        advertiser: AdvertiserId,
        role: Role,
        email: &str,
        acceptance: Acceptance,
    ) -> NewSession {
        let draft = InvitationDraft {
            email: email.parse().expect("an email"),
            role,
            language: Language::En,
            days: 7,
        };
        let link = self
            .backend
            .invite(&Scope::command(), Some(advertiser), &draft)
            .await
            .expect("an invitation is sent");
        let token = link.expose().rsplit('/').next().expect("a link has a path");
        self.backend
            .accept_invitation(token, acceptance, "127.0.0.1", "tests")
            .await
            .expect("an invitation is accepted")
    }

    /// A job's scope.
    #[must_use]
    pub fn system(&self) -> Scope {
        Scope::system()
    }

    /// Moves the clock.
    pub fn move_to(&self, moment: DateTime<Utc>) {
        self.backend.clock().move_to(moment);
    }
}

/// The test cluster, and the name of the template in it.
static TEMPLATE: OnceCell<(TestServer, String)> = OnceCell::const_new();

/// How long a test's database is kept for whoever looks into a failure.
const KEPT_MINUTES: u64 = 10;

/// A clone of the migrated template: a few milliseconds instead of every migration again.
async fn database() -> PgConnectOptions {
    let (server, template) = TEMPLATE.get_or_init(template).await;
    let random = format!("{:032x}", rand::random::<u128>());
    let minute = Clock::system().now().timestamp() as u64 / 60;
    let name = format!("test_{minute}_{}", &random[..12]);
    let mut connection = PgConnection::connect_with(&server.home())
        .await
        .expect("the test cluster answers");
    drop_old(&mut connection, minute).await;
    let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
    // Another test process may hold the template for a moment.
    let mut tries = 0;
    while let Err(error) = connection
        .execute(sqlx::AssertSqlSafe(create.clone()))
        .await
    {
        tries += 1;
        assert!(tries < 100, "cloning the template database: {error}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    server.database(&name)
}

/// Drops a few databases of earlier runs; one that is in use stays.
async fn drop_old(connection: &mut PgConnection, minute: u64) {
    let old: Vec<String> = sqlx::query_scalar(
        "SELECT datname::text FROM pg_database
         WHERE datname ~ '^test_[0-9]+_' AND split_part(datname, '_', 2)::bigint < $1 LIMIT 3",
    )
    .bind((minute - KEPT_MINUTES) as i64)
    .fetch_all(&mut *connection)
    .await
    .unwrap_or_default();
    for name in old {
        let _ = connection
            .execute(sqlx::AssertSqlSafe(format!(
                "DROP DATABASE IF EXISTS {name}"
            )))
            .await;
    }
}

/// One template per set of migrations, made by whichever process comes first.
async fn template() -> (TestServer, String) {
    let server = Cluster::shared_for_tests()
        .await
        .expect("PostgreSQL's programs are on the machine");
    let fingerprint: u64 = MIGRATOR
        .iter()
        .flat_map(|migration| migration.checksum.iter())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let name = format!("template_{fingerprint:x}");
    let mut connection = PgConnection::connect_with(&server.home())
        .await
        .expect("the test cluster answers");
    connection
        .execute("SELECT pg_advisory_lock(7221)")
        .await
        .expect("an advisory lock is free in time");
    let there: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)",
    )
    .bind(&name)
    .fetch_one(&mut connection)
    .await
    .expect("the catalogue answers");
    if !there {
        let sql = |text: String| sqlx::AssertSqlSafe(text);
        connection
            .execute(sql(format!("DROP DATABASE IF EXISTS {name}")))
            .await
            .expect("a half-made template goes");
        connection
            .execute(sql(format!("CREATE DATABASE {name}")))
            .await
            .expect("the owner may create databases");
        let mut inside = PgConnection::connect_with(&server.database(&name))
            .await
            .expect("the new database answers");
        MIGRATOR.run(&mut inside).await.expect("migrations run");
        inside.close().await.expect("the connection closes");
        connection
            .execute(sql(format!("ALTER DATABASE {name} IS_TEMPLATE true")))
            .await
            .expect("its owner may");
    }
    connection.close().await.expect("the connection closes");
    (server, name)
}
