//! Facebook Login: the dialog's address, and the exchange of what it returns for a token.

use crate::{
    AccessToken, Client, Error, Result,
    answer::{Answer, Failure},
    client::below,
    tolerant,
};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, RedirectUrl, RequestTokenError, Scope,
    TokenResponse, TokenUrl, basic::BasicClient,
};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::Value;
use std::{
    fmt,
    pin::Pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use url::Url;

/// What to ask the person for. Its `Debug` does not show the state.
#[derive(Clone)]
pub struct LoginRequest {
    /// Where the dialog returns to; the same in the exchange of the code.
    pub redirect_uri: Url,
    /// A Facebook Login for Business configuration, which takes the place of the scopes.
    pub config_id: Option<String>,
    /// The permissions to ask for.
    pub scopes: Vec<String>,
    /// The caller's own unguessable value, returned unchanged.
    pub state: String,
    /// Whether to ask again for what was declined before.
    pub rerequest: bool,
}

impl fmt::Debug for LoginRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LoginRequest")
            .field("redirect_uri", &self.redirect_uri.as_str())
            .field("config_id", &self.config_id)
            .field("scopes", &self.scopes)
            .field("rerequest", &self.rerequest)
            .finish_non_exhaustive()
    }
}

/// A token, and for how long it lives.
#[derive(Clone, Debug)]
pub struct TokenGrant {
    /// The token.
    pub token: AccessToken,
    /// Absent where Meta did not say: then `debug_token` knows.
    pub expires_in: Option<Duration>,
}

/// The answer of the token endpoint as Meta really writes it.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: AccessToken,
    #[serde(default)]
    expires_in: Value,
}

impl From<TokenAnswer> for TokenGrant {
    fn from(answer: TokenAnswer) -> Self {
        let seconds =
            tolerant::integer(&answer.expires_in).and_then(|seconds| u64::try_from(seconds).ok());
        Self {
            token: answer.access_token,
            expires_in: lifetime(seconds.map(Duration::from_secs)),
        }
    }
}

/// Zero stands for "does not expire", as in `debug_token`.
fn lifetime(expires_in: Option<Duration>) -> Option<Duration> {
    expires_in.filter(|duration| !duration.is_zero())
}

impl Client {
    /// The address of the login dialog, to which the person's browser is sent.
    pub fn login_url(&self, login: &LoginRequest) -> Url {
        let oauth = self
            .oauth()
            .set_redirect_uri(RedirectUrl::from_url(login.redirect_uri.clone()));
        let mut request = oauth.authorize_url(|| CsrfToken::new(login.state.clone()));
        if let Some(config) = &login.config_id {
            request = request.add_extra_param("config_id", config);
        } else if !login.scopes.is_empty() {
            // Meta documents commas; the crate would join with spaces.
            request = request.add_scope(Scope::new(login.scopes.join(",")));
        }
        if login.rerequest {
            request = request.add_extra_param("auth_type", "rerequest");
        }
        request.url().0
    }

    /// Exchanges the dialog's code, which works once. A code of the JavaScript SDK has no `redirect_uri`.
    pub async fn exchange_code(
        &self,
        code: &str,
        redirect_uri: Option<&Url>,
    ) -> Result<TokenGrant> {
        let mut oauth = self.oauth();
        if let Some(redirect_uri) = redirect_uri {
            oauth = oauth.set_redirect_uri(RedirectUrl::from_url(redirect_uri.clone()));
        }
        let http = Http {
            client: self,
            answer: Mutex::default(),
        };
        let result = oauth
            .exchange_code(AuthorizationCode::new(code.into()))
            .request_async(&http)
            .await;
        let error = match result {
            Ok(token) => {
                let expires_in = lifetime(token.expires_in());
                return Ok(TokenGrant {
                    token: AccessToken::new(token.access_token().secret()),
                    expires_in,
                });
            }
            Err(error) => error,
        };
        // Meta's error object arrives here as `Parse`, and so does a token without `token_type`.
        let answer = http
            .answer
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        match (error, answer) {
            (RequestTokenError::Request(failure), _) => Err(failure.into()),
            (_, Some(answer)) => answer
                .decode::<TokenAnswer>(&self.secrets(&[code]))
                .map(Into::into),
            (_, None) => Err(Error::Invalid(
                "the exchange of the code could not be written",
            )),
        }
    }

