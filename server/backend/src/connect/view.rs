//! A connect attempt as its page shows it.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::TimeDelta;
use domain::{
    AdvertiserId, AssetKind, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, ConnectWay,
    CredentialId, DatasetId, Permission,
    console::{
        AlsoReached, AssetChoice, AssetHolder, ConnectAttempt, ConnectFailed, Holder, SetUpAsset,
    },
    standings,
};

use super::{
    LOGIN_LIFETIME,
    attempt::{Attempt, before, position},
    failure::{Detail, Failure, Held, names},
    pasted::UNDECIDED,
};
use crate::{Backend, Result, Scope, Tx, assets::Reached, connections::is_visible_to_advertiser};

/// What the server does alone takes seconds. What takes longer was cut short.
const SERVER_LIFETIME: TimeDelta = TimeDelta::minutes(2);

/// Whose token it is, and what it may.
struct Credential {
    person_name_sealed: Vec<u8>,
    scopes: Vec<String>,
    scopes_before: Vec<String>,
    is_limited: bool,
    /// The token is still there to set up more with.
    is_kept: bool,
}

impl Backend {
    /// One attempt. While a person has to choose, its assets are read from Meta anew; should that fail, the attempt is
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
        scope.require(Permission::WalkConnect)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let advertiser_name = tx.advertiser(advertiser).await?.name;
        let attempt = tx.attempt(advertiser, id).await?;
        let credential = tx.credential(advertiser, attempt.credential_id).await?;
        let mut shown = ConnectAttempt {
            id,
            advertiser_id: advertiser,
            advertiser_name,
            channel: attempt.channel,
            way: attempt.way,
            step: attempt.step,
            failure: None,
            person_name: String::new(),
            is_limited: false,
            suggested: attempt.told().map(|told| told.assets).unwrap_or_default(),
            permissions: Vec::new(),
            choices: Vec::new(),
            connected: Vec::new(),
            also: Vec::new(),
            released: attempt.released,
            is_installed: attempt.credential_id.is_none()
                && tx.was_installed(advertiser, id).await?,
        };
        if let (Some(id), Some(row)) = (attempt.credential_id, credential) {
            shown.person_name = self.open_person_name(advertiser, id, &row.person_name_sealed)?;
            shown.is_limited = row.is_limited;
            // What another app's token may do shows when an event goes out.
            if !row.is_limited {
                shown.permissions = standings(attempt.channel, &row.scopes, &row.scopes_before);
            }
            if attempt.step == ConnectStep::Done {
                shown.connected = tx.set_up_assets(advertiser, &attempt, &row.scopes).await?;
                if row.is_kept {
                    shown.also = tx.also_reached(advertiser, &attempt).await?;
                }
            }
        }
        let now = tx.now();
        let token = match attempt
            .credential_id
            .filter(|_| attempt.step == ConnectStep::Verified && !shown.is_limited)
        {
            Some(id) => Some(self.credential_token(&mut tx, advertiser, id).await?),
            None => None,
        };
        drop(tx);

