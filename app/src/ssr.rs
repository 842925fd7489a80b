//! Natively only: the one door from pages and server functions to the backend, and the document around the console.

use backend::{
    AdvertiserDraft, Backend, InvitationDraft, KeyDraft, LinkDraft, NewKey, NewLink, NewSession,
    PartnerChange, Scope,
};
use domain::{
    AdvertiserId, ConnectAttemptId, Language, LinkKind, RequestId, TimeZone, Why,
    console::PastedStage,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, error::ServerFnUrlError},
};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;
use serde::{Serialize, de::DeserializeOwned};

pub use crate::preferences::{IsDemo, Preferences, Theme};
use crate::{
    App, Error,
    address::escape,
    api::{
        advertisers::AdvertiserForm,
        keys::{KeyForm, KeyMade},
        links::{LinkForm, LinkWritten},
        people::InviteForm,
    },
    components::{CameBack, Kept},
    error::Conflict,
};

/// The name of the cookie that holds the session.
pub const SESSION_COOKIE: &str = "__Host-session";

/// The name of the cookie that holds the language of a browser.
pub const LANGUAGE_COOKIE: &str = "__Host-language";

/// Keeps what was typed into a form over one redirect, for browsers without JavaScript.
const TYPED_COOKIE: &str = "__Host-typed";

/// Tells what a form was answered over one redirect, for such browsers too.
const TOLD_COOKIE: &str = "__Host-told";

/// More does not fit into a cookie that every browser keeps.
const TYPED_LIMIT: usize = 3_500;

/// Where a request came from, as a text: failed sign-ins are counted by it. Set by the edge.
#[derive(Clone, Debug)]
pub struct ClientAddress(
    /// The address.
    pub String,
);

/// The application. Provided by the edge to every page and server function.
///
/// # Errors
/// When it was not, which is a fault of ours.
pub fn backend() -> Result<Backend, Error> {
    use_context().ok_or_else(|| fault("no backend was provided"))
}

/// Who is asking.
///
/// # Errors
/// [`Error::SignedOut`] for a stranger, with the status set.
pub fn scope() -> Result<Scope, Error> {
    extension().ok_or_else(|| backend::Error::SignedOut.into())
}

/// Something that the edge put beside the request.
pub fn extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    use_context::<Parts>()?.extensions.get().cloned()
}

/// The browser's own name for itself, or empty.
pub(crate) fn user_agent() -> String {
    header_text(header::USER_AGENT).unwrap_or_default()
}

/// Whether everything here is simulated.
pub(crate) fn is_demo() -> bool {
    use_context::<IsDemo>().is_some_and(|IsDemo(is_demo)| is_demo)
}

/// Where the request came from.
pub(crate) fn client_address() -> String {
    extension::<ClientAddress>()
        .map(|ClientAddress(address)| address)
        .unwrap_or_default()
}

/// Puts a new session's cookie into the answer. The language stays the browser's until somebody chooses one here.
pub(crate) fn set_session(session: &NewSession) {
    append_cookie(&session_cookie(
        session.token.expose(),
        session.lifetime.num_seconds(),
    ));
}

/// Remembers the language of this browser.
pub(crate) fn set_language(language: Language) {
    append_cookie(&language_cookie(language));
}

/// The `Set-Cookie` value of a chosen language, for a year.
#[must_use]
pub fn language_cookie(language: Language) -> String {
    format!(
        "{LANGUAGE_COOKIE}={language}; Path=/; Max-Age=31536000; Secure; SameSite=Lax; HttpOnly"
    )
}

/// Where somebody begins who has just signed in.
///
/// # Errors
/// When the database fails.
pub(crate) async fn home(session: &NewSession) -> Result<String, Error> {
    let backend = backend()?;
    let scope = backend
        .session(&session.token)
        .await?
        .ok_or(backend::Error::SignedOut)?;
    let account = backend.own_account(&scope).await?;
    Ok(match account.advertiser {
        Some(_) if account.advertisers > 1 => "/account/advertisers".to_owned(),
        Some(_) => "/status".to_owned(),
        None => "/".to_owned(),
    })
}

/// Leads to the page on which a pasted token is decided about, or to what became of it.
///
/// # Errors
/// Those of [`Backend::pasted_token`].
pub(crate) async fn lead_on_with_token(
    owner: AdvertiserId,
    attempt: ConnectAttemptId,
) -> Result<(), Error> {
    let token = backend()?.pasted_token(&scope()?, owner, attempt).await?;
    let page = match token.stage {
        PastedStage::Keep | PastedStage::NameAssets => "/token",
        PastedStage::Over => "",
    };
    leptos_axum::redirect(&format!("/advertisers/{owner}/connect/{attempt}{page}"));
    Ok(())
}

