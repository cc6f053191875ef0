//! Reads bytes as text.

use std::borrow::Cow;

/// Returns a body as text without a byte order mark. UTF-16 is read if it has a mark. Bytes that are no UTF-8 become U+FFFD,
/// because a name in another encoding must not hide the result beside it.
pub(super) fn text_of_body(body: &[u8]) -> Cow<'_, str> {
    match body {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes).into(),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes).into(),
        _ => String::from_utf8_lossy(body),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_with_a_mark_is_read() {
        let bytes = |order: fn(u16) -> [u8; 2]| "\u{feff}a\u{1f600}".encode_utf16().flat_map(order).collect::<Vec<_>>();
        assert_eq!(text_of_body(&bytes(u16::to_le_bytes)), "a\u{1f600}");
        assert_eq!(text_of_body(&bytes(u16::to_be_bytes)), "a\u{1f600}");
        assert_eq!(text_of_body("\u{feff}a".as_bytes()), "a");
        assert_eq!(text_of_body(b"a\xff"), "a\u{fffd}");
    }
}
