//! The team, an advertiser's people, and invitations. An empty `advertiser` means the partner's staff.

use domain::console::{InvitationShown, PeopleList};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The form of an invitation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteForm {
    /// To whom.
    pub email: String,
    /// As what.
    pub role: String,
    /// The language of the mail.
    pub language: String,
    /// How many days the link works.
    pub days: String,
}

/// An invitation's link, for who sent it: it is shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The link.
    pub link: String,
    /// Whether a letter is on its way; else the link has to be handed over.
    pub is_mailed: bool,
}

/// The form of a person who was invited, without passwords.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptForm {
    /// What colleagues will call them.
    pub name: String,
}

/// Everybody who may sign in, and who was invited.
#[server(endpoint = "list_people")]
pub async fn list_people(advertiser: String) -> Result<PeopleList, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(match &*advertiser {
        "" => backend()?.team(&scope()?).await?,
        advertiser => backend()?.people(&scope()?, id(advertiser)?).await?,
    })
}

/// Invites somebody.
#[server(endpoint = "invite_person")]
pub async fn invite_person(
    advertiser: String,
    email: String,
    role: String,
    language: String,
    days: String,
) -> Result<Invited, Error> {
    use crate::ssr::{backend, keep, scope, some_id, tell};
    let form = InviteForm {
        email,
        role,
        language,
        days,
    };
    let inviting = async {
        let scope = scope()?;
        Ok(backend()?
            .invite(&scope, some_id(&advertiser)?, &form.draft()?)
            .await?)
    };
    let link = keep(&form, inviting.await)?;
    tell::<InvitePerson>(Ok(Invited {
        is_mailed: link.is_mailed,
        link: link.expose().to_owned(),
    }))
}

/// Sends an invitation again, with a new link.
#[server(endpoint = "resend_invitation")]
pub async fn resend_invitation(advertiser: String, invitation: String) -> Result<Invited, Error> {
    use crate::ssr::{backend, id, scope, some_id, tell};
    let link = backend()?
        .resend_invitation(&scope()?, some_id(&advertiser)?, id(&invitation)?)
        .await?;
    tell::<ResendInvitation>(Ok(Invited {
        is_mailed: link.is_mailed,
        link: link.expose().to_owned(),
    }))
}

/// Takes an invitation back.
#[server(endpoint = "revoke_invitation")]
pub async fn revoke_invitation(advertiser: String, invitation: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope, some_id};
    Ok(backend()?
        .revoke_invitation(&scope()?, some_id(&advertiser)?, id(&invitation)?)
        .await?)
}

/// Gives somebody another role.
#[server(endpoint = "change_role")]
pub async fn change_role(advertiser: String, person: String, role: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, invalid, scope};
    let (scope, person) = (scope()?, id(&person)?);
    let role = role
        .parse()
        .map_err(|_| invalid("role")(domain::Why::NotAChoice))?;
    match &*advertiser {
        "" => backend()?.change_staff_role(&scope, person, role).await?,
        advertiser => {
            backend()?
                .change_member_role(&scope, id(advertiser)?, person, role)
                .await?;
        }
    }
    Ok(())
}

/// Shuts somebody out: of the console, or of one advertiser.
#[server(endpoint = "remove_person")]
pub async fn remove_person(advertiser: String, person: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    let (scope, person) = (scope()?, id(&person)?);
    match &*advertiser {
        "" => backend()?.disable_staff(&scope, person).await?,
        advertiser => {
            backend()?
                .remove_member(&scope, id(advertiser)?, person)
                .await?;
        }
    }
    Ok(())
}

/// Lets somebody of the staff sign in again.
#[server(endpoint = "enable_person")]
pub async fn enable_person(person: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?.enable_staff(&scope()?, id(&person)?).await?)
}

/// What the page behind an invitation's link says. Open to everybody who has the link; it changes nothing.
#[server(endpoint = "load_invitation")]
pub async fn load_invitation(token: String) -> Result<InvitationShown, Error> {
    Ok(crate::ssr::backend()?.invitation(&token).await?)
}

/// Accepts an invitation as somebody new, or as who signs in already when `name` is left out, and signs in.
#[server(endpoint = "accept_invitation")]
pub async fn accept_invitation(
    token: String,
    #[server(default)] name: String,
    password: String,
    #[server(default)] language: String,
    is_known: bool,
) -> Result<(), Error> {
    use crate::ssr::{backend, client_address, home, invalid, keep, set_session, user_agent};
    let accepting = async {
        let acceptance = if is_known {
            backend::Acceptance::Known {
                password: password.into(),
            }
        } else {
            backend::Acceptance::New {
                name: name.parse().map_err(invalid("name"))?,
                password: password.parse().map_err(invalid("password"))?,
                language: language
                    .parse()
                    .map_err(|_| invalid("language")(domain::Why::NotAChoice))?,
            }
        };
        Ok(backend()?
            .accept_invitation(&token, acceptance, &client_address(), &user_agent())
            .await?)
    };
    let form = AcceptForm { name: name.clone() };
    let session = keep(&form, accepting.await)?;
    set_session(&session);
    leptos_axum::redirect(&home(&session).await?);
    Ok(())
}
