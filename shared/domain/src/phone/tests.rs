use super::*;
use proptest::prelude::*;
use rstest::rstest;
use std::time::{Duration, Instant};

#[rstest]
#[case("+15551234567")]
#[case("15551234567")]
#[case("5551234567")]
#[case("(555) 123-4567")]
#[case("555.123.4567")]
#[case("555.1234567")]
#[case("5551234567.")]
#[case(" 15551234567")]
#[case("  +1 (555) 123-4567 ")]
#[case("(+1) 555/123/4567")]
#[case("'5551234567")]
#[case("tel:+1-555-123-4567")]
#[case("TEL:555-123-4567;ext=5")]
#[case("sip:+15551234567@example.com")]
#[case("0015551234567")]
#[case("01115551234567")]
#[case("+1 1 555 123 4567")]
#[case("1 1 555 123 4567")]
#[case("tel:%2B1-555-123-4567")]
#[case("%2B1%20555%20123%204567")]
#[case("<sip:+15551234567@example.com;user=phone>")]
#[case("\"Ana\" <sip:+15551234567@example.com>")]
#[case("=\"5551234567\"")]
#[case("`5551234567")]
fn every_spelling_is_the_same_number(#[case] text: &str) {
    assert_eq!(Phone::parse(text).unwrap().as_str(), "+15551234567");
    assert_eq!(Phone::parse(text).unwrap().national(), "5551234567");
}

#[rstest]
#[case("\u{202a}+12395550135\u{202c}")]
#[case("\u{202d}2395550135\u{202c}")]
#[case("\u{2068}(+1 239-555-0135\u{2069})")]
#[case("+1\u{fe0f}-239-555-0135")]
#[case("\u{feff}239\u{a0}555\u{a0}0135")]
#[case("239\u{2011}555\u{2011}0135")]
#[case("239\u{2013}555\u{2212}0135")]
#[case("239\u{200b}555\u{200d}0135")]
#[case("239\u{202f}555\u{2009}0135\n")]
#[case("\u{200e}2395550135\u{200f}")]
#[case("\u{ff0b}\u{ff11}2395550135")]
#[case("\u{ff12}\u{ff13}\u{ff19}\u{ff0d}5550135")]
#[case("٢٣٩٥٥٥٠١٣٥")]
#[case("2\u{fe0f}\u{20e3}395550135")]
fn invisible_characters_and_digits_of_other_scripts_change_nothing(#[case] text: &str) {
    assert_eq!(Phone::parse(text).unwrap().as_str(), "+12395550135");
}

#[rstest]
#[case("2395550140.0")]
#[case("+12395550140.0")]
#[case("12395550140.00")]
#[case("2.395550140E9")]
#[case("1.2395550140e+10")]
#[case("2.39555014000E+09")]
#[case("2395550140x12")]
#[case("239-555-0140 x 12")]
#[case("239-555-0140 ext. 5")]
#[case("(239) 555-0140 Extension: 5")]
#[case("2395550140 (ext 5)")]
#[case("2395550140#5")]
#[case("+1 239 555 0140,,5")]
fn a_float_and_an_extension_leave_the_number(#[case] text: &str) {
    assert_eq!(Phone::parse(text).unwrap().as_str(), "+12395550140");
}

#[rstest]
#[case("+442079460123", "+442079460123", "442079460123")]
#[case(" 442079460123", "+442079460123", "442079460123")]
#[case("+44 (0)20 7946 0123", "+442079460123", "442079460123")]
#[case("0044 020 7946 0123", "+442079460123", "442079460123")]
#[case("011 44 20 7946 0123", "+442079460123", "442079460123")]
#[case("+44 44 20 7946 0123", "+442079460123", "442079460123")]
#[case("+39 06 6982 0123", "+390669820123", "390669820123")]
#[case("+52 55 5550 0123", "+525555500123", "525555500123")]
#[case("+52 1 55 5550 0123", "+525555500123", "525555500123")]
#[case("+16715550159", "+16715550159", "6715550159")]
fn a_number_of_another_country_keeps_all_its_digits(#[case] text: &str, #[case] e164: &str, #[case] national: &str) {
    let phone = Phone::parse(text).unwrap();
    assert_eq!((phone.as_str(), phone.national()), (e164, national));
}

