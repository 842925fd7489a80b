//! The few answers that are no page of the console: small, without script or style of their own, in the reader's words.

use app::ssr::Preferences;
use axum::{
    body::Body,
    http::{Response, StatusCode},
    response::{Html, IntoResponse},
};
use domain::Language;
use text::Text;
use tower_http::csrf::ProtectionError;
use url::Url;

/// A page that says what happened and offers one way on.
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    what: String,
    /// Where the way on leads.
    href: String,
    way_on: &'static str,
    language: Language,
}

impl IntoResponse for Problem {
    fn into_response(self) -> axum::response::Response {
        let page = format!(
            "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>{title}</title><link rel=\"stylesheet\" href=\"/pkg/patchbay.css\"></head>\
             <body class=\"p-8\"><main class=\"mx-auto max-w-xl\"><h1 class=\"text-xl font-semibold\">{title}</h1>\
             <p class=\"my-4\">{}</p><p><a class=\"link\" href=\"{}\">{}</a></p></main></body></html>",
            self.language,
            escape(&self.what),
            escape(&self.href),
            self.way_on,
            title = self.title,
        );
        (self.status, Html(page)).into_response()
    }
}

/// Something failed on our side; the log says what.
pub(crate) fn broken() -> Problem {
    let text = Text::new(Language::En);
    simple(
        StatusCode::INTERNAL_SERVER_ERROR,
        text.answer_broken_title(),
        text.answer_broken(),
    )
}

pub(crate) fn not_found() -> Problem {
    let text = Text::new(Language::En);
    simple(
        StatusCode::NOT_FOUND,
        text.answer_not_found_title(),
        text.answer_not_found(),
    )
}

/// What a plain route answers when its use case would not.
pub(crate) fn of(error: &backend::Error, preferences: Option<&Preferences>) -> Problem {
    let language = preferences.map_or(Language::En, |preferences| preferences.language);
    let text = Text::new(language);
    let problem = match error {
        backend::Error::NotFound(_) => simple(
            StatusCode::NOT_FOUND,
            text.answer_not_found_title(),
            text.answer_not_found(),
        ),
        backend::Error::Forbidden | backend::Error::SignedOut | backend::Error::WrongPassword => {
            simple(
                StatusCode::FORBIDDEN,
                text.answer_forbidden_title(),
                text.answer_forbidden(),
            )
        }
        backend::Error::Conflict(_)
        | backend::Error::Invalid { .. }
        | backend::Error::TooMany(_) => simple(
            StatusCode::CONFLICT,
            text.answer_conflict_title(),
            text.answer_conflict(),
        ),
        backend::Error::Graph(_)
        | backend::Error::Db(_)
        | backend::Error::Sealed
        | backend::Error::Internal(_) => {
            tracing::error!(error = error as &dyn std::error::Error, "A request failed.");
            simple(
                StatusCode::INTERNAL_SERVER_ERROR,
                text.answer_broken_title(),
                text.answer_broken(),
            )
        }
    };
    Problem {
        language,
        way_on: text.answer_home(),
        ..problem
    }
}

/// A page for who came by a link, and the link works no more.
pub(crate) fn visit_over(language: Language) -> Problem {
    let text = Text::new(language);
    Problem {
        status: StatusCode::FORBIDDEN,
        title: text.answer_visit_over_title(),
        what: text.answer_visit_over().to_owned(),
        href: "/sign-in".to_owned(),
        way_on: text.answer_visit_over_sign_in(),
        language,
    }
}

/// The console asked for at an address that is not its own.
pub(crate) fn elsewhere(own: &Url, language: Language) -> Problem {
    let text = Text::new(language);
    Problem {
        status: StatusCode::MISDIRECTED_REQUEST,
        title: text.answer_elsewhere_title(),
        what: text.answer_elsewhere(own),
        href: own.to_string(),
        way_on: text.answer_elsewhere_open(),
        language,
    }
}

/// A form posted from another site.
pub(crate) fn cross_site(_: ProtectionError) -> Response<Body> {
    let text = Text::new(Language::En);
    simple(
        StatusCode::FORBIDDEN,
        text.answer_cross_site_title(),
        text.answer_cross_site(),
    )
    .into_response()
}

fn simple(status: StatusCode, title: &'static str, what: &str) -> Problem {
    Problem {
        status,
        title,
        what: what.to_owned(),
        href: "/".to_owned(),
        way_on: Text::new(Language::En).answer_home(),
        language: Language::En,
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
