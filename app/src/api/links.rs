//! Links for people without an account: the staff's side, and that of who holds one.

use domain::console::{Advertiser, Link, LinkShown, OwnPage, Welcome};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// An advertiser's links.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LinkList {
    /// Whose.
    pub advertiser: Advertiser,
    /// The links, newest first.
    pub links: Vec<Link>,
    /// Whether a link can be mailed.
    pub can_mail: bool,
    /// To whom a new one is likely to go; empty: nobody said.
    pub contact_email: String,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// A link that was just written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LinkWritten {
    /// Its address, to be copied now: it is stored nowhere.
    pub url: String,
    /// Whether it is on its way by mail.
    pub is_mailed: bool,
}

/// The form of a new link.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkForm {
    /// What it is for.
    pub kind: String,
    /// What is to be connected.
    pub channels: Vec<String>,
    /// What its holder reads.
    pub language: String,
    /// How many days it works.
    pub days: String,
    /// Ticked: what is connected by it sends at once.
    pub trusted: String,
}

/// An advertiser's links.
#[server(endpoint = "list_links")]
pub async fn list_links(advertiser: String) -> Result<LinkList, Error> {
    use crate::ssr::{backend, id, scope};
    let (backend, scope, advertiser) = (backend()?, scope()?, id(&advertiser)?);
    Ok(LinkList {
        links: backend.links(&scope, advertiser).await?,
        advertiser: backend.advertiser(&scope, advertiser).await?,
        can_mail: backend.can_mail(),
        contact_email: backend
            .contact_email(&scope, advertiser)
            .await?
            .map(|email| email.to_string())
            .unwrap_or_default(),
        now_ms: backend.clock().now().timestamp_millis(),
    })
}

/// Writes a link; its address is told once.
#[server(endpoint = "add_link")]
pub async fn add_link(
    advertiser: String,
    kind: String,
    #[server(default)] channels: Vec<String>,
    language: String,
    days: String,
    #[server(default)] trusted: String,
    #[server(default)] email: String,
) -> Result<LinkWritten, Error> {
    use crate::ssr::{backend, id, keep, scope, tell};
    let form = LinkForm {
        kind,
        channels,
        language,
        days,
        trusted,
    };
    let adding = async {
        let draft = form.draft(&email)?;
        Ok(backend()?
            .add_link(&scope()?, id(&advertiser)?, &draft)
            .await?)
    };
    tell::<AddLink>(Ok(keep(&form, adding.await)?.into()))
}

/// Writes a link anew: the old address works no more.
#[server(endpoint = "resend_link")]
pub async fn resend_link(advertiser: String, link: String) -> Result<LinkWritten, Error> {
    use crate::ssr::{backend, id, scope, tell};
    let (advertiser, link) = (id(&advertiser)?, id(&link)?);
    let written = backend()?.resend_link(&scope()?, advertiser, link).await?;
    tell::<ResendLink>(Ok(written.into()))
}

/// Withdraws a link.
#[server(endpoint = "revoke_link")]
pub async fn revoke_link(advertiser: String, link: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    let (advertiser, link) = (id(&advertiser)?, id(&link)?);
    Ok(backend()?.revoke_link(&scope()?, advertiser, link).await?)
}

/// What the page behind a link says. Its secret is all it takes.
#[server(endpoint = "load_link")]
pub async fn load_link(token: String) -> Result<LinkShown, Error> {
    use crate::ssr::{ClientAddress, backend, extension};
    let address = extension::<ClientAddress>().map(|ClientAddress(address)| address);
    let token = backend::SecretToken::from_outside(&token);
    Ok(backend()?
        .link_shown(&token, &address.unwrap_or_default())
        .await?)
}

/// What who came by a link has done and what is left.
#[server(endpoint = "load_welcome")]
pub async fn load_welcome() -> Result<Welcome, Error> {
    use crate::ssr::{backend, scope};
    Ok(backend()?.welcome(&scope()?).await?)
}

/// How it goes, for the advertiser itself.
#[server(endpoint = "load_own_page")]
pub async fn load_own_page() -> Result<OwnPage, Error> {
    use crate::ssr::{backend, scope};
    Ok(backend()?.own_page(&scope()?).await?)
}