#[rstest]
#[case("", PhoneError::Empty)]
#[case("   ", PhoneError::Empty)]
#[case("\u{202a}\u{202c}", PhoneError::Empty)]
#[case("555-CALL-NOW", PhoneError::Character)]
#[case("5551234567x", PhoneError::Character)]
#[case("x12", PhoneError::Character)]
#[case("++15551234567", PhoneError::Character)]
#[case("{{phone}}", PhoneError::Character)]
#[case("911", PhoneError::Length(3))]
#[case("55555555555555555555555555555555555555555", PhoneError::Length(41))]
#[case("5550140", PhoneError::Length(7))]
#[case("+1234567890123456", PhoneError::Length(16))]
#[case("+1555123456", PhoneError::Length(10))]
#[case("+155512345678", PhoneError::Length(12))]
#[case("239555014.0", PhoneError::Ambiguous)]
#[case("5550140.0", PhoneError::Length(7))]
#[case("2.39555E+09", PhoneError::Float)]
#[case("2395550140.5", PhoneError::Float)]
#[case("442079460123", PhoneError::Ambiguous)]
#[case(" 5551234567", PhoneError::Ambiguous)]
#[case("12345678", PhoneError::Ambiguous)]
#[case("0551234567", PhoneError::AreaCode)]
#[case("+10551234567", PhoneError::AreaCode)]
#[case("9115550144", PhoneError::AreaCode)]
#[case("4115550144", PhoneError::AreaCode)]
#[case("+12225550144", PhoneError::AreaCode)]
#[case("2399115550", PhoneError::Exchange)]
#[case("2391555550", PhoneError::Exchange)]
#[case("9005550144", PhoneError::Premium)]
#[case("+4420794601", PhoneError::NotAssigned)]
#[case("+2395550140", PhoneError::NotAssigned)]
#[case("+9992079460123", PhoneError::NotAssigned)]
fn a_text_that_is_no_number_is_rejected_with_a_reason(#[case] text: &str, #[case] error: PhoneError) {
    assert_eq!(Phone::parse(text), Err(error));
}

#[rstest]
#[case("9999999999")]
#[case("5555555555")]
#[case("2222222222")]
#[case("0000000000")]
#[case("+1 (555) 555-5555")]
#[case("11111111111")]
#[case("1234567890")]
#[case("+11234567890")]
#[case("12345678901")]
#[case("1 234 567 8910")]
#[case("239-555-1212")]
fn a_filler_is_no_number(#[case] text: &str) {
    assert_eq!(Phone::parse(text), Err(PhoneError::Filler));
}

#[rstest]
#[case("+266696687")]
#[case("266696687")]
#[case("+1266696687")]
#[case("7378742833")]
#[case("+17378742833")]
#[case("2562533")]
#[case("+8656696")]
#[case("86282452253")]
#[case("Anonymous")]
#[case("Restricted")]
#[case("UNKNOWN")]
#[case("Private Number")]
#[case("No Caller ID")]
#[case("blocked")]
#[case("anonymous caller")]
#[case("sip:anonymous@anonymous.invalid")]
#[case("\"Anonymous\" <sip:anonymous@anonymous.invalid>")]
fn an_anonymous_caller_is_no_number(#[case] text: &str) {
    assert_eq!(Phone::parse(text), Err(PhoneError::Anonymous));
}

