//! Addresses of pages: the same text on the server and in the browser, whose own escaping differs.

use leptos_router::location::Url;

/// The names and values of a query string, with or without its question mark, unescaped. What is no pair is left out.
pub fn pairs(search: &str) -> impl Iterator<Item = (&str, String)> {
    search
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        // A form without JavaScript writes a space as a plus sign.
        .map(|(name, value)| (name, Url::unescape(&value.replace('+', "%20"))))
}

/// `?a=1&b=2`, without what is empty; nothing when nothing is left.
#[must_use]
pub fn query_string<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    pairs
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .fold(String::new(), |query, (name, value)| {
            let mark = if query.is_empty() { '?' } else { '&' };
            format!("{query}{mark}{name}={}", escape(value))
        })
}

/// Escapes everything but letters, digits and `-_.~`, so that it fits a query and a cookie.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            for digit in [byte >> 4, byte & 15] {
                escaped.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_left_out() {
        let pairs = [("search", "花 50%&x"), ("state", ""), ("after", "adv_1")];
        assert_eq!(
            query_string(pairs.into_iter()),
            "?search=%E8%8A%B1%2050%25%26x&after=adv_1"
        );
        assert_eq!(query_string([("search", "")].into_iter()), "");
    }

    #[test]
    fn a_query_is_read_as_it_was_written() {
        let written = [("search", "花 50%&x"), ("after", "adv_1"), ("sum", "1+1=2")];
        let query = query_string(written.into_iter());
        let expected = written.map(|(name, value)| (name, value.to_owned()));
        assert_eq!(pairs(&query).collect::<Vec<_>>(), expected);
        let by_a_form = "search=a+b%2B&&x&day=2026%2D11%2D22&empty=";
        assert_eq!(
            pairs(by_a_form).collect::<Vec<_>>(),
            [("search", "a b+"), ("day", "2026-11-22"), ("empty", "")]
                .map(|(name, value)| (name, value.to_owned()))
        );
    }
}
