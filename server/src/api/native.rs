//! `/api/v1`: events by business data alone, what became of them, and connections.

use std::str::FromStr;

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use backend::{About, BusinessEvent, NotTaken, Refusal, Scope};
use chrono::{DateTime, Utc};
use domain::{EventId, EventSource, Language, console::EventFilter};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use text::Text;

use super::{
    access,
    problem::{Problem, ProblemDetails, request_id},
    shapes::{
        ConnectionList, ConnectionsQuery, EventList, EventsQuery, ListedEvent, NewEvent,
        ReadConnection, ReadEvent, TakenEvent,
    },
};
use crate::Edge;

/// The last moment that an id can be of.
const LAST_MS: i64 = 253_402_300_799_000;

/// Record one event
///
/// Business data alone: whom the event is about is looked up among those who wrote, and what Meta must be told of them is
/// filled in. A message that Patchbay has received and not yet read is read first.
#[utoipa::path(
    post,
    path = "/api/v1/events",
    tag = "native",
    request_body = NewEvent,
    responses(
        (status = 201, description = "Committed", body = TakenEvent),
        (status = 200, description = "Seen before: recorded, and never sent", body = TakenEvent),
        (status = 400, description = "The request cannot be read", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No API key, or not a valid one", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks `events:write`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "No such connection", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "A rule is broken, or there is nothing to attribute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests of this key; see `Retry-After`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Try again", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn record_event(State(edge): State<Edge>, request: Request) -> Response {
    let id = request_id(&request);
    let taking = async {
        let (scope, request) = called(&edge, request).await?;
        let event = business_event(&read_body(request).await?)?;
        let taken = edge
            .backend
            .record_event(&scope, &event, EventSource::Api)
            .await
            .map_err(|error| Problem::of(&error))?;
        taken.map_err(|not| match not {
            NotTaken::NothingToAttribute => Problem::nothing_to_attribute(),
            NotTaken::Refused(refusal) => refused(&refusal),
        })
    };
    match taking.await {
        Err(problem) => problem.quoting(id).into_response(),
        Ok(accepted) => {
            let status = match accepted.duplicate_of {
                None => StatusCode::CREATED,
                Some(_) => StatusCode::OK,
            };
            let text = Text::new(Language::En);
            let place = format!("/api/v1/events/{}", accepted.id);
            let taken = TakenEvent {
                id: accepted.id.to_string(),
                duplicate_of: accepted.duplicate_of.map(|first| first.to_string()),
                warnings: accepted
                    .warnings
                    .iter()
                    .map(|warning| text.problem(*warning))
                    .collect(),
            };
            (status, [(header::LOCATION, place)], Json(taken)).into_response()
        }
    }
}

/// List events
///
/// Newest first, a page at a time. Nobody's identifier is shown.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    tag = "native",
    params(EventsQuery),
    responses(
        (status = 200, description = "A page", body = EventList),
        (status = 400, description = "A parameter cannot be read", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No API key, or not a valid one", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks `events:read`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "No such advertiser", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests of this key; see `Retry-After`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Try again", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn list_events(State(edge): State<Edge>, request: Request) -> Response {
    let id = request_id(&request);
    let listing = async {
        let (scope, request) = called(&edge, request).await?;
        let filter = filter(&read_query(request).await?)?;
        let page = edge.backend.events(&scope, &filter).await;
        page.map_err(|error| Problem::of(&error))
    };
    match listing.await {
        Err(problem) => problem.quoting(id).into_response(),
        Ok(page) => Json(EventList {
            events: page.rows.into_iter().map(ListedEvent::from).collect(),
            next: page.next.map(|next| next.to_string()),
        })
        .into_response(),
    }
}

/// Read one event
///
/// What became of it, with every request that carried it.
#[utoipa::path(
    get,
    path = "/api/v1/events/{id}",
    tag = "native",
    params(("id" = String, Path, description = "The event's id", example = "evt_0192f0c17e5b7c3a9d1e2f3a4b5c6d7e")),
    responses(
        (status = 200, description = "The event", body = ReadEvent),
        (status = 401, description = "No API key, or not a valid one", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks `events:read`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "No such event", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests of this key; see `Retry-After`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Try again", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn read_event(State(edge): State<Edge>, request: Request) -> Response {
    let id = request_id(&request);
    let reading = async {
        let (scope, request) = called(&edge, request).await?;
        let event: EventId = path(request)
            .await?
            .parse()
            .map_err(|_| Problem::not_found("event"))?;
        let read = edge.backend.event(&scope, event).await;
        read.map_err(|error| Problem::of(&error))
    };
    match reading.await {
        Err(problem) => problem.quoting(id).into_response(),
        Ok(event) => Json(ReadEvent::from(event)).into_response(),
    }
}

/// List connections
///
/// Newest first, a page at a time.
#[utoipa::path(
    get,
    path = "/api/v1/connections",
    tag = "native",
    params(ConnectionsQuery),
    responses(
        (status = 200, description = "A page", body = ConnectionList),
        (status = 400, description = "A parameter cannot be read", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No API key, or not a valid one", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks `connections:read`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "No such advertiser", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests of this key; see `Retry-After`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Try again", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn list_connections(State(edge): State<Edge>, request: Request) -> Response {
    let id = request_id(&request);
    let listing = async {
        let (scope, request) = called(&edge, request).await?;
        let query: ConnectionsQuery = read_query(request).await?;
        let advertiser = parsed("advertiser", query.advertiser.as_deref())?;
        let after = parsed("after", query.after.as_deref())?;
        let listed = edge
            .backend
            .list_connections(&scope, advertiser, after)
            .await;
        listed.map_err(|error| Problem::of(&error))
    };
    match listing.await {
        Err(problem) => problem.quoting(id).into_response(),
        Ok((connections, next)) => Json(ConnectionList {
            connections: connections.into_iter().map(ReadConnection::from).collect(),
            next: next.map(|next| next.to_string()),
        })
        .into_response(),
    }
}

/// Any other address below `/api/v1`.
pub(super) async fn unknown(request: Request) -> Response {
    Problem::not_found("address")
        .quoting(request_id(&request))
        .into_response()
}

/// Who calls.
async fn called(edge: &Edge, request: Request) -> Result<(Scope, Request), Problem> {
    let key = access::key(request.headers(), request.extensions(), None);
    let scope = access::scope(edge, key, request_id(&request)).await?;
    Ok((scope, request))
}

async fn read_body<T: DeserializeOwned>(request: Request) -> Result<T, Problem> {
    let bytes = Bytes::from_request(request, &()).await.map_err(|error| {
        match error.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
            _ => Problem::unreadable("The body cannot be read."),
        }
    })?;
    serde_json::from_slice(&bytes).map_err(|error| Problem::unreadable(without_values(&error)))
}

/// Where JSON went wrong. Not what stood there: serde would repeat it, and it may name a person.
fn without_values(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a field is missing, unknown or of another type",
        _ => "the body is not JSON",
    };
    format!("Line {}, column {}: {what}.", error.line(), error.column())
}

async fn read_query<T: DeserializeOwned + 'static>(request: Request) -> Result<T, Problem> {
    let (mut parts, _) = request.into_parts();
    let Query(query) = Query::from_request_parts(&mut parts, &())
        .await
        .map_err(|_| Problem::unreadable("The address's parameters cannot be read."))?;
    Ok(query)
}

async fn path(request: Request) -> Result<String, Problem> {
    let (mut parts, _) = request.into_parts();
    let Path(path) = Path::from_request_parts(&mut parts, &())
        .await
        .map_err(|_| Problem::not_found("event"))?;
    Ok(path)
}

fn parsed<T: FromStr>(name: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    match text {
        None => Ok(None),
        Some(text) => match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(Problem::parameter(
                name,
                "this is no value that it can have",
            )),
        },
    }
}

fn moment(name: &str, text: Option<&str>) -> Result<Option<i64>, Problem> {
    let moment: Option<DateTime<Utc>> = parsed(name, text)?;
    Ok(moment.map(|moment| moment.timestamp_millis().clamp(0, LAST_MS)))
}

fn filter(query: &EventsQuery) -> Result<EventFilter, Problem> {
    Ok(EventFilter {
        advertiser: parsed("advertiser", query.advertiser.as_deref())?,
        channel: parsed("channel", query.channel.as_deref())?,
        name: parsed("name", query.name.as_deref())?,
        state: parsed("state", query.state.as_deref())?,
        contact: parsed("contact", query.contact.as_deref())?,
        from_ms: moment("from", query.from.as_deref())?,
        until_ms: moment("until", query.until.as_deref())?,
        after: parsed("after", query.after.as_deref())?,
    })
}

fn business_event(event: &NewEvent) -> Result<BusinessEvent, Problem> {
    let no_id = |pointer: &'static str| move |_| Problem::invalid(pointer, "This is no id.");
    let about = match (&event.contact, &event.connection, &event.person) {
        (Some(contact), None, None) => About::Contact(contact.parse().map_err(no_id("/contact"))?),
        (None, Some(connection), Some(person)) => About::Person(
            connection.parse().map_err(no_id("/connection"))?,
            SecretString::from(person.as_str()),
        ),
        _ => {
            return Err(Problem::invalid(
                "",
                "Say whom the event is about: by contact alone, or by connection and person.",
            ));
        }
    };
    let test_code = event
        .test_event_code
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| Problem::invalid("/test_event_code", "This is no test code."))?;
    Ok(BusinessEvent {
        about,
        name: event.event_name.clone(),
        event_time: event.event_time,
        event_id: event.event_id.clone(),
        test_code,
        custom_data: event.custom_data(),
    })
}

fn refused(refusal: &Refusal) -> Problem {
    Problem::invalid(&refusal.native_pointer(), &refusal.sentence(Language::En))
}
