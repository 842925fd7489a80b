//! Where the sentences lie: in the program natively, in a fetched catalogue in the browser.

use crate::Text;

#[cfg(not(target_family = "wasm"))]
mod native {
    use super::Text;
    use crate::{EN, JA};
    use domain::Language;

    /// One language as `build.rs` writes it.
    pub(crate) struct Catalogue {
        /// Those of the console first, then those of the server.
        pub(crate) lines: &'static [&'static str],
        /// Those of the console as a JSON array.
        pub(crate) json: &'static str,
        /// Changes whenever `json` does.
        pub(crate) hash: &'static str,
    }

    const fn of(language: Language) -> &'static Catalogue {
        match language {
            Language::En => &EN,
            Language::Ja => &JA,
        }
    }

    /// What the browser fetches and installs: a JSON array of sentences.
    pub const fn catalogue(language: Language) -> &'static str {
        of(language).json
    }

    /// Names this very catalogue, for a URL that may be cached for ever: `/text/{language}-{hash}.json`.
    pub const fn catalogue_hash(language: Language) -> &'static str {
        of(language).hash
    }

    impl Text {
        pub(crate) const fn line(self, index: usize) -> &'static str {
            of(self.0).lines[index]
        }
    }
}

#[cfg(not(target_family = "wasm"))]
pub(crate) use native::Catalogue;
#[cfg(not(target_family = "wasm"))]
pub use native::{catalogue, catalogue_hash};

#[cfg(target_family = "wasm")]
mod browser {
    use super::Text;
    use std::sync::OnceLock;

    static LINES: OnceLock<Vec<String>> = OnceLock::new();

    /// The text given to `install` is not the catalogue of this build.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct NotACatalogue;

    impl std::fmt::Display for NotACatalogue {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the text is not the catalogue of this build")
        }
    }

    impl std::error::Error for NotACatalogue {}

    /// Takes the sentences of the page's language. Call it once, before anything is drawn; a second call changes nothing.
    pub fn install(json: &str) -> Result<(), NotACatalogue> {
        let lines: Vec<String> = serde_json::from_str(json).map_err(|_| NotACatalogue)?;
        if lines.len() != crate::CONSOLE {
            return Err(NotACatalogue);
        }
        LINES.get_or_init(|| lines);
        Ok(())
    }

    impl Text {
        /// Empty before `install`: a page without words is better than one that panics.
        pub(crate) fn line(self, index: usize) -> &'static str {
            LINES
                .get()
                .and_then(|lines| lines.get(index))
                .map_or("", String::as_str)
        }
    }
}

#[cfg(target_family = "wasm")]
pub use browser::{NotACatalogue, install};
