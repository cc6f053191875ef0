//! Texts of parameters and bodies as the OpenAPI document describes them. What a description allows, the code accepts.
#![expect(dead_code, reason = "only their description is used")]

use redial_domain::Phone;
use redial_domain::ledger::Event;
use redial_domain::verdict::GateName;
use std::borrow::Cow;
use std::fmt::Write;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A phone number.
pub(crate) struct PhoneText;

impl PartialSchema for PhoneText {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "North American phone number in E.164 with an area code that exists. Every common spelling is accepted too, \
                 such as `(212) 555-0101`, and numbers of other countries with `+` and their country code.",
            ))
            .pattern(Some(north_american()))
            .examples(["+15555550123"])
            .into()
    }
}

impl ToSchema for PhoneText {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("PhoneNumber")
    }
}

/// Returns the pattern of North American numbers: area codes that exist, exchanges that can, and of the exchange 555 only the
/// numbers of examples. The numbers of 888 are left out, because one of them is a filler, and they belong to companies.
fn north_american() -> String {
    let exists = |area: &u32| *area != 888 && Phone::parse(&format!("+1{area}2345678")).is_ok();
    let mut areas = String::new();
    for tens in 20..100 {
        let last: String = (0..10).filter(|last| exists(&(tens * 10 + last))).map(|last| last.to_string()).collect();
        if !last.is_empty() {
            let separator = if areas.is_empty() { "" } else { "|" };
            // Writing to a string cannot fail.
            let _ = write!(areas, "{separator}{tens}[{last}]");
        }
    }
    let exchange = "[2-46-9](?:[02-9][0-9]|1[02-9])|5(?:[02-46-9][0-9]|1[02-9]|5[0-46-9])";
    format!("^\\+1(?:{areas})(?:(?:{exchange})[0-9]{{4}}|55501[0-9]{{2}})$")
}

/// Id that the call center gives a lead, in a path.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$", example = "123456")]
pub(crate) struct LeadIdInPath(String);

/// Id that the call center gives a lead: at most 128 bytes, not blank, without control characters.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[!-~](?:[ -~]{0,126}[!-~])?$", example = "a/b")]
pub(crate) struct LeadIdText(String);

/// `ETag` of `GET /config`, several of them, or `*`.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^(?:\\*|\"[0-9a-zA-Z]{1,64}\"(?:, \"[0-9a-zA-Z]{1,64}\"){0,3})$", example = "\"none\"")]
pub(crate) struct EtagsText(String);

/// Month.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[0-9]{4}-(?:0[1-9]|1[0-2])$", example = "2025-12")]
pub(crate) struct MonthText(String);

/// Value of `next_cursor` of the previous page.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^(?:[0-9a-f]{2})+$")]
pub(crate) struct CursorText(String);

/// Text to search for or to compare.
#[derive(ToSchema)]
#[schema(value_type = String, max_length = 200)]
pub(crate) struct SearchText(String);

/// Reason or note that is kept for those who ask later.
#[derive(ToSchema)]
#[schema(value_type = String, min_length = 1, max_length = 500, pattern = "\\S", example = "the person asked for it in writing")]
pub(crate) struct WhyText(String);

/// Id of a decision.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", example = "0193d0c2-7b1e-7c3a-9f10-5d2f4be0a001")]
pub(crate) struct DecisionIdText(String);

/// Format of a list.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum ListFormatWord {
    Csv,
    Jsonl,
}

/// What an entry of the ledger records.
pub(crate) struct EventKind;

impl PartialSchema for EventKind {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Event::KINDS)).into()
    }
}

impl ToSchema for EventKind {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EventKind")
    }
}

/// Gate that a lead must pass before a dial.
pub(crate) struct GateWord;

impl PartialSchema for GateWord {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Gate that a lead must pass before a dial, see the table of gates in CONTRACT.md."))
            .enum_values(Some(GateName::ALL.map(GateName::as_str)))
            .into()
    }
}

impl ToSchema for GateWord {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("GateWord")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_lite::Regex;

    #[test]
    fn a_described_phone_number_exists() {
        let pattern = Regex::new(&north_american()).unwrap();
        for spelled in ["+12125550101", "+15555550123", "+13055550100"] {
            assert!(pattern.is_match(spelled), "{spelled}");
        }
        for refused in ["+12125551212", "+15555555555", "+12122115678", "+11125550101", "+18888888888", "2125550101"] {
            assert!(!pattern.is_match(refused), "{refused}");
        }
        // Some exchanges of each area, and lines as they come.
        for area in 200..1000_u32 {
            for exchange in (0..1000_u32).step_by(11) {
                let spelled = format!("+1{area}{exchange:03}{:04}", area * exchange % 10_000);
                assert!(!pattern.is_match(&spelled) || Phone::parse(&spelled).is_ok(), "{spelled}");
            }
        }
    }
}
