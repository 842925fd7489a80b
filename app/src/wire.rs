//! The way to the server functions, once for all of them: what is sent is a form, what comes back is JSON, read where
//! it is needed. The browser would otherwise carry the whole way once for each of them.

use leptos::server_fn::{ServerFn, error::ServerFnErrorErr};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Error,
    lean::{self, Unreadable},
};

/// What a server function answered, as JSON.
pub type Answer = Result<String, Error>;

/// Reads an answer.
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    lean::read(json).map_err(unreadable)
}

fn unreadable(error: Unreadable) -> Error {
    ServerFnErrorErr::Deserialization(error.to_string()).into()
}

/// What a server function is asked, as a text that can be compared and sent.
#[cfg(target_family = "wasm")]
pub fn question<S: Serialize>(asked: &S) -> String {
    form(serde_json::to_value(asked).unwrap_or_default())
}

/// What a server function is asked, as a text that can be compared and read.
#[cfg(not(target_family = "wasm"))]
pub fn question<S: Serialize>(asked: &S) -> String {
    serde_json::to_string(asked).unwrap_or_default()
}

/// Asks the server function whose `question` it is.
#[cfg(target_family = "wasm")]
pub async fn answer<S: ServerFn<Error = Error>>(question: String) -> Answer {
    post(S::PATH, question).await
}

/// Answers the `question` here, where the server function is at home.
#[cfg(not(target_family = "wasm"))]
pub async fn answer<S>(question: String) -> Answer
where
    S: ServerFn<Error = Error> + DeserializeOwned,
    S::Output: Serialize,
{
    let answer = read::<S>(&question)?.run_body().await?;
    serde_json::to_string(&answer)
        .map_err(|error| ServerFnErrorErr::Serialization(error.to_string()).into())
}

/// Asks a server function, outside of a [`Loaded`](crate::components::Loaded).
pub async fn ask<S>(asked: S) -> Result<S::Output, Error>
where
    S: ServerFn<Error = Error> + Serialize + DeserializeOwned,
    S::Output: Serialize + DeserializeOwned,
{
    read(&answer::<S>(question(&asked)).await?)
}

/// The fields of an object as a form. Server functions that load take texts and flags alone.
#[cfg(target_family = "wasm")]
fn form(asked: serde_json::Value) -> String {
    use serde_json::Value;

    let Value::Object(fields) = asked else {
        return String::new();
    };
    let mut form = String::new();
    for (name, value) in fields {
        let value = match value {
            Value::String(text) => crate::address::escape(&text),
            other => other.to_string(),
        };
        if !form.is_empty() {
            form.push('&');
        }
        form.push_str(&name);
        form.push('=');
        form.push_str(&value);
    }
    form
}

/// Sends a form, encoded as in a URL, to the server function at `path`, and follows its redirect.
#[cfg(target_family = "wasm")]
pub async fn post(path: &str, form: String) -> Answer {
    use leptos::server_fn::{
        client::{Client, browser::BrowserClient},
        redirect::call_redirect_hook,
        request::{ClientReq, browser::BrowserRequest},
        response::{ClientRes, browser::BrowserResponse},
    };

    type Wire = BrowserResponse;
    let request = <BrowserRequest as ClientReq<Error>>::try_new_post(
        path,
        "application/x-www-form-urlencoded",
        "application/json",
        form,
    )?;
    let response = <BrowserClient as Client<Error>>::send(request).await?;
    let status = <Wire as ClientRes<Error>>::status(&response);
    let location = <Wire as ClientRes<Error>>::location(&response);
    let leads_on =
        (300..=399).contains(&status) || <Wire as ClientRes<Error>>::has_redirect(&response);
    let body = <Wire as ClientRes<Error>>::try_into_string(response).await?;
    if (400..=599).contains(&status) {
        return Err(read(&body).unwrap_or_else(|error| error));
    }
    if leads_on {
        call_redirect_hook(&location);
    }
    Ok(body)
}
