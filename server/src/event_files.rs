//! Tables of events: an upload by a plain form, a template, and the endpoint for programs.

use app::ssr::Preferences;
use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Multipart, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use backend::{Backend, Error, Scope};
use domain::{Permission, console::EventFileReport};
use serde::Deserialize;
use serde_json::json;

use crate::{
    advertiser_files::{chosen, table},
    on_premises::bearer,
    problem,
};

/// The page with the form.
const PAGE: &str = "/events/upload";

/// `POST /events/upload/file`: the page shows what the check found.
pub(crate) async fn upload(
    State(backend): State<Backend>,
    scope: Extension<Scope>,
    preferences: Option<Extension<Preferences>>,
    form: Multipart,
) -> Response {
    if let Err(error) = scope.require(Permission::IngestEvents) {
        return problem::of(&error, preferences.as_deref()).into_response();
    }
    let bytes = match chosen(form, EventFileReport::LARGEST).await {
        Ok(bytes) => bytes,
        Err(why) => return Redirect::to(&format!("{PAGE}?problem={why}")).into_response(),
    };
    match backend.upload_events(&scope, &bytes).await {
        Ok(file) => Redirect::to(&format!("{PAGE}?file={file}")).into_response(),
        Err(error) => problem::of(&error, preferences.as_deref()).into_response(),
    }
}

/// `GET /events/upload/template.csv`.
pub(crate) async fn template() -> Response {
    table("patchbay-events.csv", backend::event_file_template())
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Whether the file is only to be checked.
    #[serde(default)]
    dry_run: bool,
}

/// `POST /api/v1/events.csv`: takes the good rows of a table and answers what is wrong with each other.
pub(crate) async fn send(
    State(backend): State<Backend>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match read(&backend, &headers, &body, asked.dry_run).await {
        Ok(report) if report.refused.is_empty() => {
            Json(told(&report, asked.dry_run)).into_response()
        }
        Ok(report) => refused(StatusCode::UNPROCESSABLE_ENTITY, &report.refused),
        Err(Error::SignedOut) => refused(
            StatusCode::UNAUTHORIZED,
            "Send an API key that works: Authorization: Bearer ...",
        ),
        Err(Error::Forbidden) => refused(
            StatusCode::FORBIDDEN,
            "This API key is not for events:write.",
        ),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "A file of events could not be taken."
            );
            refused(StatusCode::SERVICE_UNAVAILABLE, "Try again later.")
        }
    }
}

async fn read(
    backend: &Backend,
    headers: &HeaderMap,
    body: &[u8],
    only_check: bool,
) -> Result<EventFileReport, Error> {
    let key = bearer(headers).ok_or(Error::SignedOut)?;
    let scope = backend.key_scope(&key).await?.ok_or(Error::SignedOut)?;
    backend.read_events(&scope, body, only_check).await
}

fn told(report: &EventFileReport, dry_run: bool) -> serde_json::Value {
    let problems: Vec<_> = report
        .problems
        .iter()
        .map(|it| json!({ "line": it.line, "field": it.column, "problem": it.what }))
        .collect();
    json!({
        "dry_run": dry_run, "rows": report.rows, "accepted": report.good, "duplicates": report.duplicates,
        "faulty": report.faulty, "problems": problems, "ignored_columns": report.ignored,
    })
}

fn refused(status: StatusCode, what: &str) -> Response {
    (status, Json(json!({ "error": what }))).into_response()
}
