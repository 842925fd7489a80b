//! `patchbay demo`: a simulated Meta and a week of a partner's life, made through the use cases alone.

mod dialog;
mod life;
mod onboarding;
mod world;

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, bail};
use backend::{
    Backend, Clock, DemoState,
    cluster::{Cluster, Purpose},
};
use chrono::TimeDelta;
use sandbox::{Callbacks, Sandbox, Webhook};
use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};

use crate::{
    Edge, serve,
    settings::{Settings, is_loopback},
};

/// A database of its own, so that a demo never mixes with what is real.
const DATABASE: &str = "patchbay_demo";
/// What every demo's staff sign in with; it guards nothing real.
pub(crate) const PASSWORD: &str = "patchbay-demo-2026";
/// The simulated app's configuration of Embedded Signup that asks for every channel.
const SIGNUP_CONFIG_ID: &str = "7700000000000011";
/// After this long the newest event looks old.
const FRESH: TimeDelta = TimeDelta::days(1);

pub(crate) async fn run(
    mut settings: Settings,
    sandbox_port: u16,
    reseed: bool,
) -> anyhow::Result<()> {
    if settings.app_secret.is_some() && !is_loopback(&settings.graph_url) {
        bail!(
            "a demo speaks to a simulated Meta only: unset PATCHBAY_APP_SECRET, or use `patchbay serve`"
        );
    }
    let listener = serve::listen(&mut settings).await?;
    let data = settings.data()?;
    let config = sandbox::Config {
        webhook: Some(Webhook {
            url: format!("{}webhooks/meta", settings.public_url()?),
            verify_token: "demo".into(),
        }),
        callbacks: Callbacks {
            deauthorize_url: Some(format!("{}meta/deauthorize", settings.public_url()?)),
            data_deletion_url: Some(format!("{}meta/data-deletion", settings.public_url()?)),
        },
        state_file: Some(data.join("simulated-meta.json")),
        ..sandbox::Config::default()
    };
    let (owner, cluster) = database(&settings, reseed).await?;
    if reseed {
        forget(&data.join("simulated-meta.json"))?;
    }
    let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), sandbox_port);
    let meta = Sandbox::start(config.clone(), address)
        .await
        .context("the simulated Meta cannot start; SANDBOX_PORT chooses another port")?;
    point_at(&mut settings, &meta, &config)?;

    let clock = Clock::system();
    let backend = serve::backend(&settings, owner, clock).await?;
    let stop = serve::stop_signal();
    let outcome = live(&settings, &backend, &meta, listener, stop).await;
    meta.stop();
    serve::close(backend, cluster).await?;
    outcome
}

/// Seeds when there is nothing yet, says where everything is, and serves.
async fn live(
    settings: &Settings,
    backend: &Backend,
    meta: &Sandbox,
    listener: tokio::net::TcpListener,
    stop: tokio_util::sync::CancellationToken,
) -> anyhow::Result<()> {
    let edge =
        Edge::new(backend.clone(), &serve::site_root(), true).with_key_rate(settings.key_rate);
    let state = backend.demo_state().await?;
    let seed = async {
        match state {
            DemoState::Live => {
                bail!("this database holds a real deployment; a demo needs one of its own")
            }
            DemoState::Seeding => {
                bail!("an earlier seeding was cut short; start again with --reseed")
            }
            DemoState::Seeded(at) => {
                if backend.clock().now() - at > FRESH {
                    tracing::warn!(seeded_at = %at, "This demo is more than a day old; --reseed makes a fresh one.");
                }
            }
            DemoState::Empty => {
                tracing::info!(
                    "Living through a week in the life of a partner; this takes about a minute."
                );
                backend.begin_demo().await?;
                life::live_a_week(backend, meta).await?;
                backend.finish_demo().await?;
            }
        }
        let ready = serde_json::json!({
            "patchbay": settings.public_url()?.as_str().trim_end_matches('/'),
            "sandbox": meta.url(),
            "email": world::OWNER_EMAIL,
            "password": PASSWORD,
        });
        println!("{ready}");
        Ok(())
    };
    serve::run(listener, edge, settings.workers, stop, seed).await
}

/// Everything of Meta's is the simulated one.
fn point_at(
    settings: &mut Settings,
    meta: &Sandbox,
    config: &sandbox::Config,
) -> anyhow::Result<()> {
    settings.graph_url = meta.url().parse()?;
    settings.dialog_url = settings.graph_url.clone();
    settings.events_manager_url = settings.graph_url.join("events_manager/")?;
    settings.app_id = config.app_id.clone();
    settings.app_secret = Some(config.app_secret.clone().into());
    settings.verify_token = Some("demo".into());
    settings.login_config_id = None;
    settings.signup_config_id = Some(SIGNUP_CONFIG_ID.to_owned());
    settings.sdk_url = settings.graph_url.join("en_US/sdk.js")?;
    if settings.partner_agent.is_empty() {
        settings.partner_agent = "kaede_messaging".into();
    }
    Ok(())
}

async fn database(
    settings: &Settings,
    reseed: bool,
) -> anyhow::Result<(PgConnectOptions, Option<Cluster>)> {
    let (home, cluster) = serve::database(settings, Purpose::Serve, "patchbay").await?;
    let Some(cluster) = cluster else {
        if reseed {
            bail!(
                "--reseed works with the private database only; empty the one of DATABASE_URL yourself"
            );
        }
        return Ok((home, None));
    };
    let mut connection = PgConnection::connect_with(&home).await?;
    if reseed {
        connection
            .execute(sqlx::AssertSqlSafe(format!(
                "DROP DATABASE IF EXISTS {DATABASE}"
            )))
            .await?;
    }
    let there: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(DATABASE)
            .fetch_one(&mut connection)
            .await?;
    if !there {
        connection
            .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {DATABASE}")))
            .await?;
    }
    connection.close().await?;
    let options = cluster.connect_options(DATABASE);
    Ok((options, Some(cluster)))
}

fn forget(path: &std::path::Path) -> anyhow::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
