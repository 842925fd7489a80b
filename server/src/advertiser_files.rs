//! Tables of advertisers in and out: an upload by a plain form, a template, and the list as CSV.

use app::{FleetQuery, ssr::Preferences};
use axum::{
    Extension,
    extract::{Multipart, RawQuery, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use backend::{Backend, Scope};
use domain::{Permission, console::FileReport};

use crate::problem;

/// The page with the form.
const PAGE: &str = "/advertisers/import";

/// `POST /advertisers/import/upload`: the page shows what the check found.
pub(crate) async fn upload(
    State(backend): State<Backend>,
    scope: Extension<Scope>,
    preferences: Option<Extension<Preferences>>,
    form: Multipart,
) -> Response {
    if let Err(error) = scope.require(Permission::ManageAdvertisers) {
        return problem::of(&error, preferences.as_deref()).into_response();
    }
    let bytes = match chosen(form, FileReport::LARGEST).await {
        Ok(bytes) => bytes,
        Err(why) => return Redirect::to(&format!("{PAGE}?problem={why}")).into_response(),
    };
    match backend.upload_advertisers(&scope, &bytes).await {
        Ok(file) => Redirect::to(&format!("{PAGE}?file={file}")).into_response(),
        Err(error) => problem::of(&error, preferences.as_deref()).into_response(),
    }
}

/// The chosen file of at most so many bytes, or what the page is to say of it.
pub(crate) async fn chosen(mut form: Multipart, largest: usize) -> Result<Vec<u8>, &'static str> {
    while let Some(mut field) = form.next_field().await.map_err(|_| "too_large")? {
        if field.name() != Some("file") || field.file_name().is_none_or(str::is_empty) {
            continue;
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|_| "too_large")? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > largest {
                return Err("too_large");
            }
        }
        return Ok(bytes);
    }
    Err("no_file")
}

/// `GET /advertisers/import/template.csv`.
pub(crate) async fn template() -> Response {
    table("patchbay-template.csv", backend::advertiser_file_template())
}

/// `GET /advertisers/export.csv`: what the list of the same query shows, all of its pages.
pub(crate) async fn export(
    State(backend): State<Backend>,
    scope: Extension<Scope>,
    preferences: Option<Extension<Preferences>>,
    RawQuery(query): RawQuery,
) -> Response {
    let filter = FleetQuery::parse(query.as_deref().unwrap_or_default()).in_the_list();
    match backend.export_advertisers(&scope, &filter).await {
        Ok(bytes) => table("advertisers.csv", bytes),
        Err(error) => problem::of(&error, preferences.as_deref()).into_response(),
    }
}

pub(crate) fn table(name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}
