//! Measures what the product promises (`scripts/bench`): each row compares two things side by side in one run on one
//! machine, and has a bar. Fails when a bar is missed.
//!
//! A new kind of measurement is a file here that answers [`Row`]s, and a line in [`main`].

mod lists;
mod measure;
mod traffic;

use std::process::ExitCode;

use measure::Row;

#[tokio::main]
async fn main() -> ExitCode {
    // Cargo passes `--bench`; there is nothing to choose yet.
    let mut rows = traffic::rows().await;
    rows.extend(lists::rows().await);
    print(&rows);
    if rows.iter().all(Row::holds) {
        ExitCode::SUCCESS
    } else {
        eprintln!("A bar was missed.");
        ExitCode::FAILURE
    }
}

/// A table for people and for README.
fn print(rows: &[Row]) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let profile = std::env::var("BENCH_PROFILE").unwrap_or_else(|_| "unknown".into());
    println!("{cores} cores, {}, profile `{profile}`\n", memory());
    println!("| work | base p50 / p95 | measured p50 / p95 | ratio of p50 (of p95) | bar | |");
    println!("|---|---|---|---|---|---|");
    for row in rows {
        println!(
            "| {} | {} | {} | {:.2} ({:.2}) | ≤ {:.2} | {} |",
            row.work,
            row.base,
            row.measured,
            row.ratio(),
            row.tail_ratio(),
            row.bar,
            if row.holds() { "holds" } else { "MISSED" },
        );
    }
}

fn memory() -> String {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kilobytes = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.map_or_else(
        || "unknown memory".to_owned(),
        |kilobytes| format!("{} GB of memory", kilobytes / 1_000_000),
    )
}
