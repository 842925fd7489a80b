//! What the application does: every use case, and all SQL. Knows nothing of HTTP serving or of Leptos.
//!
//! A use case is a method of [`Backend`] in the file named after its resource. It takes a [`Scope`], asks it for a
//! permission on its first line, and reaches the database through a transaction that the scope opened, so that
//! row-level security stands behind every query.

mod account;
mod advertiser_files;
mod advertisers;
mod api_keys;
mod assets;
mod audit;
mod audit_trail;
mod clock;
pub mod cluster;
mod connect;
mod connections;
mod contacts;
mod credentials;
mod database;
mod datasets;
mod delivery;
mod deployment;
mod device;
mod doctor;
mod erasing;
mod error;
mod event_files;
mod events;
mod explain;
mod graph_calls;
mod inbox;
mod ingest;
mod invitations;
#[cfg(test)]
mod isolation;
mod jobs;
mod links;
mod mail;
mod notices;
mod outward;
mod overview;
mod partner;
mod passwords;
mod people;
mod readiness;
mod recent;
mod relay;
mod retention;
mod scope;
mod seal;
mod secret_token;
mod sessions;
mod staff;
mod studio;
mod test_codes;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod throttle;
mod webhooks;

use std::sync::Arc;

pub use account::Account;
pub use advertiser_files::advertiser_file_template;
pub use advertisers::{AdvertiserDraft, time_zones};
pub use api_keys::{KEY_DAYS, KeyDraft, NewKey, OVERLAP_HOURS};
pub use audit::Tx;
pub use audit_trail::AuditLine;
pub use clock::Clock;
pub use connect::{Callback, CallbackOutcome, LimitedAsset, LoginStart, SignupReport, SignupStart};
pub use connections::ListedConnection;
pub use database::{Database, DatabaseError, MIGRATOR};
pub use deployment::DemoState;
pub use doctor::RoundReport;
pub use erasing::{DeletionKind, DeletionStatus};
pub use error::{Conflict, Error, Result};
pub use event_files::event_file_template;
pub use inbox::InboxFound;
pub use ingest::{
    About, AcceptedEvent, BusinessEvent, EventBatch, Flaw, MOST_EVENTS, NotTaken, Refusal, Testing,
};
pub use invitations::{Acceptance, INVITATION_DAYS, InvitationDraft, InvitationLink};
pub use links::{LINK_DAYS, LinkDraft, NewLink, Started};
pub use mail::{Letter, MailConfig, MailConfigError};
pub use partner::{
    AccessBars, LoginConfigurations, NotifyChange, Partner, PartnerChange, Policies,
};
pub use scope::{Actor, Scope};
pub use seal::{KeyRing, KeyRingError};
pub use secret_token::SecretToken;
pub use sessions::NewSession;
pub use staff::StaffDraft;
pub use webhooks::{HandedIn, Received};

/// What a deployment decides, once, at start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Meta's hosts, the app and its secret, the Graph version.
    pub graph: graph::Config,
    /// The keys that seal tokens and people's identifiers.
    pub keys: KeyRing,
    /// Where people reach the console; redirect URIs are built from it.
    pub public_url: url::Url,
    /// The Facebook Login for Business configuration, until one is saved in the console; without one, scopes are asked
    /// by name.
    pub login_config_id: Option<String>,
    /// The configuration of Meta's signup window (Embedded Signup v4), until one is saved in the console; without one
    /// WhatsApp is connected by the login alone.
    pub signup_config_id: Option<String>,
    /// Meta's JavaScript SDK, which opens that window.
    pub sdk_url: url::Url,
    /// The name Meta assigned to the partner, until one is saved in the console. Empty: none.
    pub partner_agent: String,
    /// Whether notices may be posted to addresses of this machine and its network.
    pub allow_private_webhooks: bool,
    /// Where Events Manager is, for links; a simulated Meta has its own.
    pub events_manager_url: url::Url,
    /// What Meta echoes when it verifies the webhook.
    pub webhook_verify_token: secrecy::SecretString,
    /// The server that takes our letters; without one, pages offer texts to copy instead.
    pub mail: Option<MailConfig>,
}

/// The application: its database, its clock, its keys and its line to Meta.
#[derive(Clone)]
pub struct Backend(Arc<Inner>);

struct Inner {
    database: Database,
    clock: Clock,
    graph: graph::Client,
    /// Counts the calls of `graph`.
    calls: Arc<graph_calls::CallCounter>,
    config: Config,
    /// Rung when an event becomes due, so that a worker need not wait for its next look.
    due: tokio::sync::Notify,
    /// Rung when webhooks wait to be handed on.
    relays: tokio::sync::Notify,
    /// Rung when a webhook was stored, so that whoever reads them need not wait either.
    arrived: tokio::sync::Notify,
    /// The API keys that were used a moment ago.
    recent_keys: api_keys::RecentKeys,
    /// Where events were sent a moment ago.
    recent_routes: ingest::RecentRoutes,
    /// Events that wait for the next commit.
    group: ingest::Group,
}

impl Backend {
    /// Puts the parts together. Migrations have run and the roles are in force: [`Database::open`] saw to it.
    ///
    /// # Errors
    /// When the Graph client cannot be built (no root certificates, say).
    pub fn new(database: Database, clock: Clock, config: Config) -> Result<Self> {
        let calls = Arc::new(graph_calls::CallCounter::new(clock.clone()));
        let graph = graph::Client::new(config.graph.clone())?.observed_by(calls.clone());
        Ok(Self(Arc::new(Inner {
            database,
            clock,
            graph,
            calls,
            config,
            due: tokio::sync::Notify::new(),
            relays: tokio::sync::Notify::new(),
            arrived: tokio::sync::Notify::new(),
            recent_keys: api_keys::RecentKeys::default(),
            recent_routes: ingest::RecentRoutes::default(),
            group: ingest::Group::default(),
        })))
    }

    /// The clock that every timestamp and id comes from.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// What this deployment was told.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Makes the partitions that the coming weeks need.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_partitions(&self) -> Result<()> {
        Ok(self.0.database.make_partitions(&self.0.clock).await?)
    }

    /// Closes the database's connections; what is under way ends first.
    pub async fn close(&self) {
        self.0.database.close().await;
    }

    fn graph(&self) -> &graph::Client {
        &self.0.graph
    }

    fn keys(&self) -> &KeyRing {
        &self.0.config.keys
    }
}
