//! What Meta calls when somebody who logged in leaves, and the public page where they see how their request stands.
//!
//! Meta's signature is the authority of the two callbacks; whoever holds a code may see its page, which names nobody.

use app::ssr::Preferences;
use axum::{
    Extension, Form, Json,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use backend::{DeletionKind, DeletionStatus};
use serde::Deserialize;
use text::Text;

use crate::{problem, router::Edge};

#[derive(Deserialize)]
pub(crate) struct Callback {
    #[serde(default)]
    signed_request: String,
}

/// `POST /meta/deauthorize`: somebody removed our app.
pub(crate) async fn deauthorize(
    State(edge): State<Edge>,
    Form(callback): Form<Callback>,
) -> Response {
    answer(edge, DeletionKind::Deauthorize, &callback).await
}

/// `POST /meta/data-deletion`: somebody wants their data deleted.
pub(crate) async fn data_deletion(
    State(edge): State<Edge>,
    Form(callback): Form<Callback>,
) -> Response {
    answer(edge, DeletionKind::DataDeletion, &callback).await
}

async fn answer(edge: Edge, kind: DeletionKind, callback: &Callback) -> Response {
    let forgotten = edge.backend.forget_person(kind, &callback.signed_request);
    match forgotten.await {
        Ok(code) => match edge.public_url().join(&format!("deletion/{code}")) {
            Ok(url) => {
                Json(serde_json::json!({ "url": url, "confirmation_code": code })).into_response()
            }
            Err(_) => problem::broken().into_response(),
        },
        Err(backend::Error::Forbidden) => StatusCode::BAD_REQUEST.into_response(),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "Somebody who left could not be forgotten; Meta's callback was refused."
            );
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// `GET /deletion/{code}`.
pub(crate) async fn page(
    State(edge): State<Edge>,
    Extension(preferences): Extension<Preferences>,
    Path(code): Path<String>,
) -> Response {
    match edge.backend.deletion_status(&code).await {
        Ok(status) => shown(&code, status, preferences).into_response(),
        Err(error) => problem::of(&error, Some(&preferences)).into_response(),
    }
}

fn shown(code: &str, status: DeletionStatus, preferences: Preferences) -> Html<String> {
    let text = Text::new(preferences.language);
    let day = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%M UTC").to_string();
    let (state, what) = match (status.finished_at, status.was_known) {
        (Some(at), true) => (text.deletion_done(day(at)), text.deletion_erased()),
        (Some(at), false) => (text.deletion_done(day(at)), text.deletion_nothing()),
        (None, _) => (text.deletion_under_way().to_owned(), text.deletion_erased()),
    };
    // A code that was found is one that we made of hexadecimal digits.
    Html(format!(
        "<!DOCTYPE html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/pkg/patchbay.css\"></head>\
         <body class=\"bg-base-200 p-4 sm:p-8\"><main class=\"mx-auto max-w-xl space-y-4 rounded-box bg-base-100 p-6\">\
         <h1 class=\"text-xl font-semibold\">{title}</h1><p class=\"font-medium\">{state}</p><p>{what}</p>\
         <p class=\"text-muted\">{others}</p>\
         <dl class=\"text-sm\"><dt class=\"text-muted\">{received}</dt><dd>{at}</dd>\
         <dt class=\"mt-2 text-muted\">{code_is}</dt><dd class=\"break-all font-mono\">{code}</dd></dl></main></body></html>",
        language = preferences.language,
        title = text.deletion_title(),
        others = text.deletion_others(),
        received = text.deletion_received(),
        at = day(status.received_at),
        code_is = text.deletion_code(),
    ))
}
