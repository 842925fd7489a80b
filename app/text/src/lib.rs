//! Every sentence that a person reads, in English and Japanese: pages, mails, and the error catalogue.
//!
//! A translator edits `en.toml` and `ja.toml`. **To add a sentence** write its key into both, in the section of its
//! page: `[console.contacts]` with `title = "Contacts"` gives `text.contacts_title()`. With `{name}` in the sentence the
//! method takes an argument and returns a `String`. `[server.<area>]` holds what never goes to the browser. The build
//! fails while the two files differ in a key or a parameter.
//!
//! The browser holds one language at a time and none is compiled into its program: it fetches [`catalogue`] once, by a
//! URL that carries [`catalogue_hash`], and calls `install` before it draws. This is the one package whose code differs
//! by target, in `store.rs` and in what `build.rs` generates.

mod advice;
#[cfg(not(target_family = "wasm"))]
mod audit;
mod enums;
mod fill;
mod spoken;
mod store;
#[cfg(test)]
mod tests;

use domain::Language;
use fill::fill;

#[cfg(not(target_family = "wasm"))]
pub use advice::CauseAdvice;
pub use advice::ConnectAdvice;
#[cfg(not(target_family = "wasm"))]
use store::Catalogue;
#[cfg(target_family = "wasm")]
pub use store::{NotACatalogue, install};
#[cfg(not(target_family = "wasm"))]
pub use store::{catalogue, catalogue_hash};

/// The sentences in one language. Small and copied freely; in the browser its sentences are those of the installed
/// catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text(Language);

impl Text {
    /// The sentences in `language`.
    pub const fn new(language: Language) -> Self {
        Self(language)
    }

    /// Which language they are in.
    pub const fn language(self) -> Language {
        self.0
    }
}

include!(concat!(env!("OUT_DIR"), "/sentences.rs"));
