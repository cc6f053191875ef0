//! What a dialer's disposition means.

use super::Judged;
use crate::report::{Evidence, Report};
use crate::{Arrival, CallId, LeadId, LeadKey, NewLead, NotAResult, Outcome, Phone, Policy, Unattached};

/// What Convoso's dispositions mean, unless the account says otherwise (`docs/PROVIDERS.md`).
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
/// The most characters of a code that the name of a rule keeps.
const CODE: usize = 64;

/// Says what a disposition means.
///
/// A result is told apart from a repeat by the dialer's id of the call. Without one only an outcome that ends the dialing is
/// taken, because it may be applied twice without harm, and because to ignore it could mean to call somebody who must not be
/// called.
pub(super) fn judge(report: Report, policy: &Policy) -> Judged {
    let Evidence::Disposition(code) = &report.evidence else { return Judged::NotAResult(NotAResult::NoStatus) };
    let outcome = outcome_of(code, policy);
    let phone = match (&report.phone, &outcome) {
        (Ok(phone), _) => phone.clone(),
        (Err(reason), None) => return Judged::Unattached(*reason),
        (Err(reason), Some(outcome)) => {
            return super::forbids(&report, outcome.clone()).unwrap_or(Judged::Unattached(*reason));
        }
    };
    let Some(outcome) = outcome else { return Judged::NotAResult(NotAResult::StatusNotValid) };
    if report.lead.is_none() && !outcome.suppresses() {
        return Judged::Unattached(Unattached::NoLeadId);
    }
    if let (NEW, Some(lead)) = (outcome.as_str(), &report.lead) {
        let lead = lead.clone();
        return Judged::Arrival(Box::new(Arrival::NewLead(NewLead { lead, phone, profile: report.profile })));
    }
    let call = match &report.call {
        Some(call) => Some(call.clone()),
        None if policy.completes(&outcome, false) => ending_id(report.lead.as_ref(), &phone, &outcome),
        None => None,
    };
    let Some(call) = call else { return Judged::Unattached(Unattached::NoCallLogId) };
    let rule = format!("disposition:{}", code.to_uppercase().chars().take(CODE).collect::<String>());
    let callback = super::callback_of(&report, policy);
    super::result(report, call, phone, (outcome, rule), callback)
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
