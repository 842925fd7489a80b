//! The headers of every answer, refused ones included: content security policy with a nonce, and its companions.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use leptos::{
    nonce::Nonce,
    prelude::{provide_context, use_context},
};

use crate::Edge;

/// What the policy is made of, apart from the nonce.
pub(crate) struct Policy {
    /// Meta's dialog: posting *Continue* answers 303 to it, and `form-action` counts redirects.
    dialog: String,
    /// Where Meta's JavaScript SDK comes from: allowed on the signup's page alone.
    sdk: String,
    /// Where the SDK calls home and puts its frames.
    sdk_calls: String,
    https: bool,
}

impl Policy {
    pub(crate) fn new(edge: &Edge) -> Self {
        let config = edge.backend.config();
        let dialog = config.graph.dialog_url.origin().ascii_serialization();
        let sdk_calls = match dialog.as_str() {
            // The SDK speaks to several hosts there and says nowhere to which.
            "https://www.facebook.com" => "https://*.facebook.com".to_owned(),
            _ => dialog.clone(),
        };
        Self {
            dialog,
            sdk: config.sdk_url.origin().ascii_serialization(),
            sdk_calls,
            https: edge.is_https(),
        }
    }

    fn content(&self, nonce: &str, path: &str) -> String {
        let Self {
            dialog,
            sdk,
            sdk_calls,
            ..
        } = self;
        let (script, connect, frame) = if has_sdk(path) {
            (
                format!(" {sdk}"),
                format!(" {sdk} {sdk_calls}"),
                format!("frame-src {sdk} {sdk_calls}; "),
            )
        } else {
            Default::default()
        };
        format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'{script}; style-src 'self'; \
             img-src 'self' data:; font-src 'self'; connect-src 'self'{connect}; {frame}form-action 'self' {dialog}; \
             base-uri 'none'; frame-ancestors 'none'"
        )
    }
}

/// Whether this is the page that opens Meta's signup window: `/advertisers/{advertiser}/connect/{attempt}/signup`, or for
/// who came by a link `/welcome/{advertiser}/{attempt}/signup`.
fn has_sdk(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(
        *parts,
        ["", "advertisers", _, "connect", _, "signup"] | ["", "welcome", _, _, "signup"]
    )
}

/// The nonce of one answer.
#[derive(Clone)]
struct RequestNonce(String);

pub(crate) async fn secure(
    State(policy): State<Arc<Policy>>,
    mut request: Request,
    next: Next,
) -> Response {
    let nonce = BASE64_STANDARD.encode(rand::random::<[u8; 16]>());
    let content = policy.content(&nonce, request.uri().path());
    request.extensions_mut().insert(RequestNonce(nonce));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Ok(content) = HeaderValue::from_str(&content) {
        headers.insert(header::CONTENT_SECURITY_POLICY, content);
    }
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin-allow-popups"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if policy.https {
        let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    // Pages hold what only their reader may see.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Gives the page being rendered the nonce that its policy names.
pub(crate) fn provide_nonce() {
    let nonce = use_context::<http::request::Parts>()
        .and_then(|parts| parts.extensions.get::<RequestNonce>().cloned());
    if let Some(RequestNonce(nonce)) = nonce {
        provide_context(Nonce::from_value(nonce));
    }
}

/// Files may be kept, but are asked after: their names carry no version.
pub(crate) async fn cache_files(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    response
}
