//! `patchbay doctor`: the list of probes for every connection, at a terminal.

use anyhow::bail;
use backend::{Backend, Scope};
use clap::Args;
use domain::{AdvertiserId, Health, ProbeOutcome, console::Examination};

use crate::{serve, settings::Settings};

/// Asks Meta about every connection, and says what is wrong with each. Fails when one is not healthy.
#[derive(Args)]
pub(crate) struct Doctor {
    /// Only this advertiser's, as `adv_…`.
    #[arg(long)]
    advertiser: Option<AdvertiserId>,
    /// Prints JSON: an array of connections with every probe's answer.
    #[arg(long)]
    json: bool,
}

/// `patchbay doctor`.
pub(crate) async fn run(settings: Settings, arguments: Doctor) -> anyhow::Result<()> {
    settings.require_app()?;
    let (backend, cluster) = serve::command_backend(settings).await?;
    let done = visit(&backend, &arguments).await;
    serve::close(backend, cluster).await?;
    let unwell = done?;
    if unwell > 0 {
        bail!("{unwell} of the connections are not healthy");
    }
    Ok(())
}

/// Answers how many are not healthy.
async fn visit(backend: &Backend, arguments: &Doctor) -> anyhow::Result<usize> {
    let scope = Scope::command();
    let report = backend.visit_all(&scope, arguments.advertiser).await?;
    let mut list = Vec::with_capacity(report.visited.len());
    for (advertiser, connection, _) in &report.visited {
        list.push(
            backend
                .examination(&scope, *advertiser, *connection)
                .await?,
        );
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&list)?);
    } else {
        list.iter().for_each(print);
        if list.is_empty() {
            println!("Nothing is connected.");
        }
    }
    let is_unwell = |it: &&Examination| it.health != Health::Healthy;
    Ok(list.iter().filter(is_unwell).count())
}

fn print(examination: &Examination) {
    let Examination {
        advertiser_name,
        channel,
        asset_name,
        health,
        results,
        ..
    } = examination;
    println!("{health:<14} {advertiser_name} · {channel} · {asset_name}");
    for result in results {
        if matches!(result.outcome, ProbeOutcome::Passed | ProbeOutcome::NotRun) {
            continue;
        }
        let subject = match result.subject.as_str() {
            "" => String::new(),
            subject => format!(" {subject}"),
        };
        println!(
            "  {:<10} {}{subject}: {}",
            result.outcome, result.probe, result.what
        );
        if !result.next.is_empty() {
            println!("             {}", result.next);
        }
    }
}
