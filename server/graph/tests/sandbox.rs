//! The client against the simulated Meta, over HTTP: from the login dialog to events that it counted.

use graph::{
    AccessToken, Client, Config, EventsRequest, LoginRequest, SendVerdict, TokenKind, UnknownWhy,
    webhook,
};
use sandbox::{Effect, Fault, Filter, Message, Sandbox, Webhook};
use serde_json::json;
use std::{collections::HashMap, time::Duration};
use url::Url;

const SCOPES: [&str; 5] = [
    "page_events",
    "pages_show_list",
    "pages_messaging",
    "pages_manage_metadata",
    "business_management",
];

struct Meta {
    sandbox: Sandbox,
    client: Client,
}

impl Meta {
    async fn start() -> Self {
        let config = sandbox::Config::default();
        let (app_id, secret) = (config.app_id.clone(), config.app_secret.clone());
        let address = "127.0.0.1:0".parse().expect("an address");
        let sandbox = Sandbox::start(config, address)
            .await
            .expect("the sandbox starts");
        let url: Url = format!("http://{}", sandbox.addr()).parse().expect("a URL");
        let config = Config {
            graph_url: url.clone(),
            dialog_url: url,
            timeout: Duration::from_secs(2),
            ..Config::new(app_id, secret.into())
        };
        Self {
            sandbox,
            client: Client::new(config).expect("a client"),
        }
    }

    /// A person goes through the dialog, agrees to everything and is sent back with a code.
    async fn log_in(&self, person: &str, business: &str, page_id: &str) -> (String, LoginRequest) {
        let login = LoginRequest {
            redirect_uri: "http://127.0.0.1:9/connect/return".parse().expect("a URL"),
            config_id: None,
            scopes: SCOPES.map(Into::into).to_vec(),
            state: "s1".into(),
            rerequest: false,
        };
        let dialog = self.client.login_url(&login);
        let mut form: Vec<_> = dialog.query_pairs().into_owned().collect();
        let fields = [
            ("person", person),
            ("business", business),
            ("page", page_id),
            ("answer", "continue"),
        ];
        form.extend(fields.map(|(key, value)| (key.into(), value.into())));
        form.extend(SCOPES.map(|scope| ("permission".into(), scope.into())));
        let browser = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        let browser = browser.build().expect("a browser");
        let mut action = dialog.clone();
        action.set_query(None);
        let answer = browser
            .post(action)
            .form(&form)
            .send()
            .await
            .expect("an answer");
        let back = answer
            .headers()
            .get("location")
            .expect("sent back")
            .to_str()
            .expect("text");
        let back = Url::parse(back).expect("a URL");
        let query: HashMap<_, _> = back.query_pairs().into_owned().collect();
        assert_eq!(query["state"], "s1");
        (query["code"].clone(), login)
    }

    async fn token(&self) -> AccessToken {
        let page = self.page();
        let (code, login) = self.log_in("hana", "florist", &page).await;
        let short = self
            .client
            .exchange_code(&code, Some(&login.redirect_uri))
            .await
            .expect("a token");
        self.client
            .extend_token(&short.token)
            .await
            .expect("a longer token")
            .token
    }

    fn page(&self) -> String {
        self.sandbox
            .state()
            .world()
            .page("florist")
            .expect("the florist has a page")
            .id
            .clone()
    }
}

fn events(page_id: &str, psid: &str, now: i64) -> EventsRequest {
    let event = json!({
        "event_name": "Purchase", "event_time": now, "action_source": "business_messaging",
        "messaging_channel": "messenger", "user_data": {"page_id": page_id, "page_scoped_user_id": psid},
        "custom_data": {"currency": "JPY", "value": 4800},
    });
    EventsRequest {
        data: vec![event],
        test_event_code: None,
        partner_agent: Some("patchbay".into()),
    }
}

