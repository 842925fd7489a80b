//! The browser entry point.
#![cfg(target_family = "wasm")]