/// Saves one section of the settings.
pub(crate) async fn save_partner(scope: &Scope, change: PartnerChange) -> Result<(), Error> {
    Ok(backend()?.save_partner(scope, change).await?)
}

/// A field that may stay empty.
pub(crate) fn optional<T: std::str::FromStr<Err = Why>>(
    field: &'static str,
    text: &str,
) -> Result<Option<T>, Error> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(invalid(field)),
    }
}

/// A whole number; what is none is 0, which no field takes, so that each of them names its own bounds.
pub(crate) fn number(text: &str) -> u32 {
    text.trim().parse().unwrap_or_default()
}

/// The `Set-Cookie` value of a session that lives for so many seconds.
#[must_use]
pub fn session_cookie(token: &str, seconds: i64) -> String {
    format!("{SESSION_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}")
}

/// The name of a language's catalogue below `/text/`.
#[must_use]
pub fn text_file_name(language: Language) -> String {
    format!("{language}-{}.json", text::catalogue_hash(language))
}

/// Remembers what was typed when `result` is a failure and the browser has no JavaScript: it will be shown again on the
/// page to which the browser is sent back. Give it no password.
///
/// # Errors
/// Those of `result`.
pub(crate) fn keep<F: Serialize, T>(form: &F, result: Result<T, Error>) -> Result<T, Error> {
    if result.is_err() && is_plain_form() {
        remember(TYPED_COOKIE, form);
    }
    result
}

/// Remembers what the server function `S` answers when the browser has no JavaScript: the page to which it is sent back
/// says it, once.
///
/// # Errors
/// Those of `result`.
pub(crate) fn tell<S>(result: Result<S::Output, Error>) -> Result<S::Output, Error>
where
    S: ServerFn<Error = Error>,
    S::Output: Serialize,
{
    if let Ok(answer) = &result
        && is_plain_form()
        && let Ok(json) = serde_json::to_string(answer)
    {
        let told = CameBack {
            path: S::PATH.to_owned(),
            answer: Ok(json),
        };
        remember(TOLD_COOKIE, &told);
    }
    result
}

/// Puts something into a cookie for the next page.
fn remember<F: Serialize>(cookie: &str, what: &F) {
    let Ok(json) = serde_json::to_string(what) else {
        return;
    };
    let value = escape(&json);
    if value.len() <= TYPED_LIMIT {
        append_cookie(&format!(
            "{cookie}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60"
        ));
    }
}

/// What is in such a cookie.
fn remembered<F: DeserializeOwned>(cookie: &str) -> Option<F> {
    let cookies = header_text(header::COOKIE)?;
    let value = cookies
        .split(';')
        .find_map(|pair| pair.trim().strip_prefix(cookie)?.strip_prefix('='))?;
    serde_json::from_str(&percent_decode(value)?).ok()
}

/// Takes such a cookie back: what it holds is said once.
fn forget(cookie: &str) {
    append_cookie(&format!(
        "{cookie}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"
    ));
}

/// What came back of a form that the browser sent by itself: the error in the address, or what [`tell`] remembered.
fn came_back() -> Option<CameBack> {
    let part = |name: &str| {
        let parts = use_context::<Parts>()?;
        let value = parts
            .uri
            .query()?
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        percent_decode(value)
    };
    if let (Some(path), Some(error)) = (part("__path"), part("__err")) {
        let answer = Err(ServerFnUrlError::decode_err(&error));
        return Some(CameBack { path, answer });
    }
    let told = remembered(TOLD_COOKIE)?;
    forget(TOLD_COOKIE);
    Some(told)
}

/// The document around the console.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let preferences = extension::<Preferences>().unwrap_or_default();
    provide_context(preferences);
    let came_back = came_back();
    let failed = came_back.as_ref().is_some_and(|came| came.answer.is_err());
    if failed && let Some(json) = remembered::<serde_json::Value>(TYPED_COOKIE) {
        provide_context(Kept(json.to_string()));
        forget(TYPED_COOKIE);
    }
    let came_back = came_back.map(|came_back| {
        let json = serde_json::to_string(&came_back).unwrap_or_default();
        provide_context(came_back);
        view! { <meta name=CameBack::META content=json/> }
    });
    let text_url = format!("/text/{}", text_file_name(preferences.language));
    view! {
        <!DOCTYPE html>
        <html lang=preferences.language.as_str() data-theme=preferences.theme.map(Theme::attribute)>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                {came_back}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href="/pkg/patchbay.css"/>
                <link as="fetch" rel="preload" crossorigin="anonymous" id="text" href=text_url/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body class="min-h-dvh bg-base-200 text-base-content">
                <App/>
            </body>
        </html>
    }
}

