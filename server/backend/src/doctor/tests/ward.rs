//! A connected asset of each channel, and the ways to break it at Meta.

use chrono::TimeDelta;
use domain::{AdvertiserId, Channel, ConnectionId, Health, Role, console::Examination};
use sandbox::{Effect, Fault};

use crate::{
    Scope,
    connect::testing::{HANA, Meta},
    doctor::subject::Subject,
};

/// A connected asset and whoever looks after it.
pub(super) struct Ward {
    pub meta: Meta,
    pub channel: Channel,
    pub operator: Scope,
    pub advertiser: AdvertiserId,
    pub connection: ConnectionId,
    /// Who logged in, by the key of the simulated Meta.
    pub person: &'static str,
    /// Meta's id of the Page, the account or the WABA.
    pub asset: String,
}

/// One way to make a connection ill.
pub(super) enum Break {
    /// A knob of the simulated Meta.
    Knob(fn(&Ward) -> Fault),
    /// Somebody takes the asset off its dataset…
    Unlink,
    /// …and makes it a new one.
    Drift,
    /// Meta ends the subscription, or leaves these fields of it.
    Subscription(&'static [&'static str]),
}

impl Ward {
    pub(super) async fn open(channel: Channel) -> Self {
        let meta = Meta::start().await;
        if channel == Channel::Messenger {
            let (operator, advertiser, connection) = meta.connected().await;
            let asset = meta.page("florist");
            return Self {
                meta,
                channel,
                operator,
                advertiser,
                connection,
                person: HANA.person,
                asset,
            };
        }
        let operator = meta.db.staff(Role::Operator).await;
        let advertiser = meta.db.advertiser("Advertiser").await;
        let (person, business, asset, ticked) = if channel == Channel::Instagram {
            let (page, asset) = (meta.page("language"), meta.instagram("language"));
            let ticked = vec![("page", page), ("instagram", asset.clone())];
            ("maria", "language", asset, ticked)
        } else {
            let asset = meta.waba("airline");
            let ticked = vec![("waba", asset.clone()), ("only", "waba".into())];
            ("takumi", "airline", asset, ticked)
        };
        let who = (person, business);
        let attempt = meta
            .log_in_for(&operator, advertiser, channel, who, &ticked)
            .await;
        let backend = &meta.db.backend;
        backend
            .choose_assets(&operator, advertiser, attempt, std::slice::from_ref(&asset))
            .await
            .unwrap();
        let connections = backend.connections(&operator, advertiser).await.unwrap();
        let connection = connections[0].id;
        Self {
            meta,
            channel,
            operator,
            advertiser,
            connection,
            person,
            asset,
        }
    }

    pub(super) fn of_asset(&self, effect: Effect) -> Fault {
        Fault::new(effect).page(&self.asset)
    }

    pub(super) async fn subject(&self) -> Subject {
        let backend = &self.meta.db.backend;
        backend
            .subject(&self.operator, self.advertiser, self.connection)
            .await
            .unwrap()
    }

    /// Subscribes at Meta to these fields; to none of them ends the subscription.
    pub(super) async fn subscribe(&self, fields: &[&str]) {
        let subject = self.subject().await;
        let graph = self.meta.db.backend.graph();
        if self.channel == Channel::Whatsapp {
            let token = subject.token.unwrap();
            match fields {
                [] => graph.unsubscribe_waba(&token, &self.asset).await,
                _ => graph.subscribe_waba(&token, &self.asset).await,
            }
            .unwrap();
            return;
        }
        let token = subject.page_token.unwrap();
        graph.unsubscribe_page(&token, &subject.page).await.unwrap();
        if !fields.is_empty() {
            let done = graph.subscribe_page(&token, &subject.page, fields).await;
            done.unwrap();
        }
    }

    pub(super) async fn inflict(&self, breaks: &Break) {
        let state = self.meta.sandbox.state();
        match breaks {
            Break::Knob(fault) => {
                state.add_fault(fault(self)).unwrap();
            }
            Break::Unlink => state.link_dataset(&self.asset, None).unwrap(),
            Break::Drift => {
                state.link_dataset(&self.asset, None).unwrap();
                let token = self.subject().await.token.unwrap();
                let graph = self.meta.db.backend.graph();
                graph
                    .create_dataset(&token, &self.asset, None)
                    .await
                    .unwrap();
            }
            Break::Subscription(fields) => self.subscribe(fields).await,
        }
    }

    /// Puts everything right at Meta.
    pub(super) async fn mend(&self, dataset: &str) {
        let state = self.meta.sandbox.state();
        state.clear_faults();
        state.link_dataset(&self.asset, Some(dataset)).unwrap();
        self.subscribe(Channel::Messenger.page_fields()).await;
    }

    pub(super) async fn recheck(&self) -> Health {
        let backend = &self.meta.db.backend;
        backend
            .recheck_connection(&self.operator, self.advertiser, self.connection)
            .await
            .unwrap()
    }

    pub(super) async fn examination(&self) -> Examination {
        let backend = &self.meta.db.backend;
        backend
            .examination(&self.operator, self.advertiser, self.connection)
            .await
            .unwrap()
    }

    pub(super) async fn cause(&self) -> Option<String> {
        sqlx::query_scalar("SELECT cause FROM connection")
            .fetch_one(self.meta.db.backend.0.database.partner())
            .await
            .unwrap()
    }

    /// For us and for Meta.
    pub(super) fn wait(&self, span: TimeDelta) {
        self.meta.db.backend.clock().advance(span);
        self.meta.sandbox.state().clock().advance(span);
    }
}
