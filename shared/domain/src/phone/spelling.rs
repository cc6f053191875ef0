//! The characters of a number: what people and programs write around its digits.

use super::PhoneError;

/// The digits of a text, and whether it says that they begin with a country code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spelled {
    pub(super) digits: String,
    pub(super) country: Marked,
}

/// Whether the digits begin with a country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marked {
    /// A `+` is there.
    Plus,
    /// A URL turned the `+` into a space.
    Space,
    /// Nothing says so.
    No,
}

/// Words in the place of a number, without spaces.
const ANONYMOUS: [&str; 24] = [
    "anonymous",
    "anonymouscaller",
    "blocked",
    "calleridblocked",
    "callerunknown",
    "hidden",
    "hiddennumber",
    "idunavailable",
    "nocallerid",
    "nonumber",
    "notavailable",
    "outofarea",
    "private",
    "privatecaller",
    "privatenumber",
    "restricted",
    "restrictednumber",
    "unavailable",
    "unavailablenumber",
    "unknown",
    "unknowncaller",
    "unknownnumber",
    "withheld",
    "withheldnumber",
];

/// Words before an extension, without the dot that may follow.
const EXTENSION: [&str; 9] = ["extension", "extn", "ext", "x", "#", ",", ";ext=", ";", "poste"];

/// No number has more digits. Enough for a country code that is there twice, an international prefix, and a message that counts.
const MOST_DIGITS: usize = 40;

/// Longer texts are not read, so that a body of megabytes costs nothing.
const MOST_BYTES: usize = 1000;

/// Reads the digits of a number, without its extension.
pub(super) fn read(text: &str) -> Result<Spelled, PhoneError> {
    if text.len() > MOST_BYTES {
        return Err(PhoneError::TooLong);
    }
    let plain: String = text.chars().filter(|character| !is_invisible(*character)).map(plain).collect();
    let lost_plus = plain.starts_with(' ');
    // A URI has its signs as codes, and a spreadsheet its text as a formula.
    let decoded = plain.replace("%2b", "+").replace("%20", "\t");
    let trimmed = decoded.trim_matches([' ', '\t', '\'', '"', '`', '=']);
    if trimmed.is_empty() {
        return Err(PhoneError::Empty);
    }
    if is_anonymous(trimmed) {
        return Err(PhoneError::Anonymous);
    }
    let (number, is_uri) = without_scheme(trimmed);
    if is_uri && is_anonymous(number) {
        return Err(PhoneError::Anonymous);
    }
    let (marked, body) = match number.trim_start().trim_start_matches('(').strip_prefix('+') {
        Some(rest) => (Marked::Plus, rest),
        None if lost_plus && !is_uri => (Marked::Space, number),
        None => (Marked::No, number),
    };
    if let Some(digits) = float(body)? {
        return Ok(Spelled { digits, country: marked });
    }
    let mut digits = String::with_capacity(15);
    for (at, character) in body.char_indices() {
        match character {
            '0'..='9' if digits.len() < MOST_DIGITS => digits.push(character),
            '0'..='9' => return Err(PhoneError::Length(digits.len() + 1)),
            ' ' | '\t' | '-' | '.' | '(' | ')' | '[' | ']' | '/' => {}
            _ if !digits.is_empty() && is_extension(&body[at..]) => break,
            _ => return Err(PhoneError::Character),
        }
    }
    Ok(Spelled { digits, country: marked })
}

/// Returns the digits of a country code in its own field. `None` if there are none.
pub(super) fn country_code(text: &str) -> Option<String> {
    // `1.0` is a code that a spreadsheet made a float of.
    let Spelled { digits, .. } = read(text.split('.').next().unwrap_or_default()).ok()?;
    let code = digits.trim_start_matches('0');
    (!code.is_empty()).then(|| code.to_owned())
}

/// Returns whether a character has no width: marks for the direction of text, joiners, variation selectors. They come along when
/// a number is copied from a web page or from contacts.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{20e3}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Returns the ASCII character that means the same: digits of other scripts, spaces, dashes. A digit is a digit in each script.
fn plain(character: char) -> char {
    let digit = |zero: char| char::from_digit(u32::from(character) - u32::from(zero), 10).unwrap_or(character);
    match character {
        '\u{ff10}'..='\u{ff19}' => digit('\u{ff10}'),
        '\u{660}'..='\u{669}' => digit('\u{660}'),
        '\u{6f0}'..='\u{6f9}' => digit('\u{6f0}'),
        '\u{966}'..='\u{96f}' => digit('\u{966}'),
        '\u{ff0b}' | '\u{fe62}' | '\u{207a}' => '+',
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{30fc}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}'
        | '~'
        | '_' => '-',
        '\u{ff08}' => '(',
        '\u{ff09}' => ')',
        '\u{ff0e}' | '\u{b7}' | '\u{2022}' | '\u{2024}' => '.',
        '\u{ff0f}' | '\u{2044}' => '/',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        // Not one of them was a `+` in a URL.
        other if other != ' ' && other.is_whitespace() => '\t',
        other => other.to_ascii_lowercase(),
    }
}

fn is_anonymous(text: &str) -> bool {
    let letters = || text.chars().filter(|character| !matches!(character, ' ' | '\t' | '-' | '.'));
    ANONYMOUS.iter().any(|word| letters().eq(word.chars()))
}

/// Returns the number of a `tel:` or `sip:` address, which may be in angle brackets behind a name.
fn without_scheme(text: &str) -> (&str, bool) {
    let address = || Some(text.split_once('<')?.1.split_once('>')?.0);
    let text = address().unwrap_or(text);
    let scheme = ["tel:", "callto:", "sip:", "sips:"].into_iter().find_map(|scheme| text.strip_prefix(scheme));
    match scheme {
        Some(rest) => (rest.trim_start_matches('/').split('@').next().unwrap_or_default(), true),
        None => (text, false),
    }
}

/// Reads a number that a spreadsheet turned into a float: `2395550140.0`, `2.395550140E9`. `None` if it is no float.
///
/// # Errors
/// [`PhoneError::Float`] if digits are missing. They were rounded away or left out, and nobody knows which.
fn float(text: &str) -> Result<Option<String>, PhoneError> {
    let (mantissa, exponent) = match text.trim().split_once('e') {
        None => (text.trim(), None),
        Some((mantissa, exponent)) => match exponent.trim_start_matches('+').parse::<usize>() {
            Ok(exponent) => (mantissa, Some(exponent)),
            Err(_) => return Ok(None),
        },
    };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(decimals) {
        return Ok(None);
    }
    match exponent {
        // `5551234567.` and `239.5550140` are spellings with dots.
        None if decimals.is_empty() || whole.len() < 7 => return Ok(None),
        _ => {}
    }
    let (shown, rest) = decimals.split_at_checked(exponent.unwrap_or(0)).ok_or(PhoneError::Float)?;
    let is_whole = rest.bytes().all(|byte| byte == b'0');
    if is_whole { Ok(Some(format!("{whole}{shown}"))) } else { Err(PhoneError::Float) }
}

/// Returns whether the rest of a text is an extension, such as `x12`, `ext. 5`, or `;ext=5`.
fn is_extension(rest: &str) -> bool {
    let Some(after) = EXTENSION.iter().find_map(|word| rest.strip_prefix(word)) else { return false };
    let digits = after.trim_matches([' ', '\t', '.', ':', '=', '#', ',', '-', ')', ']']);
    (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}
