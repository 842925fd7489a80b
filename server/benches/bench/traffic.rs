//! What comes in by the thousand: events and webhooks. Each is compared with the least that could be done for it: the
//! same rows written by plain statements on the same tables, and, for what comes singly, a bare axum handler around one
//! such statement.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use backend::{
    Clock, KeyDraft, Scope,
    testing::{self, TestBackend},
};
use domain::{ApiKeyId, EventId, KeyScope, WebhookDeliveryId};
use secrecy::SecretString;
use serde_json::{Value, json};
use server::{Edge, router};
use sqlx::{
    Executor, PgPool,
    postgres::{PgPoolOptions, PgRow},
    types::{
        Decimal, Uuid,
        chrono::{DateTime, Utc},
    },
};
use tokio::task::JoinSet;

use super::measure::{Row, Times, client, serve};

/// Events of one request.
const BATCH: usize = 1_000;
/// Requests at a time, when events or webhooks come singly, and how many each of those clients makes.
const CLIENTS: usize = 64;
const EACH: usize = 20;
/// How often each side of a row is measured.
const ROUNDS: usize = 15;
/// As many connections as the serving side has.
const CONNECTIONS: u32 = 6;
const PAGE: &str = "10001";
const DATASET: &str = "8800000000000001";

pub async fn rows() -> Vec<Row> {
    let shop = Shop::open().await;
    vec![
        shop.batches().await,
        shop.single_events().await,
        shop.webhooks().await,
    ]
}

/// An advertiser whose Page is connected, Patchbay around it, and the tables without Patchbay.
struct Shop {
    db: TestBackend,
    address: SocketAddr,
    key: String,
    plain: Plain,
}

/// What differs between the rows of two events.
struct PlainRow {
    id: Uuid,
    at: DateTime<Utc>,
    dedup_key: [u8; 32],
    person_hash: [u8; 32],
}

/// The tables in the role that serves, and what is the same in every row of an event.
#[derive(Clone)]
struct Plain {
    pool: PgPool,
    clock: Clock,
    secret: SecretString,
    advertiser: Uuid,
    connection: Uuid,
    dataset: Uuid,
    lane: Uuid,
    key: Uuid,
    /// As long as one is, and sealed as one is.
    payload: Vec<u8>,
    /// One person's hash.
    person: [u8; 32],
}

impl Shop {
    async fn open() -> Self {
        let db = testing::backend().await;
        let advertiser = db.advertiser("florist").await;
        let connection = db.connected_page(advertiser, PAGE, DATASET).await;
        let draft = KeyDraft {
            name: "Shop backend".parse().expect("a name"),
            scopes: KeyScope::ALL.iter().copied().collect(),
            days: None,
        };
        let key = db
            .backend
            .add_api_key(&Scope::command(), Some(advertiser), &draft)
            .await
            .expect("a key is made")
            .expose()
            .to_owned();
        let edge = Edge::new(db.backend.clone(), "target/no-site", false)
            .with_key_rate(u32::MAX.try_into().expect("not zero"));
        let address = serve(router(edge)).await;
        let first = body(&db.backend.clock().clone(), 1);
        send(&client(), address, &key, first).await;

        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute("SET ROLE patchbay_partner").await?;
                    Ok(())
                })
            })
            .connect_with(db.owner.clone())
            .await
            .expect("the database answers");
        let event: PgRow = sqlx::query(
            "SELECT dataset_id, lane_id, api_key_id, body_sealed, person_hash
             FROM event JOIN event_payload USING (advertiser_id, id)",
        )
        .fetch_one(&pool)
        .await
        .expect("the first event is there");
        let id = |name| sqlx::Row::get(&event, name);
        let plain = Plain {
            clock: db.backend.clock().clone(),
            secret: db.backend.config().graph.app_secret.clone(),
            advertiser: advertiser.uuid(),
            connection: connection.uuid(),
            dataset: id("dataset_id"),
            lane: id("lane_id"),
            key: id("api_key_id"),
            payload: sqlx::Row::get(&event, "body_sealed"),
            person: sqlx::Row::get::<Vec<u8>, _>(&event, "person_hash")
                .try_into()
                .expect("a hash has 32 bytes"),
            pool,
        };
        Self {
            db,
            address,
            key,
            plain,
        }
    }

    async fn batches(&self) -> Row {
        let client = client();
        let [mut base, mut measured] = [Times::default(), Times::default()];
        for round in 0..=ROUNDS {
            let request = body(self.db.backend.clock(), BATCH);
            let rows = self.plain.rows(BATCH);
            let started = Instant::now();
            self.plain.write(&rows).await;
            let plainly = started.elapsed();
            let started = Instant::now();
            send(&client, self.address, &self.key, request).await;
            if round > 0 {
                base.add(plainly);
                measured.add(started.elapsed());
            }
        }
        Row {
            work: format!(
                "ingest: a batch of {BATCH} events over HTTP against the same rows by plain `INSERT … unnest`"
            ),
            base,
            measured,
            bar: 1.0 / 0.6,
        }
    }

    async fn single_events(&self) -> Row {
        let bare = serve(
            Router::new()
                .route("/", post(insert_event))
                .with_state(self.plain.clone()),
        )
        .await;
        let (key, clock) = (&self.key, self.db.backend.clock());
        let ours = format!("http://{}/v26.0/{DATASET}/events", self.address);
        let bare = format!("http://{bare}/");
        let [mut base, mut measured] = [Times::default(), Times::default()];
        for round in 0..=ROUNDS {
            let plainly = crowd(&bare, |request| {
                request.bearer_auth(key).body(body(clock, 1))
            })
            .await;
            let ourselves = crowd(&ours, |request| {
                request
                    .bearer_auth(key)
                    .header("content-type", "application/json")
                    .body(body(clock, 1))
            })
            .await;
            if round > 0 {
                base.add(plainly);
                measured.add(ourselves);
            }
        }
        Row {
            work: format!(
                "ingest: {} single events, {CLIENTS} at a time, against a bare handler with one `INSERT`",
                CLIENTS * EACH
            ),
            base,
            measured,
            bar: 2.0,
        }
    }

    async fn webhooks(&self) -> Row {
        let bare = serve(
            Router::new()
                .route("/", post(keep_webhook))
                .with_state(self.plain.clone()),
        )
        .await;
        let ours = format!("http://{}/webhooks/meta", self.address);
        let bare = format!("http://{bare}/");
        let secret = &self.plain.secret;
        let signed = |request: reqwest::RequestBuilder| {
            let body = message(self.db.backend.clock());
            let signature = graph::signature::webhook_signature(secret, body.as_bytes());
            request.header("x-hub-signature-256", signature).body(body)
        };
        let [mut base, mut measured] = [Times::default(), Times::default()];
        for round in 0..=ROUNDS {
            let plainly = crowd(&bare, signed).await;
            let ourselves = crowd(&ours, signed).await;
            if round > 0 {
                base.add(plainly);
                measured.add(ourselves);
            }
        }
        Row {
            work: format!(
                "webhooks: {} messages, {CLIENTS} at a time, against a bare handler that verifies and inserts",
                CLIENTS * EACH
            ),
            base,
            measured,
            bar: 2.0,
        }
    }
}

