//! One record (`docs/CONTRACT.md`, "Record"): the original's fields, our own, and unknown ones, which are kept.

mod operator_callback;

use super::UnreadableRecord;
use super::fields::{Draft, Fields, text_of, wrong};
use chrono::{DateTime, SecondsFormat, Utc};
use redial_domain::law::ConsentEvidence;
use redial_domain::{
    CallId, Lead, LeadId, LeadKey, Month, OtherCall, Outcome, POSSIBLE_DO_NOT_CALL, PastCall, Phone, Profile, Review,
    Source, Status,
};
use serde_json::value::RawValue;
use std::borrow::Cow;

const PAUSE_REASON: &str = "pause_reason";
const REVIEW_CALL: &str = "possible_do_not_call_id";
const DISMISSED_CALL: &str = "dismissed_do_not_call_id";
const REVIEW_WORDS: &str = "possible_do_not_call_words";
/// Evidence of consent: level, time, source, hash of the text.
const CONSENT: [&str; 4] = ["consent_level", "consent_at", "consent_source", "consent_text_sha256"];
const REVIEW_SINCE: &str = "possible_do_not_call_since";

/// Returns the key that the content of a record makes. `None` if the content has no valid id or number.
pub(super) fn identity(record: &str) -> Option<LeadKey> {
    let fields = Fields::of(record).ok()?;
    Some(LeadKey::new(&lead_id(&fields).ok()?, &phone(&fields).ok()?))
}

/// Returns the number and the outcome of a record that forbids to call it, although the rest of the record may be unreadable.
/// `None` if it has no valid number, or forbids nothing.
pub(super) fn refusal(record: &str) -> Option<(Phone, Outcome)> {
    let fields = Fields::of(record).ok()?;
    let phone = phone(&fields).ok()?;
    let list = |name| fields.list(name).unwrap_or_default();
    let of_calls = list("call_history").into_iter().filter_map(|raw| {
        let call = Fields::of(raw.get()).ok()?;
        Some(call.text("outcome").ok()??.into_owned())
    });
    let outcomes = list("outcomes").into_iter().filter_map(|raw| Some(text_of(raw)?.into_owned()));
    let single = ["last_outcome", "status"].into_iter().filter_map(|name| Some(fields.text(name).ok()??.into_owned()));
    let texts = of_calls.chain(outcomes).chain(single);
    let refused = texts.filter_map(|text| Outcome::of_any_text(&text)).find(Outcome::suppresses)?;
    Some((phone, refused))
}

/// Returns whether a value is a record, perhaps one that cannot be read.
pub(super) fn is_meant(value: &str) -> bool {
    Fields::of(value).is_ok_and(|fields| ["lead_id", "phone_number"].iter().any(|name| fields.get(name).is_some()))
}

/// Reads a record.
pub(super) fn read(record: &str) -> Result<Lead, UnreadableRecord> {
    let fields = Fields::of(record)?;
    let text = |name| Ok(fields.text(name)?.unwrap_or_default().into_owned());
    let (id, phone) = (lead_id(&fields)?, phone(&fields)?);
    let status = fields.text("status")?;
    let status = status.ok_or_else(|| UnreadableRecord::new("it has no status"))?;
    let status = Status::of_record(status.trim()).ok_or_else(|| UnreadableRecord::new("its status is unknown"))?;
    let outcomes = outcomes(&fields)?;
    let last_call = fields.time("last_call_timestamp")?;
    let (next_redial, updated_at) = (fields.time("next_redial_timestamp")?, fields.time("updated_at")?);
    // A record that was edited by hand may lack its creation. Another time of the record is closer to it than the current one.
    let created_at = fields.time("created_at")?.or(updated_at).or(last_call).or(next_redial);
    let created_at = created_at.ok_or_else(|| UnreadableRecord::new("it has no created_at"))?;
    let entries = history(&fields, last_call.unwrap_or(created_at))?;
    Ok(Lead {
        id,
        phone,
        profile: Profile {
            list_id: text("list_id")?,
            first_name: text("first_name")?,
            last_name: text("last_name")?,
            state: text("state")?,
            postal_code: text("postal_code")?,
            consent: consent(&fields),
        },
        // Without a count each outcome was an attempt. Zero would dial the lead from the start again.
        attempts: fields.count("attempts")?.unwrap_or_else(|| u32::try_from(outcomes.len()).unwrap_or(u32::MAX)),
        last_call,
        next_redial: next_redial.or(last_call).unwrap_or(created_at),
        // In the original, JavaScript, 0 counted as no time.
        callback: fields.time("scheduled_callback_time")?.filter(|at| *at != DateTime::UNIX_EPOCH),
        last_outcome: outcome(&fields, "last_outcome")?,
        last_call_id: call_id(&fields, "last_call_id")?,
        created_at,
        updated_at: updated_at.unwrap_or(created_at),
        status,
        history: entries.iter().filter_map(|entry| entry.as_ref().ok()).cloned().collect(),
        other_calls: entries.into_iter().filter_map(|entry| entry.err().flatten()).collect(),
        refusals: fields.count("refused_dials")?.unwrap_or_default(),
        refused_attempt: fields.attempt("last_refused_attempt"),
        dismissed: call_id(&fields, DISMISSED_CALL)?,
        review: review(&fields, updated_at.unwrap_or(created_at))?,
        operator_callback: operator_callback::read(&fields)?,
        beside_unreadable: fields.text("beside_unreadable_month")?.and_then(|month| Month::parse(&month)),
        outcomes,
    })
}

