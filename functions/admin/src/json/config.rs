//! Settings as JSON.

use super::Invalid;
use indexmap::IndexMap;
use redial_domain::settings::{Kind, Origin, SETTINGS, Setting, Settings, find};
use redial_formats::settings_v1::{setting_json, setting_text};
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{RefOr, schema};
use utoipa::{PartialSchema, ToSchema};

/// Every setting with its value, typed.
#[derive(Debug, Clone, Serialize)]
pub struct ConfigJson(IndexMap<&'static str, Value>);

impl ConfigJson {
    /// The values in force.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self(SETTINGS.iter().map(|setting| (setting.key, setting_json(setting, settings.value(setting).0))).collect())
    }
}

/// Every setting with the place from which its value comes.
#[derive(Debug, Clone, Serialize)]
pub struct SourcesJson(IndexMap<&'static str, &'static str>);

impl SourcesJson {
    /// Where the values in force come from.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self(SETTINGS.iter().map(|setting| (setting.key, word(settings.value(setting).1))).collect())
    }
}

/// The settings that a body changes, as text.
///
/// # Errors
/// [`Invalid`] when it is no JSON object, names an unknown setting, or has a value of another shape.
pub fn changes(body: &[u8]) -> Result<Vec<(&'static str, String)>, Invalid> {
    let body: IndexMap<String, Value> = serde_json::from_slice(body)
        .map_err(|error| Invalid { field: None, error: format!("the body is no JSON object: {error}") })?;
    let mut changes: Vec<(&'static str, String)> = Vec::new();
    for (name, value) in &body {
        let setting = find(name).ok_or_else(|| unknown(name))?;
        if changes.iter().any(|(key, _)| *key == setting.key) {
            return Err(Invalid::field(name, format!("{} is given twice, under two names", setting.key)));
        }
        let text = setting_text(setting, value).map_err(|error| Invalid::value(name, &error.value, &error.allowed))?;
        changes.push((setting.key, text));
    }
    Ok(changes)
}

fn unknown(name: &str) -> Invalid {
    let keys: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
    Invalid::field(name, format!("{name:?} is not a setting; allowed: {}", keys.join(", ")))
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
        let object = ObjectBuilder::new().description(Some("Every setting, or, in a request, any of them"));
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
        let object = ObjectBuilder::new().description(Some("Where the value of each setting comes from"));
        SETTINGS.iter().fold(object, |object, setting| object.property(setting.key, word())).into()
    }
}

impl ToSchema for SourcesJson {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Sources")
    }
}

fn value_schema(setting: &Setting) -> RefOr<Schema> {
    let plain = |kind: Type| ObjectBuilder::new().schema_type(SchemaType::new(kind));
    let number = |least: u32, most: u32| plain(Type::Integer).minimum(Some(least)).maximum(Some(most));
    let array = |items: ObjectBuilder| schema::ArrayBuilder::new().items(RefOr::T(Schema::Object(items.build())));
    let description = format!("{}. Default {:?}, or what {} says", setting.allowed, setting.default, setting.variable);
    let described = |object: ObjectBuilder| object.description(Some(description.clone())).into();
    let described_array = |array: ArrayBuilder| array.description(Some(description.clone())).into();
    match setting.kind {
        Kind::Flag => described(plain(Type::Boolean)),
        Kind::Number(least, most) => described(number(least, most)),
        Kind::Numbers(least, most) => described_array(array(number(least, most))),
        Kind::Text => described(plain(Type::String)),
        Kind::Words => described_array(array(plain(Type::String))),
    }
}
