//! Pasted tokens. The token itself goes one way: into `inspect_token`.

use domain::console::PastedToken;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The form of the pasted token, without the token: what may be shown again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasteForm {
    /// What it is to connect.
    pub channel: String,
}

/// The form of a limited token's asset and dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitedForm {
    /// Meta's id of the asset.
    pub asset: String,
    /// What it is called.
    pub name: String,
    /// Meta's id of the dataset.
    pub dataset: String,
}

/// Asks Meta what a token is, and goes to the page that shows it.
#[server(endpoint = "inspect_token")]
pub async fn inspect_token(
    advertiser: String,
    channel: String,
    token: String,
) -> Result<(), Error> {
    use crate::ssr::{backend, id, invalid, keep, scope};
    let form = PasteForm {
        channel: channel.clone(),
    };
    let inspecting = async {
        let owner = id(&advertiser)?;
        let channel = channel
            .parse()
            .map_err(|_| invalid("channel")(domain::Why::NotAChoice))?;
        let attempt = backend()?
            .inspect_token(&scope()?, owner, channel, &token.into())
            .await?;
        Ok((owner, attempt))
    };
    let (owner, attempt) = keep(&form, inspecting.await)?;
    crate::ssr::lead_on_with_token(owner, attempt).await
}

/// What a pasted token is, and what is to be decided about it.
#[server(endpoint = "load_pasted_token")]
pub async fn load_pasted_token(advertiser: String, attempt: String) -> Result<PastedToken, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?
        .pasted_token(&scope()?, id(&advertiser)?, id(&attempt)?)
        .await?)
}

/// Keeps a pasted token, and goes on with it.
#[server(endpoint = "keep_token")]
pub async fn keep_token(advertiser: String, attempt: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    let (owner, attempt) = (id(&advertiser)?, id(&attempt)?);
    backend()?.keep_token(&scope()?, owner, attempt).await?;
    crate::ssr::lead_on_with_token(owner, attempt).await
}

/// Forgets a pasted token.
#[server(endpoint = "discard_token")]
pub async fn discard_token(advertiser: String, attempt: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    let (owner, attempt) = (id(&advertiser)?, id(&attempt)?);
    backend()?.discard_token(&scope()?, owner, attempt).await?;
    leptos_axum::redirect(&format!("/advertisers/{owner}/connect/{attempt}"));
    Ok(())
}

/// Connects the asset and dataset that a person names for a limited token.
#[server(endpoint = "name_limited_asset")]
pub async fn name_limited_asset(
    advertiser: String,
    attempt: String,
    asset: String,
    name: String,
    dataset: String,
) -> Result<(), Error> {
    use crate::ssr::{backend, id, invalid, keep, scope};
    let form = LimitedForm {
        asset,
        name,
        dataset,
    };
    let naming = async {
        let (owner, attempt) = (id(&advertiser)?, id(&attempt)?);
        let named = backend::LimitedAsset {
            asset: form.asset.parse().map_err(invalid("asset"))?,
            name: form
                .name
                .parse::<domain::AdvertiserName>()
                .map_err(invalid("name"))?
                .to_string(),
            dataset: form.dataset.parse().map_err(invalid("dataset"))?,
        };
        backend()?
            .name_limited_asset(&scope()?, owner, attempt, &named)
            .await?;
        Ok((owner, attempt))
    };
    let (owner, attempt): (domain::AdvertiserId, domain::ConnectAttemptId) =
        keep(&form, naming.await)?;
    leptos_axum::redirect(&format!("/advertisers/{owner}/connect/{attempt}"));
    Ok(())
}
