//! Applies a result to a record: the status machine of `docs/CONTRACT.md`, "Status" and "Next dial".
//!
//! Every function here gives the same record if it is applied twice, because a write may be repeated after its answer was
//! lost. Results may come in any order.

mod callback;
mod completion;
mod correction;

use super::lead::{CALLS_KEPT, OUTCOMES_KEPT};
use super::{AttemptId, CallResult, Lead, NewLead, Outcome, PastCall, Policy, Profile, Review, Source, Status};
pub(super) use callback::call_back;
pub use callback::{CallbackError, callback_ahead, fell_back};
use callback::{callback_of, is_kept, last_request, reschedule};
use chrono::{DateTime, Utc};
use completion::completion;
use correction::{corrects, newer_of};

/// What came of applying a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// The record as it is now.
    Changed(Box<Lead>),
    /// It was counted before, so nothing changes.
    Repeat,
    /// The record from which the call was dialed was removed or has expired.
    Gone,
}

/// Applies the result of a call to the record of its lead. `lead` is `None` if there is no record, and `suppressed` says that
/// the line forbids calls.
#[must_use]
pub fn settle(
    lead: Option<&Lead>,
    result: &CallResult,
    suppressed: bool,
    now: DateTime<Utc>,
    policy: &Policy,
) -> Settled {
    let mut next = match (lead, &result.lead) {
        (Some(lead), _) => lead.clone(),
        // A result that names its month was dialed from a record. If there is none, an operator has removed it or its month
        // has expired, and a new one would bring the lead back.
        (None, Some(id)) if result.month.is_none() => {
            blank(id.clone(), result.phone.clone(), result.profile.clone(), now)
        }
        (None, _) => return Settled::Gone,
    };
    let place = place_of(&next, result);
    match place {
        Place::Known => return Settled::Repeat,
        Place::ToldAgain(index) => {
            next.history[index].corrected_at = Some(result.ended_at);
            return Settled::Changed(Box::new(next));
        }
        Place::New | Place::InsteadOf(_) => {}
    }
    let callback = callback_of(result, &next, now, policy);
    let past = PastCall {
        call: result.call.clone(),
        outcome: result.outcome.clone(),
        at: result.ended_at,
        source: Some(result.source),
        attempt: result.attempt,
        rule: Some(result.rule.clone()),
        callback,
        corrected_at: None,
    };
    // A record of the original has outcomes of calls that its history does not have. They come first and stay as they are.
    let earlier_outcomes = next.outcomes.len().saturating_sub(next.history.len());
    let replaced = match place {
        // The attempt was counted when it was given up, and the call by its first report, so it is not counted again.
        Place::InsteadOf(index) => {
            let replaced = next.history[index].clone();
            next.history[index] = newer_of(&replaced, past);
            // The loss ended when it was given up, later than the call itself. Its time would win in `note_last_call`.
            if next.last_call_id.as_ref() == Some(&replaced.call) {
                next.last_call = None;
            }
            Some(replaced)
        }
        Place::New | Place::Known | Place::ToldAgain(_) => {
            next.history.push(past);
            // A person who calls us is no attempt of ours.
            next.attempts = next.attempts.saturating_add(u32::from(!result.inbound));
            None
        }
    };
    // The entry that the original left for it is replaced by the result.
    next.other_calls.retain(|other| other.call.as_ref() != Some(&result.call));
    // The sort is stable: of calls that ended at the same time, the one that became known later counts as the later one.
    next.history.sort_by_key(|past| past.at);
    // Built again from the history, because a result may have come between two others.
    next.outcomes.truncate(earlier_outcomes);
    next.outcomes.extend(next.history.iter().map(|past| past.outcome.clone()));
    keep_last(&mut next.outcomes, OUTCOMES_KEPT);
    keep_last(&mut next.history, CALLS_KEPT);
    note_last_call(&mut next);
    fill_profile(&mut next.profile, &result.profile);
    // The provider has placed a call for this lead, so it no longer refuses it.
    next.refusals = 0;
    next.refused_attempt = None;
    let done = completion(&next, lead, result, replaced.as_ref(), policy);
    if let Some(words) = &result.possible_refusal {
        next.note_doubt(Review { call: result.call.clone(), words: words.clone(), since: now });
    }
    move_on(&mut next, lead, done, suppressed, now, policy);
    next.updated_at = now;
    Settled::Changed(Box::new(next))
}

