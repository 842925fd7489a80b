//! Times, and how two of them compare; and what is measured over HTTP.

use std::{fmt, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::net::TcpListener;

/// Serves on a free port of this machine.
pub async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(axum::serve(listener, service).into_future());
    address
}

/// Whoever asks.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(30))
        .build()
        .expect("a client without TLS")
}

/// How long something took, many times over.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// The time that so many per cent of them stayed below.
    pub fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(place).copied().unwrap_or_default()
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |percent| self.percentile(percent).as_secs_f64() * 1_000.0;
        write!(f, "{:.1} / {:.1} ms", ms(50), ms(95))
    }
}

/// One line of the table.
pub struct Row {
    pub work: String,
    /// What it is compared with.
    pub base: Times,
    pub measured: Times,
    /// The median may be so many times the base's.
    pub bar: f64,
}

impl Row {
    pub fn ratio(&self) -> f64 {
        self.of(50)
    }

    /// The same of the slowest twentieth: shown, and not judged on a machine that does other work too.
    pub fn tail_ratio(&self) -> f64 {
        self.of(95)
    }

    pub fn holds(&self) -> bool {
        self.ratio() <= self.bar
    }

    fn of(&self, percent: usize) -> f64 {
        self.measured.percentile(percent).as_secs_f64()
            / self.base.percentile(percent).as_secs_f64()
    }
}