    /// Exchanges a short-lived token of a person for one that lives about 60 days.
    pub async fn extend_token(&self, token: &AccessToken) -> Result<TokenGrant> {
        // In the body rather than the query, so that no log on the way can keep the secret.
        let form = [
            ("grant_type", "fb_exchange_token"),
            ("client_id", &self.config.app_id),
            ("client_secret", self.config.app_secret.expose_secret()),
            ("fb_exchange_token", token.expose()),
        ];
        let request = self
            .http
            .post(self.graph(&["oauth", "access_token"])?)
            .form(&form);
        let answer = self.exchange(request, None).await?;
        answer
            .decode::<TokenAnswer>(&self.secrets(&[token.expose()]))
            .map(Into::into)
    }

    fn oauth(
        &self,
    ) -> BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet> {
        let config = &self.config;
        BasicClient::new(ClientId::new(config.app_id.clone()))
            .set_client_secret(ClientSecret::new(config.app_secret.expose_secret().into()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::from_url(below(
                &config.dialog_url,
                &config.version,
                &["dialog", "oauth"],
            )))
            .set_token_uri(TokenUrl::from_url(below(
                &config.graph_url,
                &config.version,
                &["oauth", "access_token"],
            )))
    }
}

/// Lets `oauth2` speak through our client, and keeps the answer that it may fail to understand.
struct Http<'a> {
    client: &'a Client,
    answer: Mutex<Option<Answer>>,
}

