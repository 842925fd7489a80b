//! `postmaster.pid`: how PostgreSQL says that a server runs on a data directory.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use super::{Error, data_dir::if_there};

/// What `postmaster.pid` says about a server that runs or ran.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    /// The server's process.
    pub(super) pid: u32,
    /// Where its socket is, which depends on the environment that it was started in.
    pub(super) socket: PathBuf,
}

impl PidFile {
    /// Reads it. A server that just starts has not written all of it yet: nothing then.
    pub(super) fn read(cluster: &Path) -> Result<Option<Self>, Error> {
        let path = Self::path(cluster);
        let text = if_there(fs::read_to_string(&path)).map_err(Error::io("read", path))?;
        Ok(text.and_then(|text| Self::parse(&text)))
    }

    fn path(cluster: &Path) -> PathBuf {
        cluster.join("postmaster.pid")
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let socket = lines.nth(3).unwrap_or_default().into();
        Some(Self { pid, socket })
    }

    /// Whether that process still is the server of this cluster, and not somebody who got its number later.
    pub(super) fn is_alive(&self, cluster: &Path) -> bool {
        if Path::new("/proc/self").exists() {
            // A server works in its data directory.
            return fs::read_link(format!("/proc/{}/cwd", self.pid))
                .is_ok_and(|directory| directory == cluster);
        }
        let mut kill = std::process::Command::new("kill");
        kill.args(["-0", &self.pid.to_string()])
            .stderr(Stdio::null());
        kill.status().is_ok_and(|status| status.success())
    }
}

/// After a crash of the machine, the number in `postmaster.pid` may be another process' by now, and PostgreSQL would
/// take that for a running server. It does not if the number is its parent's, and still looks at the rest.
pub(super) fn disown_stale(cluster: &Path) -> Result<(), Error> {
    let path = PidFile::path(cluster);
    let Some(text) = if_there(fs::read_to_string(&path)).map_err(Error::io("read", &path))? else {
        return Ok(());
    };
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    fs::write(&path, format!("{}\n{rest}", std::process::id())).map_err(Error::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_file_names_process_and_socket() {
        let text = "4711\n/data/cluster\n1700000000\n5432\n/data/run\n\n  123 456\nready   \n";
        assert_eq!(
            PidFile::parse(text),
            Some(PidFile {
                pid: 4711,
                socket: "/data/run".into()
            })
        );
        assert_eq!(
            PidFile::parse("4711\n"),
            Some(PidFile {
                pid: 4711,
                socket: "".into()
            })
        );
        assert_eq!(PidFile::parse(""), None);
    }

    #[test]
    fn a_process_that_got_the_number_later_is_not_the_server() {
        let file = PidFile {
            pid: std::process::id(),
            socket: "".into(),
        };
        assert!(!file.is_alive(Path::new("/data/cluster")));
    }
}
