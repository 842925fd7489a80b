//! Starting and stopping the simulated Meta.

use crate::{
    connection::{ResettableListener, Switch},
    controls, graph, pages,
    saved::SavedState,
    state::State,
    webhooks::Callbacks,
};
use anyhow::{Context, Result};
use axum::Router;
use serde::Deserialize;
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What the simulated Meta knows of the app, and which world it shows.
#[derive(Clone)]
pub struct Config {
    /// The app's id.
    pub app_id: String,
    /// The app's secret: signs webhooks, is needed for the code exchange.
    pub app_secret: String,
    /// Where webhooks go; may be set later.
    pub webhook: Option<Webhook>,
    /// Where the signed requests of people who leave go; may be set later.
    pub callbacks: Callbacks,
    /// The address that links carry; empty: `http://localhost:PORT`.
    pub public_url: String,
    /// Which world; the same seed gives the same ids.
    pub seed: u64,
    /// Where the memory is kept between runs, so that connections made yesterday work today; `None`: nowhere. At most
    /// the last second is lost when the process is killed.
    pub state_file: Option<PathBuf>,
    /// *Valid OAuth Redirect URIs*, compared exactly; empty: any address of this machine.
    pub valid_redirect_uris: Vec<String>,
}

/// The app's callback for webhooks.
#[derive(Clone, Deserialize)]
pub struct Webhook {
    /// Its address.
    pub url: String,
    /// What it expects when it is verified.
    #[serde(default)]
    pub verify_token: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            app_id: "1203440000000001".into(),
            app_secret: "5a4db0c5eb0c4a5d9a7e61c7d1f0e2ab".into(),
            webhook: None,
            callbacks: Callbacks::default(),
            public_url: String::new(),
            seed: 1,
            state_file: None,
            valid_redirect_uris: Vec::new(),
        }
    }
}

/// A running simulated Meta. Stops when dropped.
pub struct Sandbox {
    state: State,
    addr: SocketAddr,
    stop: CancellationToken,
    saved: Option<Arc<SavedState>>,
}

impl Sandbox {
    /// Binds `addr` (port 0: any free one) and serves in the background.
    ///
    /// # Errors
    ///
    /// When the address is taken.
    pub async fn start(config: Config, addr: SocketAddr) -> Result<Self> {
        // Whoever installed a provider before us chose well too.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("the client for webhooks could not be built")?;
        let listener = TcpListener::bind(addr)
            .await
            .with_context(|| format!("{addr} cannot be used"))?;
        let addr = listener.local_addr()?;
        let public_url = match config.public_url.trim_end_matches('/') {
            "" => format!("http://localhost:{}", addr.port()),
            given => given.into(),
        };
        let saved = config
            .state_file
            .clone()
            .map(|path| SavedState::new(path, config.seed));
        let state = State::new(config, public_url, http);
        let stop = CancellationToken::new();
        let saved = saved.map(Arc::new);
        if let Some(saved) = &saved {
            saved.load(&state)?;
            tokio::spawn(saved.clone().keep(state.clone(), stop.clone()));
        }
        let listener = ResettableListener {
            listener,
            stop: stop.child_token(),
        };
        let service = router(state.clone()).into_make_service_with_connect_info::<Switch>();
        let stopped = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = axum::serve(listener, service) => {}
                () = stopped.cancelled() => {}
            }
        });
        Ok(Self {
            state,
            addr,
            stop,
            saved,
        })
    }

    /// The address for browsers and clients, without a slash at the end.
    pub fn url(&self) -> String {
        self.state.url().into()
    }

    /// The address that it is bound to.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its memory: look, set knobs, let someone write.
    pub fn state(&self) -> State {
        self.state.clone()
    }

    /// Stops listening, resets every connection, saves the memory where that is wanted.
    pub fn stop(&self) {
        self.stop.cancel();
        if let Some(saved) = &self.saved {
            saved.save(&self.state);
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop();
    }
}

fn router(state: State) -> Router {
    Router::new()
        .merge(pages::router(&state))
        .merge(controls::router(&state))
        .fallback(graph::serve)
        .with_state(state)
}