impl<'c> AsyncHttpClient<'c> for Http<'_> {
    type Error = Failure;
    type Future =
        Pin<Box<dyn Future<Output = std::result::Result<HttpResponse, Failure>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(Failure::from_http)?;
            let http = self.client.http.clone();
            let answer = self
                .client
                .exchange(reqwest::RequestBuilder::from_parts(http, request), None)
                .await?;
            let mut response = HttpResponse::new(answer.text.clone().into_bytes());
            *response.status_mut() =
                http::StatusCode::from_u16(answer.status).expect("it came as a status");
            *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
            Ok(response)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Stub, client};
    use serde_json::json;

    fn login() -> LoginRequest {
        LoginRequest {
            redirect_uri: "https://patchbay.example/connect/return?a=b"
                .parse()
                .unwrap(),
            config_id: None,
            scopes: vec!["page_events".into(), "pages_show_list".into()],
            state: "state-SENTINEL".into(),
            rerequest: true,
        }
    }

    #[test]
    fn the_dialog_is_addressed_by_scopes_or_by_a_configuration() {
        let query = |login: &LoginRequest| {
            let url = client("http://localhost:1").login_url(login);
            assert_eq!(url.path(), "/v26.0/dialog/oauth");
            url.query_pairs()
                .into_owned()
                .collect::<std::collections::BTreeMap<_, _>>()
        };
        let by_scopes = query(&login());
        assert_eq!(by_scopes["client_id"], "1200");
        assert_eq!(by_scopes["response_type"], "code");
        assert_eq!(
            by_scopes["redirect_uri"],
            "https://patchbay.example/connect/return?a=b"
        );
        assert_eq!(by_scopes["state"], "state-SENTINEL");
        assert_eq!(by_scopes["scope"], "page_events,pages_show_list");
        assert_eq!(by_scopes["auth_type"], "rerequest");

        let by_config = query(&LoginRequest {
            config_id: Some("7700".into()),
            rerequest: false,
            ..login()
        });
        assert_eq!(by_config["config_id"], "7700");
        assert!(!by_config.contains_key("scope") && !by_config.contains_key("auth_type"));
        assert!(!format!("{:?}", login()).contains("SENTINEL"));
    }

    #[tokio::test]
    async fn a_code_becomes_a_token_however_meta_writes_it() {
        for (answer, seconds) in [
            (
                json!({"access_token": "EAAB-SENTINEL", "token_type": "bearer", "expires_in": 5183999}),
                Some(5_183_999),
            ),
            (
                json!({"access_token": "EAAB-SENTINEL", "token_type": "bearer"}),
                None,
            ),
            (
                json!({"access_token": "EAAB-SENTINEL", "token_type": "bearer", "expires_in": 0}),
                None,
            ),
            (
                json!({"access_token": "EAAB-SENTINEL", "expires_in": "60"}),
                Some(60),
            ),
        ] {
            let stub = Stub::answering(200, answer).await;
            let grant = stub
                .client()
                .exchange_code("c0de", Some(&login().redirect_uri))
                .await
                .unwrap();
            assert_eq!(grant.token.expose(), "EAAB-SENTINEL");
            assert_eq!(grant.expires_in, seconds.map(Duration::from_secs));
            assert!(!format!("{grant:?}").contains("SENTINEL"));
            let request = &stub.requests()[0];
            assert_eq!(
                (request.method.as_str(), request.uri.as_str()),
                ("POST", "/v26.0/oauth/access_token")
            );
            for part in [
                "code=c0de",
                "client_id=1200",
                "client_secret=app-SENTINEL",
                "redirect_uri=https%3A%2F%2Fpatchbay",
            ] {
                assert!(request.body.contains(part), "{}", request.body);
            }
        }
    }

    #[tokio::test]
    async fn a_code_of_the_javascript_sdk_goes_without_a_redirect_uri() {
        let stub = Stub::answering(200, json!({"access_token": "t", "token_type": "bearer"})).await;
        stub.client().exchange_code("c0de", None).await.unwrap();
        assert!(!stub.requests()[0].body.contains("redirect_uri"));
    }

    #[tokio::test]
    async fn metas_refusal_of_a_code_is_read_and_shows_no_secret() {
        let message = "code c0de-SENTINEL of app-SENTINEL has been used";
        let envelope = json!({"error": {"message": message, "code": 100, "error_subcode": 36009}});
        for status in [200, 400] {
            let stub = Stub::answering(status, envelope.clone()).await;
            let error = stub
                .client()
                .exchange_code("c0de-SENTINEL", None)
                .await
                .unwrap_err();
            assert_eq!(error.refusal().unwrap().subcode, Some(36009));
            assert!(
                !format!("{error} {error:?}").contains("SENTINEL"),
                "{error}"
            );
        }
        for answer in [
            (500, "<html>"),
            (400, ""),
            (200, "{}"),
            (400, r#"{"error":"invalid_grant"}"#),
        ] {
            let stub = Stub::with_text([(answer.0, answer.1.to_owned())]).await;
            let error = stub.client().exchange_code("c0de", None).await.unwrap_err();
            assert!(
                matches!(error, Error::Unexpected { status, .. } if status == answer.0),
                "{error}"
            );
        }
        let error = client("http://127.0.0.1:1")
            .exchange_code("c0de-SENTINEL", None)
            .await
            .unwrap_err();
        assert!(
            matches!(&error, Error::Unreachable { .. })
                && !format!("{error:?}").contains("SENTINEL")
        );
    }

    #[tokio::test]
    async fn extending_keeps_secrets_out_of_the_address() {
        let stub =
            Stub::answering(200, json!({"access_token": "long", "expires_in": 5183944})).await;
        let grant = stub
            .client()
            .extend_token(&AccessToken::new("short-SENTINEL"))
            .await
            .unwrap();
        assert_eq!(
            (grant.token.expose(), grant.expires_in.unwrap().as_secs()),
            ("long", 5_183_944)
        );
        assert_eq!(stub.requests()[0].uri, "/v26.0/oauth/access_token");
        assert!(
            stub.requests()[0]
                .body
                .contains("fb_exchange_token=short-SENTINEL")
        );
    }
}
