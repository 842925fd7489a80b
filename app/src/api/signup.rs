//! Meta's signup window. What it tells goes to a plain route of the server: a cookie is its authority.

use domain::console::Signup;
use leptos::prelude::*;

use crate::Error;

/// What the page that opens the window needs.
#[server(endpoint = "load_signup")]
pub async fn load_signup(advertiser: String, attempt: String) -> Result<Signup, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .signup(&scope()?, id(&advertiser)?, id(&attempt)?)
        .await?)
}
