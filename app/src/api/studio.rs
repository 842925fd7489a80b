//! The test studio: what can be sent, and sending it.
#![expect(
    clippy::too_many_arguments,
    reason = "one for each field of the form, by its name"
)]

use domain::console::{Studio, StudioAnswer, StudioResult};
use leptos::prelude::*;

use crate::Error;

/// What can be sent for an advertiser, with the id of a new event.
#[server(endpoint = "load_studio")]
pub async fn load_studio(advertiser: String) -> Result<Studio, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?.studio(&scope()?, id(&advertiser)?).await?)
}

/// What became of an event that the studio sent.
#[server(endpoint = "load_studio_result")]
pub async fn load_studio_result(event: String) -> Result<StudioResult, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?.event(&scope()?, id(&event)?).await?.into())
}

/// Sends the event of the form. A form without JavaScript goes on to the answer, or comes back with what was typed.
#[server(endpoint = "send_test_event")]
pub async fn send_test_event(
    advertiser: String,
    draft_id: String,
    connection: String,
    contact: String,
    event_name: String,
    #[server(default)] event_time: String,
    #[server(default)] event_id: String,
    #[server(default)] test_event_code: String,
    #[server(default)] value: String,
    #[server(default)] currency: String,
    #[server(default)] order_id: String,
    #[server(default)] contents: String,
) -> Result<StudioAnswer, Error> {
    use crate::ssr::{backend, id, is_plain_form, keep, scope};
    let form = domain::console::StudioEvent {
        draft_id,
        connection,
        contact,
        name: event_name,
        event_time,
        event_id,
        test_code: test_event_code,
        value,
        currency,
        order_id,
        contents,
    };
    let sending = async {
        Ok(backend()?
            .send_test_event(&scope()?, id(&advertiser)?, &form)
            .await?)
    };
    let answer = match sending.await {
        // A redirect carries errors only; the page finds the same problems in what was typed.
        Ok(StudioAnswer::Refused(problems)) if is_plain_form() => {
            let field = problems
                .first()
                .map_or("event_name", |problem| problem.field.as_str());
            Err(Error::invalid(field, domain::Why::NotAChoice))
        }
        answer => answer,
    };
    let answer = keep(&form, answer)?;
    if let StudioAnswer::Accepted(event) = &answer
        && is_plain_form()
    {
        leptos_axum::redirect(&format!(
            "/studio/{advertiser}?connection={}&sent={event}",
            form.connection
        ));
    }
    Ok(answer)
}