impl Plain {
    /// What an accepted batch leaves behind, ready to be written.
    fn rows(&self, count: usize) -> Vec<PlainRow> {
        let row = || PlainRow {
            id: self.clock.mint::<EventId>().uuid(),
            at: self.clock.now(),
            dedup_key: rand::random(),
            person_hash: self.person,
        };
        std::iter::repeat_with(row).take(count).collect()
    }

    /// Keys, events and payloads, one statement each: what differs from event to event as a column, the rest once.
    async fn write(&self, rows: &[PlainRow]) {
        fn column<'r, T>(rows: &'r [PlainRow], value: impl Fn(&'r PlainRow) -> T) -> Vec<T> {
            rows.iter().map(value).collect()
        }
        let ids = column(rows, |row| row.id);
        let keys = column(rows, |row| row.dedup_key.as_slice());
        let mut tx = self.pool.begin().await.expect("the database answers");
        sqlx::query(
            "INSERT INTO dedup_key (advertiser_id, key, event_id, at)
             SELECT $1, key, id, $4 FROM unnest($2::bytea[], $3::uuid[]) AS one (key, id)",
        )
        .bind(self.advertiser)
        .bind(&keys)
        .bind(&ids)
        .bind(self.clock.now())
        .execute(&mut *tx)
        .await
        .expect("keys are written");
        sqlx::query(
            "INSERT INTO event (advertiser_id, id, connection_id, dataset_id, lane_id, channel, name, event_time, external_id,
                                order_id, value, currency, test_code, source, api_key_id, dedup_key, accepted_at, state,
                                state_at, due_at, person_hash)
             SELECT $1, id, $2, $3, $4, channel, name, event_time, external_id, order_id, value, currency, '', 'ingest', $6, key,
                    $5, 'queued', $5, $5, person_hash
             FROM unnest($7::uuid[], $8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::text[], $13::numeric[],
                         $14::text[], $15::bytea[], $16::bytea[])
                  AS one (id, channel, name, event_time, external_id, order_id, value, currency, key, person_hash)",
        )
        .bind(self.advertiser)
        .bind(self.connection)
        .bind(self.dataset)
        .bind(self.lane)
        .bind(self.clock.now())
        .bind(self.key)
        .bind(&ids)
        .bind(column(rows, |_| "messenger"))
        .bind(column(rows, |_| "Purchase"))
        .bind(column(rows, |row| row.at))
        .bind(column(rows, |row| row.id.to_string()))
        .bind(column(rows, |_| "A-1007"))
        .bind(column(rows, |_| Decimal::from(4_800)))
        .bind(column(rows, |_| "JPY"))
        .bind(&keys)
        .bind(column(rows, |row| row.person_hash.as_slice()))
        .execute(&mut *tx)
        .await
        .expect("events are written");
        sqlx::query(
            "INSERT INTO event_payload (advertiser_id, id, body_sealed)
             SELECT $1, id, body FROM unnest($2::uuid[], $3::bytea[]) AS one (id, body)",
        )
        .bind(self.advertiser)
        .bind(&ids)
        .bind(column(rows, |_| self.payload.as_slice()))
        .execute(&mut *tx)
        .await
        .expect("payloads are written");
        tx.commit().await.expect("they are committed");
    }
}

