//! Where the data lies, and how the cluster's part of it comes into being.
//!
//! ```text
//! <data>/cluster/       PostgreSQL's own directory, of the user that it runs as
//! <data>/run/           its socket (elsewhere when the path would be too long for a socket)
//! <data>/postgres.log   what it says
//! <data>/*.lock         see `lock`
//! ```

use std::{
    ffi::OsString,
    fs::{self, File},
    io::ErrorKind,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{Error, account::Account, programs::Programs};

/// Linux allows 107 bytes for the path of a socket and macOS 103, of which the file itself takes `/.s.PGSQL.5432`.
const LONGEST_SOCKET_DIR: usize = 103 - "/.s.PGSQL.5432".len();

const UNFINISHED: &str = "cluster.new-";

/// A data directory that exists and that the database's user can reach.
#[derive(Clone, Debug)]
pub(super) struct DataDir {
    root: PathBuf,
}

impl DataDir {
    /// Creates the directory if need be, and checks that the database could live in it.
    pub(super) async fn prepare(path: &Path, account: &Account) -> Result<Self, Error> {
        let path = std::path::absolute(path).map_err(Error::io("resolve", path))?;
        // Only the socket and the cluster in it are private; as root, `postgres` must be able to pass through.
        let mode = if account.is_other_user() {
            0o711
        } else {
            0o700
        };
        let missing: Vec<_> = path
            .ancestors()
            .take_while(|directory| !directory.exists())
            .collect();
        for directory in missing.into_iter().rev() {
            match fs::create_dir(directory) {
                Ok(()) => fs::set_permissions(directory, fs::Permissions::from_mode(mode))
                    .map_err(Error::io("protect", directory))?,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Error::io("create", directory)(error)),
            }
        }
        let root = path.canonicalize().map_err(Error::io("resolve", path))?;
        account.check_path(&root).await?;
        Ok(Self { root })
    }

    /// The data directory itself.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// PostgreSQL's directory.
    pub(super) fn cluster(&self) -> PathBuf {
        self.root.join("cluster")
    }

    /// The file that the server writes to.
    pub(super) fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    /// The major version that wrote the data, or nothing before the first start.
    pub(super) fn major(&self, account: &Account) -> Result<Option<u32>, Error> {
        let path = self.cluster();
        let Some(mut entries) = if_there(fs::read_dir(&path)).map_err(Error::io("read", &path))?
        else {
            return Ok(None);
        };
        account.check_owner(&path)?;
        let version = path.join("PG_VERSION");
        match if_there(fs::read_to_string(&version)).map_err(Error::io("read", version))? {
            Some(text) => text
                .trim()
                .parse()
                .map(Some)
                .map_err(|_| Error::NotACluster { path }),
            None if entries.next().is_none() => Ok(None),
            None => Err(Error::NotACluster { path }),
        }
    }

    /// Makes the cluster's files. A crash in the middle leaves only a directory that is never taken for a cluster.
    pub(super) async fn initialise(
        &self,
        programs: &Programs,
        account: &Account,
        fsync: bool,
    ) -> Result<(), Error> {
        self.remove_unfinished();
        // A name of its own each time: an `initdb` that outlived its patchbay may still be writing to the last one.
        let unfinished = self
            .root
            .join(format!("{UNFINISHED}{:08x}", rand::random::<u32>()));
        account.create_private_dir(&unfinished)?;

        let mut command = account.command(&programs.path("initdb"));
        command.arg("--pgdata").arg(&unfinished);
        // No passwords: whoever may enter the socket's directory (0700) may read the data as well.
        command.args([
            "--username=postgres",
            "--auth-local=trust",
            "--auth-host=reject",
        ]);
        command.args([
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            "--no-instructions",
        ]);
        if cfg!(target_os = "linux") {
            // Byte order for sorting, but upper and lower case beyond ASCII.
            command.arg("--lc-ctype=C.UTF-8");
        }
        if !fsync {
            command.arg("--no-sync");
        }
        command.kill_on_drop(true);
        let output = command
            .output()
            .await
            .map_err(Error::io("run", programs.path("initdb")))?;
        if !output.status.success() {
            self.remove_unfinished();
            return Err(Error::ProgramFailed {
                program: "initdb",
                status: output.status.to_string(),
                output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            });
        }
        let cluster = self.cluster();
        fs::rename(&unfinished, &cluster).map_err(Error::io("create", cluster))?;
        let sync = File::open(&self.root).and_then(|directory| directory.sync_all());
        sync.map_err(Error::io("write", &self.root))
    }

    /// The directory of the socket, empty and private. Call only while no server runs.
    pub(super) fn fresh_socket_dir(&self, account: &Account) -> Result<PathBuf, Error> {
        let path = self.socket_dir();
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => {
                // In the shared temporary directory somebody else may have been quicker.
                account.check_owner(&path)?;
                fs::remove_dir_all(&path).map_err(Error::io("remove", &path))?;
            }
            Ok(_) => return Err(Error::NotACluster { path }),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io("read", path)(error)),
        }
        account.create_private_dir(&path)?;
        Ok(path)
    }

    fn socket_dir(&self) -> PathBuf {
        let inside = self.root.join("run");
        // PostgreSQL takes a list of directories in quotes, so a quote in the name would not do either.
        match inside.to_str() {
            Some(text) if text.len() <= LONGEST_SOCKET_DIR && !text.contains('"') => inside,
            _ => std::env::temp_dir().join(format!("patchbay-{}", fingerprint(&self.root))),
        }
    }

    /// Best effort: what cannot be removed now is no danger, and is tried again at the next first start.
    fn remove_unfinished(&self) {
        for entry in fs::read_dir(&self.root).into_iter().flatten().flatten() {
            if entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(UNFINISHED.as_bytes())
                && let Err(error) = fs::remove_dir_all(entry.path())
            {
                tracing::warn!(path = %entry.path().display(), %error, "An unfinished cluster could not be removed.");
            }
        }
    }
}

