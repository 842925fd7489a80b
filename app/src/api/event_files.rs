//! Files of events: checked, then sent. They are uploaded by a plain form, see `server`.

use domain::console::EventFileReport;
use leptos::prelude::*;

use crate::Error;

/// What sending the file would do, or has done.
#[server(endpoint = "load_event_file")]
pub async fn load_event_file(event_file: String) -> Result<EventFileReport, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?.event_file(&scope()?, id(&event_file)?).await?)
}

/// Sends the good rows; the page shows what was done.
#[server(endpoint = "send_event_file")]
pub async fn send_event_file(event_file: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    backend()?
        .send_event_file(&scope()?, id(&event_file)?)
        .await?;
    leptos_axum::redirect(&format!("/events/upload?file={event_file}"));
    Ok(())
}
