//! The user that the database runs as: ourselves, or `postgres` when we are root (PostgreSQL refuses root).

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::Path,
    process::Stdio,
};

use tokio::process::Command;

use super::Error;

/// The user that PostgreSQL's programs run as, and that owns the cluster's directories.
#[derive(Clone, Debug)]
pub(super) struct Account {
    uid: u32,
    /// Set when we are root: change to this user and group.
    switch: Option<(u32, u32)>,
}

impl Account {
    /// The account to use for this process.
    pub(super) fn current() -> Result<Self, Error> {
        let uid = effective_uid()?;
        if uid != 0 {
            return Ok(Self { uid, switch: None });
        }
        let users = fs::read_to_string("/etc/passwd").map_err(Error::io("read", "/etc/passwd"))?;
        let (uid, gid) = passwd_entry(&users, "postgres").ok_or(Error::NoPostgresUser)?;
        Ok(Self {
            uid,
            switch: Some((uid, gid)),
        })
    }

    /// Whether the database runs as somebody else than we.
    pub(super) fn is_other_user(&self) -> bool {
        self.switch.is_some()
    }

    /// A command that runs one of PostgreSQL's programs as this user, free of what our own environment would tell it.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // PGDATA, PGOPTIONS, PGPORT and their like would change what the programs do.
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        // Messages in English, since some are read by us; and a working directory that every user may enter.
        command
            .env("LC_ALL", "C")
            .current_dir("/")
            .stdin(Stdio::null());
        if let Some((uid, gid)) = self.switch {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Creates a directory that only this user may enter.
    pub(super) fn create_private_dir(&self, path: &Path) -> Result<(), Error> {
        fs::create_dir(path).map_err(Error::io("create", path))?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))
            .map_err(Error::io("protect", path))?;
        if let Some((uid, gid)) = self.switch {
            chown(path, Some(uid), Some(gid)).map_err(Error::io("change the owner of", path))?;
        }
        Ok(())
    }

    /// Refuses a directory of another user.
    pub(super) fn check_owner(&self, path: &Path) -> Result<(), Error> {
        let owner = fs::symlink_metadata(path)
            .map_err(Error::io("read", path))?
            .uid();
        if owner == self.uid {
            return Ok(());
        }
        Err(Error::OtherOwner {
            path: path.to_owned(),
            owner,
            expected: self.uid,
        })
    }

    /// Refuses a path that this user cannot traverse, and names the directory that stops it.
    ///
    /// It is asked of the system as that user, so that access lists and the like count too.
    pub(super) async fn check_path(&self, path: &Path) -> Result<(), Error> {
        if !self.is_other_user() || self.can_search(path).await? {
            return Ok(());
        }
        let mut components: Vec<_> = path.ancestors().collect();
        components.reverse();
        for component in components {
            if !self.can_search(component).await? {
                let found = fs::metadata(component).map_err(Error::io("read", component))?;
                return Err(Error::NotTraversable {
                    component: component.to_owned(),
                    mode: found.mode() & 0o7777,
                    owner: found.uid(),
                });
            }
        }
        Ok(())
    }

    async fn can_search(&self, path: &Path) -> Result<bool, Error> {
        let status = self
            .command(Path::new("test"))
            .arg("-x")
            .arg(path)
            .status()
            .await;
        Ok(status.map_err(Error::io("run", "test"))?.success())
    }
}

/// Our user id as the kernel tells it (the owner of `/proc/self` would not do: it is root for programs with
/// capabilities).
pub(super) fn effective_uid() -> Result<u32, Error> {
    if let Ok(status) = fs::read_to_string("/proc/self/status")
        && let Some(uid) = status_uid(&status)
    {
        return Ok(uid);
    }
    let output = std::process::Command::new("id")
        .arg("-u")
        .output()
        .map_err(Error::io("run", "id"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| Error::ProgramFailed {
        program: "id -u",
        status: output.status.to_string(),
        output: text.trim().to_owned(),
    })
}

fn status_uid(status: &str) -> Option<u32> {
    status
        .lines()
        .find_map(|line| line.strip_prefix("Uid:"))?
        .split_whitespace()
        .nth(1)?
        .parse()
        .ok()
}

fn passwd_entry(users: &str, name: &str) -> Option<(u32, u32)> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/bash\npostgres2:x:7:8::/:\npostgres:x:101:104:,,,:/var/lib/postgresql:\n";
        assert_eq!(passwd_entry(users, "postgres"), Some((101, 104)));
        assert_eq!(passwd_entry(users, "postgre"), None);
    }

    #[test]
    fn the_effective_user_counts() {
        assert_eq!(
            status_uid("Name:\tx\nUid:\t1000\t5\t1000\t1000\nGid:\t1\t2\t3\t4\n"),
            Some(5)
        );
    }
}
