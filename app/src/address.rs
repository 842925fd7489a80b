//! Addresses of pages: the same text on the server and in the browser, whose own escaping differs.

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
}
