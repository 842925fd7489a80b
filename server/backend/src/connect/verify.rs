//! What a code is worth: exchanged for a token, and the token judged.

use std::time::Duration;

use domain::{Channel, ConnectFailure, missing};
use graph::{AccessToken, TokenInfo, TokenKind};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::failure::{Detail, Failure};
use crate::{Backend, Result, credentials::NewCredential};

/// A token that ends sooner than this came straight from the dialog and has to be exchanged for a longer one.
pub(super) const SHORT_LIVED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl Backend {
    /// The code becomes a token; one of a popup names no redirect URI. It lives for weeks. A business integration system user's needs no second exchange.
    pub(super) async fn exchange(
        &self,
        code: &SecretString,
        redirect_uri: Option<&Url>,
    ) -> Result<AccessToken, Failure> {
        let grant = self
            .graph()
            .exchange_code(code.expose_secret(), redirect_uri)
            .await;
        let grant = grant.map_err(|error| Failure::of_exchange(&error))?;
        if grant
            .expires_in
            .is_none_or(|lifetime| lifetime >= SHORT_LIVED)
        {
            return Ok(grant.token);
        }
        let extended = self.graph().extend_token(&grant.token).await;
        extended
            .map(|grant| grant.token)
            .map_err(|error| Failure::of(&error, ConnectFailure::MetaRefused))
    }

    /// Whether the token is ours, valid and able; and whose it is.
    pub(super) async fn verify(
        &self,
        channel: Channel,
        token: AccessToken,
    ) -> Result<NewCredential, Failure> {
        let refused = |error: graph::Error| Failure::of(&error, ConnectFailure::MetaRefused);
        let info = self.graph().debug_token(&token).await.map_err(refused)?;
        let kind = judge(&info, &self.config().graph.app_id, channel)?;
        let person = self.graph().me(&token).await.map_err(refused)?;
        match self.reach(channel, &token).await {
            Ok(reached) if reached.is_empty() => {
                return Err(ConnectFailure::nothing_reached(channel).into());
            }
            // The token is good, and the page of the attempt reads them again.
            Err(error) if error.is_transient() => {}
            reached => drop(reached.map_err(refused)?),
        }
        // Meta refuses a person's token here, though it is fine; and whatever Meta says, the login holds.
        let client_business_id = match kind {
            TokenKind::SystemUser => self.graph().client_business_id(&token).await.ok().flatten(),
            _ => None,
        };
        Ok(NewCredential {
            client_business_id,
            token,
            kind,
            person_id: person.id,
            person_name: person.name.unwrap_or_default(),
            scopes: info.scopes,
            expires_at: info.expires_at,
            data_access_expires_at: info.data_access_expires_at,
        })
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
            detail: Detail {
                missing,
                ..Detail::default()
            },
        });
    }
    judge_kind(info, channel)
}

/// For whom it speaks: an app's token speaks for nobody, and a Page's reaches no WhatsApp Business Account.
pub(super) fn judge_kind(info: &TokenInfo, channel: Channel) -> Result<TokenKind, Failure> {
    match info.kind {
        Some(kind @ (TokenKind::User | TokenKind::SystemUser)) => Ok(kind),
        Some(TokenKind::Page) if channel != Channel::Whatsapp => Ok(TokenKind::Page),
        _ => Err(ConnectFailure::TokenUnfit.into()),
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
        let judged = |info: &TokenInfo| {
            judge(info, "12", Channel::Messenger).map_err(|failure| failure.reason)
        };
        assert_eq!(judged(&info()), Ok(TokenKind::User));
        let other_app = TokenInfo {
            app_id: "13".into(),
            ..info()
        };
        assert_eq!(judged(&other_app), Err(ConnectFailure::WrongApp));
        assert_eq!(
            judged(&TokenInfo {
                is_valid: false,
                ..other_app
            }),
            Err(ConnectFailure::WrongApp)
        );
        assert_eq!(
            judged(&TokenInfo {
                is_valid: false,
                ..info()
            }),
            Err(ConnectFailure::MetaRefused)
        );
        assert_eq!(
            judged(&TokenInfo {
                app_id: String::new(),
                ..info()
            }),
            Err(ConnectFailure::MetaRefused)
        );
        for kind in [Some(TokenKind::App), None] {
            assert_eq!(
                judged(&TokenInfo { kind, ..info() }),
                Err(ConnectFailure::TokenUnfit)
            );
        }
        let of_page = TokenInfo {
            kind: Some(TokenKind::Page),
            ..info()
        };
        assert_eq!(judged(&of_page), Ok(TokenKind::Page));
        assert_eq!(
            judge_kind(&of_page, Channel::Whatsapp).map_err(|failure| failure.reason),
            Err(ConnectFailure::TokenUnfit)
        );

        let blind = TokenInfo {
            scopes: vec!["pages_show_list".into()],
            ..info()
        };
        let failure = judge(&blind, "12", Channel::Messenger).unwrap_err();
        assert_eq!(
            (failure.reason, failure.detail.missing),
            (ConnectFailure::MissingScope, vec!["page_events".to_owned()])
        );
    }
}
