//! `/api/v1`: events by business data alone, what became of them, and connections.

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use backend::{About, BusinessEvent, NotTaken, Refusal, Testing};
use chrono::{DateTime, Utc};
use domain::{EventId, EventSource, Language, console::EventFilter};
use secrecy::SecretString;
use text::Text;

use super::{
    problem::{Problem, ProblemDetails},
    request::{answer, parsed, request_id},
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
    let backend = &edge.backend;
    answer(&edge, request, |mut called| async move {
        let event = business_event(&called.json().await?)?;
        let taken = backend
            .record_event(&called.scope, &event, EventSource::Api)
            .await?;
        let accepted = taken.map_err(|not| match not {
            NotTaken::NothingToAttribute => Problem::nothing_to_attribute(),
            NotTaken::Refused(refusal) => refused(&refusal),
        })?;
        let status = match accepted.duplicate_of {
            None => StatusCode::CREATED,
            Some(_) => StatusCode::OK,
        };
        let text = Text::new(Language::En);
        let place = format!("/api/v1/events/{}", accepted.id);
        let ended = (accepted.testing == Testing::Ended).then(|| text.ingest_code_ended());
        let doubts = accepted.warnings.iter();
        let taken = TakenEvent {
            id: accepted.id.to_string(),
            duplicate_of: accepted.duplicate_of.map(|first| first.to_string()),
            warnings: doubts
                .map(|warning| text.problem(*warning))
                .chain(ended.map(str::to_owned))
                .collect(),
            is_test: accepted.testing == Testing::Marked,
        };
        Ok((status, [(header::LOCATION, place)], Json(taken)))
    })
    .await
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
    let backend = &edge.backend;
    answer(&edge, request, |mut called| async move {
        let filter = filter(&called.query().await?)?;
        let page = backend.events(&called.scope, &filter).await?;
        Ok(Json(EventList {
            events: page.rows.into_iter().map(ListedEvent::from).collect(),
            next: page.next.map(|next| next.to_string()),
        }))
    })
    .await
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
    let backend = &edge.backend;
    answer(&edge, request, |mut called| async move {
        let event: EventId = called.id("event").await?;
        let event = backend.event(&called.scope, event).await?;
        Ok(Json(ReadEvent::from(event)))
    })
    .await
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
    let backend = &edge.backend;
    answer(&edge, request, |mut called| async move {
        let query: ConnectionsQuery = called.query().await?;
        let advertiser = parsed("advertiser", query.advertiser.as_deref())?;
        let after = parsed("after", query.after.as_deref())?;
        let (connections, next) = backend
            .list_connections(&called.scope, advertiser, after)
            .await?;
        Ok(Json(ConnectionList {
            connections: connections.into_iter().map(ReadConnection::from).collect(),
            next: next.map(|next| next.to_string()),
        }))
    })
    .await
}

/// Any other address below `/api/v1`.
pub(super) async fn unknown(request: Request) -> Response {
    Problem::not_found("address")
        .quoting(request_id(&request))
        .into_response()
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
        order_id: order(query.order_id.as_deref())?,
        from_ms: moment("from", query.from.as_deref())?,
        until_ms: moment("until", query.until.as_deref())?,
        after: parsed("after", query.after.as_deref())?,
    })
}

/// An order number as an event may have it.
fn order(text: Option<&str>) -> Result<Option<String>, Problem> {
    match text.map(str::trim) {
        Some(text) if text.chars().any(char::is_control) => Err(Problem::parameter(
            "order_id",
            "this is no value that it can have",
        )),
        text => Ok(text.filter(|text| !text.is_empty()).map(str::to_owned)),
    }
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
