//! Our role and database inside the cluster.

use std::path::Path;

use sqlx::Connection;

use super::{Error, postmaster::superuser};

/// The owner role and its database. Neither superuser nor exempt from row-level security.
pub(super) const OWNER: &str = "patchbay";

/// Creates the role and the database where they are missing, so that an interrupted first start is made up for.
/// Call only while holding the lock for changes.
pub(super) async fn provision(socket: &Path) -> Result<(), Error> {
    create_missing(socket).await.map_err(Error::Prepare)
}

async fn create_missing(socket: &Path) -> Result<(), sqlx::Error> {
    let mut connection = superuser(socket).await?;
    let role =
        sqlx::query_scalar::<_, bool>("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)");
    if !role.bind(OWNER).fetch_one(&mut connection).await? {
        let create = "CREATE ROLE patchbay LOGIN CREATEROLE CREATEDB NOSUPERUSER NOBYPASSRLS";
        sqlx::query(create).execute(&mut connection).await?;
    }
    let database =
        sqlx::query_scalar::<_, bool>("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)");
    if !database.bind(OWNER).fetch_one(&mut connection).await? {
        sqlx::query("CREATE DATABASE patchbay OWNER patchbay")
            .execute(&mut connection)
            .await?;
    }
    connection.close().await
}
