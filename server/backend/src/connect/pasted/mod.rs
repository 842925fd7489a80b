//! A pasted token: looked at before it is kept, and then verified like any other.
//!
//! Between showing and keeping it lies sealed on the attempt's row, for a quarter of an hour at most, and never goes back
//! to the browser.

mod decide;
mod limited;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, ConnectWay, Permission,
    Why,
    console::{PastedAsset, PastedFacts, PastedKind, PastedStage, PastedToken},
    missing,
};
use graph::{AccessToken, TokenInfo, TokenKind};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

pub use limited::LimitedAsset;

use super::{
    attempt::NewAttempt,
    failure::Failure,
    verify::{SHORT_LIVED, judge_kind},
};
use crate::{Backend, Error, Result, Scope, SecretToken, advertisers::moment, seal::Place};

/// How long a pasted token is kept undecided.
pub(super) const UNDECIDED: TimeDelta = TimeDelta::minutes(15);
/// Meta's tokens have a few hundred characters; nobody types one.
const LONGEST: usize = 4_096;

/// A pasted token and what Meta said of it, as they are sealed on the attempt's row.
#[derive(Serialize, Deserialize)]
struct Pasted {
    token: String,
    is_limited: bool,
    kind: PastedKind,
    app_id: String,
    person_id: String,
    person_name: String,
    scopes: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    data_access_expires_at: Option<DateTime<Utc>>,
    reach: Vec<PastedAsset>,
}

fn place(advertiser: AdvertiserId, attempt: ConnectAttemptId) -> Place {
    Place {
        table: "connect_attempt",
        column: "pasted_sealed",
        advertiser: advertiser.uuid(),
        row: attempt.uuid(),
    }
}

impl Backend {
    /// Asks Meta what a token is. The attempt that comes of it shows that, or why the token cannot be used.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `token` for what cannot be one; [`crate::Conflict::AdvertiserArchived`], [`Error::NotFound`].
    pub async fn inspect_token(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        channel: Channel,
        token: &SecretString,
    ) -> Result<ConnectAttemptId> {
        scope.require(Permission::ManageConnections)?;
        let token = shaped(token.expose_secret())?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.active_advertiser(advertiser).await?;
        drop(tx);
        let looked_at = self.look_at(channel, token).await;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let new = NewAttempt {
            channel,
            way: ConnectWay::PastedToken,
            step: ConnectStep::Exchanged,
            state: &SecretToken::generate(),
            browser: &SecretToken::generate(),
            redirect_uri: "",
            credential: None,
        };
        let attempt = tx.open_attempt(scope, advertiser, &new).await?;
        match looked_at {
            Ok(pasted) => {
                let json = serde_json::to_vec(&pasted)
                    .map_err(|_| Error::Internal("a pasted token has no JSON form"))?;
                let sealed = self.keys().seal(place(advertiser, attempt), &json);
                sqlx::query!(
                    "UPDATE connect_attempt SET pasted_sealed = $3 WHERE advertiser_id = $1 AND id = $2",
                    advertiser.uuid(),
                    attempt.uuid(),
                    sealed,
                )
                .execute(&mut *tx)
                .await?;
            }
            Err(failure) => {
                tx.stop(advertiser, attempt, ConnectStep::Exchanged, &failure)
                    .await?;
            }
        }
        tx.commit().await?;
        Ok(attempt)
    }

    async fn look_at(&self, channel: Channel, token: &str) -> Result<Pasted, Failure> {
        let refused = |error: graph::Error| Failure::of(&error, ConnectFailure::MetaRefused);
        let (mut token, mut info) = self.whose(token).await.map_err(refused)?;
        if !info.is_valid {
            return Err(Failure::of_dead_token(info.error.as_deref()));
        }
        let kind = judge_kind(&info, channel)?;
        if kind == TokenKind::User && !token.is_limited() && self.is_short_lived(&info) {
            // What is shown is what will be kept.
            token = self
                .graph()
                .extend_token(&token)
                .await
                .map_err(refused)?
                .token;
            info = self.graph().debug_token(&token).await.map_err(refused)?;
        }
        // Meta does not answer every token of another app, and that is no reason against it.
        let person = match self.graph().me(&token).await {
            Ok(person) => Some(person),
            Err(_) if token.is_limited() => None,
            Err(error) => return Err(refused(error)),
        };
        let reach = if token.is_limited() {
            Vec::new()
        } else {
            let reached = self.reach(channel, &token).await.map_err(refused)?;
            let assets = reached.into_iter().map(|asset| PastedAsset {
                name: asset.name,
                meta_id: asset.meta_id,
            });
            assets.collect()
        };
        let kind = match kind {
            TokenKind::Page => PastedKind::Page,
            TokenKind::SystemUser if self.is_integration(&token).await => {
                PastedKind::IntegrationSystemUser
            }
            TokenKind::SystemUser => PastedKind::SystemUser,
            TokenKind::User | TokenKind::App => PastedKind::User,
        };
        let (person_id, person_name) = person.map_or_else(
            || (info.user_id.clone().unwrap_or_default(), String::new()),
            |person| (person.id, person.name.unwrap_or_default()),
        );
        Ok(Pasted {
            is_limited: token.is_limited(),
            token: token.expose().to_owned(),
            kind,
            app_id: info.app_id,
            person_id,
            person_name,
            scopes: info.scopes,
            expires_at: info.expires_at,
            data_access_expires_at: info.data_access_expires_at,
            reach,
        })
    }

