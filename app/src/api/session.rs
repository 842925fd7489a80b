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
        ClientAddress, backend, extension, invalid, keep, own_path, set_session, user_agent,
    };
    let signing_in = async {
        let address = extension::<ClientAddress>()
            .map(|ClientAddress(address)| address)
            .unwrap_or_default();
        let parsed = email.parse().map_err(invalid("email"))?;
        Ok(backend()?
            .sign_in(&parsed, password.into(), &address, &user_agent())
            .await?)
    };
    set_session(&keep(
        &SignInForm {
            email: email.clone(),
        },
        signing_in.await,
    )?);
    leptos_axum::redirect(own_path(&return_to));
    Ok(())
}

/// Who is signed in.
#[server(endpoint = "load_viewer")]
pub async fn load_viewer() -> Result<Viewer, Error> {
    use crate::ssr::{backend, is_demo, scope};
    let staff = backend()?.own_account(&scope()?).await?;
    Ok(Viewer {
        name: staff.name,
        email: staff.email,
        role: staff.role,
        is_demo: is_demo(),
    })
}