/// Makes the record of a lead that was never called, due at once. `None` if there is a record already.
#[must_use]
pub fn admit(lead: Option<&Lead>, new: &NewLead, suppressed: bool, now: DateTime<Utc>) -> Option<Lead> {
    if lead.is_some() {
        return None;
    }
    let mut lead = blank(new.lead.clone(), new.phone.clone(), new.profile.clone(), now);
    if suppressed {
        lead.status = Status::Completed;
    }
    Some(lead)
}

/// Makes a lead wait whose dial the provider refused: as after one more attempt, and longer with each refusal. A refusal is
/// not an attempt, but the first intervals are zero, so without a count the lead would be dialed by every run.
/// `None` if this refusal was counted before, or the lead no longer waits for a dial.
#[must_use]
pub fn refuse(lead: &Lead, attempt: AttemptId, now: DateTime<Utc>, policy: &Policy) -> Option<Lead> {
    if lead.refused_attempt == Some(attempt) || !lead.waits_for_a_dial() {
        return None;
    }
    let refusals = lead.refusals.saturating_add(1);
    let wait = policy.cadence.next(now, lead.attempts.saturating_add(refusals), &attempt.to_string());
    Some(Lead {
        refusals,
        refused_attempt: Some(attempt),
        // Never earlier: a result may have moved it further meanwhile.
        next_redial: lead.next_redial.max(wait),
        updated_at: now,
        ..lead.clone()
    })
}

/// Makes a lead wait for `active_call_defer_minutes` whose line is not free. `None` if it is no longer due.
#[must_use]
pub fn defer(lead: &Lead, now: DateTime<Utc>, policy: &Policy) -> Option<Lead> {
    let due = lead.waits_for_a_dial() && lead.next_redial <= now;
    due.then(|| Lead { next_redial: now + policy.defer, updated_at: now, ..lead.clone() })
}

/// Completes the record of a lead whose number is suppressed. `None` if it is completed already.
#[must_use]
pub fn retire(lead: &Lead, now: DateTime<Utc>) -> Option<Lead> {
    let waits = lead.status != Status::Completed || lead.review.is_some();
    waits.then(|| Lead { status: Status::Completed, review: None, updated_at: now, ..lead.clone() })
}

fn blank(id: super::LeadId, phone: super::Phone, profile: Profile, now: DateTime<Utc>) -> Lead {
    Lead {
        id,
        phone,
        profile,
        attempts: 0,
        last_call: None,
        next_redial: now,
        callback: None,
        outcomes: Vec::new(),
        last_outcome: None,
        last_call_id: None,
        created_at: now,
        updated_at: now,
        status: Status::Pending,
        history: Vec::new(),
        other_calls: Vec::new(),
        refusals: 0,
        refused_attempt: None,
        dismissed: None,
        review: None,
        operator_callback: None,
        beside_unreadable: None,
    }
}

/// Where a result belongs in the history.
enum Place {
    /// Nowhere yet.
    New,
    /// It is there.
    Known,
    /// In place of the entry at this index.
    InsteadOf(usize),
    /// The entry at this index has its outcome, and was told earlier. Without the later time, a correction between the two
    /// that comes last would count as the newest.
    ToldAgain(usize),
}

/// Finds where a result belongs in the history. A late result replaces its attempt's `LOST` entry, and a disposition of
/// Convoso another one of the same call.
fn place_of(lead: &Lead, result: &CallResult) -> Place {
    let same_call = lead.history.iter().position(|past| past.call == result.call);
    if let (Source::Convoso, Some(index)) = (result.source, same_call) {
        let past = &lead.history[index];
        return match corrects(past, result) {
            true => Place::InsteadOf(index),
            false if result.ended_at > past.told_at() => Place::ToldAgain(index),
            false => Place::Known,
        };
    }
    // A record of the original may name its last call without having it in its history.
    if lead.last_call_id.as_ref() == Some(&result.call) || same_call.is_some() {
        return Place::Known;
    }
    let same_attempt = |past: &PastCall| past.attempt.is_some() && past.attempt == result.attempt;
    match lead.history.iter().position(same_attempt) {
        // The result came before the loss was decided, by a run that had read the line earlier.
        Some(_) if result.outcome == Outcome::LOST => Place::Known,
        Some(index) if lead.history[index].outcome == Outcome::LOST => Place::InsteadOf(index),
        // Another call with the same attempt id rang too, so it counts too.
        Some(_) | None => Place::New,
    }
}

