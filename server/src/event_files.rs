//! Tables of events: an upload by a plain form, and a template. The endpoint for programs is in [`crate::api`].

use app::ssr::Preferences;
use axum::{
    Extension,
    extract::{Multipart, State},
    response::{IntoResponse, Redirect, Response},
};
use backend::{Backend, Scope};
use domain::{Permission, console::EventFileReport};

use crate::{
    advertiser_files::{chosen, table},
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
