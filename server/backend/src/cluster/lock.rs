//! Who may serve from a data directory, who uses its cluster, and who starts or stops it right now.
//!
//! Three files, locked by the kernel, so that a killed process leaves nothing behind:
//! `serve.lock` (exclusive, held by a server for life), `use.lock` (shared, held by everybody who uses the cluster;
//! whoever can lock it exclusively is the last) and `change.lock` (exclusive, held while starting or stopping).

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Duration,
};

use tokio::time::{Instant, sleep};

use super::Error;

const PATIENCE: Duration = Duration::from_secs(360);

/// A lock that ends when it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    /// Never read again: closing it releases the lock.
    _file: File,
}

/// Takes the lock of the one server of this data directory.
pub(super) fn serve(data: &Path) -> Result<Lock, Error> {
    let path = data.join("serve.lock");
    let mut file = open(&path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let read = file.read_to_string(&mut holder);
            let pid = read.ok().and_then(|_| holder.trim().parse().ok());
            return Err(Error::Taken {
                path: data.to_owned(),
                pid,
            });
        }
        Err(TryLockError::Error(error)) => return Err(Error::io("lock", path)(error)),
    }
    let write = |file: &mut File| {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    };
    write(&mut file).map_err(Error::io("write", path))?;
    Ok(Lock { _file: file })
}

/// Says that we use the cluster.
pub(super) fn share(data: &Path) -> Result<Lock, Error> {
    let path = data.join("use.lock");
    let file = open(&path)?;
    // Only a holder of `change.lock`, as we are, ever locks it exclusively: this does not wait.
    file.lock_shared().map_err(Error::io("lock", path))?;
    Ok(Lock { _file: file })
}

/// Whether nobody uses the cluster. Ask while holding `change.lock`, or the answer is worth nothing.
pub(super) fn nobody_uses(data: &Path) -> Result<bool, Error> {
    let path = data.join("use.lock");
    match open(&path)?.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(Error::io("lock", path)(error)),
    }
}

/// Takes the right to start or stop the cluster, if it is free.
pub(super) fn try_change(data: &Path) -> Result<Option<Lock>, Error> {
    let path = data.join("change.lock");
    let file = open(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(Error::io("lock", path)(error)),
    }
}

/// Waits for the right to start or stop the cluster.
pub(super) async fn change(data: &Path) -> Result<Lock, Error> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(lock) = try_change(data)? {
            return Ok(lock);
        }
        if Instant::now() >= end {
            return Err(Error::Busy {
                path: data.to_owned(),
                seconds: PATIENCE.as_secs(),
            });
        }
        sleep(Duration::from_millis(10)).await;
    }
}

fn open(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600);
    options.open(path).map_err(Error::io("open", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_is_told_who_serves() {
        let data = tempfile::tempdir().unwrap();
        let first = serve(data.path()).unwrap();
        let Err(Error::Taken { pid, .. }) = serve(data.path()) else {
            panic!("the lock was given twice")
        };
        assert_eq!(pid, Some(std::process::id()));
        drop(first);
        serve(data.path()).unwrap();
    }

    #[test]
    fn only_the_last_user_is_alone() {
        let data = tempfile::tempdir().unwrap();
        let (first, second) = (share(data.path()).unwrap(), share(data.path()).unwrap());
        assert!(!nobody_uses(data.path()).unwrap());
        drop(first);
        assert!(!nobody_uses(data.path()).unwrap());
        drop(second);
        assert!(nobody_uses(data.path()).unwrap());
    }

    #[test]
    fn only_one_may_change_the_cluster() {
        let data = tempfile::tempdir().unwrap();
        let first = try_change(data.path()).unwrap();
        assert!(first.is_some());
        assert!(try_change(data.path()).unwrap().is_none());
    }
}
