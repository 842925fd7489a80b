//! Advertisers: listed, created, edited, archived and brought back.

use domain::console::{Advertiser, AdvertiserChoices, AdvertiserPage, AdvertiserToEdit};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// A page of the list, and when it was true.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AdvertiserList {
    /// The rows.
    pub page: AdvertiserPage,
    /// Now, for relative times.
    pub now_ms: i64,
}

/// The form of an advertiser, as its fields say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdvertiserForm {
    /// What staff and mails call it.
    pub name: String,
    /// The language its people read.
    pub language: String,
    /// IANA name of its zone.
    pub time_zone: String,
    /// The partner's own id for it, or empty.
    pub reference: String,
    /// Days until an event's content is erased; empty: the partner's.
    pub payload_days: String,
}

/// A page of advertisers; `query` is the query string of the list's URL.
#[server(endpoint = "list_advertisers")]
pub async fn list_advertisers(query: String) -> Result<AdvertiserList, Error> {
    use super::fleet_query::FleetQuery;
    use crate::ssr::{backend, scope};
    let backend = backend()?;
    let page = backend
        .advertisers(&scope()?, &FleetQuery::parse(&query).in_the_list())
        .await?;
    Ok(AdvertiserList {
        page,
        now_ms: backend.clock().now().timestamp_millis(),
    })
}

/// Names to filter a list by, with the `chosen` one's among them; empty: none is chosen.
#[server(endpoint = "load_advertiser_choices")]
pub async fn load_advertiser_choices(chosen: String) -> Result<AdvertiserChoices, Error> {
    use crate::ssr::{backend, scope};
    Ok(backend()?
        .advertiser_choices(&scope()?, chosen.parse().ok())
        .await?)
}

/// One advertiser.
#[server(endpoint = "load_advertiser")]
pub async fn load_advertiser(advertiser: String) -> Result<Advertiser, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?.advertiser(&scope()?, id(&advertiser)?).await?)
}

/// One advertiser with all that its form holds.
#[server(endpoint = "load_advertiser_to_edit")]
pub async fn load_advertiser_to_edit(advertiser: String) -> Result<AdvertiserToEdit, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .advertiser_to_edit(&scope()?, id(&advertiser)?)
        .await?)
}

/// Adds an advertiser and goes to its page.
#[server(endpoint = "add_advertiser")]
pub async fn add_advertiser(
    name: String,
    language: String,
    time_zone: String,
    reference: String,
    payload_days: String,
    contact_email: String,
) -> Result<(), Error> {
    use crate::ssr::{backend, keep, scope};
    let form = AdvertiserForm {
        name,
        language,
        time_zone,
        reference,
        payload_days,
    };
    let adding = async {
        let draft = form.draft(&contact_email)?;
        Ok(backend()?.add_advertiser(&scope()?, &draft).await?)
    };
    let id = keep(&form, adding.await)?;
    leptos_axum::redirect(&format!("/advertisers/{id}"));
    Ok(())
}

/// Changes an advertiser and goes to its page.
#[server(endpoint = "edit_advertiser")]
pub async fn edit_advertiser(
    advertiser: String,
    name: String,
    language: String,
    time_zone: String,
    reference: String,
    payload_days: String,
    contact_email: String,
) -> Result<(), Error> {
    use crate::ssr::{backend, id, keep, scope};
    let form = AdvertiserForm {
        name,
        language,
        time_zone,
        reference,
        payload_days,
    };
    let editing = async {
        Ok(backend()?
            .edit_advertiser(&scope()?, id(&advertiser)?, &form.draft(&contact_email)?)
            .await?)
    };
    keep(&form, editing.await)?;
    leptos_axum::redirect(&format!("/advertisers/{advertiser}"));
    Ok(())
}

/// Puts an advertiser away.
#[server(endpoint = "archive_advertiser")]
pub async fn archive_advertiser(advertiser: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .archive_advertiser(&scope()?, id(&advertiser)?)
        .await?)
}

/// Brings an advertiser back.
#[server(endpoint = "restore_advertiser")]
pub async fn restore_advertiser(advertiser: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .restore_advertiser(&scope()?, id(&advertiser)?)
        .await?)
}

/// The names of all time zones.
#[server(endpoint = "time_zones")]
pub async fn time_zones() -> Result<Vec<String>, Error> {
    crate::ssr::scope()?;
    Ok(backend::time_zones()
        .into_iter()
        .map(str::to_owned)
        .collect())
}
