//! `POST /v{version}/{dataset_id}/events`: the request and the answers of Meta's own endpoint, so that whatever sends to
//! Meta today sends here by another host and another token.

use std::collections::HashMap;

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use backend::{EventBatch, Testing};
use domain::{EventSource, Language, RequestId, TestCode};
use serde::Serialize;
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use text::Text;
use url::form_urlencoded;
use utoipa::ToSchema;

use super::{
    access,
    envelope::{Envelope, Failure, trace},
    shapes::MetaEvents,
};
use crate::Edge;

/// Committed.
#[derive(Serialize, ToSchema)]
pub(super) struct Received {
    /// As many as were sent, duplicates included.
    events_received: usize,
    /// What is doubtful about events that were taken all the same; and that they went out live, where their test code has
    /// ended.
    messages: Vec<String>,
    /// What to quote when asking for help: the request's id.
    fbtrace_id: String,
}

/// Send events in Meta's shape
///
/// Request and answer are those of Meta's Conversions API for Business Messaging, so that Meta's own SDKs work with
/// Patchbay's address and an API key in place of the access token. The key may stand in the header, the address or the
/// body. A batch is taken whole or not at all; 200 means that it is committed. An event that was seen before within 35 days
/// is answered as a success and never sent again. A `test_event_code` holds for its dataset for 24 hours from the first event
/// that names it; after that events that name it are taken and sent as live events, without the code, and `messages` says
/// so. `action_source` must be `business_messaging`: conversions of a website or
/// an app belong to Meta's Conversions API for web or app.
#[utoipa::path(
    post,
    path = "/{version}/{dataset_id}/events",
    tag = "meta",
    params(
        ("version" = String, Path, description = "A version of the Graph API; any is taken", example = "v25.0"),
        ("dataset_id" = String, Path, description = "The dataset's id at Meta", example = "8800000000000001"),
        ("access_token" = Option<String>, Query, description = "The API key, where it is not in the header"),
    ),
    request_body(
        content(
            (MetaEvents = "application/json"),
            (MetaEvents = "application/x-www-form-urlencoded"),
            (MetaEvents = "multipart/form-data"),
        ),
        description = "`data` is a list of events, or of JSON texts that hold one each; in a form it is JSON as a text"
    ),
    responses(
        (status = 200, description = "Committed", body = Received),
        (status = 400, description = "Nothing was taken: `error_subcode` says why, `error_data` where", body = Envelope),
        (status = 401, description = "The API key is missing, unknown, revoked or expired (code 190)", body = Envelope),
        (status = 403, description = "The key lacks `events:write` (code 200), or called too often (code 4, with \
            `Retry-After` and `X-App-Usage`)", body = Envelope),
        (status = 413, description = "The request is larger than 4 MB", body = Envelope),
        (status = 503, description = "Try again (code 2)", body = Envelope),
    ),
)]
pub(super) async fn send_events(
    State(edge): State<Edge>,
    Path((version, dataset)): Path<(String, String)>,
    request: Request,
) -> Response {
    let id = request.extensions().get::<RequestId>().copied();
    match take(&edge, &version, &dataset, id, request).await {
        Ok(received) => Json(received).into_response(),
        Err(failure) => failure.quoting(id).into_response(),
    }
}

async fn take(
    edge: &Edge,
    version: &str,
    dataset: &str,
    id: Option<RequestId>,
    request: Request,
) -> Result<Received, Failure> {
    if !is_version(version) {
        return Err(Failure::unknown_path(&format!(
            "{version}/{dataset}/events"
        )));
    }
    let (headers, extensions) = (request.headers().clone(), request.extensions().clone());
    let body = read(request).await;
    // Who calls is told first, whatever they sent.
    let named = body.as_ref().ok().and_then(|body| body.text(access::TOKEN));
    let key = access::key(&headers, &extensions, named.as_deref());
    let scope = access::scope(edge, key, id).await?;
    let mut body = body?;
    let test_code = body.test_code()?;
    let data = body.data()?;
    let batch = EventBatch {
        dataset,
        events: data,
        test_code: test_code.as_ref(),
        source: EventSource::Ingest,
    };
    let taken = edge.backend.ingest_events(&scope, batch).await;
    let accepted = taken
        .map_err(|error| Failure::of(&error, dataset))?
        .map_err(|refusal| Failure::refused(&refusal))?;
    let text = Text::new(Language::En);
    // The code is the request's: one sentence for all of them.
    let ended = accepted.iter().any(|event| event.testing == Testing::Ended);
    let ended = ended.then(|| format!("test_event_code: {}", text.ingest_code_ended()));
    let messages = accepted.iter().enumerate().flat_map(|(index, event)| {
        let said = event.warnings.iter();
        said.map(move |warning| format!("data[{index}]: {}", text.problem(*warning)))
    });
    Ok(Received {
        events_received: accepted.len(),
        messages: ended.into_iter().chain(messages).collect(),
        fbtrace_id: trace(id),
    })
}

