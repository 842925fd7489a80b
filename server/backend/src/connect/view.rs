//! A connect attempt as its page shows it.

use chrono::TimeDelta;
use domain::{
    AdvertiserId, AssetKind, ConnectAttemptId, ConnectFailure, ConnectStep, CredentialId,
    DatasetId, Permission,
    console::{ConnectAttempt, ConnectFailed, ConnectedPage, PageChoice, PageHolder},
    missing,
};

use super::{
    LOGIN_LIFETIME,
    attempt::{Attempt, before, position},
    failure::{Detail, Failure},
};
use crate::{Backend, Result, Scope, Tx, connections::is_visible_to_advertiser};

/// What the server does alone takes seconds. What takes longer was cut short.
const SERVER_LIFETIME: TimeDelta = TimeDelta::minutes(2);

/// Whose token it is.
struct Credential {
    person_name_sealed: Vec<u8>,
    scopes: Vec<String>,
}

impl Backend {
    /// One attempt. While a person has to choose, its Pages are read from Meta anew; should that fail, the attempt is
    /// shown as stopped there, and asking again is all it takes.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub async fn connect_attempt(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        id: ConnectAttemptId,
    ) -> Result<ConnectAttempt> {
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let advertiser_name = tx.advertiser(advertiser).await?.name;
        let attempt = tx.attempt(advertiser, id).await?;
        let credential = tx.credential(advertiser, attempt.credential_id).await?;
        let (person_name, scopes) = match (attempt.credential_id, credential) {
            (Some(id), Some(row)) => (
                self.open_person_name(advertiser, id, &row.person_name_sealed)?,
                row.scopes,
            ),
            _ => (String::new(), Vec::new()),
        };
        let connected = match attempt.step {
            ConnectStep::Done => tx.connected_pages(advertiser, &attempt, &scopes).await?,
            _ => Vec::new(),
        };
        let now = tx.now();
        let token = match attempt
            .credential_id
            .filter(|_| attempt.step == ConnectStep::Verified)
        {
            Some(id) => Some(self.credential_token(&mut tx, advertiser, id).await?),
            None => None,
        };
        drop(tx);

        let missing_wanted = match scopes.is_empty() {
            true => Vec::new(),
            false => missing(attempt.channel, &scopes)
                .wanted
                .iter()
                .map(ToString::to_string)
                .collect(),
        };
        let mut shown = ConnectAttempt {
            id,
            advertiser_id: advertiser,
            advertiser_name,
            channel: attempt.channel,
            step: attempt.step,
            failure: None,
            person_name,
            missing_wanted,
            pages: Vec::new(),
            connected,
            released: attempt.released,
        };
        if let Some(reason) = attempt
            .failure
            .filter(|_| attempt.step == ConnectStep::Failed)
        {
            let reached = attempt.failed_at.map_or(ConnectStep::Created, before);
            let can_resume = attempt.can_resume();
            let failure = Failure {
                reason,
                detail: Detail::from_json(attempt.failure_detail),
            };
            shown.failure = Some(failed(scope, failure, reached, can_resume));
        } else if is_over(attempt.step, now - attempt.updated_at) {
            shown.step = ConnectStep::Failed;
            // A code is gone with the exchange that used it; whatever comes after can be done twice.
            let can_resume = position(attempt.step) > position(ConnectStep::Verified);
            shown.failure = Some(failed(
                scope,
                ConnectFailure::AttemptExpired.into(),
                attempt.step,
                can_resume,
            ));
        } else if let Some(token) = token {
            match self.reachable_pages(&token).await {
                Ok(pages) if pages.is_empty() => {
                    shown.step = ConnectStep::Failed;
                    shown.failure = Some(failed(
                        scope,
                        ConnectFailure::NoPage.into(),
                        attempt.step,
                        false,
                    ));
                }
                Ok(pages) => shown.pages = self.choices(advertiser, pages).await?,
                Err(error) => {
                    let failure = Failure::of(&error, ConnectFailure::MetaRefused);
                    let can_resume = failure.reason != ConnectFailure::MetaRefused;
                    shown.step = ConnectStep::Failed;
                    shown.failure = Some(failed(scope, failure, attempt.step, can_resume));
                }
            }
        }
        Ok(shown)
    }

    async fn choices(
        &self,
        advertiser: AdvertiserId,
        pages: Vec<graph::Page>,
    ) -> Result<Vec<PageChoice>> {
        let ids: Vec<_> = pages.iter().map(|page| page.id.clone()).collect();
        let holders = self
            .begin(&Scope::system())
            .await?
            .asset_holders(AssetKind::Page, &ids)
            .await?;
        let choices = pages.into_iter().map(|page| PageChoice {
            holder: match holders.get(&page.id) {
                None => PageHolder::Free,
                Some((holder, _)) if *holder == advertiser => PageHolder::ThisAdvertiser,
                Some(_) => PageHolder::Elsewhere,
            },
            can_subscribe: page.tasks.iter().any(|task| task == "MODERATE"),
            business_name: page
                .business
                .map(|business| business.name.unwrap_or(business.id))
                .unwrap_or_default(),
            meta_id: page.id,
            name: page.name,
        });
        Ok(choices.collect())
    }
}

