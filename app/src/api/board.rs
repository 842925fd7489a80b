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
    /// Now, for relative times.
    pub now_ms: i64,
}

/// The board; `query` is the query string of its URL.
#[server(endpoint = "load_board")]
pub async fn load_board(query: String) -> Result<Board, Error> {
    use super::fleet_query::FleetQuery;
    use crate::ssr::{backend, scope};
    let backend = backend()?;
    let columns = backend
        .board(&scope()?, &FleetQuery::parse(&query).on_the_board())
        .await?;
    Ok(Board {
        columns,
        now_ms: backend.clock().now().timestamp_millis(),
    })
}
