//! The embedded PostgreSQL through its life: really started, stopped, interrupted and killed.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use backend::cluster::{Cluster, Config, Error, Purpose};
use sqlx::{ConnectOptions, Connection, PgConnection};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// A data directory of one test, whose server ends with it.
struct Place {
    config: Config,
    // Temporary directories are private to us; PostgreSQL's user must be able to pass through this one.
    directory: TempDir,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::set_permissions(directory.path(), Permissions::from_mode(0o711))
            .expect("our own directory");
        let mut config = Config::new(directory.path().join("data"));
        config.fsync = false;
        config.max_connections = 10;
        Self { config, directory }
    }

    async fn open(&self, purpose: Purpose) -> Result<Cluster, Error> {
        Cluster::open(&self.config, purpose).await
    }

    fn cluster(&self) -> PathBuf {
        self.config.data.join("cluster")
    }

    fn postmaster(&self) -> Option<u32> {
        let text = fs::read_to_string(self.cluster().join("postmaster.pid")).ok()?;
        text.lines().next()?.parse().ok()
    }

    /// Runs a process that serves from here until it is killed.
    fn serve_elsewhere(&self) -> Server {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args([
            "--exact",
            "a_server_in_a_process_of_its_own",
            "--ignored",
            "--nocapture",
        ]);
        command
            .env("CLUSTER_TEST_DATA", &self.config.data)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Server(command.spawn().expect("this program runs"))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(pid) = self.postmaster() {
            kill("-QUIT", pid);
        }
    }
}

struct Server(std::process::Child);

impl Server {
    fn kill(&mut self) {
        self.0.kill().expect("our own child");
        self.0.wait().expect("our own child");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

#[tokio::test]
#[ignore = "other tests run it in a process of its own, to be killed"]
async fn a_server_in_a_process_of_its_own() {
    let Some(data) = std::env::var_os("CLUSTER_TEST_DATA") else {
        return;
    };
    let mut config = Config::new(data);
    config.fsync = false;
    let _cluster = Cluster::open(&config, Purpose::Serve).await.unwrap();
    std::future::pending().await
}

fn kill(signal: &str, pid: u32) {
    Command::new("kill")
        .args([signal, &pid.to_string()])
        .stderr(Stdio::null())
        .status()
        .expect("kill runs");
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < end, "not in a minute: {what}");
        sleep(Duration::from_millis(2)).await;
    }
}

async fn connect(cluster: &Cluster) -> PgConnection {
    cluster
        .connect_options("patchbay")
        .connect()
        .await
        .expect("the cluster answers")
}

async fn text(connection: &mut PgConnection, query: &'static str) -> String {
    sqlx::query_scalar(query)
        .fetch_one(connection)
        .await
        .expect("one text")
}

fn as_root() -> bool {
    fs::metadata("/proc/self").expect("Linux").uid() == 0
}

