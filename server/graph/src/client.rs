//! The client itself: how every call is addressed, signed, sent and read.

use crate::{
    AccessToken, Call, Config, Error, Observer, Outcome, Result,
    answer::{Answer, Failure},
    observe, signature,
};
use reqwest::{Method, RequestBuilder, redirect::Policy};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use std::{fmt, sync::Arc, time::Duration};
use url::Url;

/// A client for the part of Meta's Graph API that we use. Clones share their connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) config: Arc<Config>,
    observer: Option<Arc<dyn Observer>>,
}

impl Client {
    /// Checks the configuration and gets ready; connects to nothing yet.
    pub fn new(config: Config) -> Result<Self> {
        config.check()?;
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Fails only if somebody else was faster, which is as good.
            rustls::crypto::ring::default_provider()
                .install_default()
                .ok();
        }
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("patchbay/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .timeout(config.timeout)
            .connect_timeout(config.time_to_connect())
            // A connection that Meta is about to close would turn a request into one of unknown outcome.
            .pool_idle_timeout(Duration::from_secs(20));
        if config.is_loopback() {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|_| {
            Error::Invalid("TLS could not be set up; are the system's certificates (ca-certificates) installed?")
        })?;
        Ok(Self {
            http,
            config: Arc::new(config),
            observer: None,
        })
    }

    /// The same client, which tells `observer` of every call from now on.
    #[must_use]
    pub fn observed_by(self, observer: Arc<dyn Observer>) -> Self {
        Self {
            observer: Some(observer),
            ..self
        }
    }

    /// Tells whoever counts how a call went.
    pub(crate) fn tell(&self, edge: &str, outcome: Outcome, token: Option<&AccessToken>) {
        if let Some(observer) = &self.observer {
            observer.observe(Call {
                edge,
                outcome,
                is_limited: token.is_some_and(AccessToken::is_limited),
            });
        }
    }

    /// The app's own token.
    pub(crate) fn app_token(&self) -> AccessToken {
        AccessToken::new(format!(
            "{}|{}",
            self.config.app_id,
            self.config.app_secret.expose_secret()
        ))
    }

    /// The address of a node or an edge of the Graph API.
    pub(crate) fn graph(&self, path: &[&str]) -> Result<Url> {
        if !path.iter().all(|part| is_path_part(part)) {
            return Err(Error::Invalid("that is not an id of Meta's"));
        }
        Ok(below(&self.config.graph_url, &self.config.version, path))
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        token: &AccessToken,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T> {
        let request = self
            .signed(Method::GET, token, self.graph(path)?)
            .query(query);
        self.call(token, request).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        token: &AccessToken,
        path: &[&str],
        form: &[(&str, &str)],
    ) -> Result<T> {
        let request = self
            .signed(Method::POST, token, self.graph(path)?)
            .form(form);
        self.call(token, request).await
    }

    pub(crate) async fn delete<T: DeserializeOwned>(
        &self,
        token: &AccessToken,
        path: &[&str],
    ) -> Result<T> {
        let request = self.signed(Method::DELETE, token, self.graph(path)?);
        self.call(token, request).await
    }

    /// A request that speaks for a token, with the proof that our app holds it.
    pub(crate) fn signed(&self, method: Method, token: &AccessToken, url: Url) -> RequestBuilder {
        let request = self.http.request(method, url).bearer_auth(token.expose());
        if token.is_limited() {
            return request;
        }
        let proof = signature::proof(&self.config.app_secret, token);
        request.query(&[("appsecret_proof", proof)])
    }

    async fn call<T: DeserializeOwned>(
        &self,
        token: &AccessToken,
        request: RequestBuilder,
    ) -> Result<T> {
        self.exchange(request, Some(token))
            .await?
            .decode(&self.secrets(&[token.expose()]))
    }

    /// Makes one call; `token` is whose it is, if anybody's.
    pub(crate) async fn exchange(
        &self,
        request: RequestBuilder,
        token: Option<&AccessToken>,
    ) -> std::result::Result<Answer, Failure> {
        let request = request.build().map_err(Failure::from_http)?;
        let edge = observe::edge(request.url().path()).to_owned();
        let answer = match self.http.execute(request).await {
            Ok(response) => Answer::read(response).await,
            Err(error) => Err(Failure::from_http(error)),
        };
        self.tell(&edge, Outcome::of(&answer), token);
        answer
    }

    /// What must never appear in an error, given what the call itself carried.
    pub(crate) fn secrets<'a>(&'a self, of_the_call: &[&'a str]) -> Vec<&'a str> {
        [&[self.config.app_secret.expose_secret()], of_the_call].concat()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// `{base}/{version}/{path}`, also where the base has a path of its own.
pub(crate) fn below(base: &Url, version: &str, path: &[&str]) -> Url {
    let mut url = base.clone();
    url.path_segments_mut()
        .expect("checked by Config")
        .pop_if_empty()
        .push(version)
        .extend(path);
    url
}

/// Ids are pasted by people, and one with a slash or dots would address something else.
fn is_path_part(part: &str) -> bool {
    !part.is_empty()
        && part
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Stub, client};
    use serde_json::json;

    #[test]
    fn neither_the_client_nor_its_configuration_shows_the_secret() {
        let client = client("http://127.0.0.1:1");
        assert!(!format!("{client:?} {client:#?} {:?}", client.config).contains("SENTINEL"));
    }

    #[test]
    fn an_address_keeps_the_path_of_its_host_and_takes_no_strange_id() {
        let client = client("http://127.0.0.1:1/meta/");
        assert_eq!(
            client.graph(&["55", "dataset"]).unwrap().as_str(),
            "http://127.0.0.1:1/meta/v26.0/55/dataset"
        );
        for id in ["", "..", "1/2", "1?x", "%2e", "1 "] {
            assert!(client.graph(&[id]).is_err(), "{id}");
        }
    }

    #[tokio::test]
    async fn every_call_carries_the_token_in_its_header_and_the_proof_unless_limited() {
        let stub = Stub::answering(200, json!({"id": "1"})).await;
        stub.client()
            .me(&AccessToken::new("EAAB-SENTINEL"))
            .await
            .unwrap();
        stub.client()
            .me(&AccessToken::limited("EAAB-SENTINEL"))
            .await
            .unwrap();

        let [signed, limited] = stub.requests().try_into().unwrap();
        // `printf %s EAAB-SENTINEL | openssl dgst -sha256 -hmac app-SENTINEL`
        let proof = "a25480d03ed3b1afb346a91e94f15000f05b4f5c4b67c97368bbc1e00bfe4557";
        assert_eq!(signed.authorization, "Bearer EAAB-SENTINEL");
        assert_eq!(
            signed.uri,
            format!("/v26.0/me?appsecret_proof={proof}&fields=id%2Cname")
        );
        assert_eq!(limited.authorization, "Bearer EAAB-SENTINEL");
        assert_eq!(limited.uri, "/v26.0/me?fields=id%2Cname");
    }

    #[tokio::test]
    async fn a_host_that_is_not_there_is_unreachable_and_nothing_is_said_of_the_call() {
        let error = client("http://127.0.0.1:1")
            .me(&AccessToken::new("EAAB-SENTINEL"))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }));
        let text = format!("{error} {error:?}");
        assert!(
            !text.contains("SENTINEL") && !text.contains("appsecret_proof"),
            "{text}"
        );
    }
}
