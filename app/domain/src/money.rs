//! Currencies and amounts of money, in major units as Meta takes them: 4,800 yen are 4800.
//!
//! The table is our own: all the browser needs are codes and decimal places, and the crate `iso_currency`, which a
//! test compares it with, brings names, countries and symbols along.

use rust_decimal::Decimal;

/// Currencies of ISO 4217 by their number of decimal places.
const CODES: [(u32, &str); 4] = [
    (
        0,
        "\
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF    ",
    ),
    (
        2,
        "\
    AED AFN ALL AMD XCG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN \
    BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP \
    GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT \
    LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO \
    NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS \
    SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD \
    XCD YER ZAR ZMW ZWL ZWG    ",
    ),
    (
        3,
        "\
    BHD IQD JOD KWD LYD OMR TND    ",
    ),
    (
        4,
        "\
    CLF UYW    ",
    ),
];

/// How currencies are shown; the rest show their code.
const SYMBOLS: [(&str, &str); 11] = [
    ("JPY", "¥"),
    ("USD", "$"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("KRW", "₩"),
    ("INR", "₹"),
    ("VND", "₫"),
    ("THB", "฿"),
    ("PHP", "₱"),
    ("TWD", "NT$"),
    ("BRL", "R$"),
];

/// The decimal places of a currency; `None` if ISO 4217 has no such code. Codes are in capitals.
pub fn decimals(code: &str) -> Option<u32> {
    let is_shaped = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    CODES
        .iter()
        .find(|(_, codes)| is_shaped && codes.split(' ').any(|known| known == code))
        .map(|&(places, _)| places)
}

/// Every code, without order.
pub fn currencies() -> impl Iterator<Item = &'static str> {
    CODES.iter().flat_map(|(_, codes)| codes.split(' '))
}

/// `¥4,800`, `$12.50`, `SEK 99.00`: with the decimal places of the currency, or more if the amount has more.
pub fn format(amount: Decimal, code: &str) -> String {
    let amount = amount.normalize();
    let places = decimals(code).unwrap_or(2).max(amount.scale()) as usize;
    let text = format!("{:.places$}", amount.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let sign = if amount < Decimal::ZERO { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    let whole = grouped(whole);
    match SYMBOLS.iter().find(|(known, _)| *known == code) {
        Some((_, symbol)) => format!("{sign}{symbol}{whole}{point}{fraction}"),
        None => format!("{sign}{code} {whole}{point}{fraction}"),
    }
}

/// `1,234,567`.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// Puts a comma before every third digit from the right.
fn grouped(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_is_that_of_iso_4217() {
        for code in currencies() {
            let known =
                iso_currency::Currency::from_code(code).and_then(iso_currency::Currency::exponent);
            assert_eq!(known.map(u32::from), decimals(code), "{code}");
        }
        for letters in 0..26u32.pow(3) {
            let letter = |place: u32| char::from(b'A' + (letters / 26u32.pow(place) % 26) as u8);
            let code: String = [letter(2), letter(1), letter(0)].iter().collect();
            let known =
                iso_currency::Currency::from_code(&code).and_then(iso_currency::Currency::exponent);
            assert_eq!(decimals(&code), known.map(u32::from), "{code}");
        }
    }

    #[test]
    fn amounts_follow_their_currency() {
        let cases = [
            ("4800", "JPY", "¥4,800"),
            ("12.5", "USD", "$12.50"),
            ("1234567.89", "EUR", "€1,234,567.89"),
            ("99", "SEK", "SEK 99.00"),
            ("1.5", "KWD", "KWD 1.500"),
            ("12.5", "JPY", "¥12.5"),
            ("-3", "GBP", "-£3.00"),
            ("0", "JPY", "¥0"),
            ("7", "???", "??? 7.00"),
        ];
        for (amount, code, expected) in cases {
            assert_eq!(format(amount.parse().unwrap(), code), expected);
        }
    }

    #[test]
    fn a_code_is_three_capitals() {
        for wrong in ["", "jpy", "JPYX", "JP", " JPY", "JPY ", "X X"] {
            assert_eq!(decimals(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn formatting_loses_no_digit(mantissa: i64, scale in 0u32..20) {
            let amount = Decimal::new(mantissa, scale);
            let text = format(amount, "USD").replace(['$', ','], "");
            prop_assert_eq!(text.parse::<Decimal>().unwrap(), amount);
        }
    }
}