/// Returns the evidence of consent. What cannot be understood is no evidence, and makes no record unreadable.
fn consent(fields: &Fields<'_>) -> Option<ConsentEvidence> {
    let text = |name| fields.text(name).ok().flatten().unwrap_or_default();
    let at = fields.time(CONSENT[1]).ok().flatten();
    ConsentEvidence::of(&text(CONSENT[0]), at, &text(CONSENT[2]), &text(CONSENT[3]))
}

/// Writes the evidence of consent. Fields that could not be understood stay.
fn write_consent(
    consent: Option<&ConsentEvidence>,
    draft: &mut Draft,
    there: Option<&str>,
) -> Result<(), UnreadableRecord> {
    let before = there.map(Fields::of).transpose()?.and_then(|fields| self::consent(&fields));
    match consent {
        _ if before.as_ref() == consent => {}
        None => CONSENT.into_iter().for_each(|name| draft.remove(name)),
        Some(consent) => {
            draft.set(CONSENT[0], consent.level.as_str());
            draft.set(CONSENT[1], consent.at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
            draft.set_text(CONSENT[2], &consent.source);
            draft.set_text(CONSENT[3], &consent.text_sha256);
        }
    }
    Ok(())
}

/// Writes a record over the one that is there, which can be read. Fields keep their order, and unknown fields their bytes.
pub(super) fn write(lead: &Lead, there: Option<&str>) -> Result<Box<RawValue>, UnreadableRecord> {
    let mut draft = Draft::over(there)?;
    let millis = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp_millis());
    draft.set("lead_id", lead.id.as_str());
    draft.set("phone_number", lead.phone.as_str());
    draft.set_text("list_id", &lead.profile.list_id);
    draft.set_text("first_name", &lead.profile.first_name);
    draft.set_text("last_name", &lead.profile.last_name);
    draft.set_text("state", &lead.profile.state);
    // The original has no such field, so a record has it only while it says something.
    if !lead.profile.postal_code.is_empty() {
        draft.set_text("postal_code", &lead.profile.postal_code);
    }
    write_consent(lead.profile.consent.as_ref(), &mut draft, there)?;
    draft.set("attempts", lead.attempts);
    draft.set("last_call_timestamp", millis(lead.last_call));
    draft.set("next_redial_timestamp", lead.next_redial.timestamp_millis());
    draft.set("scheduled_callback_time", millis(lead.callback));
    draft.set_json("outcomes", write_outcomes(lead, there)?);
    let last_outcome = match there {
        Some(record) => outcome(&Fields::of(record)?, "last_outcome")?,
        None => None,
    };
    if last_outcome.is_none() || last_outcome != lead.last_outcome {
        draft.set("last_outcome", lead.last_outcome.as_ref().map(Outcome::as_str));
    }
    draft.set("last_call_id", lead.last_call_id.as_ref().map(CallId::as_str));
    draft.set("created_at", lead.created_at.timestamp_millis());
    draft.set("updated_at", lead.updated_at.timestamp_millis());
    draft.set_text("status", lead.status.as_str());
    draft.set_json("call_history", write_history(lead, there)?);
    write_review(lead, &mut draft, there)?;
    operator_callback::write(lead.operator_callback, &mut draft);
    // These are not fields of the original, so a record has them only while they say something.
    match &lead.dismissed {
        None => draft.remove(DISMISSED_CALL),
        Some(call) => draft.set(DISMISSED_CALL, call.as_str()),
    }
    match lead.refusals {
        0 => draft.remove("refused_dials"),
        refusals => draft.set("refused_dials", refusals),
    }
    match lead.refused_attempt {
        None => draft.remove("last_refused_attempt"),
        Some(attempt) => draft.set("last_refused_attempt", attempt.to_string()),
    }
    match lead.beside_unreadable {
        None => draft.remove("beside_unreadable_month"),
        Some(month) => draft.set("beside_unreadable_month", month.to_string()),
    }
    RawValue::from_string(draft.into_json()).map_err(|_| UnreadableRecord::new("it cannot be written as JSON"))
}

