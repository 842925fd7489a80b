//! What programs use: events in Meta's shape and natively, with an API key. None of it knows of sessions or pages.

mod access;
mod envelope;
mod limits;
mod meta;
mod native;
mod on_premises;
mod openapi;
mod problem;
mod request;
mod shapes;
mod tables;

use std::sync::Arc;

use axum::{Router, http::header, routing::get};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use access::strip_token;
pub(crate) use limits::{KeyLimits, PER_SECOND};

use crate::Edge;

/// The routes, and the document that describes them, as JSON.
pub(crate) fn routes() -> (Router<Edge>, Arc<str>) {
    let (router, document) = OpenApiRouter::with_openapi(openapi::Document::openapi())
        .routes(routes!(meta::send_events))
        .routes(routes!(native::record_event, native::list_events))
        .routes(routes!(native::read_event))
        .routes(routes!(native::list_connections))
        .routes(routes!(tables::send_table))
        .routes(routes!(on_premises::hand_in_messages))
        .split_for_parts();
    let document: Arc<str> = document
        .to_json()
        .expect("what utoipa made can be written")
        .into();
    let served = document.clone();
    let router = router
        .route(
            "/api/v1/openapi.json",
            get(async move || {
                (
                    [(header::CONTENT_TYPE, "application/json")],
                    served.to_string(),
                )
            }),
        )
        .route("/api/v1/{*rest}", axum::routing::any(native::unknown));
    (router, document)
}
