//! A tiny server that answers as a test wants and remembers what it was asked.

use crate::{Client, Config};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

/// What the server was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub method: Method,
    pub uri: String,
    pub authorization: String,
    pub body: String,
}

#[derive(Clone, Default)]
struct Shared {
    answers: Arc<Mutex<VecDeque<(u16, HeaderMap, String)>>>,
    requests: Arc<Mutex<Vec<Asked>>>,
}

/// The server: gives its answers in turn and repeats the last.
pub(crate) struct Stub {
    url: String,
    shared: Shared,
}

impl Stub {
    pub(crate) async fn answering(status: u16, json: Value) -> Self {
        Self::with_text([(status, json.to_string())]).await
    }

    pub(crate) async fn in_turn(answers: impl IntoIterator<Item = (u16, Value)>) -> Self {
        Self::with_text(
            answers
                .into_iter()
                .map(|(status, json)| (status, json.to_string())),
        )
        .await
    }

    pub(crate) async fn with_text(answers: impl IntoIterator<Item = (u16, String)>) -> Self {
        let headers = HeaderMap::new;
        Self::with_headers(
            answers
                .into_iter()
                .map(|(status, text)| (status, headers(), text)),
        )
        .await
    }

    pub(crate) async fn with_headers(
        answers: impl IntoIterator<Item = (u16, HeaderMap, String)>,
    ) -> Self {
        let shared = Shared {
            answers: Arc::new(Mutex::new(answers.into_iter().collect())),
            ..Shared::default()
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    pub(crate) fn client(&self) -> Client {
        client(&self.url)
    }

    pub(crate) fn requests(&self) -> Vec<Asked> {
        self.shared.requests.lock().unwrap().clone()
    }
}

async fn answer(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let authorization = headers
        .get("authorization")
        .map_or("", |value| value.to_str().unwrap());
    shared.requests.lock().unwrap().push(Asked {
        method,
        uri: uri.to_string(),
        authorization: authorization.into(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let mut answers = shared.answers.lock().unwrap();
    let (status, headers, text) = if answers.len() > 1 {
        answers.pop_front().unwrap()
    } else {
        answers.front().unwrap().clone()
    };
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    (status, headers, text).into_response()
}

/// A client of a server at that address.
pub(crate) fn client(url: &str) -> Client {
    let url: url::Url = url.parse().unwrap();
    let config = Config::new("1200", "app-SENTINEL".into());
    let timeout = std::time::Duration::from_millis(800);
    Client::new(Config {
        graph_url: url.clone(),
        dialog_url: url,
        timeout,
        ..config
    })
    .unwrap()
}
