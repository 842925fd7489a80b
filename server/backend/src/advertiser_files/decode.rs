//! From bytes to text: spreadsheets save in more than one way.

use encoding_rs::{Encoding, SHIFT_JIS, UTF_8};

/// Why bytes are no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoText {
    /// Nothing in it.
    Empty,
    /// A workbook, not a table as text.
    Workbook,
    /// Neither UTF-8, UTF-16 nor Shift_JIS.
    Unreadable,
}

/// The text, and how it was written. UTF-8 first: hardly any text in Shift_JIS is valid UTF-8 by chance.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, &'static str), NoText> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(NoText::Empty);
    }
    // How every zip archive, hence every .xlsx, begins; and the older .xls.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(NoText::Workbook);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return read(encoding, &bytes[mark..]);
    }
    read(UTF_8, bytes).or_else(|_| read(SHIFT_JIS, bytes))
}

fn read(encoding: &'static Encoding, bytes: &[u8]) -> Result<(String, &'static str), NoText> {
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or(NoText::Unreadable)?;
    if text.contains('\0') {
        return Err(NoText::Unreadable);
    }
    Ok((text.into_owned(), encoding.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_write_is_read() {
        let text = "name,reference\n花屋,KD-1\n";
        let utf_16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let marked = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
        let (shift_jis, _, _) = SHIFT_JIS.encode(text);
        for (bytes, encoding) in [
            (text.as_bytes(), "UTF-8"),
            (&marked, "UTF-8"),
            (&utf_16, "UTF-16LE"),
            (&shift_jis, "Shift_JIS"),
        ] {
            assert_eq!(decode(bytes), Ok((text.to_owned(), encoding)));
        }
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(decode(b" \r\n"), Err(NoText::Empty));
        assert_eq!(decode(b"PK\x03\x04rest"), Err(NoText::Workbook));
        assert_eq!(decode(&[0xFF, 0xFD, 0x80]), Err(NoText::Unreadable));
        assert_eq!(decode(b"a,b\0"), Err(NoText::Unreadable));
    }
}
