use super::*;
use crate::list::ListFormat;
use redial_domain::builders::{at, lead_id, phone};
use rstest::rstest;
use serde_json::{Value, json};

/// SHA-256 of an empty text.
const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn whole() -> Value {
    json!({
        "lead_id": " 123456 ", "phone_number": "(212) 555-0101", "list_id": "456", "first_name": "Jané", "last_name": "Doe",
        "state": "FL", "postal_code": "33101", "consent_level": "written", "consent_at": "2025-12-01T05:00:00-05:00",
        "consent_source": "example.com/quote", "consent_text_sha256": HASH.to_uppercase(), "at": "2025-12-18T15:00:00.1239Z",
    })
}

fn expected() -> Addition {
    let profile = Profile {
        list_id: "456".to_owned(),
        first_name: "Jané".to_owned(),
        last_name: "Doe".to_owned(),
        state: "FL".to_owned(),
        postal_code: "33101".to_owned(),
        consent: ConsentEvidence::of("written", Some(at("2025-12-01T10:00:00Z")), "example.com/quote", HASH),
    };
    let new = NewLead { lead: lead_id("123456"), phone: phone(1), profile };
    Addition { new, at: Some(at("2025-12-18T15:00:00.123Z")) }
}

fn read(text: &str, format: ListFormat) -> Vec<(u64, Result<Addition, String>)> {
    let list = LeadList::new(text.as_bytes(), format).unwrap();
    list.lines(0).map(|line| (line.line, line.read)).collect()
}

