//! Signing in, and who is signed in.

use domain::console::Viewer;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The sign-in form, without its password: what may be shown again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInForm {
    /// The email.
    pub email: String,
}

/// Signs in, and goes to the page that was asked for.
#[server(endpoint = "sign_in")]
pub async fn sign_in(email: String, password: String, return_to: String) -> Result<(), Error> {
    use crate::ssr::{
        backend, client_address, home, invalid, keep, own_path, set_session, user_agent,
    };
    let signing_in = async {
        let parsed = email.parse().map_err(invalid("email"))?;
        Ok(backend()?
            .sign_in(&parsed, password.into(), &client_address(), &user_agent())
            .await?)
    };
    let form = SignInForm {
        email: email.clone(),
    };
    let session = keep(&form, signing_in.await)?;
    set_session(&session);
    match &*return_to {
        "" | "/" => leptos_axum::redirect(&home(&session).await?),
        page => leptos_axum::redirect(own_path(page)),
    }
    Ok(())
}

/// Who is signed in.
#[server(endpoint = "load_viewer")]
pub async fn load_viewer() -> Result<Viewer, Error> {
    use crate::ssr::{backend, is_demo, scope};
    let account = backend()?.own_account(&scope()?).await?;
    Ok(Viewer {
        name: account.name,
        email: account.email,
        role: account.role,
        advertiser: account.advertiser,
        has_several: account.advertisers > 1 && account.advertiser.is_some(),
        is_demo: is_demo(),
    })
}
