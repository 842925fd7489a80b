//! What the dialog sent back: checked, exchanged once, and the token verified.

use domain::{AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectStep, Role, StaffId, missing};
use graph::{AccessToken, TokenInfo, TokenKind};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use url::Url;

use super::{Callback, CallbackOutcome, LOGIN_LIFETIME, failure::{Detail, Failure}, hash};
use crate::{Actor, Backend, Error, Result, Scope, credentials::NewCredential};

/// A token that ends sooner than this came straight from the dialog and has to be exchanged for a longer one.
const SHORT_LIVED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The one callback that may exchange its code.
struct Claim {
    scope: Scope,
    advertiser: AdvertiserId,
    attempt: ConnectAttemptId,
    channel: Channel,
    code: SecretString,
    redirect_uri: Url,
}

impl Backend {
    /// Takes what Meta's dialog sent to the redirect URI. Its authority is the state and the browser's cookie, so it
    /// needs no scope. Whatever came of it is on the attempt; a second callback changes nothing and is shown the same.
    ///
    /// # Errors
    /// When the database fails. Meta's refusals are recorded on the attempt.
    pub async fn finish_facebook_login(&self, callback: Callback) -> Result<CallbackOutcome> {
        let found = sqlx::query!(
            r#"SELECT advertiser_id AS "advertiser!: AdvertiserId", attempt_id AS "attempt!: ConnectAttemptId"
               FROM find_connect_attempt($1)"#,
            hash(callback.state.expose_secret())
        )
        .fetch_optional(self.0.database.partner())
        .await?;
        let Some(found) = found else { return Ok(CallbackOutcome::UnknownState) };
        if let Some(claim) = self.claim(found.advertiser, found.attempt, callback).await? {
            self.log_in(&claim).await?;
        }
        Ok(CallbackOutcome::Attempt { advertiser: found.advertiser, attempt: found.attempt })
    }

