//! The console: pages, components and server functions. The same code renders on the server and hydrates in the
//! browser; the target decides which half of Leptos it is compiled with, so there are no features to choose.

mod address;
pub mod api;
mod app;
pub mod components;
mod error;
mod frame;
mod lean;
mod pages;
mod preferences;
mod route;
#[cfg(not(target_family = "wasm"))]
pub mod ssr;
mod wire;

pub use api::{developers::ApiDocument, fleet_query::FleetQuery};
pub use app::App;
pub use error::Error;
pub use preferences::{IsDemo, Preferences, Theme};
#[cfg(not(target_family = "wasm"))]
pub use ssr::shell;