/// The data directory where none is configured: `PATCHBAY_DATA`, or else `/var/lib/patchbay` for root and the
/// platform's place for a user's data.
pub fn default_data_dir() -> Result<PathBuf, Error> {
    let root = super::account::effective_uid()? == 0;
    data_dir_from(
        |name| std::env::var_os(name).filter(|value| !value.is_empty()),
        root,
    )
}

fn data_dir_from(
    variable: impl Fn(&str) -> Option<OsString>,
    root: bool,
) -> Result<PathBuf, Error> {
    if let Some(named) = variable("PATCHBAY_DATA") {
        return Ok(named.into());
    }
    if root {
        return Ok("/var/lib/patchbay".into());
    }
    // The convention says to ignore relative paths.
    if let Some(base) = variable("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|base| base.is_absolute())
    {
        return Ok(base.join("patchbay"));
    }
    let home = PathBuf::from(variable("HOME").ok_or(Error::NoHome)?);
    let base = if cfg!(target_os = "macos") {
        "Library/Application Support"
    } else {
        ".local/share"
    };
    Ok(home.join(base).join("patchbay"))
}

/// A short name that stands for a path.
pub(super) fn fingerprint(path: &Path) -> String {
    hex::encode(&Sha256::digest(path.as_os_str().as_encoded_bytes())[..6])
}

/// Turns "not found" into nothing.
pub(super) fn if_there<T>(result: std::io::Result<T>) -> std::io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dir(pairs: &[(&str, &str)], root: bool) -> Option<PathBuf> {
        let find = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.into())
        };
        data_dir_from(find, root).ok()
    }

    #[test]
    fn the_data_directory_follows_the_platform() {
        let home = ("HOME", "/home/a");
        assert_eq!(
            dir(&[("PATCHBAY_DATA", "here"), home], true),
            Some("here".into())
        );
        assert_eq!(
            dir(&[home, ("XDG_DATA_HOME", "/x")], true),
            Some("/var/lib/patchbay".into())
        );
        assert_eq!(
            dir(&[home, ("XDG_DATA_HOME", "/x")], false),
            Some("/x/patchbay".into())
        );
        #[cfg(target_os = "linux")]
        assert_eq!(
            dir(&[home, ("XDG_DATA_HOME", "x")], false),
            Some("/home/a/.local/share/patchbay".into())
        );
        assert_eq!(dir(&[], false), None);
    }

    #[test]
    fn a_long_path_gets_a_short_socket_directory() {
        let short = DataDir {
            root: "/var/lib/patchbay".into(),
        };
        assert_eq!(short.socket_dir(), Path::new("/var/lib/patchbay/run"));
        let long = DataDir {
            root: Path::new("/").join("d".repeat(100)),
        };
        assert!(long.socket_dir().as_os_str().len() <= LONGEST_SOCKET_DIR);
        assert!(long.socket_dir().starts_with(std::env::temp_dir()));
    }
}
