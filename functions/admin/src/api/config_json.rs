//! Settings as JSON, and their schema.

use super::invalid::Invalid;
use chrono_tz::TZ_VARIANTS;
use indexmap::IndexMap;
use redial_domain::settings::{Kind, Origin, SETTINGS, Setting, Settings};
use redial_formats::settings_v1::setting_json;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::{PartialSchema, ToSchema};

/// All settings as typed values.
#[derive(Debug, Clone, Serialize)]
pub struct ConfigJson(IndexMap<&'static str, Value>);

impl ConfigJson {
    /// Renders the values in force.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self(SETTINGS.iter().map(|setting| (setting.key, setting_json(setting, settings.value(setting).0))).collect())
    }
}

/// Where the value of each setting comes from.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SourcesJson(IndexMap<&'static str, &'static str>);

impl SourcesJson {
    pub(super) fn new(settings: &Settings) -> Self {
        Self(SETTINGS.iter().map(|setting| (setting.key, word(settings.value(setting).1))).collect())
    }
}

/// Makes the error about a key that is not a setting.
pub(super) fn unknown_setting(name: &str) -> Invalid {
    let keys: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
    Invalid::field(name, format!("unknown setting {name:?}; allowed: {}", keys.join(", ")))
}

fn word(origin: Origin) -> &'static str {
    match origin {
        Origin::Default => "default",
        Origin::Environment => "environment",
        Origin::Override => "override",
    }
}

impl PartialSchema for ConfigJson {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().description(Some(
            "All settings. A request may have any subset, and may send each value as text, as a form does.",
        ));
        let object = object.additional_properties(Some(AdditionalProperties::FreeForm(false)));
        SETTINGS.iter().fold(object, |object, setting| object.property(setting.key, value_schema(setting))).into()
    }
}

impl ToSchema for ConfigJson {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Config")
    }
}

impl PartialSchema for SourcesJson {
    fn schema() -> RefOr<Schema> {
        let word =
            || ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["default", "environment", "override"]));
        let object = ObjectBuilder::new().description(Some("Where the value of each setting comes from."));
        SETTINGS.iter().fold(object, |object, setting| object.property(setting.key, word())).into()
    }
}

impl ToSchema for SourcesJson {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Sources")
    }
}

fn value_schema(setting: &Setting) -> RefOr<Schema> {
    let description = format!(
        "Allowed: {}. Default: {:?}. Environment variable: {}.",
        setting.allowed, setting.default, setting.variable
    );
    let number = |least: u32, most: u32| typed(Type::Integer).minimum(Some(least)).maximum(Some(most));
    let array = |items: ObjectBuilder| ArrayBuilder::new().items(RefOr::T(Schema::Object(items.build())));
    let described = |object: ObjectBuilder| object.description(Some(description.clone())).into();
    let described_array = |array: ArrayBuilder| array.description(Some(description.clone())).into();
    match setting.kind {
        Kind::Flag => described(typed(Type::Boolean)),
        Kind::Number(least, most) => described(number(least, most)),
        Kind::Numbers(least, most) => described_array(array(number(least, most))),
        Kind::Text => described(text_schema(setting.key)),
        Kind::Words => described_array(array(text_schema(setting.key)).min_items(least_items(setting.key))),
    }
}

fn typed(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(kind))
}

/// Describes a text, or a word of a list. A test compares this with what the settings allow.
fn text_schema(key: &str) -> ObjectBuilder {
    let text = typed(Type::String);
    let date = "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))";
    match key {
        "business_timezone" => text.enum_values(Some(TZ_VARIANTS.map(|zone| zone.name()))),
        "business_hours" => {
            text.pattern(Some("^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"))
        }
        "business_days" => text.enum_values(Some(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])),
        "blackout_dates" => text.format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))),
        "national_list_scrubbed_on" => text.pattern(Some(format!("^(?:{date})?$"))),
        "lead_window" => text.enum_values(Some(["retention", "today"])),
        "calling_rules" => text.enum_values(Some(["hours_and_caps", "full", "federal"])),
        "transfer_rule" => text.enum_values(Some(["merged", "transferred_to"])),
        "success_outcomes" | "terminal_outcomes" => text.pattern(Some("^[A-Z][A-Z0-9_]{0,63}$")),
        "convoso_dispositions" => text.pattern(Some("^[A-Z0-9_]{1,20}=[A-Z][A-Z0-9_]{0,63}$")),
        "callback_variables" => text.pattern(Some("^[A-Za-z_][A-Za-z0-9_]{0,63}$")),
        _ => text,
    }
}

/// Returns how many words a list has at least.
fn least_items(key: &str) -> Option<usize> {
    ["success_outcomes", "business_days"].contains(&key).then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::settings::Limits;
    use rstest::rstest;

    /// What the description allows for a text or a word of a list.
    fn described(setting: &Setting) -> Value {
        let schema = serde_json::to_value(value_schema(setting)).unwrap();
        if setting.kind == Kind::Words { schema["items"].clone() } else { schema }
    }

    fn is_allowed(key: &'static str, text: &str) -> bool {
        let changed = Settings::default().changed(&[(key, text.to_owned())], Limits::default());
        changed.is_ok()
    }

    #[test]
    fn every_text_has_a_description_that_bounds_it() {
        for setting in SETTINGS.iter().filter(|setting| matches!(setting.kind, Kind::Text | Kind::Words)) {
            let described = described(setting);
            let bounds = ["enum", "pattern", "format"];
            assert!(bounds.iter().any(|bound| described.get(bound).is_some()), "{}", setting.key);
        }
    }

    #[test]
    fn every_word_of_a_description_is_allowed() {
        for setting in SETTINGS {
            for word in described(setting)["enum"].as_array().into_iter().flatten() {
                let word = word.as_str().unwrap();
                assert!(is_allowed(setting.key, word), "{} {word}", setting.key);
            }
        }
    }

    #[rstest]
    #[case("business_hours", "00:00-24:00", "24:00-24:00")]
    #[case("national_list_scrubbed_on", "2026-02-28", "2026-13-01")]
    #[case("national_list_scrubbed_on", "2026-12-31", "2026-11-31")]
    #[case("national_list_scrubbed_on", "", "yesterday")]
    #[case("success_outcomes", "SALE", "")]
    #[case("convoso_dispositions", "NI=NOT_INTERESTED", "NI")]
    #[case("callback_variables", "callback_time", "")]
    fn a_pattern_allows_what_the_setting_allows(#[case] key: &'static str, #[case] good: &str, #[case] bad: &str) {
        let setting = SETTINGS.iter().find(|setting| setting.key == key).unwrap();
        let pattern = regex_lite::Regex::new(described(setting)["pattern"].as_str().unwrap()).unwrap();
        assert!(pattern.is_match(good) && is_allowed(key, good), "{good}");
        assert!(!pattern.is_match(bad), "{bad}");
    }
}
