//! Patchbay's edge: settings, commands, and the HTTP router that stands before the console and the use cases.
//!
//! Decisions are made in `backend`; pages in `app`. Here requests are received, limited, signed in and answered.

mod advertiser_files;
mod api;
mod audit_export;
pub mod cli;
mod connect;
mod demo;
mod doctor;
mod event_files;
mod headers;
mod import;
mod keys;
mod leaving;
mod links;
mod preferences;
mod problem;
mod router;
mod serve;
mod session;
mod settings;
mod webhook;

pub use router::{Edge, router};

/// Pages and batches of events are thousands of small pieces, made and dropped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
