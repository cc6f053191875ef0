//! Convoso: new leads and dispositions, under the field names of its documentation. Every value is a string.

use super::lenient::{Object, bounded, object};
use super::{Malformed, NotAResult, Parsed, Unattached};
use chrono::{DateTime, SubsecRound, Utc};
use redial_domain::{Arrival, CallId, CallResult, LeadId, LeadKey, NewLead, Outcome, Phone, Policy, Profile, Source};
use serde_json::{Map, Value};

/// What Convoso's dispositions mean, unless the account says otherwise (`PROVIDERS.md` §2).
const DISPOSITIONS: &[(&str, Outcome)] = &[
    ("SALE", Outcome::SALE),
    ("ACA", Outcome::TRANSFERRED),
    ("BASACA", Outcome::TRANSFERRED),
    ("TR", Outcome::TRANSFERRED),
    ("A", Outcome::VOICEMAIL),
    ("AA", Outcome::VOICEMAIL),
    ("AM", Outcome::VOICEMAIL),
    ("NA", Outcome::NO_ANSWER),
    ("B", Outcome::BUSY),
    ("CB", Outcome::CALLBACK),
    ("CALLBK", Outcome::CALLBACK),
    ("NI", Outcome::NOT_INTERESTED),
    ("DNC", Outcome::DNC),
    ("DNCA", Outcome::DNC),
    ("DNCC", Outcome::DNC),
    ("DNCL", Outcome::DNC),
    ("DNCQ", Outcome::DNC),
    ("DNCRT", Outcome::DNC),
    ("DNCW", Outcome::DNC),
    ("DC", Outcome::BAD_NUMBER),
    ("BPN", Outcome::BAD_NUMBER),
    ("WRONG", Outcome::BAD_NUMBER),
];

/// The disposition of a lead that was never called.
const NEW: &str = "NEW";

/// Reads a webhook, JSON or form encoded.
///
/// A result is told apart from a repetition by its `call_log_id`. Without one only an outcome that ends the dialing is taken,
/// because it may be applied twice without harm, and because to ignore it could mean to call somebody who must not be called.
///
/// # Errors
/// [`Malformed`] when the body is neither.
pub fn parse(
    body: &[u8],
    content_type: Option<&str>,
    now: DateTime<Utc>,
    policy: &Policy,
) -> Result<Parsed, Malformed> {
    let value = fields(body, content_type)?;
    let fields = Object::of(&value);
    let lead = fields.lead_id("lead_id").or_else(|| fields.lead_id("id"));
    let phone = match phone(fields) {
        Ok(phone) => phone,
        Err(reason) => return Ok(Parsed::Unattached(reason)),
    };
    let log = fields.text("call_log_id");
    let Some(code) = fields.text("status").or_else(|| log.is_none().then(|| NEW.to_owned())) else {
        return Ok(Parsed::NotAResult(NotAResult::NoStatus));
    };
    let Some(outcome) = outcome_of(&code, policy) else {
        return Ok(Parsed::NotAResult(NotAResult::StatusNotValid));
    };
    let must_not_be_lost = outcome.suppresses();
    if lead.is_none() && !must_not_be_lost {
        return Ok(Parsed::Unattached(Unattached::NoLeadId));
    }
    let profile = profile(fields);
    if let (NEW, Some(lead)) = (outcome.as_str(), &lead) {
        let lead = lead.clone();
        return Ok(arrival(Arrival::NewLead(NewLead { lead, phone, profile })));
    }
    let call = match log {
        Some(log) => CallId::parse(&format!("convoso:{log}")).ok(),
        None if policy.completes(&outcome, false) => ending_id(lead.as_ref(), &phone, &outcome),
        None => None,
    };
    let Some(call) = call else {
        return Ok(Parsed::Unattached(Unattached::NoCallLogId));
    };
    Ok(arrival(Arrival::Result(CallResult {
        call,
        attempt: None,
        source: Source::Convoso,
        lead,
        phone,
        month: None,
        rule: format!("disposition:{}", bounded(&code.to_uppercase(), 64)),
        outcome,
        callback: None,
        inbound: false,
        ended_at: now.trunc_subsecs(3), // `call_date` names no zone
        profile,
    })))
}

fn arrival(arrival: Arrival) -> Parsed {
    Parsed::Arrival(Box::new(arrival))
}

fn outcome_of(code: &str, policy: &Policy) -> Option<Outcome> {
    let code = code.to_uppercase();
    let configured = policy.convoso_dispositions.get(&code);
    let default = || DISPOSITIONS.iter().find(|(known, _)| *known == code);
    configured.or_else(|| default().map(|(_, outcome)| outcome)).cloned().or_else(|| Outcome::parse(&code))
}

/// The same for every repetition. A hash, because call ids are logged and leads are not.
fn ending_id(lead: Option<&LeadId>, phone: &Phone, outcome: &Outcome) -> Option<CallId> {
    let whose = lead.map_or(0, |lead| LeadKey::new(lead, phone).stable_hash());
    CallId::parse(&format!("convoso:{outcome}:{whose:08x}")).ok()
}

/// Ten digits of North America, unless `phone_code` names another country.
fn phone(fields: Object<'_>) -> Result<Phone, Unattached> {
    let number = fields.raw_text("phone_number").ok_or(Unattached::NoNumber)?;
    let code = fields.text("phone_code").unwrap_or_default();
    let code = code.trim_start_matches('+');
    let phone = match code {
        "" | "1" => Phone::parse(&number),
        _ if number.trim_start().starts_with('+') => Phone::parse(&number),
        _ => Phone::parse(&format!("+{code}{}", number.trim())),
    };
    phone.map_err(|_| Unattached::NumberNotValid)
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

/// A body that starts like an object is JSON, whatever its label says; a form has at least one `=`.
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