    /// Our token or another app's. Meta tells us nothing of another app's, but the token may ask about itself.
    async fn whose(&self, token: &str) -> graph::Result<(AccessToken, TokenInfo)> {
        let ours = AccessToken::new(token);
        let app_id = &self.config().graph.app_id;
        match self.graph().debug_token(&ours).await {
            Ok(info) if info.app_id == *app_id || info.app_id.is_empty() => Ok((ours, info)),
            Err(error) if error.refusal().is_none_or(|refusal| refusal.code != 100) => Err(error),
            _ => {
                let limited = AccessToken::limited(token);
                let info = self.graph().debug_token(&limited).await?;
                Ok((limited, info))
            }
        }
    }

    fn is_short_lived(&self, info: &TokenInfo) -> bool {
        info.expires_at
            .and_then(|end| (end - self.clock().now()).to_std().ok())
            .is_some_and(|left| left < SHORT_LIVED)
    }

    /// Only a system user that Meta made in a client's business has a client.
    async fn is_integration(&self, token: &AccessToken) -> bool {
        !token.is_limited() && matches!(self.graph().client_business_id(token).await, Ok(Some(_)))
    }

    /// What a pasted token is, and what is to be decided about it.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for an attempt that goes another way.
    pub async fn pasted_token(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        id: ConnectAttemptId,
    ) -> Result<PastedToken> {
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let owner = tx.advertiser(advertiser).await?;
        let attempt = tx.attempt(advertiser, id).await?;
        if attempt.way != ConnectWay::PastedToken {
            return Err(Error::NotFound("connect attempt"));
        }
        let now = tx.now();
        let kept_until = attempt.updated_at + UNDECIDED;
        let is_limited = match attempt.credential_id {
            Some(credential) => tx.is_limited(advertiser, credential).await?,
            None => false,
        };
        let pasted = match self.open_pasted(&mut tx, advertiser, id).await? {
            Some(pasted) if attempt.step == ConnectStep::Exchanged && now < kept_until => {
                Some(pasted)
            }
            _ => None,
        };
        let stage = match attempt.step {
            ConnectStep::Exchanged if pasted.is_some() => PastedStage::Keep,
            ConnectStep::Verified if is_limited => PastedStage::NameAssets,
            _ => PastedStage::Over,
        };
        Ok(PastedToken {
            attempt: id,
            advertiser_id: advertiser,
            advertiser_name: owner.name,
            channel: attempt.channel,
            stage,
            facts: pasted.map(|pasted| pasted.facts(attempt.channel, &owner.time_zone, kept_until)),
        })
    }
}

impl Pasted {
    fn facts(self, channel: Channel, zone: &str, kept_until: DateTime<Utc>) -> PastedFacts {
        let missing = missing(channel, &self.scopes);
        let names = |permissions: Vec<domain::MetaPermission>| {
            permissions.iter().map(ToString::to_string).collect()
        };
        PastedFacts {
            kind: self.kind,
            holder: self.person_name,
            is_limited: self.is_limited,
            app_id: self.app_id,
            expires: self.expires_at.map(|at| moment(zone, at)),
            data_access_expires: self.data_access_expires_at.map(|at| moment(zone, at)),
            missing_required: names(missing.required),
            missing_wanted: names(missing.wanted),
            scopes: self.scopes,
            reach: self.reach,
            kept_until: moment(zone, kept_until),
        }
    }
}

/// A token as it may be, without what surrounds it when it is copied.
fn shaped(token: &str) -> Result<&str> {
    let token = token.trim();
    let why = match token.len() {
        0 => Why::Empty,
        1..=LONGEST if token.bytes().all(|byte| byte.is_ascii_graphic()) => return Ok(token),
        1..=LONGEST => Why::Unprintable,
        _ => Why::TooLong { max: LONGEST },
    };
    Err(Error::invalid("token", why))
}
