use super::*;
use redial_domain::settings::{SETTINGS, Settings};
use rstest::rstest;

fn text(key: &str, value: &Value) -> Result<String, SettingError> {
    setting_text(find(key).unwrap(), value)
}

#[rstest]
#[case("enabled", json!(false), "false")]
#[case("enabled", json!("TRUE"), "true")]
#[case("max_attempts", json!(0), "0")]
#[case("max_redial_attempts", json!(" 5 "), "5")]
#[case("max_redial_attempts", json!(5.0), "5")]
#[case("progressive_intervals", json!([0, "5", 10]), "0,5,10")]
#[case("progressive_intervals", json!("0, 5 ,10"), "0,5,10")]
#[case("progressive_intervals", json!("none"), "")]
#[case("progressive_intervals", json!([]), "")]
#[case("success_outcomes", json!(["SALE", " ACA "]), "SALE,ACA")]
#[case("business_days", json!("mon,tue"), "mon,tue")]
#[case("business_hours", json!("09:00-17:00"), "09:00-17:00")]
fn a_value_is_read_in_its_type_or_as_text(#[case] key: &str, #[case] value: Value, #[case] expected: &str) {
    assert_eq!(text(key, &value).unwrap(), expected);
}

#[rstest]
#[case("enabled", json!(1))]
#[case("enabled", json!("yes"))]
#[case("enabled", json!(null))]
#[case("max_attempts", json!(2.5))]
#[case("max_attempts", json!(5e9))]
#[case("max_attempts", json!(-1))]
#[case("max_attempts", json!(true))]
#[case("max_attempts", json!("30m"))]
#[case("progressive_intervals", json!(5))]
#[case("progressive_intervals", json!([0, null]))]
#[case("progressive_intervals", json!("0,x"))]
#[case("success_outcomes", json!(["SALE,ACA"]))]
#[case("success_outcomes", json!([""]))]
#[case("success_outcomes", json!({"SALE": true}))]
#[case("business_hours", json!(11))]
fn a_value_of_another_shape_is_named(#[case] key: &str, #[case] value: Value) {
    let error = text(key, &value).unwrap_err();
    assert_eq!(error.key, find(key).unwrap().key);
    assert!(!error.allowed.is_empty());
}

#[test]
fn every_default_comes_back_as_it_was() {
    for setting in SETTINGS {
        let shown = setting_json(setting, setting.default);
        assert_eq!(setting_text(setting, &shown).unwrap(), setting.default, "{}", setting.key);
    }
}

#[rstest]
#[case("enabled", "true", json!(true))]
#[case("max_attempts", "8", json!(8))]
#[case("progressive_intervals", "0,5", json!([0, 5]))]
#[case("progressive_intervals", "none", json!([]))]
#[case("blackout_dates", "", json!([]))]
#[case("lead_window", "today", json!("today"))]
#[case("max_attempts", "many", json!("many"))]
fn a_value_is_shown_in_its_type(#[case] key: &str, #[case] text: &str, #[case] expected: Value) {
    assert_eq!(setting_json(find(key).unwrap(), text), expected);
}

#[test]
fn overrides_are_stored_in_their_types_and_come_back() {
    let overrides = BTreeMap::from([
        ("enabled", "false".to_owned()),
        ("progressive_intervals", String::new()),
        ("success_outcomes", "SALE".to_owned()),
    ]);
    let stored: Value = serde_json::from_slice(&to_bytes(&overrides)).unwrap();
    let shown = json!({"enabled": false, "progressive_intervals": [], "success_outcomes": ["SALE"]});
    assert_eq!(stored, json!({"v": 1, "overrides": shown}));
    assert_eq!(parse(&to_bytes(&overrides)), Ok(overrides.clone()));
    let settings = Settings { overrides, ..Settings::default() };
    assert!(!settings.policy(redial_domain::settings::Limits::default()).unwrap().enabled);
}

#[rstest]
#[case("", "empty or cut off")]
#[case("[1]", "shape")]
#[case(r#"{"v":2,"overrides":{}}"#, "version 2")]
#[case(r#"{"v":1,"overrides":{"colour":"red"}}"#, "colour")]
#[case(r#"{"v":1,"overrides":{"enabled":"perhaps"}}"#, "enabled")]
#[case(r#"{"v":1,"overrides":{},"more":1}"#, "shape")]
fn settings_that_cannot_be_read_are_an_error_and_not_the_defaults(#[case] body: &str, #[case] reason: &str) {
    let error = parse(body.as_bytes()).unwrap_err();
    assert!(error.to_string().contains(reason), "{error}");
}
