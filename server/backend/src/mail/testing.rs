//! aiosmtpd, which `scripts/setup` installs, for tests of whatever mails.

use std::{
    io::{BufRead, BufReader},
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
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let python =
            std::env::var("PATCHBAY_PYTHON").unwrap_or_else(|_| format!("{root}/.venv/bin/python"));
        let mut child = Command::new(python)
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/src/mail/server_for_tests.py"
            ))
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