/// Moves the fields of the last call forward. A result that is late does not move them back, and a record of the original may
/// know a last call that its history does not have.
fn note_last_call(lead: &mut Lead) {
    let Some(newest) = lead.history.last() else { return };
    if lead.last_call.is_none_or(|last| newest.at >= last) {
        lead.last_call = Some(newest.at);
        lead.last_outcome = Some(newest.outcome.clone());
        lead.last_call_id = Some(newest.call.clone());
    }
}

/// Fills fields that are empty. What is known stays, because a payload repeats what the dial was made with.
fn fill_profile(known: &mut Profile, told: &Profile) {
    for (known, told) in [
        (&mut known.list_id, &told.list_id),
        (&mut known.first_name, &told.first_name),
        (&mut known.last_name, &told.last_name),
        (&mut known.state, &told.state),
        (&mut known.postal_code, &told.postal_code),
    ] {
        if known.is_empty() {
            known.clone_from(told);
        }
    }
    // The newest consent counts.
    if told.consent.as_ref().map(|told| told.at) > known.consent.as_ref().map(|known| known.at) {
        known.consent.clone_from(&told.consent);
    }
}

/// Decides status and next dial from the calls themselves, and not from the order in which they became known.
///
/// Of a request for a callback and a success, the call that ended later counts: a callback that a person asked for after a
/// sale reopens the record, and a sale after the request ends it.
fn move_on(
    next: &mut Lead,
    before: Option<&Lead>,
    completed: Option<usize>,
    suppressed: bool,
    now: DateTime<Utc>,
    policy: &Policy,
) {
    let asked = last_request(next, before);
    next.callback = asked.map(|(_, at)| at).filter(|at| !is_kept(next, *at));
    // A request that has been kept counts here too: it was made after the success, so the record was reopened.
    let done = completed.is_some_and(|done| asked.is_none_or(|(asked, _)| asked <= done));
    next.status = match (next.status, next.callback) {
        // A do-not-call is stronger than any request, also than one that was made later: only a person could tell which counts.
        _ if suppressed || next.forbidden_by().is_some() => Status::Completed,
        _ if done => Status::Completed,
        // Only an operator or a success ends a pause. What may be a do-not-call is decided by a person, not by a later call.
        (Status::Paused, _) => Status::Paused,
        // Only the system that knows the status, or an operator, can say that the lead may be called again.
        (Status::Foreign(word), _) => Status::Foreign(word),
        // The limit may have been raised since, but a result does not reopen a record.
        (Status::MaxAttempts, None) => Status::MaxAttempts,
        _ if next.review.is_some() => Status::Paused,
        (_, Some(_)) => Status::Rescheduled,
        // `Completed` comes here if a callback had reopened the record and has been kept: the lead goes on.
        (Status::Pending | Status::Rescheduled | Status::Completed, None) if next.attempts >= policy.max_attempts => {
            Status::MaxAttempts
        }
        (Status::Pending | Status::Rescheduled | Status::Completed, None) => Status::Pending,
    };
    if next.status == Status::Completed {
        next.callback = None;
    }
    // A certain do-not-call ends the doubt.
    if suppressed || next.forbidden_by().is_some() {
        next.review = None;
    }
    // The jitter depends on the last call only, so a replay gives the same time.
    let identity = next.last_call_id.as_ref().map_or("", |call| call.as_str());
    let wait = policy.cadence.next(now, next.attempts, identity);
    match next.status {
        Status::Rescheduled => reschedule(next, next.callback.unwrap_or(wait)),
        // A paused lead gets its time too, so that it is not dialed at once when it is resumed.
        Status::Pending | Status::Paused => next.next_redial = next.callback.unwrap_or(wait),
        Status::Completed | Status::MaxAttempts | Status::Foreign(_) => {}
    }
}

fn keep_last<T>(list: &mut Vec<T>, count: usize) {
    list.drain(..list.len().saturating_sub(count));
}
