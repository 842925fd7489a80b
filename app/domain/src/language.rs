//! The languages of the console.

use crate::text_enum::text_enum;

text_enum! {
    /// A language that every sentence exists in.
    Language {
        /// English.
        En = "en",
        /// Japanese.
        Ja = "ja",
    }
}

impl Language {
    /// What the language calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ja => "日本語",
        }
    }

    /// The best language for an `Accept-Language` header; English when it names none of ours.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0, Self::En);
        for part in header.split(',') {
            let mut pieces = part.split(';').map(str::trim);
            let range = pieces.next().unwrap_or_default();
            let primary = range
                .split(['-', '_'])
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            let quality = pieces
                .find_map(|piece| piece.strip_prefix("q="))
                .map_or(1000, thousandths);
            if let Ok(language) = primary.parse()
                && quality > best.0
            {
                best = (quality, language);
            }
        }
        best.1
    }
}

/// `0.8` is 800. What cannot be read counts as *not wanted*.
fn thousandths(quality: &str) -> u32 {
    quality
        .parse::<f32>()
        .map_or(0, |quality| (quality.clamp(0.0, 1.0) * 1000.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_known_language_wins() {
        let cases = [
            ("ja", Language::Ja),
            ("ja-JP,ja;q=0.9,en;q=0.8", Language::Ja),
            ("en-US,en;q=0.9,ja;q=0.8", Language::En),
            ("fr-FR, fr;q=0.9, ja;q=0.2", Language::Ja),
            ("en;q=0.2, JA_jp ; q=0.9", Language::Ja),
            ("ja;q=0", Language::En),
            ("de", Language::En),
            ("*", Language::En),
            ("", Language::En),
            (";;,q=,ja;q=much", Language::En),
        ];
        for (header, expected) in cases {
            assert_eq!(Language::from_accept_language(header), expected, "{header}");
        }
    }
}
