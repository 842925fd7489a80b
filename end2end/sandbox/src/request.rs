//! A Graph call as it arrives: version, path, parameters from wherever the client put them, and the token.

use crate::{
    connection::Switch,
    error::{GraphError, Result},
    ledger::text_of,
};
use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, header},
};
use serde_json::{Map, Value};

/// Meta takes a thousand events in one body; this leaves room for large ones.
const LARGEST_BODY: usize = 16 << 20;

pub(crate) struct Call {
    pub(crate) method: String,
    /// The version asked for, without `v`; `None` when the path names none.
    pub(crate) version: Option<(u32, u32)>,
    pub(crate) path: Vec<String>,
    pub(crate) params: Map<String, Value>,
    pub(crate) token: Option<String>,
    pub(crate) switch: Option<Switch>,
}

impl Call {
    pub(crate) async fn read(request: Request<Body>) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let mut params = Map::new();
        add_form(&mut params, parts.uri.query().unwrap_or("").as_bytes());
        let kind = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|it| it.to_str().ok())
            .unwrap_or("");
        let body = to_bytes(body, LARGEST_BODY).await.map_err(|_| {
            GraphError::new(
                413,
                1,
                "Please reduce the amount of data you are asking for",
            )
        })?;
        let is_json = kind.starts_with("application/json") || body.first() == Some(&b'{');
        if is_json && !body.is_empty() {
            match serde_json::from_slice(&body) {
                Ok(Value::Object(object)) => {
                    params.extend(object.into_iter().filter(|(_, value)| !value.is_null()));
                }
                _ => {
                    return Err(GraphError::parameter(
                        "The request body is not a JSON object",
                    ));
                }
            }
        } else {
            add_form(&mut params, &body);
        }
        let bearer = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|it| it.to_str().ok())
            .and_then(|it| {
                it.strip_prefix("Bearer ")
                    .or_else(|| it.strip_prefix("OAuth "))
            });
        let token = params
            .get("access_token")
            .and_then(Value::as_str)
            .or(bearer)
            .map(Into::into);
        let mut path: Vec<String> = parts
            .uri
            .path()
            .split('/')
            .filter(|it| !it.is_empty())
            .map(Into::into)
            .collect();
        let version = path.first().and_then(|it| parse_version(it));
        if version.is_some() {
            path.remove(0);
        }
        Ok(Self {
            method: parts.method.as_str().into(),
            version,
            path,
            params,
            token,
            switch: parts
                .extensions
                .get::<ConnectInfo<Switch>>()
                .map(|it| it.0.clone()),
        })
    }

    /// A parameter as text; empty counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.params.get(name).and_then(text_of)
    }

    pub(crate) fn require(&self, name: &str) -> Result<String> {
        self.text(name)
            .ok_or_else(|| GraphError::parameter(format!("The parameter {name} is required")))
    }

    /// A parameter that is a list: an array, JSON text of one, or words parted by commas.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        match self.params.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(text_of).collect(),
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_else(|_| {
                text.split(',')
                    .map(str::trim)
                    .filter(|it| !it.is_empty())
                    .map(Into::into)
                    .collect()
            }),
            _ => Vec::new(),
        }
    }
}

/// Adds a form's fields. A name that repeats within the form becomes a list; one that was there before is replaced.
fn add_form(params: &mut Map<String, Value>, form: &[u8]) {
    let mut fields: Map<String, Value> = Map::new();
    for (name, value) in url::form_urlencoded::parse(form) {
        let value = Value::from(value.into_owned());
        match fields.get_mut(name.as_ref()) {
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => {
                fields.insert(name.into_owned(), value);
            }
        }
    }
    params.extend(fields);
}

fn parse_version(segment: &str) -> Option<(u32, u32)> {
    let (major, minor) = segment.strip_prefix('v')?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// One field asked for, and the fields of what it holds.
pub(crate) type Field = (String, Vec<String>);

/// Reads `id,name,business{id,name}`.
pub(crate) fn parse_fields(text: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut inside = false;
    for word in text.split_inclusive([',', '{', '}']) {
        let (name, mark) = match word.char_indices().last() {
            Some((at, mark @ (',' | '{' | '}'))) => (word[..at].trim(), mark),
            _ => (word.trim(), ','),
        };
        if !name.is_empty() {
            match fields.last_mut() {
                Some((_, nested)) if inside => nested.push(name.into()),
                _ => fields.push((name.into(), Vec::new())),
            }
        }
        inside = (inside || mark == '{') && mark != '}';
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_may_nest_once() {
        let fields = parse_fields("id, name,instagram_business_account{id,username},tasks");
        let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["id", "name", "instagram_business_account", "tasks"]);
        assert_eq!(fields[2].1, ["id", "username"]);
    }

    #[test]
    fn a_version_is_v_and_two_numbers() {
        assert_eq!(parse_version("v26.0"), Some((26, 0)));
        assert_eq!(parse_version("me"), None);
        assert_eq!(parse_version("v26"), None);
    }
}
