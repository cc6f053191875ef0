//! Settings as JSON, and their schema.

use super::invalid::Invalid;
use indexmap::IndexMap;
use redial_domain::settings::{Kind, Origin, SETTINGS, Setting, Settings};
use redial_formats::settings_v1::setting_json;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{RefOr, schema};
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
        let object = ObjectBuilder::new().description(Some("All settings. A request may have any subset."));
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
    let plain = |kind: Type| ObjectBuilder::new().schema_type(SchemaType::new(kind));
    let number = |least: u32, most: u32| plain(Type::Integer).minimum(Some(least)).maximum(Some(most));
    let array = |items: ObjectBuilder| schema::ArrayBuilder::new().items(RefOr::T(Schema::Object(items.build())));
    let description = format!(
        "Allowed: {}. Default: {:?}. Environment variable: {}.",
        setting.allowed, setting.default, setting.variable
    );
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
