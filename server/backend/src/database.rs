//! The two pools that serve, each under its own plain role.

use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::Clock;

/// Every migration, in order.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// How far ahead of the clock partitions are made.
const AHEAD: chrono::TimeDelta = chrono::TimeDelta::days(28);
/// How far behind: a demo seeds its past, and ids of replayed time fall there.
const BEHIND: chrono::TimeDelta = chrono::TimeDelta::days(15);

/// The database as the application uses it: as `patchbay_partner` for all rows, as `patchbay_advertiser` for one
/// advertiser's.
#[derive(Clone, Debug)]
pub struct Database {
    partner: PgPool,
    advertiser: PgPool,
}

/// Why the database cannot be served from.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// It could not be reached or asked.
    #[error("the database cannot be used")]
    Db(#[from] sqlx::Error),
    /// A migration failed, or the database is newer than this program.
    #[error("the database could not be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A role that sees every row whatever the policies say.
    #[error("the role {0} bypasses row-level security; grant it neither SUPERUSER nor BYPASSRLS")]
    Bypasses(String),
    /// A grant that goes round the policies of a partition's parent.
    #[error("{0} is a partition that can be reached directly; revoke every grant on it")]
    PartitionGranted(String),
}

impl Database {
    /// Migrates as the owner, makes the partitions of these weeks, and opens the serving pools.
    ///
    /// # Errors
    /// When a migration fails, or when row-level security would not hold under the serving roles.
    pub async fn open(
        owner: PgConnectOptions,
        clock: &Clock,
        connections: u32,
    ) -> Result<Self, DatabaseError> {
        let owner = owner.disable_statement_logging();
        let mut connection = PgConnection::connect_with(&owner).await?;
        MIGRATOR.run(&mut connection).await?;
        connection.close().await?;
        Self::serve(owner, clock, connections).await
    }

    async fn serve(
        owner: PgConnectOptions,
        clock: &Clock,
        connections: u32,
    ) -> Result<Self, DatabaseError> {
        let database = Self {
            partner: pool(owner.clone(), "SET ROLE patchbay_partner", connections).await?,
            advertiser: pool(owner, "SET ROLE patchbay_advertiser", connections).await?,
        };
        for pool in [&database.partner, &database.advertiser] {
            refuse_bypass(pool).await?;
        }
        database.make_partitions(clock).await?;
        Ok(database)
    }

    /// Makes the partitions for the weeks around now. Called at start and by the hourly job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_partitions(&self, clock: &Clock) -> Result<(), sqlx::Error> {
        let now = clock.now();
        sqlx::query!("SELECT make_partitions($1, $2)", now - BEHIND, now + AHEAD)
            .fetch_one(&self.partner)
            .await?;
        Ok(())
    }

    pub(crate) fn partner(&self) -> &PgPool {
        &self.partner
    }

    pub(crate) fn advertiser(&self) -> &PgPool {
        &self.advertiser
    }

    /// Closes every connection; what is under way ends first.
    pub async fn close(&self) {
        self.partner.close().await;
        self.advertiser.close().await;
    }
}

async fn pool(
    owner: PgConnectOptions,
    role: &'static str,
    connections: u32,
) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(std::time::Duration::from_secs(10))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(role).await?;
                // Compiling a plan takes longer than any query here may.
                connection.execute("SET jit = off").await?;
                Ok(())
            })
        })
        .connect_with(owner)
        .await
}

/// Judged by the role in force, as the policies are.
async fn refuse_bypass(pool: &PgPool) -> Result<(), DatabaseError> {
    let role = sqlx::query!(
        r#"SELECT rolname::text AS "name!", (rolsuper OR rolbypassrls) AS "bypasses!" FROM pg_roles WHERE rolname = current_user"#
    )
    .fetch_one(pool)
    .await?;
    if role.bypasses {
        return Err(DatabaseError::Bypasses(role.name));
    }
    let granted = sqlx::query_scalar!(
        r#"SELECT relname::text AS "name!" FROM pg_class
           WHERE relispartition AND relkind = 'r'
             AND has_table_privilege(current_user, oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
           LIMIT 1"#
    )
    .fetch_optional(pool)
    .await?;
    match granted {
        Some(partition) => Err(DatabaseError::PartitionGranted(partition)),
        None => Ok(()),
    }
}