    /// Decides, in one step of the database, whether this callback is the one that exchanges its code.
    async fn claim(
        &self,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        callback: Callback,
    ) -> Result<Option<Claim>> {
        let state = hash(callback.state.expose_secret());
        let mut tx = self.begin_for(&Scope::system(), advertiser).await?;
        let row = sqlx::query!(
            r#"SELECT channel AS "channel: Channel", browser_hash, redirect_uri, updated_at,
                      started_by AS "started_by: StaffId"
               FROM connect_attempt WHERE advertiser_id = $1 AND id = $2 AND step = 'opened' AND state_hash = $3"#,
            advertiser.uuid(),
            attempt.uuid(),
            state,
        )
        .fetch_optional(&mut *tx)
        .await?;
        drop(tx);
        let Some(row) = row else { return Ok(None) };
        // From here on in the name of whoever started it: the browser has proved to be theirs, or it is refused.
        let actor = row.started_by.map_or(Actor::System, Actor::Staff);
        let scope = Scope::advertiser(advertiser, Role::AdvertiserAdmin, actor);
        let mut tx = self.begin_for(&scope, advertiser).await?;
        let is_its_browser = callback.browser.as_ref().is_some_and(|browser| browser.hash() == row.browser_hash);
        let code = match (callback.error.as_deref(), callback.code) {
            _ if !is_its_browser => Err(ConnectFailure::OtherBrowser),
            _ if tx.now() - row.updated_at > LOGIN_LIFETIME => Err(ConnectFailure::AttemptExpired),
            (Some("access_denied"), _) => Err(ConnectFailure::Declined),
            (Some(_), _) if callback.error_reason.as_deref() == Some("user_denied") => Err(ConnectFailure::Declined),
            (Some(_), _) | (None, None) => Err(ConnectFailure::MetaRefused),
            (None, Some(code)) => Ok(code),
        };
        let code = match code {
            Ok(code) => code,
            Err(reason) => {
                tx.stop(advertiser, attempt, ConnectStep::Opened, &reason.into()).await?;
                tx.commit().await?;
                return Ok(None);
            }
        };
        let now = tx.now();
        let claimed = sqlx::query!(
            "UPDATE connect_attempt SET step = 'consented', updated_at = $4
             WHERE advertiser_id = $1 AND id = $2 AND step = 'opened' AND state_hash = $3",
            advertiser.uuid(),
            attempt.uuid(),
            state,
            now,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        let redirect_uri = row.redirect_uri.parse().map_err(|_| Error::Internal("a stored redirect URI does not parse"))?;
        let claim = Claim { scope, advertiser, attempt, channel: row.channel, code, redirect_uri };
        Ok((claimed.rows_affected() == 1).then_some(claim))
    }

    async fn log_in(&self, claim: &Claim) -> Result<()> {
        let token = match self.exchange(claim).await {
            Ok(token) => token,
            Err(failure) => return self.stop_login(claim, ConnectStep::Consented, &failure).await,
        };
        let mut tx = self.begin_for(&claim.scope, claim.advertiser).await?;
        if !tx.advance(claim.advertiser, claim.attempt, ConnectStep::Consented, ConnectStep::Exchanged).await? {
            return Ok(());
        }
        tx.commit().await?;
        match self.verify(claim.channel, token).await {
            Ok(verified) => self.keep(claim, &verified).await,
            Err(failure) => self.stop_login(claim, ConnectStep::Exchanged, &failure).await,
        }
    }

    async fn stop_login(&self, claim: &Claim, reached: ConnectStep, failure: &Failure) -> Result<()> {
        let mut tx = self.begin_for(&claim.scope, claim.advertiser).await?;
        tx.stop(claim.advertiser, claim.attempt, reached, failure).await?;
        tx.commit().await
    }

    /// The code becomes a token that lives for weeks. A business integration system user's needs no second exchange.
    async fn exchange(&self, claim: &Claim) -> Result<AccessToken, Failure> {
        let grant = self.graph().exchange_code(claim.code.expose_secret(), Some(&claim.redirect_uri)).await;
        let grant = grant.map_err(|error| Failure::of_exchange(&error))?;
        if grant.expires_in.is_none_or(|lifetime| lifetime >= SHORT_LIVED) {
            return Ok(grant.token);
        }
        let extended = self.graph().extend_token(&grant.token).await;
        extended.map(|grant| grant.token).map_err(|error| Failure::of(&error, ConnectFailure::MetaRefused))
    }

    /// Whether the token is ours, valid and able; and whose it is.
    async fn verify(&self, channel: Channel, token: AccessToken) -> Result<NewCredential, Failure> {
        let refused = |error: graph::Error| Failure::of(&error, ConnectFailure::MetaRefused);
        let info = self.graph().debug_token(&token).await.map_err(refused)?;
        let kind = judge(&info, &self.config().graph.app_id, channel)?;
        let person = self.graph().me(&token).await.map_err(refused)?;
        match self.graph().pages(&token).await {
            Ok(pages) if pages.is_empty() => return Err(ConnectFailure::NoPage.into()),
            // The token is good, and the page of the attempt reads them again.
            Err(error) if error.is_transient() => {}
            pages => drop(pages.map_err(refused)?),
        }
        Ok(NewCredential {
            token,
            kind,
            person_id: person.id,
            person_name: person.name.unwrap_or_default(),
            scopes: info.scopes,
            expires_at: info.expires_at,
            data_access_expires_at: info.data_access_expires_at,
        })
    }

    async fn keep(&self, claim: &Claim, verified: &NewCredential) -> Result<()> {
        let mut tx = self.begin_for(&claim.scope, claim.advertiser).await?;
        if !tx.advance(claim.advertiser, claim.attempt, ConnectStep::Exchanged, ConnectStep::Verified).await? {
            return Ok(());
        }
        let credential = self.seal_credential(&mut tx, claim.advertiser, verified).await?;
        sqlx::query!(
            "UPDATE connect_attempt SET credential_id = $3 WHERE advertiser_id = $1 AND id = $2",
            claim.advertiser.uuid(),
            claim.attempt.uuid(),
            credential.uuid()
        )
        .execute(&mut *tx)
        .await?;
        tx.drop_unused_credentials(claim.advertiser).await?;
        tx.audit_with("connect.verified", claim.attempt, serde_json::json!({ "credential": credential })).await?;
        tx.commit().await
    }
}

/// What Meta says of a token, held against what we need. The app comes first: another app's token says nothing else.
fn judge(info: &TokenInfo, app_id: &str, channel: Channel) -> Result<TokenKind, Failure> {
    if !info.app_id.is_empty() && info.app_id != app_id {
        return Err(ConnectFailure::WrongApp.into());
    }
    if !info.is_valid || info.app_id.is_empty() {
        return Err(Failure::of_dead_token(info.error.as_deref()));
    }
    let missing = missing(channel, &info.scopes).required;
    if !missing.is_empty() {
        let missing = missing.iter().map(ToString::to_string).collect();
        return Err(Failure {
            reason: ConnectFailure::MissingScope,
            detail: Detail { missing, ..Detail::default() },
        });
    }
    match info.kind {
        Some(kind @ (TokenKind::User | TokenKind::SystemUser)) => Ok(kind),
        _ => Err(ConnectFailure::MetaRefused.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> TokenInfo {
        TokenInfo {
            app_id: "12".into(),
            kind: Some(TokenKind::User),
            is_valid: true,
            expires_at: None,
            data_access_expires_at: None,
            user_id: Some("7".into()),
            scopes: vec!["page_events".into(), "pages_show_list".into()],
            granular_scopes: Vec::new(),
            error: None,
        }
    }

    #[test]
    fn only_a_living_token_of_our_app_with_every_required_permission_will_do() {
        let judged = |info: &TokenInfo| judge(info, "12", Channel::Messenger).map_err(|failure| failure.reason);
        assert_eq!(judged(&info()), Ok(TokenKind::User));
        let other_app = TokenInfo { app_id: "13".into(), ..info() };
        assert_eq!(judged(&other_app), Err(ConnectFailure::WrongApp));
        assert_eq!(judged(&TokenInfo { is_valid: false, ..other_app }), Err(ConnectFailure::WrongApp));
        assert_eq!(judged(&TokenInfo { is_valid: false, ..info() }), Err(ConnectFailure::MetaRefused));
        assert_eq!(judged(&TokenInfo { app_id: String::new(), ..info() }), Err(ConnectFailure::MetaRefused));
        assert_eq!(judged(&TokenInfo { kind: Some(TokenKind::Page), ..info() }), Err(ConnectFailure::MetaRefused));

        let blind = TokenInfo { scopes: vec!["pages_show_list".into()], ..info() };
        let failure = judge(&blind, "12", Channel::Messenger).unwrap_err();
        assert_eq!((failure.reason, failure.detail.missing), (ConnectFailure::MissingScope, vec!["page_events".to_owned()]));
    }
}
