//! Who calls: the API key, wherever a client puts it, and the scope behind it.

use std::time::Duration;

use axum::{
    extract::Request,
    http::{HeaderMap, Uri, header, uri::PathAndQuery},
    middleware::Next,
    response::Response,
};
use backend::{Scope, SecretToken};
use domain::RequestId;
use url::form_urlencoded;

use crate::Edge;

/// What Meta's clients call the key.
pub(super) const TOKEN: &str = "access_token";

/// The key that stood in the address.
#[derive(Clone)]
pub(super) struct QueryToken(SecretToken);

/// Why nobody may call.
pub(super) enum Denied {
    /// No key came along, or one that is unknown, revoked or expired.
    Key,
    /// The key has called too often; it may again after this long.
    TooMany(Duration),
    /// It could not be found out.
    Failed(backend::Error),
}

/// Takes an access token out of the address before anything sees it that writes addresses down.
pub(crate) async fn strip_token(mut request: Request, next: Next) -> Response {
    if let Some((uri, token)) = without_token(request.uri()) {
        *request.uri_mut() = uri;
        request
            .extensions_mut()
            .insert(QueryToken(SecretToken::from_outside(&token)));
    }
    next.run(request).await
}

fn without_token(uri: &Uri) -> Option<(Uri, String)> {
    let mut token = None;
    let mut rest = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(uri.query()?.as_bytes()) {
        if name == TOKEN {
            token = Some(value.into_owned());
        } else {
            rest.append_pair(&name, &value);
        }
    }
    let token = token?;
    let rest = rest.finish();
    let path = match rest.is_empty() {
        true => uri.path().to_owned(),
        false => format!("{}?{rest}", uri.path()),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path).ok()?);
    Some((Uri::from_parts(parts).ok()?, token))
}

/// The key of a request: in the header, else in the address, else what the body named.
pub(super) fn key(
    headers: &HeaderMap,
    extensions: &http::Extensions,
    body: Option<&str>,
) -> Option<SecretToken> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split_once(' '))
        .filter(|(scheme, _)| {
            scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth")
        })
        .map(|(_, token)| SecretToken::from_outside(token.trim()));
    bearer
        .or_else(|| extensions.get().map(|QueryToken(token)| token.clone()))
        .or_else(|| body.map(SecretToken::from_outside))
}

/// The scope behind a key that has not called too often.
pub(super) async fn scope(
    edge: &Edge,
    key: Option<SecretToken>,
    request: Option<RequestId>,
) -> Result<Scope, Denied> {
    let key = key.ok_or(Denied::Key)?;
    let found = edge.backend.key_scope(&key).await.map_err(Denied::Failed)?;
    let scope = found.ok_or(Denied::Key)?;
    if let Some(id) = scope.key_id() {
        edge.limits.check(id).map_err(Denied::TooMany)?;
    }
    Ok(match request {
        Some(id) => scope.in_request(id),
        None => scope,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leaves_the_address_and_the_rest_stays() {
        let cases = [
            (
                "/v25.0/1/events?access_token=pbk_x",
                Some(("/v25.0/1/events", "pbk_x")),
            ),
            (
                "/v25.0/1/events?locale=ja&access%5Ftoken=pbk_x&b=%26",
                Some(("/v25.0/1/events?locale=ja&b=%26", "pbk_x")),
            ),
            ("/v25.0/1/events?locale=ja", None),
            ("/v25.0/1/events", None),
        ];
        for (uri, expected) in cases {
            let found = without_token(&uri.parse().unwrap());
            let found = found.map(|(uri, token)| (uri.to_string(), token));
            let expected = expected.map(|(uri, token)| (uri.to_owned(), token.to_owned()));
            assert_eq!(found, expected);
        }
    }
}
