//! A client for the part of Meta's OAuth and Graph API that we use, and for the webhooks that Meta sends.
//!
//! It speaks to Meta and knows nothing of our database, our tenants or our rules: what an answer means for an event or
//! a connection is decided by its caller.

mod answer;
mod app;
mod businesses;
mod client;
mod config;
mod datasets;
mod error;
mod events;
mod lists;
mod oauth;
mod observe;
mod pages;
pub mod signature;
mod signed_request;
mod subscriptions;
#[cfg(test)]
mod testing;
mod tokens;
mod tolerant;
mod types;
mod usage;
mod wabas;
pub mod webhook;

pub use app::{AppPermission, AppSubscription, VersionProbe};
pub use client::Client;
pub use config::Config;
pub use datasets::{Dataset, DatasetDetails};
pub use error::{Error, GraphError, Result};
pub use events::{EventsRequest, SendReport, SendVerdict, UnknownWhy};
pub use oauth::{LoginRequest, TokenGrant};
pub use observe::{Call, Observer, Outcome};
pub use pages::{InstagramAccount, Page};
pub use signed_request::{BadSignedRequest, SignedRequest};
pub use subscriptions::SubscribedApp;
pub use tokens::{GrantedPermission, GranularScope, PermissionStatus, TokenInfo, TokenKind};
pub use types::{AccessToken, Business, Person};
pub use usage::{AdAccountUsage, AppUsage, BusinessUsage, Usage};
pub use wabas::{PhoneNumber, Waba};