fn lead_id(fields: &Fields<'_>) -> Result<LeadId, UnreadableRecord> {
    let text = fields.some_text("lead_id")?;
    let text = text.ok_or_else(|| UnreadableRecord::new("it has no lead_id"))?;
    LeadId::parse(&text).map_err(|error| UnreadableRecord(format!("lead_id: {error}")))
}

fn phone(fields: &Fields<'_>) -> Result<Phone, UnreadableRecord> {
    let text = fields.text("phone_number")?.unwrap_or_default();
    Phone::parse(&text).map_err(|error| UnreadableRecord(error.to_string()))
}

fn outcome(fields: &Fields<'_>, name: &str) -> Result<Option<Outcome>, UnreadableRecord> {
    let text = fields.some_text(name)?;
    text.map(|text| Outcome::of_any_text(&text).ok_or_else(|| wrong(name))).transpose()
}

fn call_id(fields: &Fields<'_>, name: &str) -> Result<Option<CallId>, UnreadableRecord> {
    let text = fields.some_text(name)?;
    text.map(|text| CallId::parse(&text).map_err(|_| wrong(name))).transpose()
}

/// Reads a possible do-not-call. The reason alone is enough: a person must decide, whatever was edited in the rest.
fn review(fields: &Fields<'_>, otherwise: DateTime<Utc>) -> Result<Option<Review>, UnreadableRecord> {
    if fields.text(PAUSE_REASON)?.as_deref() != Some(POSSIBLE_DO_NOT_CALL) {
        return Ok(None);
    }
    let call = call_id(fields, REVIEW_CALL)?.unwrap_or_else(CallId::unknown);
    let words = fields.text(REVIEW_WORDS)?.unwrap_or_default().into_owned();
    Ok(Some(Review { call, words, since: fields.time(REVIEW_SINCE)?.unwrap_or(otherwise) }))
}

/// Writes a possible do-not-call. The original has no such fields, so a record has them only while there is one. Another
/// system's reason for a pause stays.
fn write_review(lead: &Lead, draft: &mut Draft, there: Option<&str>) -> Result<(), UnreadableRecord> {
    if let Some(review) = &lead.review {
        draft.set(PAUSE_REASON, POSSIBLE_DO_NOT_CALL);
        draft.set(REVIEW_CALL, review.call.as_str());
        draft.set(REVIEW_WORDS, &review.words);
        draft.set(REVIEW_SINCE, review.since.timestamp_millis());
        return Ok(());
    }
    let reason =
        there.map(|record| Ok(Fields::of(record)?.text(PAUSE_REASON)?.map(Cow::into_owned))).transpose()?.flatten();
    if reason.as_deref() == Some(POSSIBLE_DO_NOT_CALL) {
        [PAUSE_REASON, REVIEW_CALL, REVIEW_WORDS, REVIEW_SINCE].into_iter().for_each(|name| draft.remove(name));
    }
    Ok(())
}

fn outcomes(fields: &Fields<'_>) -> Result<Vec<Outcome>, UnreadableRecord> {
    Ok(raw_outcomes(fields)?.into_iter().map(|(outcome, _)| outcome).collect())
}

/// Reads the outcomes, each with its text in the file.
fn raw_outcomes<'a>(fields: &Fields<'a>) -> Result<Vec<(Outcome, &'a RawValue)>, UnreadableRecord> {
    let list = fields.list("outcomes")?.into_iter().filter(|raw| !["null", "\"\""].contains(&raw.get()));
    let read = |raw| Outcome::of_any_text(&text_of(raw)?);
    list.map(|raw| Ok((read(raw).ok_or_else(|| wrong("outcomes"))?, raw))).collect()
}

/// Writes the outcomes. Those that are unchanged keep their text: an outcome of another system may be longer than ours.
fn write_outcomes(lead: &Lead, there: Option<&str>) -> Result<String, UnreadableRecord> {
    let known = match there {
        None => Vec::new(),
        Some(record) => raw_outcomes(&Fields::of(record)?)?,
    };
    // New outcomes come at the end, and the oldest go.
    let is_kept = |gone: &usize| {
        let kept = known[*gone..].iter().map(|(outcome, _)| outcome);
        known.len() - gone <= lead.outcomes.len() && kept.eq(lead.outcomes.iter().take(known.len() - gone))
    };
    let gone = (0..known.len()).find(is_kept).unwrap_or(known.len());
    let kept = &known[gone..];
    let new = lead.outcomes[kept.len()..].iter().map(|outcome| serde_json::json!(outcome.as_str()).to_string());
    let texts: Vec<_> = kept.iter().map(|(_, raw)| raw.get().to_owned()).chain(new).collect();
    Ok(format!("[{}]", texts.join(",")))
}

/// An entry of the history: a result, or a call of the original that has no id or no outcome yet. Its result may still come
/// and must count, so it is not among the calls that are known. `None` is for what is no call at all.
type Entry = Result<PastCall, Option<OtherCall>>;

