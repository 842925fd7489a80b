//! Puts the parts together: database, use cases, jobs, and the listener before them.

use std::net::SocketAddr;

use anyhow::Context;
use backend::{
    Backend, Clock, Database,
    cluster::{self, Cluster, Purpose},
};
use sqlx::postgres::PgConnectOptions;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Edge, router, settings::Settings};

/// `patchbay serve`.
pub(crate) async fn serve(mut settings: Settings) -> anyhow::Result<()> {
    settings.require_app()?;
    let listener = listen(&mut settings).await?;
    let (owner, cluster) = database(&settings, Purpose::Serve, "patchbay").await?;
    let backend = backend(&settings, owner, Clock::system()).await?;
    tracing::info!(url = %settings.public_url()?, "Patchbay is ready.");
    let stop = stop_signal();
    let edge = Edge::new(backend.clone(), &site_root(), false).with_key_rate(settings.key_rate);
    run(listener, edge, settings.workers, stop, async { Ok(()) }).await?;
    close(backend, cluster).await
}

/// Serves and works until told to stop; then ends what is under way first. `first` happens while requests are already
/// answered and before the jobs begin.
pub(crate) async fn run(
    listener: TcpListener,
    edge: Edge,
    workers: usize,
    stop: CancellationToken,
    first: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let backend = edge.backend.clone();
    let service = router(edge).into_make_service_with_connect_info::<SocketAddr>();
    let waiting = stop.clone();
    let serving = tokio::spawn(
        axum::serve(listener, service)
            .with_graceful_shutdown(async move { waiting.cancelled().await })
            .into_future(),
    );
    let began = tokio::select! {
        began = first => began,
        () = stop.cancelled() => Ok(()),
    };
    let jobs = TaskTracker::new();
    if began.is_ok() && !stop.is_cancelled() {
        start_jobs(&jobs, backend, workers, stop.clone());
    } else {
        stop.cancel();
    }
    jobs.close();
    serving.await??;
    stop.cancel();
    jobs.wait().await;
    began
}

fn start_jobs(jobs: &TaskTracker, backend: Backend, workers: usize, stop: CancellationToken) {
    jobs.spawn({
        let (backend, stop) = (backend.clone(), stop.clone());
        async move { backend.run_delivery(stop, workers).await }
    });
    jobs.spawn({
        let (backend, stop) = (backend.clone(), stop.clone());
        async move { backend.run_webhooks(stop).await }
    });
    jobs.spawn({
        let (backend, stop) = (backend.clone(), stop.clone());
        async move { backend.run_relay(stop).await }
    });
    jobs.spawn({
        let (backend, stop) = (backend.clone(), stop.clone());
        async move { backend.run_mail(stop).await }
    });
    jobs.spawn({
        let (backend, stop) = (backend.clone(), stop.clone());
        async move { backend.run_call_counter(stop).await }
    });
    jobs.spawn(async move { backend.run_jobs(stop).await });
}

/// Takes the port first: nothing is started, and nothing has to be stopped again, when somebody else has it.
pub(crate) async fn listen(settings: &mut Settings) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(settings.host, settings.port);
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}: is another program there? PATCHBAY_PORT chooses another port"))?;
    settings.port = listener.local_addr()?.port();
    Ok(listener)
}

/// The owner's way to the database: that of `DATABASE_URL`, else the private cluster.
pub(crate) async fn database(
    settings: &Settings,
    purpose: Purpose,
    name: &str,
) -> anyhow::Result<(PgConnectOptions, Option<Cluster>)> {
    if let Ok(url) = std::env::var("DATABASE_URL") {
        return Ok((url.parse().context("DATABASE_URL cannot be read")?, None));
    }
    let config = cluster::Config {
        programs: settings.pg_bin.clone(),
        max_connections: u16::try_from(settings.connections * 2 + 20)
            .context("PATCHBAY_CONNECTIONS is too large")?,
        ..cluster::Config::new(settings.data()?)
    };
    let cluster = Cluster::open(&config, purpose).await?;
    Ok((cluster.connect_options(name), Some(cluster)))
}

pub(crate) async fn backend(
    settings: &Settings,
    owner: PgConnectOptions,
    clock: Clock,
) -> anyhow::Result<Backend> {
    let database = Database::open(owner, &clock, settings.connections).await?;
    Ok(Backend::new(
        database,
        clock,
        settings.backend(settings.keys()?)?,
    )?)
}

/// For a command: beside a running server or without one. Most make no call to Meta, so they need no app.
pub(crate) async fn command_backend(
    mut settings: Settings,
) -> anyhow::Result<(Backend, Option<Cluster>)> {
    if settings.app_id.is_empty() {
        settings.app_id = "none".to_owned();
    }
    let (owner, cluster) = database(&settings, Purpose::Command, "patchbay").await?;
    Ok((backend(&settings, owner, Clock::system()).await?, cluster))
}

pub(crate) async fn close(backend: Backend, cluster: Option<Cluster>) -> anyhow::Result<()> {
    backend.close().await;
    if let Some(cluster) = cluster {
        cluster.stop().await?;
    }
    Ok(())
}

/// Where the built front lies: `LEPTOS_SITE_ROOT`, else beside the program as cargo-leptos leaves it.
pub(crate) fn site_root() -> String {
    std::env::var("LEPTOS_SITE_ROOT").unwrap_or_else(|_| "target/site".to_owned())
}

/// Cancelled by the first interrupt or termination.
pub(crate) fn stop_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let cancel = stop.clone();
    tokio::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("Stopping: what is under way ends first.");
        cancel.cancel();
    });
    stop
}
