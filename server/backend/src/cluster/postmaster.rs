//! The server process: finding one that runs, starting one, stopping it.

use std::{
    fs::{self, OpenOptions},
    io::{Read, Seek, SeekFrom},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{
    process::Child,
    time::{Instant, sleep, timeout},
};

use super::{
    Config, Error,
    account::Account,
    data_dir::DataDir,
    pid_file::{self, PidFile},
    programs::Programs,
};

/// The name of the socket, since we never listen on a port.
pub(super) const PORT: u16 = 5432;

/// Recovery after a crash may take this long.
const START_PATIENCE: Duration = Duration::from_secs(300);
/// How long a living server may leave us without an answer.
const SILENCE_PATIENCE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(20);
const LARGE_LOG: u64 = 8 << 20;

/// Finds the running server of this cluster, if any: waits for one that is just starting or stopping.
pub(super) async fn find_running(cluster: &Path) -> Result<Option<PathBuf>, Error> {
    let start = Instant::now();
    loop {
        let Some(found) = PidFile::read(cluster)? else {
            return Ok(None);
        };
        match ask(&found.socket).await {
            Answer::Ready(directory) if directory == cluster => return Ok(Some(found.socket)),
            Answer::Busy if start.elapsed() < START_PATIENCE => {}
            _ if !found.is_alive(cluster) => return Ok(None),
            _ if start.elapsed() < SILENCE_PATIENCE => {}
            _ => {
                return Err(Error::Silent {
                    path: cluster.to_owned(),
                    pid: found.pid,
                    socket: found.socket,
                });
            }
        }
        sleep(PAUSE).await;
    }
}

/// Starts the server and waits until it answers.
///
/// It gets a process group of its own: an interrupt from the terminal is for us, and we stop it in order; and where it
/// is to outlive us it does.
pub(super) async fn start(
    data: &DataDir,
    programs: &Programs,
    account: &Account,
    config: &Config,
) -> Result<(Child, PathBuf), Error> {
    pid_file::disown_stale(&data.cluster())?;
    let socket = data.fresh_socket_dir(account)?;
    let start = Instant::now();
    loop {
        let (log, offset) = open_log(&data.log())?;
        let log_again = log.try_clone().map_err(Error::io("open", data.log()))?;
        let mut command = account.command(&programs.path("postgres"));
        command
            .arg("-D")
            .arg(data.cluster())
            .args(settings(config, &socket));
        command.stdout(log).stderr(log_again).process_group(0);
        let mut child = command
            .spawn()
            .map_err(Error::io("run", programs.path("postgres")))?;

        let reason = loop {
            if let Some(status) = child
                .try_wait()
                .map_err(Error::io("wait for", programs.path("postgres")))?
            {
                break format!("it ended at once ({status})");
            }
            if matches!(ask(&socket).await, Answer::Ready(_)) {
                return Ok((child, socket));
            }
            if start.elapsed() > START_PATIENCE {
                // It goes on, and the next start finds it if it recovers after all.
                break format!(
                    "it was not ready after {} seconds",
                    START_PATIENCE.as_secs()
                );
            }
            sleep(PAUSE).await;
        };
        let tail = log_tail(&data.log(), offset);
        // Processes of a server that was killed need a moment to notice that it is gone.
        if tail.contains("still in use") && start.elapsed() < SILENCE_PATIENCE {
            sleep(PAUSE * 10).await;
            continue;
        }
        return Err(Error::NotStarted {
            reason,
            log: data.log(),
            tail,
        });
    }
}

/// Stops the server: open transactions are rolled back, connections closed, everything is written.
pub(super) async fn stop(
    cluster: &Path,
    programs: &Programs,
    account: &Account,
) -> Result<(), Error> {
    let mut command = account.command(&programs.path("pg_ctl"));
    command
        .arg("stop")
        .arg("-D")
        .arg(cluster)
        .args(["-m", "fast", "-w", "-t", "120"]);
    let output = command
        .output()
        .await
        .map_err(Error::io("run", programs.path("pg_ctl")))?;
    // One that ended by itself is as good.
    if output.status.success() || PidFile::read(cluster)?.is_none() {
        return Ok(());
    }
    Err(Error::ProgramFailed {
        program: "pg_ctl stop",
        status: output.status.to_string(),
        output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// Tells the server to stop, without waiting for it.
pub(super) fn signal_stop(cluster: &Path, programs: &Programs, account: &Account) {
    let mut command = account.command(&programs.path("pg_ctl")).into_std();
    command
        .arg("stop")
        .arg("-D")
        .arg(cluster)
        .args(["-m", "fast", "-W"]);
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !status.is_ok_and(|status| status.success()) {
        tracing::warn!(cluster = %cluster.display(), "PostgreSQL could not be told to stop; the next start adopts it.");
    }
}

/// Options for a connection over the socket in a directory.
pub(super) fn connect_options(socket: &Path, user: &str, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .port(PORT)
        .username(user)
        .database(database)
        .ssl_mode(sqlx::postgres::PgSslMode::Disable)
        .application_name("patchbay")
}

enum Answer {
    /// A server of the cluster in that directory.
    Ready(PathBuf),
    /// A server that starts or stops.
    Busy,
    Silent,
}

async fn ask(socket: &Path) -> Answer {
    if socket.as_os_str().is_empty() {
        return Answer::Silent;
    }
    let asked = timeout(Duration::from_secs(5), async {
        let mut connection = superuser(socket).await?;
        let directory: String = sqlx::query_scalar("SHOW data_directory")
            .fetch_one(&mut connection)
            .await?;
        connection.close().await?;
        Ok(directory)
    });
    match asked.await {
        Ok(Ok(directory)) => Answer::Ready(directory.into()),
        // 57P01..57P03: shutting down, crashed, cannot connect now; 53300: too many connections, so alive.
        Ok(Err(sqlx::Error::Database(error)))
            if error
                .code()
                .is_some_and(|code| code.starts_with("57P") || code == "53300") =>
        {
            Answer::Busy
        }
        _ => Answer::Silent,
    }
}

/// A connection as the cluster's superuser, for set-up only.
pub(super) async fn superuser(socket: &Path) -> Result<PgConnection, sqlx::Error> {
    connect_options(socket, "postgres", "postgres")
        .connect()
        .await
}

fn settings(config: &Config, socket: &Path) -> Vec<String> {
    let on_off = |on| if on { "on" } else { "off" };
    let safe = on_off(config.fsync);
    let values = [
        "listen_addresses=".to_owned(),
        format!("port={PORT}"),
        format!("unix_socket_directories=\"{}\"", socket.display()),
        "unix_socket_permissions=0700".to_owned(),
        format!("max_connections={}", config.max_connections),
        format!("fsync={safe}"),
        format!("synchronous_commit={safe}"),
        format!("full_page_writes={safe}"),
        "logging_collector=off".to_owned(),
        // Rows hold people's identifiers: neither statements nor the details of an error go to the log.
        "log_min_error_statement=panic".to_owned(),
        "log_error_verbosity=terse".to_owned(),
        "timezone=UTC".to_owned(),
        "log_timezone=UTC".to_owned(),
    ];
    values
        .into_iter()
        .flat_map(|value| ["-c".to_owned(), value])
        .collect()
}

/// Opens the log for appending, and tells where this start begins. A large one makes room, keeping one predecessor.
fn open_log(path: &Path) -> Result<(fs::File, u64), Error> {
    if fs::metadata(path).is_ok_and(|found| found.len() > LARGE_LOG) {
        fs::rename(path, path.with_extension("log.old")).map_err(Error::io("rename", path))?;
    }
    let mut options = OpenOptions::new();
    let log = options
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(Error::io("open", path))?;
    let offset = log.metadata().map_err(Error::io("read", path))?.len();
    Ok((log, offset))
}

fn log_tail(path: &Path, offset: u64) -> String {
    let mut text = Vec::new();
    let read = fs::File::open(path).and_then(|mut file| {
        file.seek(SeekFrom::Start(offset))?;
        file.read_to_end(&mut text)
    });
    if read.is_err() {
        return "(it cannot be read)".to_owned();
    }
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_the_log_is_that_of_this_start() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("postgres.log");
        fs::write(&path, "before\n").unwrap();
        let (mut log, offset) = open_log(&path).unwrap();
        std::io::Write::write_all(&mut log, b"now\n").unwrap();
        assert_eq!(log_tail(&path, offset), "now");
    }
}