/// Reads the history, with one entry for each in the file.
fn history(fields: &Fields<'_>, otherwise: DateTime<Utc>) -> Result<Vec<Entry>, UnreadableRecord> {
    let entries = fields.list("call_history")?.into_iter();
    entries.map(|raw| Ok(past_call(raw, otherwise)?.ok_or_else(|| other_call(raw, otherwise)))).collect()
}

/// Reads a call that is no result. A time that cannot be read must not hide the call, which counts against the cap.
fn other_call(raw: &RawValue, otherwise: DateTime<Utc>) -> Option<OtherCall> {
    let fields = Fields::of(raw.get()).ok()?;
    let time = |name| fields.time(name).ok().flatten();
    let call = call_id(&fields, "call_id").ok().flatten();
    let outcome = outcome(&fields, "outcome").ok().flatten();
    Some(OtherCall { call, at: time("at").or(time("timestamp")).unwrap_or(otherwise), outcome })
}

fn past_call(raw: &RawValue, otherwise: DateTime<Utc>) -> Result<Option<PastCall>, UnreadableRecord> {
    let Ok(fields) = Fields::of(raw.get()) else { return Ok(None) };
    let (Some(call), Some(outcome)) = (call_id(&fields, "call_id")?, outcome(&fields, "outcome")?) else {
        return Ok(None);
    };
    // The original has other sources. They count as unknown, and their text stays.
    let source = fields.text("source").ok().flatten();
    Ok(Some(PastCall {
        call,
        outcome,
        // The original calls it `timestamp`, and some of its entries have no time.
        at: fields.time("at")?.or(fields.time("timestamp")?).unwrap_or(otherwise),
        source: source.and_then(|word| Source::parse(&word)),
        attempt: fields.attempt("attempt_id"),
        rule: fields.text("rule")?.map(Cow::into_owned),
        callback: fields.time("callback_time")?,
        corrected_at: fields.time("corrected_at")?,
    }))
}

/// Writes the history. An entry that is unchanged keeps its bytes, and so does one that was not understood. Other entries that
/// the lead no longer has were dropped as too old.
fn write_history(lead: &Lead, there: Option<&str>) -> Result<String, UnreadableRecord> {
    let entries = match there {
        None => Vec::new(),
        Some(record) => Fields::of(record)?.list("call_history")?,
    };
    let entries = entries.into_iter().map(|raw| Ok((raw, past_call(raw, lead.created_at)?)));
    let mut entries: Vec<_> = entries.collect::<Result<_, _>>()?;
    let mut written = Vec::new();
    for past in &lead.history {
        let is_its = |(raw, known): &(&RawValue, Option<PastCall>)| match known {
            Some(known) => known.call == past.call,
            None => Fields::of(raw.get())
                .and_then(|fields| call_id(&fields, "call_id"))
                .is_ok_and(|id| id.as_ref() == Some(&past.call)),
        };
        written.push(match entries.iter().position(is_its).map(|place| entries.remove(place)) {
            Some((raw, Some(known))) if known == *past => raw.get().to_owned(),
            Some((raw, known)) => write_past_call(past, Some(raw.get()), known.as_ref())?,
            None => write_past_call(past, None, None)?,
        });
    }
    let kept = entries.into_iter().filter(|(_, known)| known.is_none()).map(|(raw, _)| raw.get().to_owned());
    Ok(format!("[{}]", kept.chain(written).collect::<Vec<_>>().join(",")))
}

/// Writes a past call over its entry. `understood` is what was read of that entry.
fn write_past_call(
    past: &PastCall,
    there: Option<&str>,
    understood: Option<&PastCall>,
) -> Result<String, UnreadableRecord> {
    let mut draft = Draft::over(there)?;
    draft.set("call_id", past.call.as_str());
    draft.set("outcome", past.outcome.as_str());
    draft.set("at", past.at.timestamp_millis());
    let mut optional = |name, value: Option<String>, was_understood: bool| match value {
        Some(text) => draft.set(name, text),
        // A value that was not understood, such as another system's source, stays.
        None if was_understood => draft.remove(name),
        None => {}
    };
    let (source, attempt) = (past.source.map(Source::as_str), past.attempt.map(|id| id.to_string()));
    optional("source", source.map(str::to_owned), understood.is_some_and(|old| old.source.is_some()));
    optional("attempt_id", attempt, understood.is_some_and(|old| old.attempt.is_some()));
    optional("rule", past.rule.clone(), true);
    match past.callback {
        Some(at) => draft.set("callback_time", at.timestamp_millis()),
        None => draft.remove("callback_time"),
    }
    match past.corrected_at {
        Some(at) => draft.set("corrected_at", at.timestamp_millis()),
        None => draft.remove("corrected_at"),
    }
    Ok(draft.into_json())
}
