//! One's own account: name, language, password, sessions, and which advertiser is looked at.

use domain::console::{AccountShown, OwnAdvertiser};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The form of one's own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountForm {
    /// What colleagues call them.
    pub name: String,
    /// The language of the console and of mails.
    pub language: String,
    /// IANA name of their zone.
    pub time_zone: String,
}

/// The account of whoever is signed in.
#[server(endpoint = "load_account")]
pub async fn load_account() -> Result<AccountShown, Error> {
    use crate::ssr::{backend, scope};
    Ok(backend()?.account_page(&scope()?).await?)
}

/// Changes name, language and time zone.
#[server(endpoint = "edit_account")]
pub async fn edit_account(name: String, language: String, time_zone: String) -> Result<(), Error> {
    use crate::ssr::{backend, invalid, keep, scope, set_language, tell};
    let form = AccountForm {
        name,
        language,
        time_zone,
    };
    let editing = async {
        let scope = scope()?;
        let name = form.name.parse().map_err(invalid("name"))?;
        let language = form
            .language
            .parse()
            .map_err(|_| invalid("language")(domain::Why::NotAChoice))?;
        backend()?
            .edit_account(&scope, &name, language, form.time_zone.trim())
            .await?;
        Ok(language)
    };
    set_language(keep(&form, editing.await)?);
    tell::<EditAccount>(Ok(()))
}

/// Changes the password; every other session ends.
#[server(endpoint = "change_password")]
pub async fn change_password(password: String, new_password: String) -> Result<(), Error> {
    use crate::ssr::{backend, invalid, scope, set_session, tell, user_agent};
    let scope = scope()?;
    let new = new_password.parse().map_err(invalid("new_password"))?;
    set_session(
        &backend()?
            .change_password(&scope, password.into(), new, &user_agent())
            .await?,
    );
    tell::<ChangePassword>(Ok(()))
}

/// Ends one of one's own sessions.
#[server(endpoint = "end_session")]
pub async fn end_session(session: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?.end_own_session(&scope()?, id(&session)?).await?)
}

/// Ends all of one's own sessions but this one.
#[server(endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<u64, Error> {
    use crate::ssr::{backend, scope};
    Ok(backend()?.end_other_sessions(&scope()?).await?)
}

/// The advertisers that one is of.
#[server(endpoint = "list_own_advertisers")]
pub async fn list_own_advertisers() -> Result<Vec<OwnAdvertiser>, Error> {
    use crate::ssr::{backend, scope};
    Ok(backend()?.own_advertisers(&scope()?).await?)
}

/// Looks at another advertiser that one is of, and goes there.
#[server(endpoint = "look_at_advertiser")]
pub async fn look_at_advertiser(advertiser: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    let advertiser = id(&advertiser)?;
    backend()?.look_at_advertiser(&scope()?, advertiser).await?;
    leptos_axum::redirect("/status");
    Ok(())
}
