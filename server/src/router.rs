//! The router: plain routes, the console's pages and server functions, static files, and the layers around them.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use app::{App, shell};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    http::{HeaderName, Request, StatusCode},
    middleware,
    response::IntoResponse,
    routing::{get, post},
};
use backend::Backend;
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer,
    services::ServeDir, timeout::TimeoutLayer, trace::TraceLayer,
};
use url::Url;

use crate::{
    advertiser_files, api, audit_export, connect, event_files, headers, leaving, links,
    preferences, problem, session, webhook,
};

/// The largest body taken anywhere: Meta's webhooks reach 3 MB.
const BODY_LIMIT: usize = 4 * 1024 * 1024;
/// A page or server function that takes longer has failed.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What the edge knows besides the use cases.
#[derive(Clone)]
pub struct Edge {
    /// The use cases.
    pub backend: Backend,
    /// Leptos' own settings: output name, site root.
    pub leptos: LeptosOptions,
    /// Whether everything behind it is simulated.
    pub is_demo: bool,
    /// How often each API key may call.
    pub(crate) limits: Arc<api::KeyLimits>,
}

impl Edge {
    /// An edge that serves the built front from `site_root`.
    #[must_use]
    pub fn new(backend: Backend, site_root: &str, is_demo: bool) -> Self {
        let leptos = LeptosOptions::builder()
            .output_name("patchbay")
            .site_root(site_root)
            .site_pkg_dir("pkg")
            .env(leptos::config::Env::PROD)
            .build();
        Self {
            backend,
            leptos,
            is_demo,
            limits: Arc::new(api::KeyLimits::new(api::PER_SECOND)),
        }
    }

    /// The same with another limit for each API key, in requests a second.
    #[must_use]
    pub fn with_key_rate(mut self, per_second: NonZeroU32) -> Self {
        self.limits = Arc::new(api::KeyLimits::new(per_second));
        self
    }

    /// Where people reach the console.
    pub(crate) fn public_url(&self) -> &Url {
        &self.backend.config().public_url
    }

    /// Whether cookies may be marked for https alone; browsers make an exception for this machine.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url().scheme() == "https"
    }
}

impl FromRef<Edge> for LeptosOptions {
    fn from_ref(edge: &Edge) -> Self {
        edge.leptos.clone()
    }
}

impl FromRef<Edge> for Backend {
    fn from_ref(edge: &Edge) -> Self {
        edge.backend.clone()
    }
}

/// The whole HTTP surface.
pub fn router(edge: Edge) -> Router {
    let (programs, document) = api::routes();
    let context = {
        let backend = edge.backend.clone();
        let is_demo = app::IsDemo(edge.is_demo);
        move || {
            provide_context(backend.clone());
            provide_context(is_demo);
            provide_context(app::ApiDocument(document.clone()));
            headers::provide_nonce();
        }
    };
    let pages = Router::new()
        .leptos_routes_with_context(&edge, generate_route_list(App), context.clone(), {
            let options = edge.leptos.clone();
            move || shell(options.clone())
        })
        .route("/sign-out", post(session::sign_out))
        .route("/preferences", post(preferences::set))
        .route("/advertisers/export.csv", get(advertiser_files::export))
        .route(
            "/advertisers/import/template.csv",
            get(advertiser_files::template),
        )
        .route("/advertisers/import/upload", post(advertiser_files::upload))
        .route("/events/upload/template.csv", get(event_files::template))
        .route("/events/upload/file", post(event_files::upload))
        .route("/audit/export.csv", get(audit_export::export))
        .route("/connect/{advertiser}/start", post(connect::start))
        .route("/connect/callback", get(connect::callback))
        .route(
            "/connect/signup/{advertiser}/{attempt}",
            post(connect::signup),
        )
        .route("/c/{token}/start", post(links::start))
        .route("/c/{token}/ask", post(links::ask))
        .route("/status/ask", post(links::ask_to_reconnect))
        .fallback(leptos_axum::file_and_error_handler_with_context::<Edge, _>(
            context, shell,
        ))
        // The last one meets a request first: in which language, at which address, by whom.
        .layer(middleware::from_fn_with_state(
            edge.clone(),
            session::sign_in_first,
        ))
        .layer(middleware::from_fn_with_state(
            edge.clone(),
            session::own_address_only,
        ))
        .layer(middleware::from_fn(preferences::read))
        .layer(CsrfLayer::new().with_rejection_response(problem::cross_site));

    let site = ServeDir::new(&*edge.leptos.site_root)
        .precompressed_br()
        .precompressed_gzip();
    let files = Router::new()
        .nest_service(
            "/pkg",
            ServeDir::new(format!("{}/pkg", edge.leptos.site_root)).precompressed_br(),
        )
        .route_service("/favicon.svg", site.clone())
        .route_service("/robots.txt", site)
        .route("/text/{file}", get(preferences::text_file))
        .layer(middleware::from_fn(headers::cache_files));

    Router::new()
        .route("/health", get(async || "ok"))
        .route(
            "/webhooks/meta",
            get(webhook::challenge).post(webhook::receive),
        )
        .route("/meta/deauthorize", post(leaving::deauthorize))
        .route("/meta/data-deletion", post(leaving::data_deletion))
        .route(
            "/deletion/{code}",
            get(leaving::page).layer(middleware::from_fn(preferences::read)),
        )
        .merge(programs)
        .merge(files)
        .merge(pages)
        .with_state(edge.clone())
        .layer(
            ServiceBuilder::new()
                // Before anything that could write an address down.
                .layer(middleware::from_fn(api::strip_token))
                .layer(middleware::from_fn_with_state(
                    Arc::new(headers::Policy::new(&edge)),
                    headers::secure,
                ))
                .layer(middleware::from_fn_with_state(edge, session::name_request))
                .layer(TraceLayer::new_for_http().make_span_with(span))
                .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
                .layer(TimeoutLayer::with_status_code(
                    StatusCode::GATEWAY_TIMEOUT,
                    TIMEOUT,
                ))
                .layer(CatchPanicLayer::custom(|_| {
                    problem::broken().into_response()
                }))
                .layer(DefaultBodyLimit::max(BODY_LIMIT)),
        )
}

/// The path without its query and without the secrets of links: codes and states of logins travel in the one.
fn span<B>(request: &Request<B>) -> tracing::Span {
    let id = request
        .extensions()
        .get::<domain::RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = links::loggable(request.uri().path()))
}

/// The header that names a request in answers and logs.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
