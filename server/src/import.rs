//! `patchbay advertisers`: tables of advertisers on the command line.

use std::{io::Read, path::PathBuf};

use anyhow::{Context, bail};
use backend::{Backend, Scope};
use clap::Subcommand;
use domain::console::FileReport;

#[derive(Subcommand)]
pub(crate) enum AdvertisersCommand {
    /// Adds and changes advertisers as a CSV file says; each is found again by its reference.
    Import {
        /// The file; - reads what is piped in.
        file: PathBuf,
        /// Tells every problem and what would change, and writes nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

pub(crate) async fn run(backend: &Backend, command: AdvertisersCommand) -> anyhow::Result<()> {
    let AdvertisersCommand::Import { file, dry_run } = command;
    let bytes = read(&file)?;
    let report = backend
        .read_advertisers(&Scope::command(), &bytes, dry_run)
        .await?;
    for problem in &report.problems {
        let line = problem.line.map(|line| format!("line {line}: "));
        let column = problem.column.map(|column| format!("{column}: "));
        println!(
            "{}{}{}",
            line.unwrap_or_default(),
            column.unwrap_or_default(),
            problem.what
        );
    }
    let FileReport {
        added,
        changed,
        unchanged,
        problem_count,
        ..
    } = report;
    if problem_count > 0 {
        bail!("{problem_count} problems; nothing was written");
    }
    let done = if dry_run { "would be added" } else { "added" };
    println!("{added} {done}, {changed} changed, {unchanged} the same");
    Ok(())
}

/// The whole file, if it is not larger than the console takes.
fn read(file: &PathBuf) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = FileReport::LARGEST as u64 + 1;
    if file.as_os_str() == "-" {
        std::io::stdin().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|opened| opened.take(limit).read_to_end(&mut bytes))
    }
    .with_context(|| format!("{} cannot be read", file.display()))?;
    if bytes.len() > FileReport::LARGEST {
        bail!("{} is larger than 2 MB; split it", file.display());
    }
    Ok(bytes)
}
