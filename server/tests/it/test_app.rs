//! The router on a database of its own, and people who talk to it.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use backend::testing::{self, TestBackend};
use domain::Role;
use http_body_util::BodyExt;
use server::{Edge, router};
use tower::ServiceExt;

/// The address that tests ask for.
pub const HOST: &str = "127.0.0.1:3000";

pub struct TestApp {
    pub db: TestBackend,
    router: Router,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("headers are ASCII"))
    }

    pub fn location(&self) -> &str {
        self.header(header::LOCATION)
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(testing::config("http://127.0.0.1:9/")).await
    }

    /// With a configuration of the test's own.
    pub async fn start_with(config: backend::Config) -> Self {
        let db = testing::backend_with(config).await;
        let router = router(Edge::new(db.backend.clone(), "target/no-site", false));
        Self { db, router }
    }

    /// The same where each API key may make so many requests in a second.
    pub async fn with_key_rate(per_second: u32) -> Self {
        let db = testing::backend().await;
        let rate = per_second.try_into().expect("a rate above zero");
        let edge = Edge::new(db.backend.clone(), "target/no-site", false).with_key_rate(rate);
        Self {
            db,
            router: router(edge),
        }
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router is infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body that ends").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Somebody who is not signed in.
    pub fn stranger(&self) -> Person<'_> {
        Person {
            app: self,
            cookie: String::new(),
        }
    }

    /// A signed-in person of one advertiser.
    pub async fn member(&self, advertiser: domain::AdvertiserId, role: Role) -> Person<'_> {
        let scope = self.db.member(advertiser, role).await;
        self.signed_in(&self.db.email_of(&scope).await).await
    }

    async fn signed_in(&self, email: &str) -> Person<'_> {
        let session = self
            .db
            .sign_in(email)
            .await
            .expect("people of the test sign in");
        Person {
            app: self,
            cookie: format!("__Host-session={}", session.token.expose()),
        }
    }

    /// A signed-in member of staff.
    pub async fn staff(&self, role: Role) -> Person<'_> {
        let scope = self.db.staff(role).await;
        self.signed_in(&self.db.email_of(&scope).await).await
    }
}

/// Somebody with a browser.
pub struct Person<'a> {
    app: &'a TestApp,
    cookie: String,
}

impl Person<'_> {
    /// The same browser with one more cookie.
    pub fn holding(&self, cookie: &str) -> Self {
        Self {
            app: self.app,
            cookie: format!("{}; {cookie}", self.cookie),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        let request = self
            .request("GET", path)
            .header(header::ACCEPT, "text/html");
        self.app
            .send(request.body(Body::empty()).expect("a request"))
            .await
    }

    /// Posts a form as a page of ours does.
    pub async fn post(&self, path: &str, form: &str) -> Answer {
        let request = self
            .request("POST", path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, format!("http://{HOST}/sign-in"))
            .body(Body::from(form.to_owned()))
            .expect("a request");
        self.app.send(request).await
    }

    /// Calls a server function as the console's JavaScript does.
    pub async fn call(&self, path: &str, form: &str) -> Answer {
        let request = self
            .request("POST", path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(Body::from(form.to_owned()))
            .expect("a request");
        self.app.send(request).await
    }

    /// Begins a request with this person's cookies.
    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST)
            .header(header::COOKIE, &self.cookie)
    }
}
