//! The way to the server functions, once for all of them: what is sent is a form, what comes back is JSON, read where
//! it is needed. The browser would otherwise carry the whole way once for each of them.

use leptos::server_fn::error::ServerFnErrorErr;
use serde::de::DeserializeOwned;

use crate::Error;

/// What a server function answered, as JSON.
pub type Answer = Result<String, Error>;

/// Reads an answer.
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| ServerFnErrorErr::Deserialization(error.to_string()).into())
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
    let leads_on = (300..=399).contains(&status) || <Wire as ClientRes<Error>>::has_redirect(&response);
    let body = <Wire as ClientRes<Error>>::try_into_string(response).await?;
    if (400..=599).contains(&status) {
        return Err(read(&body).unwrap_or_else(|error| error));
    }
    if leads_on {
        call_redirect_hook(&location);
    }
    Ok(body)
}
