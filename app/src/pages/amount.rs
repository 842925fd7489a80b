//! Amounts of money in lists.

use domain::money;

/// `¥4,800`; as the sender gave it where it is no amount, nothing where there is none.
pub fn amount(value: &str, currency: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    value.parse().map_or_else(
        |_| value.to_owned(),
        |amount| money::format(amount, currency).trim_start().to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_have_their_currency() {
        assert_eq!(amount("4800", "JPY"), "¥4,800");
        assert_eq!(amount("12.5", ""), "12.50");
        assert_eq!(amount("", "JPY"), "");
        assert_eq!(amount("many", "JPY"), "many");
    }
}