/// `v25.0`, or `v25`.
fn is_version(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.strip_prefix('v').is_some_and(|number| {
        let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
        digits(major) && digits(minor)
    })
}

/// A body of any kind: its fields by their names, each still a text.
struct Body(HashMap<String, Box<RawValue>>);

/// Whatever a client calls it: JSON, a form, or a form in parts.
async fn read(request: Request) -> Result<Body, Failure> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if kind.starts_with("multipart/form-data") {
        return read_parts(request).await;
    }
    let bytes = Bytes::from_request(request, &())
        .await
        .map_err(|error| unread(error.into_response().status()))?;
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    match serde_json::from_slice(&bytes) {
        Ok(fields) if !is_form => Ok(Body(fields)),
        _ if is_form || kind.is_empty() => Body::of_form(form_urlencoded::parse(&bytes)),
        _ => Err(Failure::parameter(&[], "The body is not a JSON object")),
    }
}

async fn read_parts(request: Request) -> Result<Body, Failure> {
    let malformed = || Failure::parameter(&[], "The form cannot be read");
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| malformed())?;
    let mut fields = Vec::new();
    while let Some(part) = parts
        .next_field()
        .await
        .map_err(|error| unread(error.status()))?
    {
        let name = part.name().unwrap_or_default().to_owned();
        let value = part.text().await.map_err(|error| unread(error.status()))?;
        fields.push((name, value));
    }
    Body::of_form(fields)
}

fn unread(status: StatusCode) -> Failure {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        Failure::too_large()
    } else {
        Failure::parameter(&[], "The body cannot be read")
    }
}

impl Body {
    fn of_form<T: Into<String>>(fields: impl IntoIterator<Item = (T, T)>) -> Result<Self, Failure> {
        let fields = fields.into_iter().map(|(name, value)| {
            let value: String = value.into();
            Ok((name.into(), to_raw_value(&value)?))
        });
        let fields: Result<_, serde_json::Error> = fields.collect();
        let unreadable = |_| Failure::parameter(&[], "The form cannot be read");
        fields.map(Self).map_err(unreadable)
    }

    fn text(&self, name: &str) -> Option<String> {
        text(self.0.get(name)?)
    }

    /// The events, taken out: a list, or a text that holds one; each an object, or a text that holds one.
    fn data(&mut self) -> Result<Vec<Box<RawValue>>, Failure> {
        let data = self.0.remove("data").map(unwrapped);
        let events: Option<Vec<Box<RawValue>>> =
            data.and_then(|data| serde_json::from_str(data.get()).ok());
        let events = events.ok_or_else(|| {
            Failure::parameter(
                &["data"],
                "The parameter data is required: a list of events",
            )
        })?;
        Ok(events.into_iter().map(unwrapped).collect())
    }

    fn test_code(&self) -> Result<Option<TestCode>, Failure> {
        let code = self.0.get("test_event_code");
        match code.map(|code| serde_json::from_str(code.get()).unwrap_or_default()) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(code)) if code.trim().is_empty() => Ok(None),
            Some(Value::String(code)) => code.parse().map(Some).map_err(|_| ()),
            Some(_) => Err(()),
        }
        .map_err(|()| {
            Failure::parameter(
                &["test_event_code"],
                "test_event_code is not one of Events Manager's test codes",
            )
        })
    }
}

/// The text that JSON holds, if it holds one.
fn text(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// JSON, or what stands in it if it is a text that holds JSON.
fn unwrapped(value: Box<RawValue>) -> Box<RawValue> {
    let inside = text(&value).and_then(|text| RawValue::from_string(text).ok());
    inside.unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_v_and_numbers() {
        for (text, expected) in [
            ("v25.0", true),
            ("v26", true),
            ("25.0", false),
            ("v", false),
            ("v1.", false),
            ("v1.0.0", false),
            ("advertisers", false),
        ] {
            assert_eq!(is_version(text), expected, "{text}");
        }
    }

    #[test]
    fn data_is_a_list_or_a_text_of_objects_or_texts() {
        let body = |data: Value| {
            let data = to_raw_value(&data).expect("it is JSON");
            Body(HashMap::from([("data".to_owned(), data)]))
        };
        let one = serde_json::json!([{ "a": 1 }]);
        for data in [
            one.clone(),
            serde_json::json!(["{\"a\":1}"]),
            serde_json::json!("[{\"a\":1}]"),
            serde_json::json!("[\"{\\\"a\\\":1}\"]"),
        ] {
            let events = body(data).data().ok().unwrap();
            let events = serde_json::to_value(events).unwrap();
            assert_eq!(events, one);
        }
        for data in [Value::Null, serde_json::json!({}), serde_json::json!("{")] {
            assert!(body(data).data().is_err());
        }
    }
}
