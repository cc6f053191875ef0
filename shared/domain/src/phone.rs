//! The one spelling of a phone number.

use std::fmt;

/// A phone number in E.164 form (`+15551234567`). Only [`Phone::parse`] makes one, so a number cannot be spelled in two ways.
///
/// `Debug` hides the number, because it is personal data and must not reach a log.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);

/// Why a text is not a phone number. The text itself is left out, because it may be personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing but white space.
    #[error("the phone number is empty. Send it as +15551234567")]
    Empty,
    /// A character that no spelling of a number has.
    #[error(
        "the phone number has a character that is not a digit, space, dot, hyphen, bracket or leading +. Send it as +15551234567"
    )]
    Character,
    /// Too few or too many digits for E.164.
    #[error(
        "the phone number has {0} digits. E.164 allows 8 to 15, and a North American number has 10 or, with the leading 1, 11"
    )]
    Length(usize),
    /// Neither a North American number nor marked as international.
    #[error("the phone number could belong to several countries. Send it with + and the country code")]
    Ambiguous,
    /// A North American number whose area code starts with 0 or 1.
    #[error("the phone number has an area code that starts with 0 or 1, which no North American number has")]
    AreaCode,
}

impl Phone {
    /// Reads any spelling in use: `+15551234567`, `15551234567`, `5551234567`, `(555) 123-4567`, and ` 15551234567`,
    /// where a URL turned the `+` into a space.
    ///
    /// # Errors
    /// [`PhoneError`] says why the text cannot be a phone number. It is never guessed (*Record* in `docs/CONTRACT.md`).
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(PhoneError::Empty);
        }
        let (marked, body) = match trimmed.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let mut digits = String::with_capacity(15);
        for character in body.chars() {
            match character {
                '0'..='9' => digits.push(character),
                ' ' | '-' | '.' | '(' | ')' | '/' => {}
                _ => return Err(PhoneError::Character),
            }
        }
        // A `+` in a URL arrives as a space.
        let lost_plus = !marked && text.starts_with(' ');
        match (digits.len(), digits.starts_with('1')) {
            (11, true) => nanp(&digits[1..]),
            (10, _) if !marked && !lost_plus => nanp(&digits),
            // Ten digits after a `+` would be another country's number, and after a space a North American one. Nobody knows.
            (10, _) if lost_plus => Err(PhoneError::Ambiguous),
            (8..=15, false) if (marked || lost_plus) && !digits.starts_with('0') => Ok(Self(format!("+{digits}"))),
            (length @ (0..=7 | 16..), _) => Err(PhoneError::Length(length)),
            (length, true) if marked => Err(PhoneError::Length(length)),
            _ => Err(PhoneError::Ambiguous),
        }
    }

    /// Returns the number as `+` and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number as a lead key has it: without the country code 1 for North America, all digits otherwise.
    #[must_use]
    pub fn national(&self) -> &str {
        self.0.strip_prefix("+1").unwrap_or_else(|| self.0.trim_start_matches('+'))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

fn nanp(ten: &str) -> Result<Phone, PhoneError> {
    if ten.starts_with(['0', '1']) {
        return Err(PhoneError::AreaCode);
    }
    Ok(Phone(format!("+1{ten}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("+15551234567")]
    #[case("15551234567")]
    #[case("5551234567")]
    #[case("(555) 123-4567")]
    #[case("555.123.4567")]
    #[case(" 15551234567")]
    #[case("  +1 (555) 123-4567 ")]
    fn every_spelling_is_the_same_number(#[case] text: &str) {
        assert_eq!(Phone::parse(text).unwrap().as_str(), "+15551234567");
        assert_eq!(Phone::parse(text).unwrap().national(), "5551234567");
    }

    #[rstest]
    #[case("+442079460123", "+442079460123", "442079460123")]
    #[case(" 442079460123", "+442079460123", "442079460123")]
    fn a_number_of_another_country_keeps_all_its_digits(
        #[case] text: &str,
        #[case] e164: &str,
        #[case] national: &str,
    ) {
        let phone = Phone::parse(text).unwrap();
        assert_eq!((phone.as_str(), phone.national()), (e164, national));
    }

    #[rstest]
    #[case("", PhoneError::Empty)]
    #[case("   ", PhoneError::Empty)]
    #[case("555-CALL-NOW", PhoneError::Character)]
    #[case("5551234567x12", PhoneError::Character)]
    #[case("+1555123456٧", PhoneError::Character)]
    #[case("++15551234567", PhoneError::Character)]
    #[case("911", PhoneError::Length(3))]
    #[case("+1234567890123456", PhoneError::Length(16))]
    #[case("+1555123456", PhoneError::Length(10))]
    #[case("442079460123", PhoneError::Ambiguous)]
    #[case(" 5551234567", PhoneError::Ambiguous)]
    #[case("12345678", PhoneError::Ambiguous)]
    #[case("0551234567", PhoneError::AreaCode)]
    #[case("+11551234567", PhoneError::AreaCode)]
    fn a_text_that_is_no_number_is_rejected_with_a_reason(#[case] text: &str, #[case] error: PhoneError) {
        assert_eq!(Phone::parse(text), Err(error));
    }

    #[test]
    fn a_number_does_not_show_in_debug_output() {
        assert_eq!(format!("{:?}", Phone::parse("5551234567").unwrap()), "Phone(…)");
    }
}