        let stopped = if let Some(reason) = attempt
            .failure
            .filter(|_| attempt.step == ConnectStep::Failed)
        {
            let reached = attempt.failed_at.map_or(ConnectStep::Created, before);
            let can_resume = attempt.can_resume();
            let detail = Detail::from_json(attempt.failure_detail);
            Some((Failure { reason, detail }, reached, can_resume))
        } else if is_over(attempt.way, attempt.step, now - attempt.updated_at) {
            // A code is gone with the exchange that used it; whatever comes after can be done twice.
            let can_resume = position(attempt.step) > position(ConnectStep::Verified);
            let failure = ConnectFailure::AttemptExpired.into();
            Some((failure, attempt.step, can_resume))
        } else if let Some(token) = token {
            match self.reach(attempt.channel, &token).await {
                Ok(reached) if reached.is_empty() => {
                    let failure = ConnectFailure::nothing_reached(attempt.channel).into();
                    Some((failure, attempt.step, false))
                }
                Ok(reached) => {
                    shown.choices = self.choices(scope, advertiser, reached).await?;
                    None
                }
                Err(error) => {
                    let failure = Failure::of(&error, ConnectFailure::MetaRefused);
                    let can_resume = failure.reason != ConnectFailure::MetaRefused;
                    Some((failure, attempt.step, can_resume))
                }
            }
        } else {
            None
        };
        if let Some((failure, reached, can_resume)) = stopped {
            let kind = attempt.channel.asset_kind();
            let holders = self.holders(scope, kind, &failure.detail.held).await?;
            shown.step = ConnectStep::Failed;
            shown.failure = Some(ConnectFailed {
                holders: holders.into_values().collect(),
                ..failed(scope, failure, reached, can_resume)
            });
        }
        Ok(shown)
    }

    async fn choices(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        reached: Vec<Reached>,
    ) -> Result<Vec<AssetChoice>> {
        let Some(kind) = reached.first().map(|asset| asset.kind) else {
            return Ok(Vec::new());
        };
        let ids: Vec<_> = reached.iter().map(|asset| asset.meta_id.clone()).collect();
        let holders = self
            .begin(&Scope::system())
            .await?
            .asset_holders(kind, &ids)
            .await?;
        let elsewhere: Vec<_> = reached
            .iter()
            .filter(|asset| {
                holders
                    .get(&asset.meta_id)
                    .is_some_and(|(holder, _)| *holder != advertiser)
            })
            .map(|asset| Held {
                meta_id: asset.meta_id.clone(),
                name: asset.name.clone(),
            })
            .collect();
        self.note_held(scope, advertiser, names(&elsewhere)).await?;
        let mut named = self.holders(scope, kind, &elsewhere).await?;
        let choices = reached.into_iter().map(|asset| AssetChoice {
            holder: match holders.get(&asset.meta_id) {
                None => AssetHolder::Free,
                Some((holder, _)) if *holder == advertiser => AssetHolder::ThisAdvertiser,
                Some(_) => AssetHolder::Elsewhere,
            },
            held_by: named.remove(&asset.meta_id),
            can_subscribe: asset.can_subscribe(),
            page_name: asset.parent.map(|page| page.name).unwrap_or_default(),
            business_name: asset.business_name,
            meta_id: asset.meta_id,
            name: asset.name,
        });
        Ok(choices.collect())
    }

    /// Who holds these, by Meta's id of the asset: only the partner's staff are told.
    async fn holders(
        &self,
        scope: &Scope,
        kind: AssetKind,
        held: &[Held],
    ) -> Result<HashMap<String, Holder>> {
        if held.is_empty() || scope.only().is_some() {
            return Ok(HashMap::new());
        }
        let mut tx = self.begin(&Scope::system()).await?;
        let ids: Vec<_> = held.iter().map(|asset| asset.meta_id.clone()).collect();
        let found = tx.asset_holders(kind, &ids).await?;
        let mut holders = HashMap::new();
        for asset in held {
            if let Some((id, _)) = found.get(&asset.meta_id) {
                let holder = Holder {
                    asset_name: asset.name.clone(),
                    id: *id,
                    name: tx.advertiser(*id).await?.name,
                };
                holders.insert(asset.meta_id.clone(), holder);
            }
        }
        Ok(holders)
    }
}

/// Whether a login was left open for too long, or what the server does was cut short.
fn is_over(way: ConnectWay, step: ConnectStep, age: TimeDelta) -> bool {
    match step {
        ConnectStep::Exchanged if way == ConnectWay::PastedToken => age > UNDECIDED,
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
        assets: failure
            .detail
            .held
            .into_iter()
            .map(|asset| asset.name)
            .collect(),
        holders: Vec::new(),
        meta: failure
            .detail
            .meta
            .map(|meta| meta.answer(scope.language())),
        signup: failure.detail.signup,
        can_resume,
    }
}

