//! Language and theme, kept in cookies and changed by plain forms; and the texts of one language for the browser.

use app::ssr::{LANGUAGE_COOKIE, Preferences, Theme, language_cookie};
use axum::{
    Form,
    extract::{Path, Request},
    http::{StatusCode, header},
    middleware::Next,
    response::{AppendHeaders, IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use domain::Language;
use serde::Deserialize;

const THEME: &str = "__Host-theme";
const YEAR_SECONDS: u32 = 365 * 24 * 60 * 60;

/// Whether the reader has ever chosen a language.
pub(crate) fn is_language_chosen(jar: &CookieJar) -> bool {
    jar.get(LANGUAGE_COOKIE).is_some()
}

/// What was chosen, else what the browser asks for.
pub(crate) async fn read(jar: CookieJar, mut request: Request, next: Next) -> Response {
    let language = jar
        .get(LANGUAGE_COOKIE)
        .and_then(|cookie| cookie.value().parse().ok())
        .unwrap_or_else(|| {
            let accepted = request
                .headers()
                .get(header::ACCEPT_LANGUAGE)
                .and_then(|value| value.to_str().ok());
            Language::from_accept_language(accepted.unwrap_or_default())
        });
    let theme = jar
        .get(THEME)
        .and_then(|cookie| Theme::parse(cookie.value()));
    request
        .extensions_mut()
        .insert(Preferences { language, theme });
    next.run(request).await
}

#[derive(Deserialize)]
pub(crate) struct Choice {
    language: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    return_to: String,
}

/// `POST /preferences`.
pub(crate) async fn set(Form(choice): Form<Choice>) -> Response {
    let language = choice
        .language
        .and_then(|text| text.parse::<Language>().ok())
        .map(|language| (header::SET_COOKIE, language_cookie(language)));
    let theme = choice.theme.map(|text| match Theme::parse(&text) {
        Some(theme) => {
            let theme = theme.as_str();
            (
                header::SET_COOKIE,
                format!("{THEME}={theme}; Path=/; Max-Age={YEAR_SECONDS}; Secure; SameSite=Lax; HttpOnly"),
            )
        }
        None => (
            header::SET_COOKIE,
            format!("{THEME}=; Path=/; Max-Age=0; Secure; SameSite=Lax; HttpOnly"),
        ),
    });
    let cookies: Vec<_> = language.into_iter().chain(theme).collect();
    let back = [(header::LOCATION, own_path(&choice.return_to).to_owned())];
    (StatusCode::SEE_OTHER, AppendHeaders(cookies), back).into_response()
}

/// A path of the console, never another host's address.
fn own_path(path: &str) -> &str {
    let is_own =
        path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    if is_own { path } else { "/" }
}

/// `GET /text/{language}-{hash}.json`: its name changes with its content, so it may be kept for good.
pub(crate) async fn text_file(Path(file): Path<String>) -> Response {
    let language = Language::ALL
        .iter()
        .find(|language| app::ssr::text_file_name(**language) == file);
    match language {
        Some(language) => {
            let kept = "public, max-age=31536000, immutable";
            let headers = [
                (header::CONTENT_TYPE, "application/json; charset=utf-8"),
                (header::CACHE_CONTROL, kept),
            ];
            (headers, text::catalogue(*language)).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_sent_to_another_host() {
        assert_eq!(own_path("/events?state=parked"), "/events?state=parked");
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "",
            "javascript:alert(1)",
        ] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
