//! Convoso: new leads and dispositions (*Convoso* in `docs/PROVIDERS.md`). Every value is a string.

use super::lenient::{Object, bounded, object};
use super::{Malformed, Parsed};
use chrono::{DateTime, SubsecRound, Utc};
use redial_domain::{CallId, Evidence, NotAResult, Phone, Profile, Report, Source, Unattached};
use serde_json::{Map, Value};

/// The disposition of a lead that was never called, where the body names neither a disposition nor a call.
const NEW: &str = "NEW";

/// Reads a webhook, JSON or form encoded. What the disposition means is for [`redial_domain::judge`].
/// A repeat is recognized by its `call_log_id`. A result without one is taken only if its outcome completes the record: that can
/// be applied twice without harm, and to ignore it could mean to call a person who must not be called.
///
/// # Errors
/// [`Malformed`] if the body is neither.
pub fn parse(body: &[u8], content_type: Option<&str>, now: DateTime<Utc>) -> Result<Parsed, Malformed> {
    let value = fields(body, content_type)?;
    let fields = Object::of(&value);
    let phone = phone(fields);
    // Without a call and a disposition it is a lead that was uploaded. A call without a disposition says nothing yet.
    let log = fields.text("call_log_id");
    let Some(code) = fields.text("status").or_else(|| log.is_none().then(|| NEW.to_owned())) else {
        return Ok(match phone {
            Ok(_) => Parsed::NotAResult(NotAResult::NoStatus),
            Err(reason) => Parsed::Unattached(reason),
        });
    };
    Ok(Parsed::Report(Box::new(Report {
        call: log.and_then(|log| CallId::parse(&format!("convoso:{log}")).ok()),
        attempt: None,
        source: Source::Convoso,
        lead: fields.lead_id("lead_id").or_else(|| fields.lead_id("id")),
        phone,
        month: None,
        evidence: Evidence::Disposition(code),
        times: Vec::new(),
        inbound: is_inbound(fields),
        ended_at: now.trunc_subsecs(3), // `call_date` names no zone
        profile: profile(fields),
    })))
}

/// Reads the number and the country code beside it. Without a code, ten digits are a North American number.
fn phone(fields: Object<'_>) -> Result<Phone, Unattached> {
    let number = fields.raw_text("phone_number").ok_or(Unattached::NoNumber)?;
    let code = fields.text("phone_code").unwrap_or_default();
    Phone::with_code(&code, &number).map_err(|_| Unattached::NumberNotValid)
}

/// Returns whether the person called. Accounts name the field and its words in several ways.
fn is_inbound(fields: Object<'_>) -> bool {
    let says_so = |key: &&str| {
        let word = fields.word(key);
        word == "in" || word.starts_with("inbound") || word.starts_with("incoming")
    };
    ["call_type", "direction", "call_direction"].iter().any(|key| says_so(&key)) || fields.flag("inbound") == Some(true)
}

fn profile(fields: Object<'_>) -> Profile {
    let text = |key| bounded(&fields.text(key).unwrap_or_default(), 100);
    Profile {
        list_id: text("list_id"),
        first_name: text("first_name"),
        last_name: text("last_name"),
        state: text("state"),
    }
}

/// Reads the fields of JSON or of a form. A body that starts like an object is JSON, because some senders label it as a form. A
/// form has at least one `=`, so any other text is malformed and not a form with one empty field.
fn fields(body: &[u8], content_type: Option<&str>) -> Result<Value, Malformed> {
    let labelled = content_type.is_some_and(|label| label.to_ascii_lowercase().contains("json"));
    if labelled || body.trim_ascii_start().starts_with(b"{") {
        return object(body);
    }
    if !body.contains(&b'=') {
        return Err(Malformed("the body is neither JSON nor a form".to_owned()));
    }
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_bytes(body).map_err(|error| Malformed(format!("the body is not a form: {error}")))?;
    let fields: Map<String, Value> = pairs.into_iter().map(|(key, text)| (key, text.into())).collect();
    Ok(Value::Object(fields))
}

#[cfg(test)]
mod tests;
