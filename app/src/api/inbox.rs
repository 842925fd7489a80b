//! What Meta's webhooks brought: listed, looked for, taken apart again.

use domain::console::{InboxMessage, InboxPage, Replayed};
use leptos::prelude::*;

use crate::Error;

/// A page of the inbox; `query` is the query string of its URL.
#[server(endpoint = "list_inbox")]
pub async fn list_inbox(query: String) -> Result<InboxPage, Error> {
    use crate::ssr::{backend, scope};
    let filter = super::inbox_query::InboxQuery::parse(&query).filter();
    Ok(backend()?.inbox(&scope()?, &filter).await?)
}

/// One message.
#[server(endpoint = "load_inbox_message")]
pub async fn load_inbox_message(message: String) -> Result<InboxMessage, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?.inbox_message(&scope()?, id(&message)?).await?)
}

/// Leads to the person or message that an identifier of Meta's is of. The identifier travels in a body alone.
#[server(endpoint = "find_in_inbox")]
pub async fn find_in_inbox(sought: String) -> Result<(), Error> {
    use crate::ssr::{backend, scope};
    let found = backend()?.find_in_inbox(&scope()?, &sought).await?;
    leptos_axum::redirect(&match found {
        Some(backend::InboxFound::Contact(contact)) => format!("/inbox?contact={contact}"),
        Some(backend::InboxFound::Message(message)) => format!("/inbox/{message}"),
        None => "/inbox?found=nothing".to_owned(),
    });
    Ok(())
}

/// Takes the webhook apart again that brought a message.
#[server(endpoint = "replay_webhook")]
pub async fn replay_webhook(message: String) -> Result<Replayed, Error> {
    use crate::ssr::{backend, id, scope, tell};
    let replaying = backend()?.replay_webhook(&scope()?, id(&message)?).await;
    tell::<ReplayWebhook>(Ok(replaying?))
}

/// Takes every webhook apart again that found nobody who holds the asset of a message.
#[server(endpoint = "replay_unrouted")]
pub async fn replay_unrouted(message: String) -> Result<Replayed, Error> {
    use crate::ssr::{backend, id, scope, tell};
    let replaying = backend()?.replay_unrouted(&scope()?, id(&message)?).await;
    tell::<ReplayUnrouted>(Ok(replaying?))
}
