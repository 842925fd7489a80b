//! The embedded PostgreSQL: a private cluster run from the programs on this machine, for installations without a
//! `DATABASE_URL`. It knows nothing of our tables.
//!
//! Nobody but its owner reaches it: it listens on no port, its socket lies in a directory that only the user it runs
//! as (and root) may enter, and that directory is the protection: the connections in it carry no password.
//!
//! Everybody who uses the cluster shares it: the first starts it, the last stops it. One that was left behind, because
//! its patchbay was killed, is adopted by the next.

use std::path::{Path, PathBuf};

use sqlx::postgres::PgConnectOptions;
use tokio::process::Child;

mod account;
mod data_dir;
mod error;
mod lock;
mod pid_file;
mod postmaster;
mod programs;
mod provision;
#[cfg(any(test, feature = "testing"))]
mod testing;

pub use data_dir::default_data_dir;
pub use error::Error;
#[cfg(any(test, feature = "testing"))]
pub use testing::TestServer;

use account::Account;
use data_dir::DataDir;
use lock::Lock;
use programs::Programs;

/// Where the cluster lies and how it runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data directory (see [`default_data_dir`]); created when missing.
    pub data: PathBuf,
    /// The directory of PostgreSQL's programs, when the machine's own are not the right ones.
    pub programs: Option<PathBuf>,
    /// Whether what is committed survives a crash of the machine. Off only for tests.
    pub fsync: bool,
    /// How many connections the server accepts.
    pub max_connections: u16,
}

impl Config {
    /// A durable cluster in this data directory, by the machine's own programs.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            programs: None,
            fsync: true,
            max_connections: 100,
        }
    }
}

/// What the cluster is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To serve: only one process may at a time.
    Serve,
    /// For a command that ends soon, beside a server or alone.
    Command,
}

/// A running cluster that we use. The last user stops it.
#[derive(Debug)]
pub struct Cluster {
    data: DataDir,
    socket: PathBuf,
    programs: Programs,
    account: Account,
    /// The server, if we started it.
    child: Option<Child>,
    /// Taken when we leave.
    used: Option<Lock>,
    /// Held until the cluster has stopped.
    _serving: Option<Lock>,
}

impl Cluster {
    /// Connects to the running cluster, or else starts it; on the very first start, creates it.
    pub async fn open(config: &Config, purpose: Purpose) -> Result<Self, Error> {
        let account = Account::current()?;
        let data = DataDir::prepare(&config.data, &account).await?;
        let serving = match purpose {
            Purpose::Serve => Some(lock::serve(data.root())?),
            Purpose::Command => None,
        };
        let change = lock::change(data.root()).await?;

        let cluster = data.cluster();
        let major = data.major(&account)?;
        let programs = Programs::find(config.programs.as_deref(), major)?;
        match major {
            Some(major) if major != programs.major => {
                let directory = programs.directory;
                return Err(Error::OtherMajor {
                    path: cluster,
                    data: major,
                    directory,
                    programs: programs.major,
                });
            }
            Some(_) => {}
            None => {
                tracing::info!(path = %cluster.display(), "Creating the database cluster; this takes a few seconds.");
                data.initialise(&programs, &account, config.fsync).await?;
            }
        }
        let (child, socket) = match postmaster::find_running(&cluster).await? {
            Some(socket) => (None, socket),
            None => {
                let (child, socket) = postmaster::start(&data, &programs, &account, config).await?;
                (Some(child), socket)
            }
        };
        let used = lock::share(data.root())?;
        // From here on, leaving early stops what we started.
        let opened = Self {
            data,
            socket,
            programs,
            account,
            child,
            used: Some(used),
            _serving: serving,
        };
        let provisioned = provision::provision(&opened.socket).await;
        drop(change);
        provisioned?;
        Ok(opened)
    }

    /// How to connect to a database of the cluster as the owner role `patchbay`. Its own is called `patchbay` too.
    pub fn connect_options(&self, database: &str) -> PgConnectOptions {
        postmaster::connect_options(&self.socket, provision::OWNER, database)
    }

    /// The same as a URL, as sqlx, `psql` and other programs take it.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://{}@{}:{}/{database}",
            provision::OWNER,
            percent_encoded(&self.socket),
            postmaster::PORT
        )
    }

    /// The file that the server writes its messages to.
    pub fn log(&self) -> PathBuf {
        self.data.log()
    }

    /// Whether this process started the server, rather than finding it running.
    pub fn was_started(&self) -> bool {
        self.child.is_some()
    }

    /// Leaves the cluster, and stops it in order unless somebody else uses it.
    pub async fn stop(mut self) -> Result<(), Error> {
        let _change = lock::change(self.data.root()).await?;
        drop(self.used.take());
        if !lock::nobody_uses(self.data.root())? {
            return Ok(());
        }
        postmaster::stop(&self.data.cluster(), &self.programs, &self.account).await?;
        if let Some(mut child) = self.child.take() {
            child
                .wait()
                .await
                .map_err(Error::io("wait for", self.programs.path("postgres")))?;
        }
        Ok(())
    }
}

/// For the paths that forget [`Cluster::stop`], such as a panic: the server is told to stop, and nobody waits for it.
impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(used) = self.used.take() else { return };
        // Somebody who starts or stops it right now will look after it.
        let Ok(Some(_change)) = lock::try_change(self.data.root()) else {
            return;
        };
        drop(used);
        if lock::nobody_uses(self.data.root()).unwrap_or(false) {
            postmaster::signal_stop(&self.data.cluster(), &self.programs, &self.account);
        }
    }
}

fn percent_encoded(path: &Path) -> String {
    let mut text = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                text.push(char::from(*byte))
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