#[tokio::test]
async fn the_first_start_makes_a_private_cluster_and_the_second_is_quick() {
    let place = Place::new();
    let cluster = place.open(Purpose::Serve).await.unwrap();
    assert!(cluster.was_started());
    let mut owner = connect(&cluster).await;
    assert_eq!(
        text(&mut owner, "SELECT current_user::text").await,
        "patchbay"
    );
    assert_eq!(text(&mut owner, "SHOW is_superuser").await, "off");
    assert_eq!(text(&mut owner, "SHOW listen_addresses").await, "");
    assert_eq!(text(&mut owner, "SHOW server_encoding").await, "UTF8");
    assert_eq!(text(&mut owner, "SHOW max_connections").await, "10");
    assert_eq!(text(&mut owner, "SELECT upper('é')").await, "É");
    let options = cluster.connect_options("patchbay");
    let socket = options.get_socket().unwrap();
    assert_eq!(fs::metadata(socket).unwrap().mode() & 0o777, 0o700);
    let role = "SELECT concat(rolcreaterole, rolcreatedb, rolbypassrls) FROM pg_roles WHERE rolname = 'patchbay'";
    assert_eq!(text(&mut owner, role).await, "ttf");
    sqlx::query("CREATE TABLE kept (id int)")
        .execute(&mut owner)
        .await
        .unwrap();
    assert!(cluster.log().exists());
    // With a connection still open.
    cluster.stop().await.unwrap();
    assert_eq!(place.postmaster(), None);

    let start = Instant::now();
    let cluster = place.open(Purpose::Serve).await.unwrap();
    let took = start.elapsed();
    println!("second start: {took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    let mut owner = PgConnection::connect(&cluster.url("patchbay"))
        .await
        .unwrap();
    assert_eq!(
        text(&mut owner, "SELECT count(*)::text FROM kept").await,
        "0"
    );
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn fsync_is_on_unless_turned_off() {
    let mut place = Place::new();
    place.config = Config::new(&place.config.data);
    let cluster = place.open(Purpose::Command).await.unwrap();
    let mut owner = connect(&cluster).await;
    for setting in [
        "SHOW fsync",
        "SHOW synchronous_commit",
        "SHOW full_page_writes",
        "SHOW data_checksums",
    ] {
        assert_eq!(text(&mut owner, setting).await, "on", "{setting}");
    }
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn an_interrupted_first_start_is_not_taken_for_a_cluster() {
    let place = Place::new();
    let mut server = place.serve_elsewhere();
    let unfinished = || {
        let entries = fs::read_dir(&place.config.data)
            .into_iter()
            .flatten()
            .flatten();
        entries
            .filter(|entry| {
                entry
                    .file_name()
                    .to_string_lossy()
                    .starts_with("cluster.new-")
            })
            .collect::<Vec<_>>()
    };
    until("initdb works", || {
        unfinished()
            .iter()
            .any(|entry| entry.path().join("PG_VERSION").exists())
    })
    .await;
    server.kill();
    assert!(!place.cluster().exists());

    let cluster = place.open(Purpose::Serve).await.unwrap();
    connect(&cluster).await;
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_server_is_refused_and_told_of_the_first() {
    let place = Place::new();
    let cluster = place.open(Purpose::Serve).await.unwrap();
    let error = place.open(Purpose::Serve).await.unwrap_err();
    assert!(
        matches!(error, Error::Taken { pid, .. } if pid == Some(std::process::id())),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains(&format!("(process {})", std::process::id()))
    );
    connect(&cluster).await;
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_command_uses_the_server_that_runs_and_leaves_it_running() {
    let place = Place::new();
    let server = place.open(Purpose::Serve).await.unwrap();
    let command = place.open(Purpose::Command).await.unwrap();
    assert!(!command.was_started());
    connect(&command).await;
    command.stop().await.unwrap();
    connect(&server).await;
    server.stop().await.unwrap();
    assert_eq!(place.postmaster(), None);
}

#[tokio::test]
async fn a_server_that_came_during_a_command_keeps_the_cluster() {
    let place = Place::new();
    let command = place.open(Purpose::Command).await.unwrap();
    let server = place.open(Purpose::Serve).await.unwrap();
    command.stop().await.unwrap();
    connect(&server).await;
    server.stop().await.unwrap();
    assert_eq!(place.postmaster(), None);
}

#[tokio::test]
async fn a_cluster_whose_server_was_killed_is_adopted() {
    let place = Place::new();
    place
        .open(Purpose::Command)
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    let mut first = place.serve_elsewhere();
    let status = place.cluster().join("postmaster.pid");
    until("the server is ready", || {
        fs::read_to_string(&status).is_ok_and(|text| text.contains("ready"))
    })
    .await;
    let error = place.open(Purpose::Serve).await.unwrap_err();
    assert!(
        matches!(error, Error::Taken { pid, .. } if pid == Some(first.0.id())),
        "{error}"
    );
    first.kill();
    let postmaster = place.postmaster();

    let cluster = place.open(Purpose::Serve).await.unwrap();
    assert!(!cluster.was_started());
    assert_eq!(place.postmaster(), postmaster);
    connect(&cluster).await;
    cluster.stop().await.unwrap();
    assert_eq!(place.postmaster(), None);
}

#[tokio::test]
async fn a_cluster_that_was_dropped_is_told_to_stop() {
    let place = Place::new();
    drop(place.open(Purpose::Serve).await.unwrap());
    until("it has stopped", || place.postmaster().is_none()).await;
}

#[tokio::test]
async fn a_killed_postmaster_is_started_again_even_if_its_number_is_taken() {
    let place = Place::new();
    let cluster = place.open(Purpose::Serve).await.unwrap();
    kill("-KILL", place.postmaster().unwrap());
    std::mem::forget(cluster);
    // As after a crash of the machine: the file is still there, but the number is another process' now.
    let path = place.cluster().join("postmaster.pid");
    let found = fs::read_to_string(&path).unwrap();
    let mut other = Command::new("sleep");
    let owner = fs::metadata(&path).unwrap();
    if as_root() {
        std::os::unix::process::CommandExt::uid(&mut other, owner.uid());
    }
    let mut other = other.arg("60").spawn().unwrap();
    let rest = found.split_once('\n').unwrap().1;
    fs::write(&path, format!("{}\n{rest}", other.id())).unwrap();

    // A command, since the forgotten cluster still holds the server's lock in this process.
    let cluster = place.open(Purpose::Command).await.unwrap();
    assert!(cluster.was_started());
    connect(&cluster).await;
    other.kill().unwrap();
    other.wait().unwrap();
}

#[tokio::test]
async fn data_of_another_major_version_is_refused_with_the_recipe() {
    let place = Place::new();
    place
        .open(Purpose::Command)
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    fs::write(place.cluster().join("PG_VERSION"), "12\n").unwrap();
    let error = place.open(Purpose::Serve).await.unwrap_err();
    assert!(
        matches!(error, Error::OtherMajor { data: 12, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("pg_upgrade"), "{error}");
}

#[tokio::test]
async fn a_directory_that_is_no_cluster_is_left_alone() {
    let place = Place::new();
    place
        .open(Purpose::Command)
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    fs::remove_file(place.cluster().join("PG_VERSION")).unwrap();
    let error = place.open(Purpose::Serve).await.unwrap_err();
    assert!(matches!(error, Error::NotACluster { .. }), "{error}");
    assert!(place.cluster().join("base").exists());
}

#[tokio::test]
async fn a_path_that_the_database_cannot_traverse_is_named() {
    if !as_root() {
        return; // The database runs as ourselves then.
    }
    let mut place = Place::new();
    let closed = place.directory.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o700)).unwrap();
    place.config.data = closed.join("deeper/data");
    let error = place.open(Purpose::Serve).await.unwrap_err();
    let Error::NotTraversable {
        component,
        mode,
        owner,
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(
        (component.as_path(), *mode, *owner),
        (&*closed.canonicalize().unwrap(), 0o700, 0)
    );
    assert!(
        error.to_string().contains("(mode 0700, owned by user id 0"),
        "{error}"
    );
}

#[tokio::test]
async fn a_cluster_of_another_user_is_refused() {
    if !as_root() {
        return; // Only root can give a directory away.
    }
    let place = Place::new();
    fs::create_dir_all(place.cluster()).unwrap();
    fs::set_permissions(&place.config.data, Permissions::from_mode(0o711)).unwrap();
    let error = place.open(Purpose::Serve).await.unwrap_err();
    assert!(
        matches!(error, Error::OtherOwner { owner: 0, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_directory_without_programs_is_named_with_the_package() {
    let mut place = Place::new();
    place.config.programs = Some(place.directory.path().to_owned());
    let error = place.open(Purpose::Serve).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::NotPrograms {
                program: "postgres",
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error.to_string().contains("package `postgresql`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_long_path_with_spaces_works() {
    let mut place = Place::new();
    for name in ["a b\"c,d".to_owned(), "e".repeat(150)] {
        place.config.data = place.directory.path().join(name);
        let cluster = place.open(Purpose::Command).await.unwrap();
        let mut owner = PgConnection::connect(&cluster.url("patchbay"))
            .await
            .unwrap();
        assert_eq!(
            text(&mut owner, "SELECT current_user::text").await,
            "patchbay"
        );
        let options = cluster.connect_options("patchbay");
        cluster.stop().await.unwrap();
        fs::remove_dir(options.get_socket().unwrap()).unwrap();
    }
}

#[tokio::test]
async fn a_server_that_cannot_start_shows_its_log() {
    let place = Place::new();
    place
        .open(Purpose::Command)
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    fs::write(
        place.cluster().join("postgresql.conf"),
        "no_such_setting = on\n",
    )
    .unwrap();
    let error = place.open(Purpose::Serve).await.unwrap_err();
    assert!(error.to_string().contains("no_such_setting"), "{error}");
}
