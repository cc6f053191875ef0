//! The one spelling of a phone number.

mod plan;
mod spelling;

use plan::Assigned;
use spelling::{Marked, Spelled};
use std::fmt;

/// A phone number in E.164 form (`+15551234567`). Only [`Phone::parse`] and [`Phone::with_code`] make one of what others send, so
/// a number cannot be spelled in two ways.
///
/// `Debug` hides the number, because it is personal data and must not reach a log.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);

/// Why a text is not a phone number. The text itself is left out, because it may be personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing but white space and invisible characters.
    #[error("the phone number is empty. Send it as +15551234567")]
    Empty,
    /// More text than any spelling of a number has.
    #[error("the phone number has more than 1,000 bytes. Send it as +15551234567")]
    TooLong,
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
    /// A float from which digits are missing.
    #[error("the phone number is a float from which digits are missing. Send it as text, such as +15551234567")]
    Float,
    /// Neither a North American number nor marked as international.
    #[error("the phone number could belong to several countries. Send it with + and the country code")]
    Ambiguous,
    /// Country code and number name different countries, or can be read as two numbers.
    #[error("the phone number and its country code contradict each other. Send the number as + and all its digits")]
    Contradiction,
    /// A North American number whose area code does not exist.
    #[error("the phone number has an area code that does not exist in North America. Check the number")]
    AreaCode,
    /// A North American number whose exchange cannot exist.
    #[error(
        "the phone number has an exchange (the three digits after the area code) that does not exist. Check the number"
    )]
    Exchange,
    /// A country code that does not exist, or a number that is not in the plan of its country.
    #[error(
        "the phone number does not exist in the numbering plan of its country. Check the number and the country code"
    )]
    NotAssigned,
    /// A premium number.
    #[error("the phone number is a premium number, which is never called. Remove it from the lead")]
    Premium,
    /// Digits that fill a field, such as 9999999999, or directory assistance, which people write for the same purpose.
    #[error("the phone number is a filler. Send the number of the person")]
    Filler,
    /// A word or number in place of the number of a caller who hides it.
    #[error("the phone number is that of an anonymous caller. Send the number of the person")]
    Anonymous,
}

/// Digits that telephone systems send for a caller without a number: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE and
/// PRIVATE on a keypad.
const ANONYMOUS: [&str; 6] = ["266696687", "7378742833", "2562533", "8656696", "86282452253", "7748428"];

/// Ten digits that people type to fill a field, beside one digit ten times.
const FILLERS: [&str; 5] = ["1234567890", "0123456789", "0987654321", "9876543210", "1231231234"];

/// The keys of a keypad in order, eleven of them, which would be a number behind the 1.
const ROWS: [&str; 2] = ["12345678901", "12345678910"];

/// The directory assistance of an area.
const DIRECTORY_ASSISTANCE: &str = "5551212";

