//! What every operation of ours does with its request: who calls, what they sent, and how it is told when it fails.

use std::{mem, str::FromStr};

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use backend::Scope;
use domain::RequestId;
use serde::de::DeserializeOwned;

use super::{access, problem::Problem};
use crate::Edge;

/// A request of somebody whose key is valid.
pub(super) struct Called {
    /// What the key reaches.
    pub(super) scope: Scope,
    parts: Parts,
    body: Body,
}

/// Does the work for whoever holds the key, and answers what came of it; a problem names the request.
pub(super) async fn answer<R: IntoResponse, F: Future<Output = Result<R, Problem>>>(
    edge: &Edge,
    request: Request,
    work: impl FnOnce(Called) -> F,
) -> Response {
    let id = request_id(&request);
    let key = access::key(request.headers(), request.extensions(), None);
    let done = match access::scope(edge, key, id).await {
        Ok(scope) => {
            let (parts, body) = request.into_parts();
            work(Called { scope, parts, body }).await
        }
        Err(denied) => Err(denied.into()),
    };
    match done {
        Ok(answer) => answer.into_response(),
        Err(problem) => problem.quoting(id).into_response(),
    }
}

/// The id of a request.
pub(super) fn request_id(request: &Request) -> Option<RequestId> {
    request.extensions().get().copied()
}

impl Called {
    /// The body as it came; empty when it was read before.
    pub(super) async fn bytes(&mut self) -> Result<Bytes, Problem> {
        let request = Request::from_parts(self.parts.clone(), mem::take(&mut self.body));
        Bytes::from_request(request, &()).await.map_err(|error| {
            match error.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large("Send 4 MB at most."),
                _ => Problem::unreadable("The body cannot be read."),
            }
        })
    }

    /// The body as JSON of one shape.
    pub(super) async fn json<T: DeserializeOwned>(&mut self) -> Result<T, Problem> {
        let bytes = self.bytes().await?;
        serde_json::from_slice(&bytes).map_err(|error| Problem::unreadable(without_values(&error)))
    }

    /// The address's parameters.
    pub(super) async fn query<T: DeserializeOwned + 'static>(&mut self) -> Result<T, Problem> {
        let Query(query) = Query::from_request_parts(&mut self.parts, &())
            .await
            .map_err(|_| Problem::unreadable("The address's parameters cannot be read."))?;
        Ok(query)
    }

    /// The id in the path: what is no id is nobody's.
    pub(super) async fn id<T: FromStr>(&mut self, what: &'static str) -> Result<T, Problem> {
        let Path(id): Path<String> = Path::from_request_parts(&mut self.parts, &())
            .await
            .map_err(|_| Problem::not_found(what))?;
        id.parse().map_err(|_| Problem::not_found(what))
    }
}

/// Where JSON went wrong. Not what stood there: serde would repeat it, and it may name a person.
fn without_values(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a field is missing, unknown or of another type",
        _ => "the body is not JSON",
    };
    format!("Line {}, column {}: {what}.", error.line(), error.column())
}

/// A parameter's value.
pub(super) fn parsed<T: FromStr>(name: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|_| Problem::parameter(name, "this is no value that it can have"))
}
