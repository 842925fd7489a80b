//! The list of advertisers and the onboarding board: with 2,000 advertisers they answer within twice the time that they
//! take with 20. Both fleets are made by the use cases and served by servers of their own, and asked in turn.

use std::{
    fmt::Write,
    net::SocketAddr,
    time::{Duration, Instant},
};

use backend::{
    Backend, Callback, Scope,
    testing::{self, TestBackend},
};
use domain::{
    Channel, Role,
    console::{AdvertiserFilter, BoardFilter},
};
use secrecy::SecretString;
use server::{Edge, router};

use super::measure::{Row, Times, client, serve};

/// The two fleets.
const SIZES: [usize; 2] = [20, 2_000];
/// How often each page of each fleet is asked for.
const ROUNDS: usize = 200;
/// Asked first and not counted: connections are opened, statements prepared.
const WARM_UP: usize = 20;
/// How many times the time of the small fleet the large one may take.
const BAR: f64 = 2.0;
/// What is asked for.
const PAGES: [(&str, &str); 5] = [
    ("advertisers, first page", "/advertisers"),
    ("advertisers, one of a name", "/advertisers?search=Sora"),
    (
        "advertisers, one of a step and name",
        "/advertisers?step=stopped&search=Sora",
    ),
    ("onboarding board", "/advertisers/board"),
    (
        "onboarding board, one step",
        "/advertisers/board?step=stopped",
    ),
];

pub async fn rows() -> Vec<Row> {
    let mut fleets = Vec::new();
    for size in SIZES {
        let started = Instant::now();
        fleets.push(Fleet::start(size).await);
        eprintln!("{size} advertisers made in {:.1?}", started.elapsed());
    }
    let mut rows = Vec::new();
    for (work, path) in PAGES {
        let mut times = [Times::default(), Times::default()];
        for round in 0..WARM_UP + ROUNDS {
            // In turn, and beginning with each as often: what else the machine does falls on both.
            for place in [round % 2, (round + 1) % 2] {
                let time = fleets[place].ask(path).await;
                if round >= WARM_UP {
                    times[place].add(time);
                }
            }
        }
        let [base, measured] = times;
        rows.push(Row {
            work: format!("{work}: {} advertisers against {}", SIZES[1], SIZES[0]),
            base,
            measured,
            bar: BAR,
        });
    }
    rows
}

/// A server with so many advertisers, and somebody who is signed in to it.
struct Fleet {
    address: SocketAddr,
    host: String,
    cookie: String,
    browser: reqwest::Client,
    _db: TestBackend,
}

impl Fleet {
    async fn start(size: usize) -> Self {
        let db = testing::backend().await;
        seed(&db.backend, size).await;
        let operator = db.staff(Role::Operator).await;
        let email = db.email_of(&operator).await;
        let session = db.sign_in(&email).await.expect("staff signs in");
        let public_url = db.backend.config().public_url.clone();
        let edge = Edge::new(db.backend.clone(), "target/no-site", false);
        Self {
            address: serve(router(edge)).await,
            host: public_url[url::Position::BeforeHost..url::Position::AfterPort].to_owned(),
            cookie: format!("__Host-session={}", session.token.expose()),
            browser: client(),
            _db: db,
        }
    }

    /// How long the whole answer takes.
    async fn ask(&self, path: &str) -> Duration {
        let started = Instant::now();
        let answer = self
            .browser
            .get(format!("http://{}{path}", self.address))
            .header("host", &self.host)
            .header("cookie", &self.cookie)
            .header("accept", "text/html")
            .send()
            .await
            .expect("the server answers");
        assert_eq!(answer.status(), 200, "{path}");
        let page = answer.text().await.expect("the answer ends");
        let time = started.elapsed();
        assert!(page.contains("Shop"), "{path} shows advertisers");
        time
    }
}

/// A fleet as it is after some weeks: of ten advertisers four have not begun, three are under way, three have stopped.
async fn seed(backend: &Backend, size: usize) {
    let scope = Scope::command();
    let mut file = "name,reference,language,time_zone,channels\n".to_owned();
    for number in 0..size {
        let language = if number % 3 == 0 { "en" } else { "ja" };
        let name = match number + 1 == size {
            true => "Sora".to_owned(),
            false => number.to_string(),
        };
        let _ = writeln!(
            file,
            "Shop {name},KD-{number},{language},Asia/Tokyo,messenger whatsapp"
        );
    }
    let report = backend
        .read_advertisers(&scope, file.as_bytes(), false)
        .await
        .expect("the file is imported");
    assert_eq!(report.added as usize, size);
    let mut filter = AdvertiserFilter::default();
    loop {
        let page = backend
            .advertisers(&scope, &filter)
            .await
            .expect("the list answers");
        for row in &page.rows {
            let number: usize = row.advertiser.reference[3..]
                .parse()
                .expect("as it was made");
            if number % 10 >= 4 {
                login(backend, &scope, row.advertiser.id, number % 10 >= 7).await;
            }
        }
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    let board = backend
        .board(&scope, &BoardFilter::default())
        .await
        .expect("the board answers");
    assert!(board.iter().filter(|column| column.count > 0).count() >= 3);
}

/// Somebody begins to log in and, if `declined`, cancels at Meta.
async fn login(backend: &Backend, scope: &Scope, advertiser: domain::AdvertiserId, declined: bool) {
    let login = backend
        .start_facebook_login(scope, advertiser, Channel::Messenger, None)
        .await
        .expect("a login starts");
    if !declined {
        return;
    }
    let state = login
        .url
        .query_pairs()
        .find(|(name, _)| name == "state")
        .map(|(_, state)| state.into_owned())
        .expect("the dialog gets a state");
    backend
        .finish_facebook_login(Callback {
            state: SecretString::from(state),
            code: None,
            error: Some("access_denied".into()),
            error_reason: Some("user_denied".into()),
            browser: Some(login.browser),
        })
        .await
        .expect("a cancelled login is recorded");
}
