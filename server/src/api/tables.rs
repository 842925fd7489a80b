//! Tables of events, for programs; the console's page for people is [`crate::event_files`].

use axum::{
    Json,
    extract::{Request, State},
    response::Response,
};
use domain::console::EventFileReport;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    problem::{Problem, ProblemDetails},
    request::answer,
};
use crate::Edge;

/// How to take a table.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TableQuery {
    /// Whether the table is only to be checked.
    #[serde(default)]
    dry_run: bool,
}

/// What became of a table.
#[derive(Serialize, ToSchema)]
pub(super) struct TakenTable {
    /// Whether it was only checked.
    dry_run: bool,
    /// Rows below the heading.
    rows: u32,
    /// Rows that keep every rule: committed, unless it was only checked.
    accepted: u32,
    /// Of those, the ones that were seen before: recorded, and never sent.
    duplicates: u32,
    /// Rows with a problem: left out.
    faulty: u32,
    /// The first problems, one for each such row.
    problems: Vec<RowProblem>,
    /// Headings that mean nothing here.
    ignored_columns: Vec<String>,
}

/// What is wrong with one row.
#[derive(Serialize, ToSchema)]
pub(super) struct RowProblem {
    /// Its line in the file, the heading being 1.
    line: u64,
    /// The column's heading; none for the row as a whole.
    column: Option<String>,
    /// What.
    problem: String,
}

/// Send a table of events
///
/// CSV with a heading row; the console's page *Upload events* has a template with every column. Good rows are taken and each
/// other is answered with what is wrong with it. Sending a table again is safe:
/// rows that were seen before are not sent twice.
#[utoipa::path(
    post,
    path = "/api/v1/events.csv",
    tag = "native",
    params(TableQuery),
    request_body(content = String, content_type = "text/csv", description = "UTF-8, at most 3 MB and 10,000 rows"),
    responses(
        (status = 200, description = "Good rows are committed, unless it was only checked", body = TakenTable),
        (status = 400, description = "The request cannot be read", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No API key, or not a valid one", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks `events:write`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "Not a table of events: nothing is taken", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests of this key; see `Retry-After`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Try again", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn send_table(State(edge): State<Edge>, request: Request) -> Response {
    let backend = &edge.backend;
    answer(&edge, request, |mut called| async move {
        let TableQuery { dry_run } = called.query().await?;
        let bytes = called.bytes().await?;
        if bytes.len() > EventFileReport::LARGEST {
            return Err(Problem::too_large("Send 3 MB at most."));
        }
        let report = backend.read_events(&called.scope, &bytes, dry_run).await?;
        if !report.refused.is_empty() {
            let title = "The table cannot be read";
            return Err(Problem::refused("invalid-table", title, report.refused));
        }
        Ok(Json(TakenTable::new(report, dry_run)))
    })
    .await
}

impl TakenTable {
    fn new(report: EventFileReport, dry_run: bool) -> Self {
        let problems = report.problems.into_iter().map(|it| RowProblem {
            line: it.line,
            column: it.column.map(|column| column.to_string()),
            problem: it.what,
        });
        Self {
            dry_run,
            rows: report.rows,
            accepted: report.good,
            duplicates: report.duplicates,
            faulty: report.faulty,
            problems: problems.collect(),
            ignored_columns: report.ignored,
        }
    }
}