impl From<backend::Error> for Error {
    /// Sets the answer's status, and logs what is ours to look at; the browser learns no more than it may.
    fn from(error: backend::Error) -> Self {
        let (status, told) = match error {
            backend::Error::SignedOut => (StatusCode::UNAUTHORIZED, Self::SignedOut),
            backend::Error::Forbidden => (StatusCode::FORBIDDEN, Self::Forbidden),
            backend::Error::NotFound(_) => (StatusCode::NOT_FOUND, Self::NotFound),
            backend::Error::Invalid { field, why } => {
                (StatusCode::UNPROCESSABLE_ENTITY, Self::invalid(field, why))
            }
            backend::Error::WrongPassword => {
                (StatusCode::UNPROCESSABLE_ENTITY, Self::WrongPassword)
            }
            backend::Error::Conflict(conflict) => {
                (StatusCode::CONFLICT, Self::Conflict(conflict.into()))
            }
            backend::Error::TooMany(wait) => (
                StatusCode::TOO_MANY_REQUESTS,
                Self::TooMany {
                    seconds: wait.as_secs(),
                },
            ),
            backend::Error::Graph(failure) => {
                tracing::warn!(
                    error = &failure as &dyn std::error::Error,
                    "Meta failed a request of a page."
                );
                (
                    StatusCode::BAD_GATEWAY,
                    Self::Meta {
                        refused: failure.refusal().is_some(),
                    },
                )
            }
            failure @ (backend::Error::Db(_)
            | backend::Error::Sealed
            | backend::Error::Internal(_)) => {
                tracing::error!(
                    error = &failure as &dyn std::error::Error,
                    "A use case failed."
                );
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    Self::Internal {
                        reference: reference(),
                    },
                )
            }
        };
        set_status(status);
        told
    }
}

impl From<backend::Conflict> for Conflict {
    fn from(conflict: backend::Conflict) -> Self {
        match conflict {
            backend::Conflict::AdvertiserName => Self::AdvertiserName,
            backend::Conflict::AdvertiserReference => Self::AdvertiserReference,
            backend::Conflict::NoSubscription => Self::NoSubscription,
            backend::Conflict::PayloadErased => Self::PayloadErased,
            backend::Conflict::StaffEmail => Self::StaffEmail,
            backend::Conflict::AlreadyInvited => Self::AlreadyInvited,
            backend::Conflict::AlreadyMember => Self::AlreadyMember,
            backend::Conflict::OtherPeople => Self::OtherPeople,
            backend::Conflict::InvitationOver => Self::InvitationOver,
            backend::Conflict::KeyOver => Self::KeyOver,
            backend::Conflict::LastOwner => Self::LastOwner,
            backend::Conflict::LinkOver => Self::LinkOver,
            backend::Conflict::AdvertiserArchived => Self::AdvertiserArchived,
            backend::Conflict::EventState => Self::EventState,
            backend::Conflict::AttemptMoved => Self::AttemptMoved,
            backend::Conflict::WebhookGone => Self::WebhookGone,
        }
    }
}

/// A field that did not parse on the way in.
pub(crate) fn invalid(field: &'static str) -> impl Fn(domain::Why) -> Error {
    move |why| backend::Error::invalid(field, why).into()
}

/// An id in a URL that is none: the same answer as for an unknown one.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T, Error> {
    text.parse()
        .map_err(|_| backend::Error::NotFound("page").into())
}

/// The same where an empty text stands for none.
pub(crate) fn some_id<T: std::str::FromStr>(text: &str) -> Result<Option<T>, Error> {
    match text {
        "" => Ok(None),
        text => id(text).map(Some),
    }
}

/// A path of the console, never another host's address.
pub(crate) fn own_path(path: &str) -> &str {
    let is_own =
        path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    if is_own { path } else { "/advertisers" }
}

impl AdvertiserForm {
    /// What the form says, with the email that is not kept with it, if it can be taken.
    pub(crate) fn draft(&self, contact_email: &str) -> Result<AdvertiserDraft, Error> {
        let days = self.payload_days.trim();
        Ok(AdvertiserDraft {
            contact_email: (!contact_email.trim().is_empty())
                .then(|| contact_email.parse().map_err(invalid("contact_email")))
                .transpose()?,
            payload_days: (!days.is_empty()).then(|| number(days)),
            name: self.name.parse().map_err(invalid("name"))?,
            language: self
                .language
                .parse()
                .map_err(|_| invalid("language")(Why::NotAChoice))?,
            time_zone: self
                .time_zone
                .parse::<TimeZone>()
                .map_err(invalid("time_zone"))?
                .to_string(),
            reference: self.reference.clone(),
        })
    }
}

