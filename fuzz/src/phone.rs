//! Phone numbers.

use super::is_e164;
use redial_domain::Phone;

/// Checks that a text is rejected or is a number that is read back as itself, also with a country code beside it.
///
/// # Panics
/// When it is neither.
pub fn phone_number(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (code, number) = text.split_once(' ').unwrap_or(("1", &text));
    for phone in [Phone::parse(&text), Phone::with_code(code, number)].into_iter().flatten() {
        is_e164(&phone);
        assert_eq!(Phone::stored(phone.as_str()), Some(phone));
    }
}