/// Whether a login was left open for too long, or what the server does was cut short.
fn is_over(step: ConnectStep, age: TimeDelta) -> bool {
    match step {
        ConnectStep::Opened => age > LOGIN_LIFETIME,
        ConnectStep::Created | ConnectStep::Verified | ConnectStep::Done | ConnectStep::Failed => {
            false
        }
        _ => age > SERVER_LIFETIME,
    }
}

fn failed(
    scope: &Scope,
    failure: Failure,
    reached: ConnectStep,
    can_resume: bool,
) -> ConnectFailed {
    ConnectFailed {
        reason: failure.reason,
        reached,
        missing: failure.detail.missing,
        pages: failure.detail.pages,
        meta: failure
            .detail
            .meta
            .map(|meta| meta.answer(scope.language())),
        can_resume,
    }
}

impl Tx {
    async fn credential(
        &mut self,
        advertiser: AdvertiserId,
        id: Option<CredentialId>,
    ) -> Result<Option<Credential>> {
        let Some(id) = id else { return Ok(None) };
        let credential = sqlx::query_as!(
            Credential,
            "SELECT person_name_sealed, scopes FROM credential WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            id.uuid()
        )
        .fetch_one(&mut **self)
        .await?;
        Ok(Some(credential))
    }

    async fn connected_pages(
        &mut self,
        advertiser: AdvertiserId,
        attempt: &Attempt,
        scopes: &[String],
    ) -> Result<Vec<ConnectedPage>> {
        let rows = sqlx::query!(
            r#"SELECT asset.name, asset.meta_id, business_name, dataset.id AS "dataset: DatasetId",
                      dataset.meta_id AS dataset_meta_id, cardinality(webhook_fields) > 0 AS "is_subscribed!"
               FROM asset
               JOIN dataset ON dataset.advertiser_id = $1 AND dataset.id = asset.dataset_id
               JOIN connection ON connection.advertiser_id = $1 AND connection.asset_id = asset.id
                              AND connection.channel = $3
               WHERE asset.advertiser_id = $1 AND asset.id = ANY ($2) ORDER BY asset.id"#,
            advertiser.uuid(),
            &attempt.asset_ids.iter().map(|id| id.uuid()).collect::<Vec<_>>(),
            attempt.channel.as_str(),
        )
        .fetch_all(&mut **self)
        .await?;
        let pages = rows.into_iter().map(|row| ConnectedPage {
            is_visible_to_advertiser: is_visible_to_advertiser(&row.business_name, scopes),
            name: row.name,
            meta_id: row.meta_id,
            dataset_meta_id: row.dataset_meta_id,
            dataset_was_created: attempt.datasets_created.contains(&row.dataset),
            is_subscribed: row.is_subscribed,
        });
        Ok(pages.collect())
    }
}
