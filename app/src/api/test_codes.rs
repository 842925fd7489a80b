//! The test codes of a connection's dataset.

use leptos::prelude::*;

use crate::Error;

/// Adds a test code, or renews it for 24 hours.
#[server(endpoint = "hold_test_code")]
pub async fn hold_test_code(
    advertiser: String,
    connection: String,
    code: String,
) -> Result<(), Error> {
    use crate::ssr::{backend, id, invalid, scope};
    let (backend, scope) = (backend()?, scope()?);
    let code = code.parse().map_err(invalid("code"))?;
    Ok(backend
        .hold_test_code(&scope, id(&advertiser)?, id(&connection)?, &code)
        .await?)
}

/// Ends a test code now.
#[server(endpoint = "end_test_code")]
pub async fn end_test_code(
    advertiser: String,
    connection: String,
    code: String,
) -> Result<(), Error> {
    use crate::ssr::{backend, id, invalid, scope};
    let (backend, scope) = (backend()?, scope()?);
    let code = code.parse().map_err(invalid("code"))?;
    Ok(backend
        .end_test_code(&scope, id(&advertiser)?, id(&connection)?, &code)
        .await?)
}