#[test]
fn a_lead_has_the_fields_of_a_record() {
    assert_eq!(read_json(whole().to_string().as_bytes()), Ok(expected()));
    let shortest = read_json(br#"{"lead_id":"1","phone_number":"2125550101","state":null,"at":""}"#).unwrap();
    assert_eq!(shortest.new, NewLead { lead: lead_id("1"), phone: phone(1), profile: Profile::default() });
    assert_eq!(shortest.at, None);
}

#[test]
fn a_lead_of_a_list_is_read_as_one_by_hand() {
    let whole = whole();
    let texts: Vec<_> = FIELDS.iter().map(|name| format!("\"{}\"", whole[*name].as_str().unwrap())).collect();
    let csv = format!("\u{feff}{}\r\n\r\n{}\r\n", FIELDS.join(","), texts.join(","));
    assert_eq!(read(&csv, ListFormat::Csv), [(3, Ok(expected()))]);
    let lines = format!("{whole}\n");
    assert_eq!(read(&lines, ListFormat::JsonLines), [(1, Ok(expected()))]);
    let renamed = csv.replace("phone_number", " Phone ");
    assert_eq!(read(&renamed, ListFormat::Csv), [(3, Ok(expected()))]);
}

#[rstest]
#[case::no_id("lead_id", json!(null), "lead_id is missing")]
#[case::a_blank_id("lead_id", json!(" "), "lead_id is missing")]
#[case::a_long_id("lead_id", json!("x".repeat(129)), "at most 128")]
#[case::an_id_with_a_line_break("lead_id", json!("a\nb"), "control character")]
#[case::an_id_that_is_a_number("lead_id", json!(123_456), "must be a text in quotes")]
#[case::no_number("phone_number", json!(""), "phone_number is missing")]
#[case::a_short_number("phone_number", json!("911"), "3 digits")]
#[case::a_filler("phone_number", json!("9999999999"), "")]
#[case::a_number_that_is_a_number("phone_number", json!(2_125_550_101_u64), "must be a text in quotes")]
#[case::a_list_of_names("first_name", json!(["Jane"]), "must be a text in quotes")]
#[case::a_long_name("last_name", json!("é".repeat(101)), "more than 100 characters")]
#[case::a_long_list_id("list_id", json!("1".repeat(101)), "more than 100 characters")]
#[case::a_long_state("state", json!("x".repeat(51)), "more than 50 characters")]
#[case::a_long_postal_code("postal_code", json!("1".repeat(21)), "more than 20 characters")]
#[case::a_control_character("first_name", json!("Ja\u{0}ne"), "control character")]
#[case::a_time_without_an_offset("at", json!("2025-12-18T15:00:00"), "with its offset")]
#[case::a_day("at", json!("2025-12-18"), "with its offset")]
#[case::an_unknown_level("consent_level", json!("yes"), "express or written")]
#[case::no_level("consent_level", json!(""), "express or written")]
#[case::a_consent_without_a_time("consent_at", json!(null), "no evidence")]
#[case::a_long_source("consent_source", json!("x".repeat(201)), "more than 200 characters")]
#[case::no_hash("consent_text_sha256", json!("I agree"), "64 hex digits")]
#[case::an_unknown_field("attempts", json!("0"), "unknown field; allowed: lead_id, phone_number")]
fn a_wrong_field_is_named(#[case] field: &str, #[case] value: Value, #[case] said: &str) {
    let mut wrong = whole();
    wrong[field] = value;
    let error = read_json(wrong.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.field.as_deref(), Some(field));
    assert!(error.error.contains(said), "{error}");
    // A list reports it too, and says nothing of the person.
    let (_, told) = read(&wrong.to_string(), ListFormat::JsonLines).pop().unwrap();
    let told = told.unwrap_err();
    assert!(!told.contains("Doe") && !told.contains("911") && !told.contains("attempts"), "{told}");
}

#[test]
fn a_text_may_be_as_long_as_its_limit() {
    let mut longest = whole();
    for (name, most) in
        [("first_name", NAME_CHARACTERS), ("state", STATE_CHARACTERS), ("consent_source", SOURCE_CHARACTERS)]
    {
        longest[name] = json!("é".repeat(most));
    }
    let added = read_json(longest.to_string().as_bytes()).unwrap();
    assert_eq!(added.new.profile.consent.unwrap().source.chars().count(), SOURCE_CHARACTERS);
}

#[rstest]
#[case::no_object("[]", None)]
#[case::no_json("{", None)]
#[case::a_field_twice(r#"{"lead_id":"1","phone_number":"2125550101","lead_id":"2"}"#, Some("lead_id"))]
fn a_body_that_is_no_lead_is_rejected(#[case] body: &str, #[case] field: Option<&str>) {
    assert_eq!(read_json(body.as_bytes()).unwrap_err().field.as_deref(), field);
}

#[rstest]
#[case::no_header("123456,Jane,2125550101\n", "not a field: column 1, 2, 3")]
#[case::one_unknown_column("lead_id,phone,name\n1,2125550101,x\n", "not a field: column 3; allowed: lead_id")]
#[case::no_number("lead_id,first_name\n1,Jane\n", "names no column phone_number")]
#[case::no_id("phone_number\n2125550101\n", "names no column lead_id")]
#[case::a_column_twice("lead_id,phone,phone_number\n", "the column phone_number twice")]
fn a_header_that_is_wrong_says_where(#[case] text: &str, #[case] said: &str) {
    let error = LeadList::new(text.as_bytes(), ListFormat::Csv).map(|_| ()).unwrap_err();
    assert!(error.contains(said) && !error.contains("Jane"), "{error}");
}

#[test]
fn a_line_with_more_or_fewer_fields_is_bad_and_spoils_no_other() {
    let text = "lead_id,phone_number\n1,2125550101\n2\n3,2125550103,x\n\"4,2125550104\n5,2125550105\n";
    let lines = read(text, ListFormat::Csv);
    let good: Vec<_> = lines.iter().filter(|(_, read)| read.is_ok()).map(|(line, _)| *line).collect();
    assert_eq!((good, lines.len()), (vec![2, 6], 5));
    let error = lines[1].1.as_ref().unwrap_err();
    assert_eq!(error, "the line has 1 fields, and the first line names 2");
}

#[test]
fn an_empty_list_has_no_leads() {
    assert_eq!(read("", ListFormat::Csv), []);
    assert_eq!(read("\n", ListFormat::JsonLines), []);
}