impl Phone {
    /// Reads any spelling in use, and looks the number up in the numbering plan of its country: `+15551234567`, `15551234567`,
    /// `5551234567`, `(555) 123-4567`, `tel:+1-555-123-4567`, `2125550101 x12`, `2125550101.0`, and ` 15551234567`, where a URL
    /// turned the `+` into a space.
    ///
    /// # Errors
    /// [`PhoneError`] says why the text cannot be a phone number. It is never guessed (*Record* in `docs/CONTRACT.md`).
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let Spelled { digits, country } = spelled(text)?;
        let length = digits.len();
        match country {
            // Ten digits after a `+` would be another country's number, and after a space a North American one. Nobody knows.
            Marked::Space if length == 10 => Err(PhoneError::Ambiguous),
            Marked::Plus | Marked::Space => international(digits.trim_start_matches("00").trim_start_matches("011")),
            Marked::No => match (length, digits.starts_with('1')) {
                (10, _) => assigned(plan::NORTH_AMERICA, &digits),
                (11, true) => assigned(plan::NORTH_AMERICA, &digits[1..]),
                // No country code but 1 begins with a 1, so this one is there twice.
                (12, true) if digits.starts_with("11") => assigned(plan::NORTH_AMERICA, &digits[1..]),
                (0..=7, _) => Err(PhoneError::Length(length)),
                // The prefixes of international calls in Europe and in North America.
                (12.., _) if digits.starts_with("00") => international(&digits[2..]),
                (12.., _) if digits.starts_with("011") => international(&digits[3..]),
                (16.., _) => Err(PhoneError::Length(length)),
                _ => Err(PhoneError::Ambiguous),
            },
        }
    }

    /// Reads a number whose country code is in a field of its own. The number may have its country code too.
    ///
    /// # Errors
    /// [`PhoneError::Contradiction`] if the two name different countries, or can be read as two numbers. Otherwise as
    /// [`Phone::parse`].
    pub fn with_code(code: &str, text: &str) -> Result<Self, PhoneError> {
        // A code without digits, such as a placeholder, says nothing.
        let Some(code) = spelling::country_code(code) else { return Self::parse(text) };
        if !plan::is_country(&code) {
            return Err(PhoneError::NotAssigned);
        }
        let Spelled { digits, country } = spelled(text)?;
        let full = digits.trim_start_matches("00").trim_start_matches("011");
        // With the code in front, and as it is, if it begins with the code.
        let without = assigned(&code, &digits);
        let with = full.strip_prefix(code.as_str()).map(|national| assigned(&code, national));
        let agreed = match (with, without) {
            (Some(Ok(with)), Ok(without)) if with != without => return Err(PhoneError::Contradiction),
            (Some(Ok(phone)), _) => Ok(phone),
            (_, without) => without,
        };
        // A number that had to be repaired is not sure enough to overrule one that needs no repair.
        let is_exact = digits.starts_with(code.as_str()) || lookup(&code, &digits).is_ok();
        let says_country = country != Marked::No || full.len() < digits.len();
        match Self::parse(text) {
            Ok(other) if (says_country || !is_exact) && agreed.as_ref().is_ok_and(|phone| *phone != other) => {
                Err(PhoneError::Contradiction)
            }
            Ok(other) if agreed.is_err() && other.country() != Some(code.as_str()) => Err(PhoneError::Contradiction),
            _ => agreed,
        }
    }

    /// Takes a number that this software stored itself. The plan is not asked: a number that was stored under an older plan must
    /// stay readable, because its line may have a do-not-call.
    ///
    /// `None` if it is not in the one spelling, `+` and 8 to 15 digits.
    #[must_use]
    pub fn stored(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let length = if digits.starts_with('1') { 11..=11 } else { 8..=15 };
        let is_number = length.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let national = digits.strip_prefix('1').unwrap_or(digits);
        (is_number && !national.starts_with(['0', '1'])).then(|| Self(text.to_owned()))
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

    fn country(&self) -> Option<&str> {
        plan::split(&self.0[1..]).map(|(code, _)| code)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

/// Reads the digits, and refuses those that stand for no number.
fn spelled(text: &str) -> Result<Spelled, PhoneError> {
    let spelled = spelling::read(text)?;
    stand_for_a_number(&spelled.digits)?;
    Ok(spelled)
}

/// Refuses digits that stand for no number, whatever the plan says of them.
fn stand_for_a_number(digits: &str) -> Result<(), PhoneError> {
    let is =
        |list: &[&str]| list.contains(&digits) || digits.strip_prefix('1').is_some_and(|rest| list.contains(&rest));
    let national = if digits.len() == 11 { digits.strip_prefix('1').unwrap_or(digits) } else { digits };
    if is(&ANONYMOUS) {
        Err(PhoneError::Anonymous)
    } else if is(&FILLERS)
        || ROWS.contains(&digits)
        || (digits.len() >= 7 && (is_one_digit(digits) || is_one_digit(national)))
    {
        Err(PhoneError::Filler)
    } else {
        Ok(())
    }
}

fn is_one_digit(digits: &str) -> bool {
    digits.bytes().all(|byte| digits.as_bytes().first() == Some(&byte))
}

fn international(digits: &str) -> Result<Phone, PhoneError> {
    if !(8..=MOST_DIGITS_WITH_DOUBLED_CODE).contains(&digits.len()) {
        return Err(PhoneError::Length(digits.len()));
    }
    match plan::split(digits) {
        Some((code, national)) => assigned(code, national),
        None => Err(PhoneError::NotAssigned),
    }
}

const MEXICO: &str = "52";

/// E.164 allows 15 digits. Three more are a country code that is there twice, or the 0 of a trunk.
const MOST_DIGITS_WITH_DOUBLED_CODE: usize = 18;

/// Looks a number up as it is, then without the 0 of a trunk, `+44 (0)20 7946 0123`, without the 1 that mobile numbers of Mexico
/// had until 2019, and without a country code that is there twice. No guess: only a number that the plan does not have is read in the second way, and only as one that it has.
fn assigned(code: &str, national: &str) -> Result<Phone, PhoneError> {
    let error = match lookup(code, national) {
        Ok(phone) => return Ok(phone),
        Err(error) => error,
    };
    let mobile = national.strip_prefix('1').filter(|_| code == MEXICO);
    let others = [national.strip_prefix('0'), mobile, national.strip_prefix(code)];
    let mut found = others.into_iter().flatten().filter_map(|shorter| lookup(code, shorter).ok());
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(PhoneError::Contradiction),
        (Some(phone), None) => Ok(phone),
        (None, _) => Err(error),
    }
}

fn lookup(code: &str, national: &str) -> Result<Phone, PhoneError> {
    let length = code.len() + national.len();
    if code == plan::NORTH_AMERICA && national.len() != 10 || !(8..=15).contains(&length) {
        return Err(PhoneError::Length(length));
    }
    let is_assistance = code == plan::NORTH_AMERICA && national.ends_with(DIRECTORY_ASSISTANCE);
    if is_one_digit(national) || FILLERS.contains(&national) || is_assistance {
        return Err(PhoneError::Filler);
    }
    // The code may have been in a field of its own, or there twice.
    stand_for_a_number(&format!("{code}{national}"))?;
    match plan::lookup(code, national) {
        Assigned::Yes => Ok(Phone(format!("+{code}{national}"))),
        Assigned::Premium => Err(PhoneError::Premium),
        Assigned::NoSuchArea => Err(PhoneError::AreaCode),
        Assigned::NoSuchExchange => Err(PhoneError::Exchange),
        Assigned::No => Err(PhoneError::NotAssigned),
    }
}

#[cfg(test)]
mod tests;