#[tokio::test]
async fn a_login_ends_in_pages_a_dataset_and_counted_events() {
    let meta = Meta::start().await;
    let client = &meta.client;
    let page_id = meta.page();
    let (code, login) = meta.log_in("hana", "florist", &page_id).await;
    let short = client
        .exchange_code(&code, Some(&login.redirect_uri))
        .await
        .expect("a token");
    let replayed = client
        .exchange_code(&code, Some(&login.redirect_uri))
        .await
        .expect_err("a code works once");
    assert_eq!(
        replayed.refusal().and_then(|error| error.subcode),
        Some(36009)
    );
    let long = client
        .extend_token(&short.token)
        .await
        .expect("a longer token");
    assert!(long.expires_in > short.expires_in);

    let info = client.debug_token(&long.token).await.expect("known");
    assert!(
        info.is_valid && info.kind == Some(TokenKind::User),
        "{info:?}"
    );
    assert!(
        SCOPES
            .iter()
            .all(|scope| info.scopes.iter().any(|granted| granted == scope)),
        "{info:?}"
    );
    let person = client.me(&long.token).await.expect("a person");
    assert_eq!(info.user_id.as_deref(), Some(person.id.as_str()));
    assert!(
        !client
            .permissions(&long.token)
            .await
            .expect("a list")
            .is_empty()
    );

    let pages = client.pages(&long.token).await.expect("pages");
    let page = pages
        .iter()
        .find(|page| page.id == page_id)
        .expect("the florist's page");
    assert_eq!(
        client
            .page(&long.token, &page_id)
            .await
            .expect("the page")
            .name,
        page.name
    );
    let page_token = page.access_token.clone().expect("a page token");

    assert_eq!(
        client
            .dataset(&page_token, &page_id)
            .await
            .expect("an answer"),
        None
    );
    let dataset = client
        .create_dataset(&page_token, &page_id, Some("Florist"))
        .await
        .expect("a dataset");
    let linked = client
        .dataset(&page_token, &page_id)
        .await
        .expect("an answer")
        .expect("linked now");
    assert_eq!(linked.id, dataset.id);

    client
        .subscribe_page(&page_token, &page_id, &["messages", "messaging_referrals"])
        .await
        .expect("subscribed");
    let apps = client
        .subscribed_apps(&page_token, &page_id)
        .await
        .expect("a list");
    assert!(
        apps.iter()
            .any(|app| app.fields.contains(&"messages".to_owned())),
        "{apps:?}"
    );

    let state = meta.sandbox.state();
    let message = Message {
        page_id: page_id.clone(),
        person: Some("aoi".into()),
        ..Message::default()
    };
    let delivery = state.send_message(message).await.expect("a message");
    let now = state.clock().now().timestamp();
    let report = client
        .send_events(
            &page_token,
            &dataset.id,
            &events(&page_id, &delivery.sender_id, now),
        )
        .await;
    assert!(
        matches!(
            report.verdict,
            SendVerdict::Accepted {
                events_received: 1,
                ..
            }
        ),
        "{report:?} {:?}",
        report.body
    );
    assert_eq!(report.version_used.as_deref(), Some("v26.0"));
    assert_eq!(state.events(&Filter::default()).len(), 1);

    client
        .unsubscribe_page(&page_token, &page_id)
        .await
        .expect("unsubscribed");
    client
        .revoke(&long.token, &person.id)
        .await
        .expect("revoked");
    let info = client.debug_token(&long.token).await.expect("known");
    assert!(!info.is_valid && info.error.is_some_and(|error| error.is_authentication()));
}

