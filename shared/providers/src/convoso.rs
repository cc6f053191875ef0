//! Convoso: new leads and dispositions (*Convoso* in `docs/PROVIDERS.md`). Every value is a string.

use super::lenient::{Object, bounded, fields, is_placeholder};
use super::{Malformed, Parsed};
use crate::consent::consent;
use chrono::{DateTime, SubsecRound, Utc};
use redial_domain::{CallId, Evidence, NotAResult, Phone, Profile, Report, Source, Unattached, is_do_not_call};
use serde_json::Value;

/// The disposition of a lead that was never called, where the body names neither a disposition nor a call.
const NEW: &str = "NEW";

/// The most characters of a disposition with its label.
const CODE: usize = 1000;

/// Reads a webhook: JSON, a form, or a multipart form, whatever it is labelled. What the disposition means is for [`redial_domain::judge`].
/// A repeat is recognized by its `call_log_id`. A result without one is taken only if its outcome completes the record: that can
/// be applied twice without harm, and to ignore it could mean to call a person who must not be called.
///
/// # Errors
/// [`Malformed`] if the body is none of them.
pub fn parse(body: &[u8], now: DateTime<Utc>) -> Result<Parsed, Malformed> {
    let value = fields(body)?;
    let fields = Object::of(&value);
    let phone = phone(fields);
    // Without a call and a disposition it is a lead that was uploaded. A call without a disposition says nothing yet.
    let log = fields.filled("call_log_id");
    let Ok(status) = status(fields) else { return Ok(Parsed::NotAResult(NotAResult::StatusNotValid)) };
    let Some(code) = status.or_else(|| log.is_none().then(|| NEW.to_owned())) else {
        return Ok(match phone {
            Ok(_) => Parsed::NotAResult(NotAResult::NoStatus),
            Err(reason) => Parsed::Unattached(reason),
        });
    };
    let lead = fields.lead_id("lead_id").or_else(|| fields.lead_id("id"));
    Ok(Parsed::Report(Box::new(Report {
        call: log.and_then(|log| CallId::parse(&format!("convoso:{log}")).ok()),
        attempt: None,
        source: Source::Convoso,
        placeholder: lead.is_none() && (fields.has_placeholder("lead_id") || fields.has_placeholder("id")),
        lead,
        phone,
        month: None,
        evidence: Evidence::Disposition(bounded(&code, CODE)),
        times: Vec::new(),
        inbound: is_inbound(fields),
        ended_at: now.trunc_subsecs(3), // `call_date` names no zone
        profile: profile(fields),
    })))
}

/// The status is there, but it names no disposition.
struct NoDisposition;

/// Reads the disposition. `None` if the body has none. What cannot be read must not make a new lead of a call.
fn status(fields: Object<'_>) -> Result<Option<String>, NoDisposition> {
    // Some tools write a list of one, or an object. Of several texts only a do-not-call counts.
    let texts = fields.texts("status");
    let means_do_not_call = |text: &&String| is_do_not_call(&bounded(text, CODE));
    let text = match texts.as_slice() {
        [] if fields.get("status").is_none_or(Value::is_string) => return Ok(None),
        [text] => text,
        several => several.iter().find(means_do_not_call).ok_or(NoDisposition)?,
    };
    // `[DNC]` looks like the name of a field, and is none.
    let is_filled = !is_placeholder(text, "status") || means_do_not_call(&text);
    is_filled.then(|| Some(text.clone())).ok_or(NoDisposition)
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
        let word: String = fields.word(key).chars().filter(|c| c.is_alphanumeric()).collect();
        ["in", "ib", "i", "callin", "entrante"].contains(&word.as_str())
            || ["inbound", "incoming", "callinbound", "llamadaentrante"].iter().any(|start| word.starts_with(start))
    };
    ["call_type", "direction", "call_direction"].iter().any(says_so) || fields.flag("inbound") == Some(true)
}

fn profile(fields: Object<'_>) -> Profile {
    let text = |key: &str| bounded(&fields.filled(key).unwrap_or_default(), 100);
    Profile {
        list_id: text("list_id"),
        first_name: text("first_name"),
        last_name: text("last_name"),
        state: text("state"),
        postal_code: ["postal_code", "zip_code", "zip"]
            .into_iter()
            .map(text)
            .find(|code| !code.is_empty())
            .unwrap_or_default(),
        consent: consent(text),
    }
}

#[cfg(test)]
mod tests;
