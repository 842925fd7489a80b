//! What can go wrong with the embedded cluster, each as whole sentences that say what to do. They contain their
//! causes, so none is chained behind them.

use std::{io, path::PathBuf};

use super::programs::OLDEST;

/// Why the embedded PostgreSQL could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No usable PostgreSQL on this machine.
    #[error(
        "PostgreSQL {OLDEST} or newer was not found ({looked}). On Debian or Ubuntu run \
         `apt-get install postgresql`, elsewhere install PostgreSQL's server; or name the directory of its programs in \
         the configuration; or set DATABASE_URL to use a server that runs already."
    )]
    ProgramsMissing {
        /// Where we looked and what was there instead.
        looked: String,
    },

    /// The configured directory does not hold PostgreSQL's programs.
    #[error(
        "The configured directory of PostgreSQL's programs, {}, has no `{program}`. Name the directory that holds \
         `postgres`, `initdb` and `pg_ctl` (on Debian /usr/lib/postgresql/<version>/bin, package `postgresql`).",
        .directory.display()
    )]
    NotPrograms {
        /// The directory as configured.
        directory: PathBuf,
        /// What is missing in it.
        program: &'static str,
    },

    /// The configured programs are older than we support.
    #[error(
        "The programs in {} are PostgreSQL {major}, but {OLDEST} or newer is needed. Install a newer one (on Debian \
         package `postgresql`), or name the directory of a newer one in the configuration.",
        .directory.display()
    )]
    TooOld {
        /// The directory as configured.
        directory: PathBuf,
        /// Their major version.
        major: u32,
    },

    /// Running as root, but PostgreSQL refuses root and the user it would run as does not exist.
    #[error(
        "PostgreSQL refuses to run as root, and this machine has no user `postgres` to run it as. On Debian or Ubuntu \
         run `apt-get install postgresql-common`, which creates it; or start patchbay as an ordinary user."
    )]
    NoPostgresUser,

    /// PostgreSQL's user cannot reach the data directory.
    #[error(
        "The database runs as user `postgres`, who may not pass through {} (mode {mode:04o}, owned by user id {owner}: \
         the permission to search it, `x`, is missing). Grant it with `chmod o+x`, or name another data directory in \
         PATCHBAY_DATA.",
        .component.display()
    )]
    NotTraversable {
        /// The first directory on the way that stops it.
        component: PathBuf,
        /// That directory's permission bits.
        mode: u32,
        /// That directory's owner.
        owner: u32,
    },

    /// The directory belongs to another user than the one the database runs as.
    #[error(
        "{} belongs to user id {owner}, but the database would run as user id {expected}. Start patchbay as the same \
         user as before, or name another data directory in PATCHBAY_DATA.",
        .path.display()
    )]
    OtherOwner {
        /// The directory.
        path: PathBuf,
        /// Who owns it.
        owner: u32,
        /// Who should.
        expected: u32,
    },

    /// Neither `PATCHBAY_DATA` nor a home directory is known.
    #[error("There is no home directory to keep data in. Name a data directory in PATCHBAY_DATA.")]
    NoHome,

    /// The place where the cluster belongs holds something else.
    #[error(
        "{} exists, but is not a PostgreSQL data directory. Move it away, or name another data directory in \
         PATCHBAY_DATA.",
        .path.display()
    )]
    NotACluster {
        /// The directory.
        path: PathBuf,
    },

    /// The data was written by another major version than the programs found.
    #[error(
        "The data in {} was written by PostgreSQL {data}, but the programs in {} are version {programs}. Either \
         install version {data} again (on Debian package `postgresql-{data}`) or name the directory of its programs in \
         the configuration; or carry the data over: with both versions installed use `pg_upgrade`, or write it out with \
         version {data}'s `pg_dumpall`, move {} away, start patchbay once and load the dump with `psql`.",
        .path.display(), .directory.display(), .path.display()
    )]
    OtherMajor {
        /// The cluster's directory.
        path: PathBuf,
        /// The major version that wrote it.
        data: u32,
        /// Where the programs are.
        directory: PathBuf,
        /// Their major version.
        programs: u32,
    },

    /// Another server holds the data directory.
    #[error(
        "Another patchbay serves from {} already ({}). Stop it first, or name another data directory in PATCHBAY_DATA.",
        .path.display(),
        .pid.map_or_else(|| "its process is unknown".to_owned(), |pid| format!("process {pid}"))
    )]
    Taken {
        /// The data directory.
        path: PathBuf,
        /// The process that holds it, as it wrote down.
        pid: Option<u32>,
    },

    /// Another process kept starting or stopping the cluster for too long.
    #[error(
        "Another patchbay has been starting or stopping the database in {} for {seconds} seconds. Look at its output, \
         stop it if it hangs, and try again.",
        .path.display()
    )]
    Busy {
        /// The data directory.
        path: PathBuf,
        /// How long we waited.
        seconds: u64,
    },

    /// A postmaster is alive, but nobody can talk to it.
    #[error(
        "PostgreSQL already runs on {} (process {pid}), but its socket in {} does not answer. Stop it with \
         `kill -INT {pid}` and start again.",
        .path.display(), .socket.display()
    )]
    Silent {
        /// The cluster's directory.
        path: PathBuf,
        /// The postmaster.
        pid: u32,
        /// Where its socket should be.
        socket: PathBuf,
    },

    /// One of PostgreSQL's programs failed.
    #[error("`{program}` failed ({status}): {output}")]
    ProgramFailed {
        /// Which one.
        program: &'static str,
        /// How it ended.
        status: String,
        /// What it said.
        output: String,
    },

    /// The server ended, or did not become ready, at its start.
    #[error("PostgreSQL did not start: {reason}. Its log is {}; it ends with: {tail}", .log.display())]
    NotStarted {
        /// What happened.
        reason: String,
        /// The log file.
        log: PathBuf,
        /// The last lines of this start.
        tail: String,
    },

    /// The server runs but refused the set-up of our role and database.
    #[error(
        "PostgreSQL runs, but the role and database `patchbay` could not be prepared in it: {0}"
    )]
    Prepare(sqlx::Error),

    /// `DATABASE_URL` cannot be read. (The value holds a password, so it is not repeated.)
    #[error(
        "DATABASE_URL is not a PostgreSQL URL. It looks like postgres://user:password@host/database."
    )]
    Url,

    /// The operating system refused something.
    #[error("Cannot {action} {}: {error}. Check the permissions and the space left there.", .path.display())]
    Io {
        /// What we tried, as in "create".
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What it answered.
        error: io::Error,
    },
}

impl Error {
    /// Makes a closure for `map_err` that says what was tried with which path.
    pub(super) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| Self::Io {
            action,
            path,
            error,
        }
    }
}