#[tokio::test]
async fn each_way_of_failing_is_told_from_the_others() {
    let meta = Meta::start().await;
    let state = meta.sandbox.state();
    let token = meta.token().await;
    let page_id = meta.page();
    let dataset = meta
        .client
        .create_dataset(&token, &page_id, None)
        .await
        .expect("a dataset");
    let message = Message {
        page_id: page_id.clone(),
        ..Message::default()
    };
    let psid = state
        .send_message(message)
        .await
        .expect("a message")
        .sender_id;
    let request = events(&page_id, &psid, state.clock().now().timestamp());
    let unknown = |why| SendVerdict::Unknown { why };

    for (effect, expected) in [
        (Effect::Hang, unknown(UnknownWhy::Timeout)),
        (Effect::Reset, unknown(UnknownWhy::Reset)),
        (Effect::ResetAfterAccept, unknown(UnknownWhy::Reset)),
        (
            Effect::HttpError {
                status: 502,
                body: "<html>".into(),
            },
            unknown(UnknownWhy::ServerError(502)),
        ),
        (
            Effect::ShortEventsReceived { by: 1 },
            unknown(UnknownWhy::ShortCount { received: Some(0) }),
        ),
    ] {
        state
            .set_faults(vec![Fault::new(effect.clone()).edge("events")])
            .expect("a fault");
        let report = meta.client.send_events(&token, &dataset.id, &request).await;
        assert_eq!(report.verdict, expected, "{effect:?}");
    }

    state
        .set_faults(vec![Fault::new(Effect::RateLimit {
            code: 80_004,
            minutes: 7,
        })])
        .expect("a fault");
    let error = meta
        .client
        .dataset(&token, &page_id)
        .await
        .expect_err("limited");
    assert!(error.is_rate_limit(), "{error}");
    let usage = &error.refusal().expect("refused").usage;
    assert_eq!(
        usage.regain_access(),
        Some(Duration::from_secs(7 * 60)),
        "{usage:?}"
    );

    let revoke = Effect::RevokeToken {
        person: Some("hana".into()),
        subcode: 460,
    };
    state.set_faults(vec![Fault::new(revoke)]).expect("a fault");
    let SendVerdict::Refused(error) = meta
        .client
        .send_events(&token, &dataset.id, &request)
        .await
        .verdict
    else {
        panic!("a revoked token was not refused");
    };
    assert!(
        error.is_authentication() && error.subcode == Some(460),
        "{error}"
    );

    meta.sandbox.stop();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let verdict = meta
        .client
        .send_events(&token, &dataset.id, &request)
        .await
        .verdict;
    assert!(
        matches!(verdict, SendVerdict::NotConnected { .. }),
        "{verdict:?}"
    );
}

#[tokio::test]
async fn a_signed_webhook_verifies_and_is_read() {
    let meta = Meta::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
    let callback = move |headers: axum::http::HeaderMap, body: axum::body::Bytes| async move {
        sender
            .send((
                headers["x-hub-signature-256"]
                    .to_str()
                    .expect("text")
                    .to_owned(),
                body,
            ))
            .expect("a receiver");
    };
    let router = axum::Router::new().fallback(callback);
    tokio::spawn(async move { axum::serve(listener, router).await });

    let token = meta.token().await;
    let page_id = meta.page();
    let page_token = meta
        .client
        .page(&token, &page_id)
        .await
        .expect("the page")
        .access_token
        .expect("a page token");
    meta.client
        .subscribe_page(&page_token, &page_id, &["messages"])
        .await
        .expect("subscribed");
    let state = meta.sandbox.state();
    state.set_webhook(Some(Webhook {
        url,
        verify_token: String::new(),
    }));
    let message = Message {
        page_id: page_id.clone(),
        text: Some("はい".into()),
        referral: Some(json!(true)),
        ..Message::default()
    };
    let delivery = state.send_message(message).await.expect("a message");

    let (signature, raw) = received.recv().await.expect("a webhook");
    let secret = sandbox::Config::default().app_secret.into();
    assert!(graph::signature::verify_webhook(&secret, &raw, &signature));
    let entry = webhook::entries(&raw).expect("entries").remove(0);
    assert_eq!(
        (entry.id, entry.items[0].person()),
        (page_id, Some(delivery.sender_id.as_str()))
    );
    assert_eq!(entry.items[0].mid.as_deref(), Some(delivery.mid.as_str()));
    assert!(
        entry.items[0]
            .referral
            .as_ref()
            .is_some_and(|referral| referral.ad_id.is_some())
    );
}