#[rstest]
#[case("1", "2395550140", "+12395550140")]
#[case("+1", "12395550140", "+12395550140")]
#[case("001", "+1 239 555 0140", "+12395550140")]
#[case("1", "+2395550140", "+12395550140")]
#[case("1.0", "1 1 239 555 0140", "+12395550140")]
#[case("52", "+5215555500123", "+525555500123")]
#[case("52", "5215555500123", "+525555500123")]
#[case("44", "2079460143", "+442079460143")]
#[case("44", "02079460143", "+442079460143")]
#[case("44", "442079460143", "+442079460143")]
#[case("44", "+44 (0)20 7946 0143", "+442079460143")]
#[case("44", "00442079460143", "+442079460143")]
#[case("", "2395550140", "+12395550140")]
#[case("{{phone_code}}", "2395550140", "+12395550140")]
fn code_and_number_that_agree_are_that_number(#[case] code: &str, #[case] text: &str, #[case] e164: &str) {
    assert_eq!(Phone::with_code(code, text).unwrap().as_str(), e164);
}

#[rstest]
#[case("1", "+5165550141", PhoneError::Contradiction)]
#[case("1", "+442079460143", PhoneError::Contradiction)]
#[case("1", "00442079460143", PhoneError::Contradiction)]
#[case("44", "+12395550140", PhoneError::Contradiction)]
#[case("44", "12395550140", PhoneError::Contradiction)]
#[case("52", "15555500123", PhoneError::Contradiction)]
#[case("999", "2395550140", PhoneError::NotAssigned)]
#[case("1", "9115550144", PhoneError::AreaCode)]
#[case("1", "5555555555", PhoneError::Filler)]
#[case("1", "07378742833", PhoneError::Length(12))]
#[case("7", "378742833", PhoneError::Anonymous)]
#[case("98", "76543210", PhoneError::Filler)]
#[case("1", "anonymous", PhoneError::Anonymous)]
fn code_and_number_that_contradict_each_other_are_no_number(
    #[case] code: &str,
    #[case] text: &str,
    #[case] error: PhoneError,
) {
    assert_eq!(Phone::with_code(code, text), Err(error));
}

#[rstest]
#[case("+19115550144", true)]
#[case("+442079460123", true)]
#[case("+11551234567", false)]
#[case("12395550140", false)]
#[case("+1 2395550140", false)]
#[case("+1239555014", false)]
#[case("+0442079460123", false)]
#[case("", false)]
fn a_stored_number_is_in_the_one_spelling(#[case] text: &str, #[case] is_stored: bool) {
    assert_eq!(Phone::stored(text).is_some_and(|phone| phone.as_str() == text), is_stored);
}

#[test]
fn a_number_does_not_show_in_debug_output_or_in_an_error() {
    assert_eq!(format!("{:?}", Phone::parse("5551234567").unwrap()), "Phone(…)");
    assert!(!Phone::parse("9115550144").unwrap_err().to_string().contains("0144"));
}

#[rstest]
#[case("2")]
#[case("\u{202a}")]
#[case("+")]
#[case(" ")]
#[case("e")]
#[case("(0) ")]
#[case("2.0e")]
#[case("anonymous ")]
fn six_megabytes_take_no_time(#[case] part: &str) {
    let text = part.repeat(6_000_000 / part.len());
    let started = Instant::now();
    assert!(Phone::parse(&text).is_err() && Phone::with_code(&text, &text).is_err());
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn a_number_is_read_as_itself(text in "[+0 ]{0,2}[0-9]{0,3}[-. ()0-9]{7,14}([.]0| ?x[0-9]{1,3})?", code in "[0-9]{0,3}") {
        for phone in [Phone::parse(&text), Phone::with_code(&code, &text)].into_iter().flatten() {
            prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone.clone()));
            prop_assert_eq!(Phone::stored(phone.as_str()), Some(phone));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text: String, code: String) {
        let _ = (Phone::parse(&text), Phone::with_code(&code, &text), Phone::stored(&text));
    }
}

#[rstest]
#[case(1000, true)]
#[case(1001, false)]
#[case(5000, false)]
fn a_text_of_more_than_a_thousand_bytes_is_no_number(#[case] bytes: usize, #[case] is_read: bool) {
    let text = format!("{:<bytes$}", "5551234567");
    assert_eq!(Phone::parse(&text), if is_read { Phone::parse("5551234567") } else { Err(PhoneError::TooLong) });
}
