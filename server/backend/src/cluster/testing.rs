//! One cluster for all tests of a checkout, left running between test processes.
//!
//! It lies in `target/pg` (a link, where the database's user cannot reach that place). Stop it with
//! `pg_ctl stop -m fast -D target/pg/cluster`, as the user that owns that directory.

use std::{
    env, fs,
    io::ErrorKind,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};

use super::{
    Cluster, Config, Error, Purpose,
    account::{Account, effective_uid},
    data_dir::fingerprint,
    pid_file::PidFile,
    postmaster::connect_options,
    provision::OWNER,
};

/// A PostgreSQL server that tests may create databases in, as a role that is no superuser.
#[derive(Clone, Debug)]
pub struct TestServer {
    options: PgConnectOptions,
}

impl TestServer {
    /// How to connect to the database that is always there, to create others from.
    pub fn home(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// How to connect to another database of the server.
    pub fn database(&self, name: &str) -> PgConnectOptions {
        self.options.clone().database(name)
    }
}

impl Cluster {
    /// The server that tests use: that of `DATABASE_URL`, or else one of our own, which is started when it does not run
    /// yet and stays for the test processes after this one. It forgets on a crash (fsync off), and is quick for that.
    pub async fn shared_for_tests() -> Result<TestServer, Error> {
        if let Ok(url) = env::var("DATABASE_URL") {
            return Ok(TestServer {
                options: url.parse().map_err(|_| Error::Url)?,
            });
        }
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
            PathBuf::from,
        );
        let data = data_dir(&target).await?;
        if let Some(options) = running(&data.join("cluster")).await {
            return Ok(TestServer { options });
        }
        let config = Config {
            fsync: false,
            max_connections: 200,
            ..Config::new(data)
        };
        let cluster = Self::open(&config, Purpose::Command).await?;
        Ok(TestServer {
            options: cluster.leave_running(),
        })
    }

    /// Leaves without stopping it, even as the last user.
    fn leave_running(mut self) -> PgConnectOptions {
        drop(self.used.take());
        self.connect_options(OWNER)
    }
}

/// The quick way, taken by all test processes but the first: no lock, no program, one connection.
async fn running(cluster: &Path) -> Option<PgConnectOptions> {
    let found = PidFile::read(cluster).ok()??;
    if found.socket.as_os_str().is_empty() {
        return None;
    }
    let options = connect_options(&found.socket, OWNER, OWNER);
    let connection = options.connect().await.ok()?;
    connection.close().await.ok()?;
    Some(options)
}

/// `target/pg`; where `postgres` cannot go there, a link to a directory that it can reach.
async fn data_dir(target: &Path) -> Result<PathBuf, Error> {
    fs::create_dir_all(target).map_err(Error::io("create", target))?;
    let target = target
        .canonicalize()
        .map_err(Error::io("resolve", target))?;
    let place = target.join("pg");
    if let Ok(elsewhere) = fs::read_link(&place) {
        claim(&elsewhere)?;
        return Ok(elsewhere);
    }
    if place.is_dir() {
        return Ok(place);
    }
    match Account::current()?.check_path(&target).await {
        Ok(()) => return Ok(place),
        Err(Error::NotTraversable { .. }) => {}
        Err(error) => return Err(error),
    }
    let elsewhere = env::temp_dir().join(format!("patchbay-test-{}", fingerprint(&target)));
    claim(&elsewhere)?;
    match symlink(&elsewhere, &place) {
        // Another test process was quicker.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        linked => linked.map_err(Error::io("create", place))?,
    }
    Ok(elsewhere)
}

/// Creates the directory in the shared temporary directory, or makes sure that the one there is our own.
fn claim(path: &Path) -> Result<(), Error> {
    match fs::create_dir(path) {
        Ok(()) => fs::set_permissions(path, fs::Permissions::from_mode(0o711))
            .map_err(Error::io("protect", path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let owner = fs::symlink_metadata(path)
                .map_err(Error::io("read", path))?
                .uid();
            let expected = effective_uid()?;
            if owner == expected {
                Ok(())
            } else {
                Err(Error::OtherOwner {
                    path: path.to_owned(),
                    owner,
                    expected,
                })
            }
        }
        Err(error) => Err(Error::io("create", path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tests_share_one_server_as_a_role_that_is_no_superuser() {
        let first = Cluster::shared_for_tests().await.unwrap();
        Cluster::shared_for_tests().await.unwrap();
        let mut connection = first.home().connect().await.unwrap();
        let superuser: String = sqlx::query_scalar("SHOW is_superuser")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(superuser, "off");
    }
}
