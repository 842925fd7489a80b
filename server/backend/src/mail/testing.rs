//! aiosmtpd, which `scripts/setup` installs, for tests of whatever mails.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
};

/// A real SMTP server on a port of its own.
pub(crate) struct Server {
    child: Child,
    lines: BufReader<ChildStdout>,
    pub(crate) port: String,
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(python())
            .arg(package().join("src/mail/server_for_tests.py"))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/setup installs the mail server");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut port = String::new();
        lines.read_line(&mut port).expect("it says its port");
        Self {
            child,
            lines,
            port: port.trim().to_owned(),
        }
    }

    /// The next letter that it took.
    pub(crate) fn letter(&mut self) -> serde_json::Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a letter");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The Python that `scripts/setup` made.
pub(crate) fn python() -> PathBuf {
    let made = || package().join("../../.venv/bin/python");
    std::env::var_os("PATCHBAY_PYTHON").map_or_else(made, PathBuf::from)
}

/// Where the package is. Asked while the tests run: one target directory may serve several checkouts.
fn package() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .expect("cargo says it")
        .into()
}
