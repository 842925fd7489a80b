//! What everybody did.

use domain::console::AuditPage;
use leptos::prelude::*;

use crate::Error;

/// A page of the audit, by what a URL's query says.
#[server(endpoint = "list_audit")]
pub async fn list_audit(query: String) -> Result<AuditPage, Error> {
    use crate::ssr::{backend, scope};
    let filter = super::audit_query::AuditQuery::parse(&query).filter();
    Ok(backend()?.audit_trail(&scope()?, &filter).await?)
}
