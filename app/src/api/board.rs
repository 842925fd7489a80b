//! The onboarding board.

use domain::console::BoardColumn;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The board, and when it was true.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Board {
    /// The steps, the neediest first.
    pub columns: Vec<BoardColumn>,
    /// How many links *Send reminders* would mail; none for who may not.
    pub remindable: Option<u32>,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// The board; `query` is the query string of its URL.
#[server(endpoint = "load_board")]
pub async fn load_board(query: String) -> Result<Board, Error> {
    use super::fleet_query::FleetQuery;
    use crate::ssr::{backend, scope};
    let (backend, scope) = (backend()?, scope()?);
    let filter = FleetQuery::parse(&query).on_the_board();
    let columns = backend.board(&scope, &filter).await?;
    let remindable = if scope.may(domain::Permission::SendConnectLinks) {
        Some(backend.remindable(&scope, &filter).await?)
    } else {
        None
    };
    Ok(Board {
        columns,
        remindable,
        now_ms: backend.clock().now().timestamp_millis(),
    })
}

/// Mails the links of all whom the board of this query shows and who have not finished. Answers how many.
#[server(endpoint = "send_reminders")]
pub async fn send_reminders(query: String) -> Result<u32, Error> {
    use super::fleet_query::FleetQuery;
    use crate::ssr::{backend, scope};
    let filter = FleetQuery::parse(&query).on_the_board();
    Ok(backend()?.send_reminders(&scope()?, &filter).await?)
}
