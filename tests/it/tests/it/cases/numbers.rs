//! Phone numbers as people and programs write them.

use super::super::stories::post::fixture;
use super::super::stories::world::{NOON, World};
use redial_domain::{Phone, PhoneError, Unattached};
use redial_providers::{Parsed, bland, convoso};
use rstest::rstest;

fn case(file: &str) -> String {
    fixture(&format!("cases/{file}"))
}

fn lines(file: &str) -> Vec<String> {
    case(file).lines().map(str::to_owned).collect()
}

/// A number, or the reason why the body belongs to nobody.
fn number(parsed: Parsed) -> Result<String, Unattached> {
    match parsed {
        Parsed::Report(report) => report.phone.map(|phone| phone.as_str().to_owned()),
        Parsed::Unattached(reason) => Err(reason),
        Parsed::NotAResult(reason) => panic!("{reason:?}"),
    }
}

fn of_convoso(body: &str) -> Result<String, Unattached> {
    number(convoso::parse(body.as_bytes(), NOON.parse().unwrap()).unwrap())
}

fn of_bland(body: &str) -> Result<String, Unattached> {
    number(bland::parse(body.as_bytes(), NOON.parse().unwrap()).unwrap())
}

fn form(number: &str) -> String {
    serde_json::json!({"lead_id": "1", "phone_number": number, "status": "NEW"}).to_string()
}

#[test]
fn case_35_invisible_characters_do_not_hide_a_number() {
    let expected = ["35", "36", "37", "38", "39"].map(|end| Ok(format!("+123955501{end}")));
    assert_eq!(
        lines("35-invisible-characters.txt").iter().map(|line| of_convoso(&form(line))).collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn case_36_a_float_of_a_spreadsheet_is_the_number() {
    let number = lines("36-phone-as-float.txt")[0].split('|').next().unwrap().to_owned();
    assert_eq!(of_convoso(&form(&number)).unwrap(), "+12395550140");
}

#[rstest]
#[case("37-plus-and-ten-digits.json", Err(Unattached::NumberNotValid))]
#[case("39-country-code-twice.json", Ok("+442079460143"))]
fn cases_37_and_39_code_and_number_agree_or_there_is_no_lead(
    #[case] file: &str,
    #[case] expected: Result<&str, Unattached>,
) {
    assert_eq!(of_convoso(&case(file)), expected.map(str::to_owned));
}

#[tokio::test]
async fn case_40_a_number_that_nobody_has_makes_no_lead() {
    let world = World::at(NOON);
    for number in lines("40-numbers-nobody-has.txt") {
        assert!(Phone::parse(&number).is_err());
        assert_eq!(world.convoso_posts(&form(&number)).await, 202);
    }
    World::dialed(&world.runs().await, 0);
    assert_eq!(world.records_of(1).await, []);
}

#[test]
fn case_41_an_anonymous_caller_has_no_number() {
    assert_eq!(of_bland(&case("41-anonymous-caller-as-number.json")), Err(Unattached::NumberNotValid));
    assert_eq!(Phone::parse("+266696687"), Err(PhoneError::Anonymous));
}

#[test]
fn case_52_a_number_far_away_is_a_number() {
    for line in lines("52-no-state-far-area-code.txt") {
        let number = line.split('|').nth(1).unwrap();
        assert_eq!(of_convoso(&form(number)).unwrap(), number);
    }
}

#[rstest]
#[case(r#"2395550140.0"#, "+12395550140")]
#[case(r#"12395550140"#, "+12395550140")]
#[case(r#""\u202a+12395550140\u202c""#, "+12395550140")]
#[case(r#""tel:+1-239-555-0140""#, "+12395550140")]
fn bland_may_write_a_number_in_any_of_these_ways(#[case] to: &str, #[case] expected: &str) {
    let body = format!(
        r#"{{"call_id": "c", "to": {to}, "completed": true, "status": "completed", "metadata": {{"lead_id": "1"}}}}"#
    );
    assert_eq!(of_bland(&body).unwrap(), expected);
}