impl Tx {
    /// Whether Meta told us of the installation that this attempt waits for.
    async fn was_installed(
        &mut self,
        advertiser: AdvertiserId,
        id: ConnectAttemptId,
    ) -> Result<bool> {
        let installed = sqlx::query_scalar!(
            r#"SELECT app_installed_at IS NOT NULL AS "installed!" FROM connect_attempt
               WHERE advertiser_id = $1 AND id = $2"#,
            advertiser.uuid(),
            id.uuid()
        )
        .fetch_optional(&mut **self)
        .await?;
        Ok(installed.unwrap_or_default())
    }

    async fn credential(
        &mut self,
        advertiser: AdvertiserId,
        id: Option<CredentialId>,
    ) -> Result<Option<Credential>> {
        let Some(id) = id else { return Ok(None) };
        let credential = sqlx::query_as!(
            Credential,
            r#"SELECT person_name_sealed, scopes, scopes_before, is_limited, token_sealed IS NOT NULL AS "is_kept!"
               FROM credential WHERE advertiser_id = $1 AND id = $2"#,
            advertiser.uuid(),
            id.uuid()
        )
        .fetch_one(&mut **self)
        .await?;
        Ok(Some(credential))
    }

    async fn set_up_assets(
        &mut self,
        advertiser: AdvertiserId,
        attempt: &Attempt,
        scopes: &[String],
    ) -> Result<Vec<SetUpAsset>> {
        let rows = sqlx::query!(
            r#"SELECT asset.name, asset.meta_id, business_name, dataset.id AS "dataset: DatasetId",
                      dataset.meta_id AS dataset_meta_id, cardinality(webhook_fields) > 0 AS "is_subscribed!",
                      ARRAY(SELECT phone.name FROM asset AS phone
                            WHERE phone.advertiser_id = $1 AND phone.kind = 'phone_number'
                              AND phone.parent_meta_id = asset.meta_id ORDER BY phone.name) AS "phone_numbers!",
                      ARRAY(SELECT other.name FROM asset AS other
                            WHERE other.advertiser_id = $1 AND other.dataset_id = asset.dataset_id
                              AND other.id <> asset.id ORDER BY other.name) AS "shares_dataset_with!"
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
        let assets = rows.into_iter().map(|row| SetUpAsset {
            has_business: !row.business_name.is_empty(),
            is_visible_to_advertiser: is_visible_to_advertiser(&row.business_name, scopes),
            name: row.name,
            meta_id: row.meta_id,
            phone_numbers: row.phone_numbers,
            dataset_meta_id: row.dataset_meta_id,
            dataset_was_created: attempt.datasets_created.contains(&row.dataset),
            shares_dataset_with: row.shares_dataset_with,
            is_subscribed: row.is_subscribed,
        });
        Ok(assets.collect())
    }

    /// What the login reaches on other channels, less what the advertiser has connected there by now.
    async fn also_reached(
        &mut self,
        advertiser: AdvertiserId,
        attempt: &Attempt,
    ) -> Result<Vec<AlsoReached>> {
        let reached: BTreeMap<Channel, Vec<String>> =
            serde_json::from_value(attempt.also.clone()).unwrap_or_default();
        let mut also = Vec::new();
        for (channel, ids) in reached {
            let connected: HashSet<_> = sqlx::query_scalar!(
                r#"SELECT meta_id FROM asset
                   JOIN connection ON connection.advertiser_id = $1 AND connection.asset_id = asset.id
                   WHERE asset.advertiser_id = $1 AND connection.channel = $2 AND meta_id = ANY ($3)"#,
                advertiser.uuid(),
                channel.as_str(),
                &ids
            )
            .fetch_all(&mut **self)
            .await?
            .into_iter()
            .collect();
            let count = ids.iter().filter(|id| !connected.contains(*id)).count();
            if count > 0 {
                also.push(AlsoReached { channel, count });
            }
        }
        Ok(also)
    }
}
