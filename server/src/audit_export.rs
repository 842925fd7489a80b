//! `GET /audit/export.csv`: the audit as a file, read and sent a part at a time.

use app::{api::audit_query::AuditQuery, ssr::Preferences};
use axum::{
    Extension,
    body::Body,
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
};
use backend::{AuditLine, Backend, Scope};
use domain::console::AuditFilter;
use futures::stream;

use crate::problem;

/// The first line. Names of ours, the same in every language: programs read them.
const HEAD: &str =
    "at,actor_kind,actor,action,sentence,advertiser,advertiser_name,object,request,detail\r\n";
/// So that spreadsheets take the file for UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The file for the filters of the query. What fails after its beginning cuts it off, so that half a file is not taken
/// for a whole one.
pub(crate) async fn export(
    State(backend): State<Backend>,
    RawQuery(query): RawQuery,
    Extension(scope): Extension<Scope>,
    preferences: Option<Extension<Preferences>>,
) -> Response {
    let filter = AuditFilter {
        after: None,
        ..AuditQuery::parse(&query.unwrap_or_default()).filter()
    };
    let (lines, next) = match backend.export_audit(&scope, &filter).await {
        Ok(first) => first,
        Err(error) => return problem::of(&error, preferences.as_deref()).into_response(),
    };
    let first = format!("{BYTE_ORDER_MARK}{HEAD}{}", written(&lines));
    let parts = stream::try_unfold((Some(first), next, filter), move |(first, next, filter)| {
        let (backend, scope) = (backend.clone(), scope.clone());
        async move {
            if let Some(first) = first {
                return Ok(Some((first, (None, next, filter))));
            }
            let Some(after) = next else { return Ok(None) };
            let filter = AuditFilter {
                after: Some(after),
                ..filter
            };
            let (lines, next) = backend.export_audit(&scope, &filter).await?;
            Ok::<_, backend::Error>(Some((written(&lines), (None, next, filter))))
        }
    });
    (
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
            (
                header::CONTENT_DISPOSITION,
                "attachment; filename=\"audit.csv\"",
            ),
            (header::CACHE_CONTROL, "no-store"),
        ],
        Body::from_stream(parts),
    )
        .into_response()
}

fn written(lines: &[AuditLine]) -> String {
    let mut text = String::new();
    for line in lines {
        let advertiser = line.advertiser.map(|id| id.to_string()).unwrap_or_default();
        let cells = [
            line.at.to_rfc3339(),
            line.actor_kind.clone(),
            line.who.clone(),
            line.action.clone(),
            line.what.clone(),
            advertiser,
            line.advertiser_name.clone(),
            line.object.clone(),
            line.request.clone(),
            line.detail.to_string(),
        ];
        text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell in quotes. One that a spreadsheet would run as a formula begins with an apostrophe instead.
fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn no_cell_is_a_formula_and_quotes_are_doubled() {
        for (cell, written) in [
            ("Hana", "\"Hana\""),
            ("=1+1", "\"'=1+1\""),
            ("@x", "\"'@x\""),
            ("a \"b\", c", "\"a \"\"b\"\", c\""),
        ] {
            assert_eq!(quoted(cell), written);
        }
    }
}