/// The least that a handler could do with an event.
async fn insert_event(State(plain): State<Plain>, _body: Bytes) -> StatusCode {
    let id = plain.clock.mint::<EventId>().uuid();
    let key: [u8; 32] = rand::random();
    sqlx::query(
        "INSERT INTO event (advertiser_id, id, connection_id, dataset_id, lane_id, channel, name, event_time, external_id,
                            order_id, value, currency, test_code, source, api_key_id, dedup_key, accepted_at, state,
                            state_at, due_at)
         VALUES ($1, $2, $3, $4, $5, 'messenger', 'Purchase', $6, $7, 'A-1007', 4800, 'JPY', '', 'ingest', $8, $9, $6, 'queued',
                 $6, $6)",
    )
    .bind(plain.advertiser)
    .bind(id)
    .bind(plain.connection)
    .bind(plain.dataset)
    .bind(plain.lane)
    .bind(plain.clock.now())
    .bind(id.to_string())
    .bind(plain.key)
    .bind(&key[..])
    .execute(&plain.pool)
    .await
    .expect("an event is written");
    StatusCode::OK
}

/// The least that a handler could do with a webhook.
async fn keep_webhook(State(plain): State<Plain>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers
        .get("x-hub-signature-256")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !graph::signature::verify_webhook(&plain.secret, &body, signature) {
        return StatusCode::FORBIDDEN;
    }
    sqlx::query("INSERT INTO webhook_delivery (id, received_at, body_sealed) VALUES ($1, $2, $3)")
        .bind(plain.clock.mint::<WebhookDeliveryId>().uuid())
        .bind(plain.clock.now())
        .bind(&body[..])
        .execute(&plain.pool)
        .await
        .expect("a webhook is kept");
    StatusCode::OK
}

/// How long it takes until every client has been answered as often as it asks.
async fn crowd(
    url: &str,
    prepare: impl Fn(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
) -> Duration {
    let client = client();
    let mut ready: Vec<Vec<reqwest::Request>> = Vec::with_capacity(CLIENTS);
    for _ in 0..CLIENTS {
        let requests = (0..EACH).map(|_| prepare(client.post(url)).build().expect("a request"));
        ready.push(requests.collect());
    }
    let mut crowd = JoinSet::new();
    let started = Instant::now();
    for requests in ready {
        let client = client.clone();
        crowd.spawn(async move {
            for request in requests {
                let answer = client.execute(request).await.expect("the server answers");
                assert_eq!(answer.status(), 200);
                answer.bytes().await.expect("the answer ends");
            }
        });
    }
    while let Some(done) = crowd.join_next().await {
        done.expect("a client does not panic");
    }
    started.elapsed()
}

async fn send(client: &reqwest::Client, address: SocketAddr, key: &str, body: String) {
    let answer = client
        .post(format!("http://{address}/v26.0/{DATASET}/events"))
        .bearer_auth(key)
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .expect("the server answers");
    assert_eq!(answer.status(), 200);
    answer.bytes().await.expect("the answer ends");
}

/// So many purchases that nobody has seen before.
fn body(clock: &Clock, count: usize) -> String {
    let events: Vec<Value> = (0..count)
        .map(|_| {
            json!({
                "event_name": "Purchase",
                "event_time": clock.now().timestamp(),
                "event_id": clock.mint::<ApiKeyId>().uuid().to_string(),
                "action_source": "business_messaging",
                "messaging_channel": "messenger",
                "user_data": { "page_id": PAGE, "page_scoped_user_id": "7123456789012345" },
                "custom_data": { "value": 4800, "currency": "JPY", "order_id": "A-1007" },
            })
        })
        .collect();
    json!({ "data": events }).to_string()
}

/// Somebody writes to the Page.
fn message(clock: &Clock) -> String {
    let at = clock.now().timestamp_millis();
    json!({ "object": "page", "entry": [{ "id": PAGE, "time": at, "messaging": [{
        "sender": { "id": "7123456789012345" }, "recipient": { "id": PAGE }, "timestamp": at,
        "message": { "mid": clock.mint::<EventId>().to_string(), "text": "hi" },
    }] }] })
    .to_string()
}
