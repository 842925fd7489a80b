//! In which language and theme the page is drawn: decided by the server, read off the document by the browser.

use domain::Language;
use leptos::prelude::use_context;
use text::Text;

/// A theme that somebody chose; without a choice the system's is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The form and cookie value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads a form or cookie value; none for everything else, `system` included.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        [Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.as_str() == value)
    }

    /// Its name in the stylesheet.
    #[must_use]
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::Light => "patchbay-light",
            Self::Dark => "patchbay-dark",
        }
    }

    /// Reads the name in the stylesheet.
    #[must_use]
    pub fn from_attribute(value: &str) -> Option<Self> {
        [Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.attribute() == value)
    }
}

/// How the reader wants the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// The language of every sentence.
    pub language: Language,
    /// The theme, if one was chosen.
    pub theme: Option<Theme>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: Language::En,
            theme: None,
        }
    }
}

/// Whether everything here is simulated.
#[derive(Clone, Copy, Debug)]
pub struct IsDemo(
    /// It is.
    pub bool,
);

/// The preferences of whoever reads the page.
pub(crate) fn preferences() -> Preferences {
    use_context().unwrap_or_default()
}

/// The sentences in the reader's language. Take it once at the top of a component: it is small and copied freely.
pub(crate) fn text() -> Text {
    Text::new(preferences().language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_survives_its_cookie_and_its_attribute() {
        for theme in [Theme::Light, Theme::Dark] {
            assert_eq!(Theme::parse(theme.as_str()), Some(theme));
            assert_eq!(Theme::from_attribute(theme.attribute()), Some(theme));
        }
        assert_eq!(Theme::parse("system"), None);
        assert_eq!(Theme::from_attribute(""), None);
    }
}
