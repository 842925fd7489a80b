//! The simulated Meta as a program.

use anyhow::Result;
use clap::Parser;
use sandbox::{Callbacks, Config, Sandbox, Webhook};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use tokio::signal::unix::{SignalKind, signal};

/// A simulated Meta: login dialog, Graph API, Events Manager, webhooks, fault knobs.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// The port on this machine; 0 takes any free one.
    #[arg(long, env = "SANDBOX_PORT", default_value_t = 4600)]
    port: u16,
    /// Where webhooks go.
    #[arg(long, env = "SANDBOX_WEBHOOK_URL")]
    webhook_url: Option<String>,
    /// What that address expects when it is verified.
    #[arg(long, env = "SANDBOX_VERIFY_TOKEN", default_value = "")]
    verify_token: String,
    /// Who is called when a person removes the app.
    #[arg(long, env = "SANDBOX_DEAUTHORIZE_URL")]
    deauthorize_url: Option<String>,
    /// Who is called when a person wants their data deleted.
    #[arg(long, env = "SANDBOX_DATA_DELETION_URL")]
    data_deletion_url: Option<String>,
    /// The app's id.
    #[arg(long, env = "SANDBOX_APP_ID")]
    app_id: Option<String>,
    /// The app's secret.
    #[arg(long, env = "SANDBOX_APP_SECRET", hide_env_values = true)]
    app_secret: Option<String>,
    /// Where tokens, datasets and the ledger are kept between runs.
    #[arg(long, env = "SANDBOX_STATE_FILE")]
    state_file: Option<PathBuf>,
    /// Which world; the same seed gives the same ids.
    #[arg(long, env = "SANDBOX_SEED", default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let options = Options::parse();
    let default = Config::default();
    let config = Config {
        app_id: options.app_id.unwrap_or(default.app_id),
        app_secret: options.app_secret.unwrap_or(default.app_secret),
        webhook: options.webhook_url.map(|url| Webhook {
            url,
            verify_token: options.verify_token,
        }),
        callbacks: Callbacks {
            deauthorize_url: options.deauthorize_url,
            data_deletion_url: options.data_deletion_url,
        },
        seed: options.seed,
        state_file: options.state_file,
        ..Config::default()
    };
    let sandbox = Sandbox::start(
        config,
        SocketAddr::from((Ipv4Addr::LOCALHOST, options.port)),
    )
    .await?;
    // One line for programs that started it on port 0.
    println!("{}", sandbox.url());
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    sandbox.stop();
    Ok(())
}