impl InviteForm {
    /// What the form says, if it can be taken.
    pub(crate) fn draft(&self) -> Result<InvitationDraft, Error> {
        Ok(InvitationDraft {
            email: self.email.parse().map_err(invalid("email"))?,
            role: self
                .role
                .parse()
                .map_err(|_| invalid("role")(Why::NotAChoice))?,
            language: self
                .language
                .parse()
                .map_err(|_| invalid("language")(Why::NotAChoice))?,
            days: number(&self.days),
        })
    }
}

impl LinkForm {
    /// What the form says, if it can be taken.
    pub(crate) fn draft(&self, email: &str) -> Result<LinkDraft, Error> {
        let channel = |channel: &String| {
            let parsed = channel.parse();
            parsed.map_err(|_| invalid("channels")(Why::NotAChoice))
        };
        let email = email.trim();
        let kind = self
            .kind
            .parse()
            .map_err(|_| invalid("kind")(Why::NotAChoice))?;
        // Without JavaScript the boxes stay ticked whatever the link is for.
        let channels = match kind {
            LinkKind::Connect => self
                .channels
                .iter()
                .map(channel)
                .collect::<Result<_, _>>()?,
            LinkKind::Status => Vec::new(),
        };
        Ok(LinkDraft {
            kind,
            channels,
            language: self
                .language
                .parse()
                .map_err(|_| invalid("language")(Why::NotAChoice))?,
            days: self
                .days
                .trim()
                .parse()
                .map_err(|_| invalid("days")(Why::NotAChoice))?,
            is_trusted: !self.trusted.is_empty(),
            email: match email.is_empty() {
                true => None,
                false => Some(email.parse().map_err(invalid("email"))?),
            },
        })
    }
}

impl KeyForm {
    /// What the form says, if it can be taken.
    pub(crate) fn draft(&self) -> Result<KeyDraft, Error> {
        let scope = |scope: &String| {
            let parsed = scope.parse::<domain::KeyScope>();
            parsed.map_err(|_| invalid("scopes")(Why::NotAChoice))
        };
        let days = self.days.trim();
        Ok(KeyDraft {
            name: self.name.parse().map_err(invalid("name"))?,
            scopes: self.scopes.iter().map(scope).collect::<Result<_, _>>()?,
            days: match days.is_empty() {
                true => None,
                false => Some(days.parse().map_err(|_| invalid("days")(Why::NotAChoice))?),
            },
        })
    }
}

impl From<NewKey> for KeyMade {
    fn from(key: NewKey) -> Self {
        Self {
            key: key.expose().to_owned(),
        }
    }
}

impl From<NewLink> for LinkWritten {
    fn from(link: NewLink) -> Self {
        Self {
            url: link.expose().to_owned(),
            is_mailed: link.is_mailed,
        }
    }
}

fn fault(what: &'static str) -> Error {
    backend::Error::Internal(what).into()
}

fn reference() -> String {
    extension::<RequestId>()
        .map(|id| id.to_string())
        .unwrap_or_default()
}

/// A status would replace the redirect of a form that was sent without JavaScript, so such a form gets none.
pub(crate) fn set_status(status: StatusCode) {
    if !is_plain_form()
        && let Some(response) = use_context::<ResponseOptions>()
    {
        response.set_status(status);
    }
}

pub(crate) fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        parts.method == Method::POST
            && text_of(&parts.headers, header::ACCEPT)
                .is_some_and(|accept| accept.contains("text/html"))
    })
}

fn append_cookie(cookie: &str) {
    if let (Some(response), Ok(value)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(cookie),
    ) {
        response.append_header(header::SET_COOKIE, value);
    }
}

fn header_text(name: HeaderName) -> Option<String> {
    text_of(&use_context::<Parts>()?.headers, name)
}

fn text_of(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The inverse of [`escape`].
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(own_path(elsewhere), "/advertisers", "{elsewhere}");
        }
    }

    #[test]
    fn what_was_typed_survives_a_cookie() {
        for text in ["", "{\"name\":\"花屋; \\\"50%\\\"\"}", "a=b, c"] {
            let encoded = escape(text);
            assert!(
                encoded
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte))
            );
            assert_eq!(percent_decode(&encoded).as_deref(), Some(text));
        }
        assert_eq!(percent_decode("%F"), None);
        assert_eq!(percent_decode("%FF"), None);
    }
}
