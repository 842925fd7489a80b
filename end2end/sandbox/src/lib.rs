//! A simulated Meta over HTTP: login dialog, Graph API, Events Manager, webhooks, and knobs that make it fail.
//!
//! It shares no type with the product on purpose: were it written from the same types as the client that it checks,
//! one mistake would pass on both sides.

mod accounts;
mod app;
mod assets;
mod businesses;
mod clock;
mod configurations;
mod connection;
mod controls;
mod dataset;
mod dataset_edge;
mod dialog;
mod error;
mod events;
mod faults;
mod grant;
mod graph;
mod html;
mod ids;
mod ledger;
mod minting;
mod newcomers;
mod oauth;
mod pages;
mod request;
mod roster;
mod rules;
#[cfg(test)]
mod rules_tests;
mod saved;
mod server;
mod signup;
mod state;
mod subcodes;
mod subscriptions;
mod tables;
mod tokens;
mod usage;
mod versions;
mod webhooks;
mod world;

pub use clock::Clock;
pub use dataset::Dataset;
pub use faults::{Applied, Effect, Fault};
pub use ledger::{Filter, Post, Received, Verdict};
pub use minting::{Minted, Minting, TokenRequest};
pub use newcomers::Newcomer;
pub use server::{Config, Sandbox, Webhook};
pub use signup::{Outcome, SignupRequest, SignupResult};
pub use state::{Click, State};
pub use webhooks::{
    AccountUpdate, AutomaticEvent, Callbacks, CalledBack, Delivery, Leaving, Message, Sent,
};
pub use world::{
    Business, Configuration, Customer, Instagram, Page, Person, Phone, Role, Waba, World,
};
